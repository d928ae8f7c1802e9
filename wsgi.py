"""The application, for a WSGI server."""

import gc
import sys

from tracker.app import create_app
from tracker.web import watching
from tracker.web.gate import Gate

app = create_app()
watching.init_app(app)
app.wsgi_app = Gate(app.wsgi_app, app.config["MAX_CONTENT_LENGTH"])  # type: ignore[method-assign]
# Each statement to the database lets other threads go on, and the answer then waits for Python to be handed back: at the ordinary five milliseconds
# a handful of busy threads makes a write hold the database for a second.
sys.setswitchinterval(0.0005)
# What stands after the start stays for good: the collector need not walk it again, and forked workers keep sharing its memory.
gc.collect()
gc.freeze()

"""The application, for a WSGI server."""

import gc

from tracker.app import create_app
from tracker.web import watching

app = create_app()
watching.init_app(app)
# What stands after the start stays for good: the collector need not walk it again, and forked workers keep sharing its memory.
gc.collect()
gc.freeze()

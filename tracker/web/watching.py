"""The web looks after the machine too: any request, a supervisor's question for health included, sets off one look a minute beside it."""
import logging
import threading
import time

from flask import Flask, Response

from tracker.db import db, transaction
from tracker.services import watch

log = logging.getLogger(__name__)
EVERY = 60.0


class Watcher:
    """Sets off looks in a thread of its own, so that no request waits for a mail server; which process's look counts is told by the database."""

    def __init__(self, app: Flask, every: float = EVERY) -> None:
        self._app, self._every, self._lock = app, every, threading.Lock()
        self._last = float("-inf")

    def asked(self, response: Response) -> Response:
        """After a request: looks, if this process has not for a minute."""
        now = time.monotonic()
        with self._lock:
            due, self._last = now - self._last >= self._every, now if now - self._last >= self._every else self._last
        if due:
            threading.Thread(target=self.look, name="watch", daemon=True).start()
        return response

    def look(self) -> None:
        """One look; whatever goes wrong in it is logged, for nobody waits for it."""
        try:
            with self._app.app_context():
                try:
                    watch.look(transaction)
                finally:
                    db.session.remove()
        except Exception:
            log.exception("the machine could not be looked at")


def init_app(app: Flask) -> None:
    """For the process that serves; a command or a test looks when it wants to."""
    app.after_request(Watcher(app).asked)

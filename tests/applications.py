"""One application a database for all tests of a process: making one, and compiling its templates and statements, took longer than most tests.

Everything that hangs on a test is put back: settings, configuration, what adapters hold, counters of refusals. One that a test has built on is dropped.
"""
from pathlib import Path

from flask import Flask

from tracker.adapters import files, jobs, scanner
from tracker.app import create_app
from tracker.config import Settings
from tracker.db import db
from tracker.web.limits import limiter


class Lent:
    """Applications by the address of their database, each lent to one test after the other."""

    def __init__(self) -> None:
        self._apps: dict[str, tuple[Flask, dict[str, object], tuple[int, ...]]] = {}
        self._limits: dict[str, object] = {}

    def take(self, settings: Settings) -> Flask:
        """An application as create_app() makes it for these settings, which differ from test to test in their home alone."""
        url = settings.database_url
        if url not in self._apps:
            app = create_app(settings)
            self._apps[url] = app, dict(app.config), _shape(app)
            self._limits = dict(vars(limiter))
        app, config, _ = self._apps[url]
        app.config.clear()
        app.config.update(config)
        app.extensions["settings"] = settings
        files.init_app(app, settings.files_dir)
        scanner.init_app(app, settings.clamd_url)
        jobs.init_app(app, settings.redis_url)
        # It is the process's own, and other applications of the tests have set it up for themselves.
        vars(limiter).update(self._limits)
        limiter.reset()
        app._got_first_request = False
        return app

    def give_back(self, app: Flask) -> None:
        """Ends its session and closes its connections."""
        db.session.remove()
        db.engine.dispose()
        kept = {url: one for url, one in self._apps.items() if one[0] is not app or one[2] == _shape(app)}
        self._apps = kept


def _shape(app: Flask) -> tuple[int, ...]:
    """What grows when a test builds on the application."""
    hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs, app.template_context_processors)
    return len(app.blueprints), len(app.view_functions), *(len(calls) for hook in hooks for calls in hook.values())


def empty_file(folder: Path, template: Path, home: Path) -> str:
    """Puts an empty migrated SQLite database into the folder; gives its URL, the same for all tests of a process.

    The test's home has a link to it where commands look for theirs.
    """
    for old in folder.glob("tracker.db*"):
        old.unlink()
    file = folder / "tracker.db"
    file.write_bytes(template.read_bytes())
    (home / "tracker.db").unlink(missing_ok=True)
    (home / "tracker.db").symlink_to(file)
    return f"sqlite:///{file}"

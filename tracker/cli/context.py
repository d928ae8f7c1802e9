"""The application for one command: the settings of this home, and an app context round the work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from tracker.app import create_app
from tracker.cli.running import settings_here


@contextmanager
def application() -> Iterator[Flask]:
    """An app with its context pushed; addresses of a running `tracker serve` are taken over. Raises ConfigError."""
    app = create_app(settings_here())
    with app.app_context():
        yield app

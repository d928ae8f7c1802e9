"""The Celery application: what every task has in common."""

from __future__ import annotations

import gc
from functools import cache
from typing import Any

from celery import Celery, Task
from celery.signals import worker_init, worker_process_init
from flask import Flask

from tracker.base import base_app
from tracker.config import Settings
from tracker.db import db
from workers.conf import configure

#: Files with tasks; each names its tasks itself.
INCLUDE = (
    "workers.dispatches",
    "workers.files",
    "workers.health",
    "workers.incoming",
    "workers.mail",
    "workers.pauses",
    "workers.people",
    "workers.recurring",
    "workers.registers",
    "workers.reminders",
    "workers.reports",
    "workers.reviews",
    "workers.search",
)


@cache
def flask_app() -> Flask:
    """The application of this process, made once."""
    return base_app(settings)


class AppTask(Task):
    """A task that runs in an app context of its own, so that no database session outlives it."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task's body."""
        with flask_app().app_context():
            return super().__call__(*args, **kwargs)


@worker_init.connect
def _load_before_fork(**_: Any) -> None:
    """The worker's processes share the memory of what is loaded before they are made, and none of them looks for garbage in it, not even at its end."""
    flask_app()
    gc.collect()
    gc.freeze()


@worker_process_init.connect
def _own_connections(**_: Any) -> None:
    """A forked process must not use its parent's database connections."""
    with flask_app().app_context():
        db.engine.dispose(close=False)


settings = Settings.from_env()
celery = Celery("tracker", task_cls=AppTask, include=INCLUDE)
configure(celery, settings)

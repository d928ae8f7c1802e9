"""The Celery application: what every task has in common."""

from __future__ import annotations

from functools import cache
from typing import Any

from celery import Celery, Task
from celery.signals import worker_init, worker_process_init
from flask import Flask

from tracker.app import create_app
from tracker.config import Settings
from tracker.db import db
from workers.schedule import SCHEDULE

#: Files with tasks; each names its tasks itself.
INCLUDE = ("workers.dispatches", "workers.health", "workers.mail", "workers.reports")

SOFT_LIMIT = 540
HARD_LIMIT = 600
# A message that is not acknowledged comes back after this time, so no task may run as long.
VISIBILITY = 1800


@cache
def flask_app() -> Flask:
    """The application of this process, made once."""
    return create_app(settings)


class AppTask(Task):
    """A task that runs in an app context of its own, so that no database session outlives it."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task's body."""
        with flask_app().app_context():
            return super().__call__(*args, **kwargs)


@worker_init.connect
def _load_before_fork(**_: Any) -> None:
    """The worker's processes share the memory of what is loaded before they are made."""
    flask_app()


@worker_process_init.connect
def _own_connections(**_: Any) -> None:
    """A forked process must not use its parent's database connections."""
    with flask_app().app_context():
        db.engine.dispose(close=False)


settings = Settings.from_env()
celery = Celery("tracker", broker=settings.redis_url, task_cls=AppTask, include=INCLUDE)
celery.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_soft_time_limit=SOFT_LIMIT,
    task_time_limit=HARD_LIMIT,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_max_memory_per_child=400_000,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={"visibility_timeout": VISIBILITY, "socket_keepalive": True, "health_check_interval": 25},
    timezone="Asia/Ho_Chi_Minh",
    beat_schedule=SCHEDULE,
    beat_scheduler="redbeat.RedBeatScheduler",
    beat_max_loop_interval=5,
    redbeat_redis_url=settings.redis_url,
    # The lock of a beat that was killed must not hold up the next one for long.
    redbeat_lock_timeout=30,
)

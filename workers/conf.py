"""What every Celery process agrees on: messages, limits, the queue's behaviour and beat's lock."""

from __future__ import annotations

import logging
from typing import Any

from celery import Celery
from celery.signals import setup_logging

from tracker.adapters import logs
from tracker.config import Settings
from workers.schedule import SCHEDULE

SOFT_LIMIT = 540
HARD_LIMIT = 600
# A message that is not acknowledged comes back after this time, so no task may run as long.
VISIBILITY = 1800


@setup_logging.connect
def _one_form(**_: Any) -> None:
    """Celery sets up no log of its own where somebody listens to this: its lines take the form of all others."""
    logs.init(logging.INFO)


def configure(celery: Celery, settings: Settings) -> None:
    """Give a Celery application the common settings."""
    celery.conf.update(
        broker_url=settings.redis_url,
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_soft_time_limit=SOFT_LIMIT,
        task_time_limit=HARD_LIMIT,
        worker_prefetch_multiplier=1,
        # A queue that goes away must not kill a task in mid-act: a mail that the server has just taken would go out again.
        # Brought back, the queue may hand the task out anew, and the second run finds its row claimed.
        worker_cancel_long_running_tasks_on_connection_loss=False,
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

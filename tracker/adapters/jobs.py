"""Waking the workers: jobs are sent by name after the commit; the row is the truth and the queue only a wake-up."""
import logging

from celery import Celery
from flask import Flask, current_app
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from tracker.db import after_commit

log = logging.getLogger(__name__)

#: Every job that tracker sends; a test holds these equal to the workers' task names.
NAMES = frozenset({"incoming.file", "incoming.poll", "incoming.read", "mail.send", "mail.sweep", "reports.compile", "dispatches.read", "pauses.turn"})

#: Seconds after which a waking is worth nothing, since beat orders the same: those of a night without workers are dropped.
STALE = {"incoming.poll": 55}


def init_app(app: Flask, redis_url: str | None) -> None:
    """Gives the app a sender; without a broker, sweepers find the rows later."""
    sender = None
    if redis_url:
        sender = Celery("tracker", broker=redis_url, set_as_current=False)
        sender.conf.update(
            task_ignore_result=True,
            broker_connection_retry=False,
            # One more try for a connection that had grown stale, and none of Kombu's waits of 2 and 4 s: a request stands behind this.
            broker_transport_options={
                "socket_timeout": 2, "socket_connect_timeout": 2, "max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1,
            },
            task_publish_retry=False,
        )
    app.extensions["jobs"] = sender


def enqueue(name: str, *ids: int) -> None:
    """Sends the job once the current transaction has committed; a rollback drops it."""
    if name not in NAMES:
        raise ValueError(f"no such job: {name}")
    after_commit(lambda: _send(name, ids))


def _send(name: str, ids: tuple[int, ...]) -> None:
    sender = current_app.extensions["jobs"]
    if sender is None:
        return
    try:
        sender.send_task(name, args=list(ids), expires=STALE.get(name))
    except (OperationalError, RedisError, OSError) as error:
        # The sweeper finds the row: a broker that is away costs minutes, never a message.
        log.warning("job %s%s was not sent: %s", name, ids, error)


def workers_answer() -> bool | None:
    """Whether any worker answers within three seconds; None where the broker itself cannot be asked. No transaction may be open meanwhile."""
    sender = current_app.extensions["jobs"]
    if sender is None:
        return None
    try:
        return bool(sender.control.ping(timeout=3))
    except (OperationalError, RedisError, OSError) as error:
        log.warning("workers could not be asked: %s", error)
        return None

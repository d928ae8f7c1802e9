"""Reading scans of dispatches: OCR takes seconds a page, too long for a page to wait."""

from __future__ import annotations

import logging

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy.exc import SQLAlchemyError

from tracker.db import transaction
from tracker.domain.errors import BadInput, DomainError
from tracker.services import intake, late_reading

log = logging.getLogger(__name__)

#: Seconds for one file, more than other tasks have: a long scan takes some seconds a page. Below the queue's visibility timeout.
SOFT_LIMIT, HARD_LIMIT = 1500, 1560


@shared_task(name="dispatches.read", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def read(dispatch_id: int) -> None:
    """Read one draft's file. Harmless twice: only a draft that waits (or whose reader died) can be claimed, and only a claimed one is filled.

    A file that takes too long, or trips the reader, fails in words, so that the sweeper does not begin it anew for ever.
    """
    with transaction():
        job = late_reading.claim(dispatch_id)
    if job is None:
        return

    def tell(done: int, total: int) -> None:
        with transaction():
            late_reading.progress(dispatch_id, done, total)

    try:
        reading, original = intake.read_file(job.blob, job.name, tell)
    except SoftTimeLimitExceeded:
        with transaction():
            late_reading.fail(dispatch_id, BadInput("document.too_long", name=job.name))
    except DomainError as problem:
        with transaction():
            late_reading.fail(dispatch_id, problem)
    except SQLAlchemyError:
        raise  # says nothing of the file: the sweeper begins it anew
    except Exception:
        log.exception("the file of dispatch %s could not be read", dispatch_id)
        with transaction():
            late_reading.fail(dispatch_id, BadInput("document.unreadable", name=job.name))
    else:
        with transaction():
            late_reading.record(dispatch_id, reading, original)


@shared_task(name="dispatches.sweep")
def sweep() -> None:
    """Read what a lost message or a dead worker left behind. Harmless twice: reading claims first."""
    with transaction(write=False):
        waiting = late_reading.left_behind()
    for dispatch_id in waiting:
        read.apply_async(args=[dispatch_id])

"""Reading scans of dispatches: OCR takes seconds a page, too long for a page to wait."""

from __future__ import annotations

from celery import shared_task

from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.services import intake, late_reading


@shared_task(name="dispatches.read")
def read(dispatch_id: int) -> None:
    """Read one draft's file. Harmless twice: only a draft that waits (or whose reader died) can be claimed, and only a claimed one is filled."""
    with transaction():
        job = late_reading.claim(dispatch_id)
    if job is None:
        return

    def tell(done: int, total: int) -> None:
        with transaction():
            late_reading.progress(dispatch_id, done, total)

    try:
        reading, original = intake.read_file(job.blob, job.name, tell)
    except DomainError as problem:
        with transaction():
            late_reading.fail(dispatch_id, problem)
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

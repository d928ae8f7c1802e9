"""Compiling reports in the background, taking up what a lost worker left behind, and ordering those whose day has come."""

from __future__ import annotations

import logging
from dataclasses import replace
from itertools import chain

from celery import shared_task

from tracker.db import transaction
from tracker.services import reports_compile as compiling
from tracker.services import reports_schedule as schedules

log = logging.getLogger(__name__)


@shared_task(name="reports.compile")
def compile_report(report_id: int) -> None:
    """Claim, draw, record. A second run finds the report taken or done and leaves it; a killed one's is taken up by the sweep."""
    with transaction():
        claimed = compiling.claim(report_id)
    if claimed is None:
        return
    try:
        _work(claimed)
    except Exception as error:
        log.exception("report %s was not compiled", report_id)
        with transaction():
            compiling.fail(claimed, error)


def _work(claimed: compiling.Claim) -> None:
    with transaction(write=False, one_moment=True):
        found = compiling.facts(claimed)
        tables = compiling.tables(claimed, found)
    parts = compiling.parts(found.data)
    kept = []
    for n, part in enumerate(parts):
        if not _shown(claimed, n, len(parts)):
            return
        for drawn in chain(tables if n == 0 else (), compiling.draw(part, found.wording)):
            kept.append((replace(drawn, content=b"", file=None), compiling.keep(drawn)))  # what is on the disk need not stay in memory
            if n == 0 and not _shown(claimed, 0, len(parts)):  # the province's own is by far the longest
                return
    with transaction():
        if compiling.progress(claimed, len(parts), len(parts)):
            compiling.record(claimed, found.data, kept, found.differ)


def _shown(claimed: compiling.Claim, done: int, total: int) -> bool:
    """Tells how far it has come; whether to go on."""
    with transaction():
        return compiling.progress(claimed, done, total)


@shared_task(name="reports.sweep")
def sweep() -> None:
    """Wake workers for what waits or was left behind. A second run wakes them again, and each finds nothing to claim."""
    with transaction():
        compiling.sweep()


@shared_task(name="reports.schedule")
def order_due() -> None:
    """Order every report whose day has come, each in a transaction of its own: one bad schedule never stops the rest.

    A second run finds the day of each moved on.
    """
    with transaction(write=False):
        due = schedules.due()
    for schedule_id in due:
        try:
            with transaction():
                schedules.run(schedule_id)
        except Exception:
            log.exception("schedule %s ordered no report", schedule_id)

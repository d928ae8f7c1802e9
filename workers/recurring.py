"""Opening the periods of recurring tasks, and of forms of figures, on their first day."""

from __future__ import annotations

import logging

from celery import shared_task

from tracker.db import transaction
from tracker.services import figure_forms, recurring

log = logging.getLogger(__name__)


@shared_task(name="recurring.open")
def open_due() -> None:
    """Open what is due, each dispatch in a transaction of its own: one bad series never stops the rest. A second run finds nothing to open."""
    with transaction(write=False):
        waiting = recurring.due()
    for dispatch_id in waiting:
        try:
            with transaction():
                recurring.open_due(dispatch_id)
        except Exception:
            log.exception("the recurring tasks of dispatch %s were not opened", dispatch_id)
    with transaction(write=False):
        forms = figure_forms.due()
    for form_id in forms:
        try:
            with transaction():
                figure_forms.open_due(form_id)
        except Exception:
            log.exception("the periods of form %s were not opened", form_id)

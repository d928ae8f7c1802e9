"""Accounts: what is kept of second factors stays sealed with the present key."""

from __future__ import annotations

import logging

from celery import shared_task

from tracker.db import transaction
from tracker.services import two_factor

log = logging.getLogger(__name__)


@shared_task(name="people.reseal")
def reseal() -> None:
    """Seal what an earlier release or an earlier key left behind. A second run finds nothing to do."""
    with transaction():
        lost = two_factor.reseal()
    if lost:
        log.error("%s second factors were sealed with a key that is neither SECRET_KEY nor in SECRET_KEY_OLD", lost)

"""Mail that comes in: polling the mailboxes, and filing what was taken."""

from __future__ import annotations

import logging

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from flask import current_app

from tracker.db import transaction
from tracker.services import mail_filing, mail_reading, mailboxes

log = logging.getLogger(__name__)

#: Messages of one run: it ends well before its time limit, and the next one goes on.
LIMIT = 2000
#: Seconds for reading attachments: a long scan takes some seconds a page. Below the queue's visibility timeout.
SOFT_LIMIT, HARD_LIMIT = 1500, 1560
#: A run begins no further file after so many seconds.
BEGINS = 300


@shared_task(name="incoming.poll")
def poll() -> None:
    """Take in what is new. A second run, or two at once, find every message known by its hash and Message-ID."""
    if current_app.extensions["settings"].imap_urls:
        done = mailboxes.poll(transaction)
        if done.new:
            log.info("taken in: %s", done.new)


@shared_task(name="incoming.file")
def file() -> None:
    """File what was taken. Several at once share the messages out; one that is decided already stays as it is."""
    mail_filing.run(transaction, LIMIT)


@shared_task(name="incoming.read", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def read() -> None:
    """Read what came attached. A second run finds the first one's claim and leaves; what is read already is not read again."""
    try:
        mail_reading.read_all(transaction, BEGINS)
    except SoftTimeLimitExceeded:
        mail_reading.too_long(transaction)

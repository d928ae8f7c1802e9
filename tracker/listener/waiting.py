"""Waiting for new mail: one thread a mailbox holds IDLE and wakes the job that polls; the minute's poll stays the truth, so a dead waiter loses nothing."""
from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from tracker.adapters import imap_idle
from tracker.adapters.imap import Inbox
from tracker.adapters.imap_login import MailboxError
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.services import mail_waking

log = logging.getLogger(__name__)

#: Seconds between tries of a mailbox that cannot be reached; doubled each time.
FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
#: A mailbox whose server offers no IDLE is asked again, in case it learns it.
ASK_AGAIN = 3600.0
#: What arrives together wakes the poll once.
BREATH = 0.3
SIGN_OF_LIFE = 30.0


def run(app: Flask, urls: Sequence[str]) -> None:
    """Waits for mail until the process ends: its threads hold nothing that needs an orderly end."""
    waiting: set[str] = set()
    for url in urls:
        threading.Thread(target=_look_after, args=(app, Inbox(url), waiting), daemon=True).start()
    while True:
        try:
            with app.app_context(), transaction():
                mail_waking.alive(sorted(waiting))
        except (SQLAlchemyError, DomainError) as error:
            log.warning("no sign of life could be written: %s", error)
        time.sleep(SIGN_OF_LIFE)


def _look_after(app: Flask, inbox: Inbox, waiting: set[str]) -> None:
    """One mailbox, for ever: after a failure again, with growing pauses; one that was waited for begins with a short one."""
    pause = FIRST_WAIT
    while True:
        try:
            with inbox:
                if imap_idle.can_idle(inbox):
                    waiting.add(inbox.name)
                    _hold(app, inbox)
            log.warning("%s offers no IDLE: it is polled each minute", inbox.name)
            pause = ASK_AGAIN
        except Exception as error:  # whatever it is, waiting goes on
            pause = FIRST_WAIT if inbox.name in waiting else pause
            log.warning("%s: %s; again in %.0f s", inbox.name, error, pause, exc_info=None if isinstance(error, MailboxError) else error)
        waiting.discard(inbox.name)
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_WAIT)


def _hold(app: Flask, inbox: Inbox) -> None:
    """One spell of waiting, which only a failure ends; what came before it began is polled for at once. Raises MailboxError."""
    arrived = True
    while True:
        if arrived:
            with app.app_context(), transaction():
                mail_waking.wake()
        arrived = imap_idle.wait(inbox)
        if arrived:
            time.sleep(BREATH)

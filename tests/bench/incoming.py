"""Mail that comes in: replies with a PDF of 200 kB each, from a real IMAP server to filed evidence, by one process."""
import os
import time

from flask import current_app
from sqlalchemy import select

from tests import letters_in
from tests.bench.works import Measured, _clerk
from tests.imap_server import ImapServer
from tracker.db import db, transaction
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.mails import Mail
from tracker.models.people import Person
from tracker.services import mail_filing, mailboxes, nudges, reply_tokens

REPLIES = 200
PDF = b"%PDF-1.4\n" + os.urandom(200_000) + b"\n%%EOF\n"
BOX = "hop-thu@tinh.example"


def replies(count: int = REPLIES) -> Measured:
    """Takes in and files replies to reminders of the latest dispatches; goal 60 a second."""
    settings = current_app.extensions["settings"]
    object.__setattr__(settings, "reply_to", BOX)
    letters = [_answer(mail, n) for n, mail in enumerate(_reminded(count))]
    with ImapServer() as server:
        object.__setattr__(settings, "imap_urls", (server.url(),))
        for raw in letters:
            server.deliver(raw)
        began = time.perf_counter()
        taken = mailboxes.poll(transaction)
        fetched = time.perf_counter() - began
        filed = mail_filing.run(transaction)
        seconds = time.perf_counter() - began
    note = f"{len(letters) / seconds:.0f}/s, goal 60/s; {dict(filed)}; fetching {fetched:.1f} s, new {taken.new}"
    return Measured(f"{len(letters)} replies with 200 kB from IMAP to evidence", seconds, len(letters) / 60, note)


def _reminded(count: int) -> list[Mail]:
    """One mail by hand for so many pairs of unit and dispatch, newest dispatches first."""
    actor = _clerk()
    for dispatch_id in db.session.scalars(select(Dispatch.id).where(Dispatch.state == "issued").order_by(Dispatch.id.desc()).limit(-(-count // 27))).all():
        units = list(db.session.scalars(select(DispatchRecipient.unit_id).where(DispatchRecipient.dispatch_id == dispatch_id)))
        with transaction():
            nudges.nudge(actor, dispatch_id, units)
    return list(db.session.scalars(select(Mail).where(Mail.kind == "nudge", Mail.state == "queued").order_by(Mail.id.desc()).limit(count)))


def _answer(mail: Mail, n: int) -> bytes:
    """The officer's answer, with bytes of its own."""
    sender = db.session.scalars(select(Person.email).where(Person.id == mail.person_id)).one()
    content = PDF[:-10] + str(n).encode() + PDF[-10:]
    raw = letters_in.gmail(
        reply_tokens.address(mail.message_id or ""), mail.message_id or "", sender, "Re: báo cáo", (("van-ban.pdf", content),))
    return raw.replace(b"<gmail-1@", f"<gmail-{n}@".encode())

"""A district that only ever replies by mail: a reminder goes out, its answer comes in, becomes evidence, and the receipt goes back."""
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

from celery import Celery
from sqlalchemy import select

from tests import letters_in
from tests.factories import Factory
from tests.imap_server import ImapServer
from tests.machine import Machine, always_open, running
from tests.mail_server import eventually
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.assignments import Assignment
from tracker.models.incoming import IncomingMail
from tracker.services import nudges

BOX = "hop-thu@tinh.example"
OFFICER = "canbo@huyen.example"


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Assignment.state)))


def test_a_reply_by_mail_is_all_that_a_district_needs(sqlite_template: Path, tmp_path: Path) -> None:
    with running(tmp_path, sqlite_template) as machine, ImapServer() as box, machine.app.app_context():
        machine.more |= {"IMAP_URL": box.url(), "REPLY_TO": BOX}
        always_open()
        make = Factory()
        unit = make.unit()
        make.person(Role.OFFICER, unit, email=OFFICER)
        dispatch = make.issued([unit], [(clock.today(), None)] * 2, number="931-CV/HNDT")
        clerk = make.actor()
        with transaction():
            nudges.nudge(clerk, dispatch.id, [unit.id])
        machine.redis()
        machine.worker()
        machine.beat()
        eventually(lambda: about(machine, "Đôn đốc: còn"), 60)
        reminder = about(machine, "Đôn đốc: còn")[0]
        reply_to = parseaddr(str(reminder["Reply-To"]))[1]
        assert reply_to.startswith("hop-thu+") and reply_to.endswith("@tinh.example")
        box.deliver(letters_in.gmail(reply_to, str(reminder["Message-ID"]), OFFICER))
        Celery("test", broker=machine.redis_url, set_as_current=False).send_task("incoming.poll")  # beat's own order may be a minute away
        eventually(lambda: states() == ["submitted", "submitted"], 120)
        assert db.session.scalars(select(IncomingMail.trust)).one() == "token"
        eventually(lambda: about(machine, "Đã nhận báo cáo"), 60)
        (receipt,) = about(machine, "Đã nhận báo cáo")
        assert receipt["In-Reply-To"] == "<gmail-1@mail.example>" and receipt["Auto-Submitted"] == "auto-generated"


def about(machine: Machine, words: str) -> list[EmailMessage]:
    """The messages to the officer whose subject says so."""
    return [one for one in machine.mail.messages() if words in str(one["Subject"]) and OFFICER in str(one["To"])]

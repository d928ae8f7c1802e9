"""Digests go out over a real SMTP server; what three mail programs answer is read from a real Dovecot by real workers, filed, and told."""
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from celery import Celery
from sqlalchemy import select

from tests import letters_real
from tests.factories import Factory
from tests.imap_server import ImapServer
from tests.machine import Machine, always_open, running
from tests.mail_server import eventually
from tracker import clock
from tracker.db import db
from tracker.domain.access import Role
from tracker.models.assignments import Assignment
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingFile, IncomingMail
from tracker.models.submissions import Evidence, evidence_items
from tracker.models.units import Unit
from tracker.services.calendar import working_calendar

BOX = "hop-thu@tinh.example"
WEB, OUTLOOK, PHONE = "web@huyen.example", "outlook@huyen.example", "phone@huyen.example"


def test_what_three_programs_answer_to_a_digest_becomes_evidence(sqlite_template: Path, tmp_path: Path) -> None:
    with running(tmp_path, sqlite_template) as machine, ImapServer() as box, machine.app.app_context():
        machine.more |= {"IMAP_URL": box.url(), "REPLY_TO": BOX}
        always_open()
        units = _issued()
        machine.redis()
        machine.worker()
        queue = Celery("test", broker=machine.redis_url, set_as_current=False)
        queue.send_task("reminders.plan", args=[working_calendar().on_or_after(clock.today()).isoformat()])
        eventually(lambda: all(to(machine, who) for who in (WEB, OUTLOOK, PHONE)), 90)
        for raw in _answers({who: to(machine, who)[0] for who in (WEB, OUTLOOK, PHONE)}):
            box.deliver(raw)
        queue.send_task("incoming.poll")
        eventually(lambda: len(_all(IncomingMail.id)) == 3 and "taken" not in _all(IncomingMail.state), 90)
        assert _all(IncomingMail.state) == ["filed"] * 3, _all(IncomingMail.reason)
        # Of two dispatches the words name one, or one task of it; where only one was asked for, everything of it is answered.
        assert _handed_in(units[WEB]) == {"Việc thứ 1": {"Báo cáo quý III.pdf", "Biên bản họp.pdf"}, "Việc thứ 2": {"Báo cáo quý III.pdf", "Biên bản họp.pdf"}}
        assert _handed_in(units[OUTLOOK]) == {"Việc thứ 2": {"Văn bản chỉ đạo số 47.pdf"}}
        assert _handed_in(units[PHONE]) == {f"Việc thứ {n}": {"Ảnh văn bản.jpg", "Báo cáo xã.pdf"} for n in (1, 2)}
        assert sorted(_all(IncomingFile.refusal), key=str) == [None] * 5
        subjects = _pairs(IncomingMail.sender, IncomingMail.subject)
        names = _pairs(IncomingMail.sender, IncomingMail.sender_name)
        assert subjects[OUTLOOK] == "Báo cáo kết quả" and names == {WEB: "Phòng Nông nghiệp huyện", OUTLOOK: "Trịnh Văn Khải", PHONE: "Cán bộ"}
        queue.send_task("mail.sweep")
        eventually(lambda: all(len(to(machine, who)) == 2 for who in (WEB, OUTLOOK, PHONE)), 90)
        _told({who: to(machine, who)[1] for who in (WEB, OUTLOOK, PHONE)})


def _issued() -> dict[str, Unit]:
    """Two dispatches that fall due; one unit was sent the first alone."""
    make, day = Factory(), working_calendar().on_or_after(clock.today())
    units = {who: make.unit() for who in (WEB, OUTLOOK, PHONE)}
    for who, unit in units.items():
        make.person(Role.OFFICER, unit, email=who)
    make.issued(list(units.values()), [(day, None)] * 2, number="931-CV/HNDT")
    make.issued([units[WEB], units[OUTLOOK]], [(day, None)], number="99-CV/HNDT")
    return units


def _answers(digests: dict[str, EmailMessage]) -> list[bytes]:
    files = {"Báo cáo quý III.pdf": letters_real.pdf(1), "Biên bản họp.pdf": letters_real.pdf(2)}
    photo = letters_real.picture(1200, 900, "JPEG", noise=True)
    return [
        letters_real.gmail_web(digests[WEB], WEB, "Huyện gửi báo cáo thực hiện Công văn số 931-CV/HNDT.", files),
        letters_real.outlook(
            digests[OUTLOOK], OUTLOOK, "Báo cáo nhiệm vụ 2, công văn 931.", "Văn bản chỉ đạo số 47.pdf", letters_real.pdf(3)),
        letters_real.android(digests[PHONE], PHONE, "Gửi anh ảnh văn bản và báo cáo của xã.", photo, ("Báo cáo xã.pdf", letters_real.pdf(4))),
    ]


def _told(receipts: dict[str, EmailMessage]) -> None:
    """Each receipt answers its mail, names what was filed where with its hash, and says what is still owed."""
    words = {who: str(one.get_body(("plain",)).get_content()) for who, one in receipts.items()}  # type: ignore[union-attr]
    assert receipts[WEB]["In-Reply-To"] == "<CAK+web@mail.example>"
    assert all(one["Auto-Submitted"] == "auto-generated" and "931-CV/HNDT" in words[who] for who, one in receipts.items())
    hashes = _pairs(StoredFile.name, StoredFile.sha256)
    for who, name in ((WEB, "Báo cáo quý III.pdf"), (OUTLOOK, "Văn bản chỉ đạo số 47.pdf"), (PHONE, "Ảnh văn bản.jpg")):
        assert name in words[who] and hashes[name] in words[who].replace("\n", "")
    assert "Việc thứ 2" in words[OUTLOOK] and "Còn phải nộp" in words[OUTLOOK] and "image00" not in words[OUTLOOK]


def to(machine: Machine, address: str) -> list[EmailMessage]:
    """What the SMTP server took for an address, oldest first."""
    return [one for one in machine.mail.messages() if address in str(one["To"])]


def _all(column: Any) -> list[Any]:
    db.session.rollback()
    return list(db.session.scalars(select(column)))


def _pairs(key: Any, value: Any) -> dict[str, str]:
    return {row[0]: row[1] for row in db.session.execute(select(key, value))}


def _handed_in(unit: Unit) -> dict[str, set[str]]:
    """Title of each assignment that was handed in → the names of the files that answer it."""
    rows = db.session.execute(
        select(Assignment, StoredFile.name).join(evidence_items, evidence_items.c.assignment_id == Assignment.id)
        .join(Evidence, Evidence.id == evidence_items.c.evidence_id).join(StoredFile, StoredFile.id == Evidence.file_id)
        .where(Assignment.unit_id == unit.id, Assignment.state == "submitted")
    )
    found: dict[str, set[str]] = {}
    for assignment, name in rows:
        found.setdefault(assignment.task.title, set()).add(name)
    return found

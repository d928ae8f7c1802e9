"""Messages that are settled together: each ends as if it had come alone, keeps its own file, and costs little more than a share of the statements."""
import hashlib

import pytest
from flask import Flask
from sqlalchemy import select

from tests import letters_in
from tests.factories import Factory
from tests.samples import PDF
from tests.services.test_overview import queries
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.files import StoredFile
from tracker.models.incoming import Filing, IncomingMail
from tracker.models.mails import Mail
from tracker.models.submissions import Evidence, Submission
from tracker.models.units import Unit
from tracker.services import incoming, mail_filing, nudges, reply_tokens, tally

BOX = "hop-thu@tinh.example"


class Office:
    """Units that were written to about one dispatch of two tasks, and letters that answer."""

    def __init__(self, app: Flask, make: Factory, units: int) -> None:
        object.__setattr__(app.extensions["settings"], "reply_to", BOX)
        self.units = [make.unit() for _ in range(units)]
        for unit in self.units:
            for n in (1, 2):
                make.person(Role.OFFICER, unit, email=f"cb{n}@{unit.code}.example".lower())
        self.dispatch = make.issued(self.units, [(clock.today(), None)] * 2, number="931-CV/HNDT")
        clerk = make.actor()
        with transaction():
            nudges.nudge(clerk, self.dispatch.id, [unit.id for unit in self.units])
        self.mails = {mail.unit_id: mail.message_id or "" for mail in db.session.scalars(select(Mail).where(Mail.kind == "nudge"))}
        self.sent = 0

    def letter(self, unit: Unit, subject: str = "Re: báo cáo", person: int = 1, signed: bool = True, sender: str = "") -> bytes:
        """A reply with a file of its own."""
        self.sent += 1
        answers = self.mails[unit.id]
        raw = letters_in.gmail(
            reply_tokens.address(answers) if signed else BOX, answers, sender or f"cb{person}@{unit.code}.example".lower(), subject,
            ((f"{self.sent}-CV.pdf", PDF + str(self.sent).encode()),))
        return raw.replace(b"<gmail-1@", f"<gmail-{self.sent}@".encode())


def take(letters: list[bytes]) -> list[int]:
    kept = [incoming.keep(raw) for raw in letters]
    with transaction():
        return sorted(incoming.add(kept, "hand"))


@pytest.mark.parametrize("together", [20, 3, 1])
def test_messages_settled_together_end_as_if_each_had_come_alone(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch, together: int) -> None:
    monkeypatch.setattr(mail_filing, "BATCH", together)
    office = Office(app, make, 4)
    a, b, c, d = office.units
    letters = [office.letter(a, "Báo cáo nhiệm vụ 1"), office.letter(b), office.letter(a, "Báo cáo nhiệm vụ 2"), office.letter(a)]
    letters.append(b"Received: by another way\r\n" + letters[1])
    letters += [
        letters_in.out_of_office(BOX, office.mails[c.id], f"cb1@{c.code}.example".lower()), office.letter(c, signed=False),
        office.letter(d, sender="la@nguoi.example"), office.letter(d), office.letter(d, person=2),
    ]
    ids = take(letters)
    mail_filing.run(transaction)
    rows = {row.id: row for row in db.session.scalars(select(IncomingMail))}
    assert [(rows[id].state, rows[id].unit_id) for id in ids] == [
        ("filed", a.id), ("filed", b.id), ("filed", a.id), ("triage", a.id), ("aside", None),
        ("aside", c.id), ("confirm", c.id), ("triage", d.id), ("filed", d.id), ("triage", d.id),
    ]
    owed = "Đơn vị không còn nhiệm vụ nào chờ nộp ở công văn này."
    assert [rows[ids[n]].reason for n in (3, 4, 7, 9)] == [owed, "Bản sao của một thư đã nhận.", "Địa chỉ gửi chưa thuộc đơn vị nào.", owed]
    assert tally.stored() == tally.counted()
    receipts = {mail.headers["In-Reply-To"]: mail for mail in db.session.scalars(select(Mail).where(Mail.kind == "receipt"))}
    assert set(receipts) == {rows[ids[n]].message_id for n in (0, 1, 2, 3, 6, 7, 8, 9)}
    first = receipts[rows[ids[0]].message_id]
    assert (first.unit_id, first.address) == (a.id, rows[ids[0]].sender) and first.body_text.count("đã nộp, chờ tỉnh duyệt") == 1


def test_each_submission_keeps_the_file_of_its_own_message(app: Flask, make: Factory) -> None:
    office = Office(app, make, 6)
    letters = [office.letter(unit) for unit in office.units]
    ids = take(letters)
    assert mail_filing.run(transaction)["filed"] == 6
    found = db.session.execute(
        select(Filing.incoming_id, Submission.unit_id, StoredFile.sha256, StoredFile.name).join(Submission, Submission.id == Filing.submission_id)
        .join(Evidence, Evidence.submission_id == Submission.id).join(StoredFile, StoredFile.id == Evidence.file_id).order_by(Filing.incoming_id)).all()
    wanted = [
        (id, unit.id, hashlib.sha256(PDF + str(n).encode()).hexdigest(), f"{n}-CV.pdf")
        for n, (id, unit) in enumerate(zip(ids, office.units, strict=True), 1)
    ]
    assert [tuple(row) for row in found] == wanted


def test_a_further_message_of_a_batch_costs_few_statements(app: Flask, make: Factory) -> None:
    office = Office(app, make, 16)
    take([office.letter(unit) for unit in office.units[:4]])
    few = queries(lambda: mail_filing.run(transaction))
    take([office.letter(unit) for unit in office.units[4:]])
    many = queries(lambda: mail_filing.run(transaction))
    assert many - few <= 2 * 8, "each message of the unit's dispatches, and little else"

"""Periods of keeping: what is past them, what an act destroys and what stays, and that nothing goes by itself unless the office wants it."""
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from tests import letters_in
from tests.factories import Factory
from tests.samples import PDF
from tests.services.test_incoming import BOX, Post, refused
from tests.services.test_registers import sent
from tracker import clock
from tracker.adapters.files import store
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import NotFound
from tracker.models.dispatches import Dispatch
from tracker.models.incoming import Filing, IncomingMail
from tracker.models.mails import Mail
from tracker.models.retention import Destruction
from tracker.models.submissions import Evidence, SubmissionItem
from tracker.services import arrivals, ending, file_sweep, files, incoming, registers, retention
from tracker.services.retention import Periods


@pytest.fixture
def admin(app: Flask, make: Factory) -> Actor:
    return make.actor(Role.ADMIN)


def counts(admin: Actor) -> dict[str, int]:
    return {one.kind: one.count for one in retention.past(admin)}


def at(years: float) -> datetime:
    return clock.now() + timedelta(days=366 * years)


def destroy(actor: Actor, kind: str) -> Destruction:
    with transaction():
        return retention.destroy(actor, kind, counts(actor)[kind])


def test_a_dispatch_goes_by_an_act_alone_and_leaves_its_line_in_the_registers(app: Flask, make: Factory, admin: Actor) -> None:
    clerk, unit = make.actor(), make.unit("Huyện Hà Trung")
    old, young = make.issued([unit], number="1-CV"), make.issued([unit], number="2-CV")
    done = sent(old, unit, clock.now(), number="9-BC", kind="report")
    with transaction() as session:
        original = files.receive(clerk, files.take(BytesIO(PDF), "cv.pdf"), "cv.pdf")
        answer = files.receive(clerk, files.take(BytesIO(PDF + b"%1"), "bc.pdf"), "bc.pdf")
        session.flush()
        session.get_one(Dispatch, old.id).file_id = original.id
        session.scalars(select(Evidence).where(Evidence.submission_id == done.id)).one().file_id = answer.id
        arrivals.catch_up()
        ending.close(clerk, old.id, session.get_one(Dispatch, old.id).version)
    answer_id = answer.id
    with clock.frozen(at(9)):
        assert counts(admin)["dispatch"] == 0
    with clock.frozen(at(11)):
        with transaction():
            retention.set_periods(admin, replace(Periods(), automatic=True))
        retention.run_automatic(transaction)
        assert counts(admin)["dispatch"] == 1 and {PDF, PDF + b"%1"} <= {path.read_bytes() for _, path in store().contents()}
        assert refused(lambda: retention.destroy(admin, "dispatch", 2)).code == "retention.changed"
        record = destroy(admin, "dispatch")
        assert (record.kind, record.by_name, record.count) == ("dispatch", admin.name, 1)
        assert record.listed[0]["what"].startswith("1-CV") and {file["name"] for file in record.listed[0]["files"]} == {"cv.pdf", "bc.pdf"}
        assert list(store().contents()) == [] and answer_id not in file_sweep.sweep().missing and counts(admin)["dispatch"] == 0
        with pytest.raises(NotFound) as gone:
            files.readable(clerk, answer_id)
        assert gone.value.code == "files.removed" and not any(db.session.scalars(select(SubmissionItem.result)))
        row = db.session.get_one(Dispatch, old.id, populate_existing=True)
        assert (row.number, row.text, row.destroyed_at) == ("1-CV", "", clock.now())
        assert db.session.get_one(Dispatch, young.id).destroyed_at is None
        assert [line.document for line in registers.incoming(clerk, None, None, "", whole=registers.MOST).lines] == ["9-BC"]
        assert {line.number for line in registers.outgoing(clerk, None, None, "").lines} == {"1-CV", "2-CV"}


def test_messages_go_by_themselves_only_where_the_office_wants_it(app: Flask, make: Factory, admin: Actor) -> None:
    post = Post(app, make)
    filed = post.take(letters_in.gmail(post.reply_to))
    aside = post.take(letters_in.out_of_office(BOX, post.mail.message_id or ""))
    waits = post.take(letters_in.gmail(BOX, sender="la@nguoi.example", subject="chưa rõ").replace(b"<gmail-1@", b"<gmail-2@"))
    with transaction() as session:
        for mail in session.scalars(select(Mail)):
            mail.state, mail.sent_at = "sent", clock.now()
    with clock.frozen(at(4)):
        assert counts(admin)["mail"] == 2 and counts(admin)["sent"] >= 1 and retention.run_automatic(transaction) == 0
        with transaction():
            retention.set_periods(admin, replace(Periods(), automatic=True))
        assert retention.run_automatic(transaction) == 2 and retention.run_automatic(transaction) == 0
        rows = {row.id: row for row in db.session.scalars(select(IncomingMail).execution_options(populate_existing=True))}
        assert rows[filed.id].removed_at and rows[aside.id].removed_at and rows[waits.id].removed_at is None and rows[waits.id].body
        assert rows[filed.id].subject and not rows[filed.id].body and PDF in {path.read_bytes() for _, path in store().contents()}
        assert not store().path(filed.sha256).exists() and store().path(waits.sha256).exists()
        assert not any(db.session.scalars(select(Mail.body_text))) and all(db.session.scalars(select(Mail.subject)))
        assert [one.by_name for one in retention.records(admin)] == ["Đôn Đốc", "Đôn Đốc"] and post.states() == ["submitted"] * 2


@pytest.mark.parametrize("new", [Periods(dispatch=4), Periods(dispatch=-1), Periods(mail=2), Periods(sent=241)])
def test_periods_have_bounds_and_nought_keeps_for_ever(app: Flask, admin: Actor, new: Periods) -> None:
    assert refused(lambda: retention.set_periods(admin, new)).code == "retention.period"
    with transaction():
        retention.set_periods(admin, Periods(0, 0, 0))
    with clock.frozen(at(100)):
        assert set(counts(admin).values()) == {0} and refused(lambda: retention.of_kind(admin, "x")).code == "retention.kind"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
def test_only_the_administrator_destroys(app: Flask, make: Factory, role: Role) -> None:
    actor = make.actor(role)
    for call in (lambda: retention.past(actor), lambda: retention.destroy(actor, "mail", 1), lambda: retention.set_periods(actor, Periods())):
        assert refused(call).status == 403


def test_what_another_dispatch_still_needs_goes_with_the_last_of_them(app: Flask, make: Factory, admin: Actor) -> None:
    """One mail with one file may have answered two dispatches."""
    clerk, unit = make.actor(), make.unit()
    old, young = make.issued([unit], number="1-CV"), make.issued([unit], number="2-CV")
    answers = [sent(one, unit, clock.now(), kind="report") for one in (old, young)]
    came = incoming.keep(letters_in.gmail(BOX))
    with transaction() as session:
        file = files.receive(clerk, files.take(BytesIO(PDF), "bc.pdf"), "bc.pdf")
        (mail_id,) = incoming.add([came], "hand")
        session.flush()
        mail = session.get_one(IncomingMail, mail_id)
        mail.state, mail.unit_id, mail.dispatch_id, mail.submission_id = "filed", unit.id, old.id, answers[0].id
        for answer in answers:
            session.scalars(select(Evidence).where(Evidence.submission_id == answer.id)).one().file_id = file.id
            session.add(Filing(incoming_id=mail_id, submission_id=answer.id))
        ending.close(clerk, old.id, session.get_one(Dispatch, old.id).version)
    with clock.frozen(at(8)), transaction() as session:
        ending.close(clerk, young.id, session.get_one(Dispatch, young.id).version)
    with clock.frozen(at(11)):
        assert destroy(admin, "dispatch").listed[0]["files"] == []
        assert files.readable(clerk, file.id).name == "bc.pdf" and store().path(came.sha256).exists()
    with clock.frozen(at(20)):
        assert [one["name"] for one in destroy(admin, "dispatch").listed[0]["files"]] == ["bc.pdf"]
        assert db.session.get_one(IncomingMail, mail_id, populate_existing=True).removed_at == clock.now() and list(store().contents()) == []

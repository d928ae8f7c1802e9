"""Đôn đốc by hand: one mail each, in the ledger, never twice by a slip of the hand."""
import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.conftest import NOW
from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import MACHINE, Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.domain.status import Act
from tracker.models.dispatches import Dispatch
from tracker.models.events import Event
from tracker.models.mails import Mail, Reminder
from tracker.services import assignments, nudges


def press(*args: object) -> nudges.Nudged:
    with transaction():
        return nudges.nudge(*args)  # type: ignore[arg-type]


def rows() -> list[Reminder]:
    db.session.rollback()
    return list(db.session.scalars(select(Reminder).order_by(Reminder.id)))


def test_each_unit_gets_its_own_mail_with_the_clerks_sentence(app: Flask, make: Factory) -> None:
    clerk, ours, theirs = make.actor(), make.unit(), make.unit()
    officer = make.person(Role.OFFICER, ours)
    make.person(Role.DISTRICT_LEADER, ours)
    dispatch = make.issued([ours, theirs])
    told = press(clerk, dispatch.id, [ours.id, theirs.id], " Gấp, họp sáng thứ Hai. ")
    assert (told.units, told.mails, told.nothing_owed, told.no_address) == (2, 2, [], [])
    mails = list(db.session.scalars(select(Mail).order_by(Mail.id)))
    assert [mail.address for mail in mails] == [officer.email, theirs.mailbox]
    assert all("Gấp, họp sáng thứ Hai." in mail.body_text and f"/dispatches/{dispatch.id}/answer" in mail.body_html for mail in mails)
    assert {(row.step, row.sequence, row.by_person_id, row.message) for row in rows()} == {("nudge", 1, clerk.id, "Gấp, họp sáng thứ Hai.")}
    assert len(rows()) == 4
    assert db.session.scalar(select(func.count()).select_from(Event).where(Event.kind == "reminder.nudge")) == 1


def test_a_second_press_within_a_minute_is_refused_and_writes_nothing(app: Flask, make: Factory) -> None:
    clerk, unit, other = make.actor(), make.unit(), make.unit()
    dispatch = make.issued([unit, other])
    press(clerk, dispatch.id, [unit.id])
    with clock.frozen(NOW + timedelta(seconds=59)):
        with pytest.raises(Conflict, match=r"nudge\.twice"):
            press(clerk, dispatch.id, [other.id, unit.id])
        assert len(rows()) == 2
        assert press(clerk, dispatch.id, [other.id]).mails == 1
    with clock.frozen(NOW + timedelta(seconds=61)):
        assert press(clerk, dispatch.id, [unit.id]).mails == 1
    assert sorted(row.sequence for row in rows() if row.unit_id == unit.id) == [1, 1, 2, 2]


def test_two_clerks_at_once_send_one_mail(app: Flask, make: Factory) -> None:
    clerk, unit = make.actor(), make.unit()
    dispatch_id, unit_id = make.issued([unit]).id, unit.id
    db.session.remove()
    start, ended = threading.Barrier(2), []

    def run() -> None:
        with app.app_context():
            start.wait()
            try:
                press(clerk, dispatch_id, [unit_id])
                ended.append("done")
            except Conflict:
                ended.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["done", "refused"]
    assert db.session.scalar(select(func.count()).select_from(Mail)) == 1


def test_what_waits_for_review_is_not_nudged(app: Flask, make: Factory) -> None:
    clerk, unit = make.actor(), make.unit()
    dispatch = make.issued([unit])
    first, second = make.assignments(dispatch, unit)
    with transaction():
        assignments.advance(MACHINE, assignments.get(MACHINE, first.id), Act.SUBMIT, submitted_on=clock.today())
    press(clerk, dispatch.id, [unit.id])
    assert [row.assignment_id for row in rows()] == [second.id]
    with transaction():
        assignments.advance(MACHINE, assignments.get(MACHINE, second.id), Act.SUBMIT, submitted_on=clock.today())
    with clock.frozen(NOW + timedelta(hours=1)):
        assert press(clerk, dispatch.id, [unit.id]).nothing_owed == [unit.name]


def test_a_unit_without_an_address_is_named_and_kept(app: Flask, make: Factory) -> None:
    clerk, unit = make.actor(), make.unit(mailbox=None)
    told = press(clerk, make.issued([unit]).id, [unit.id])
    assert (told.units, told.mails, told.no_address) == (0, 0, [unit.name])
    assert db.session.scalars(select(Mail.state)).all() == ["skipped"]
    assert len(rows()) == 2


def test_what_cannot_be_nudged(app: Flask, make: Factory) -> None:
    clerk, unit, stranger = make.actor(), make.unit(), make.unit()
    dispatch = make.issued([unit])
    for wanted, args in (
        (BadInput, (clerk, dispatch.id, [])), (BadInput, (clerk, dispatch.id, [unit.id], "x" * 1001)), (NotFound, (clerk, dispatch.id, [stranger.id])),
        (NotFound, (clerk, 999, [unit.id])), (Forbidden, (make.actor(Role.OFFICER, unit), dispatch.id, [unit.id])),
    ):
        with pytest.raises(wanted):
            press(*args)
    with transaction() as session:
        session.execute(update(Dispatch).values(state="withdrawn", ended_at=clock.now(), ended_reason="Sai"))
    with pytest.raises(Conflict):
        press(clerk, dispatch.id, [unit.id])
    assert rows() == []

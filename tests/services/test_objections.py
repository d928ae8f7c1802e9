"""Đề nghị xem lại: the clock stands still, a named person decides, and the days of waiting never count against the unit."""
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from tests.factories import DUE, REVIEW, Factory
from tests.services.test_reviewing import hand_in
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.domain.holds import shifted
from tracker.domain.progress import Line, Standing, days_late, timeliness
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail
from tracker.models.objections import Objection
from tracker.models.people import Person
from tracker.services import assignments, ending, extensions, handover, objection_decisions, objections, report_facts, reviewing, sentences, tally

REASON = "Huyện không có xã ven biển"


class Scene:
    """A dispatch that a clerk issued, with a dated and an undated task, its unit and an officer of it."""

    def __init__(self, make: Factory) -> None:
        self.make, self.unit, self.clerk, self.leader = make, make.unit(), make.actor(), make.actor(Role.LEADER)
        self.officer = make.actor(Role.OFFICER, self.unit)
        self.dispatch = make.issued([self.unit])
        with transaction() as session:
            session.execute(update(Dispatch).where(Dispatch.id == self.dispatch.id).values(issued_by_id=self.clerk.id))
        self.row, self.undated = make.assignments(self.dispatch, self.unit)

    def object_to(self, *rows: Assignment, reason: str = REASON, suggestion: str = "Sở Nông nghiệp") -> int:
        with transaction():
            return objections.object_to(self.officer, [row.id for row in rows or (self.row,)], reason, suggestion)[0]

    def now(self) -> Assignment:
        db.session.refresh(self.row)
        return self.row

    def told(self) -> str:
        return sentences.lines(sentences.events_of(self.row.id))[-1].text


@pytest.fixture
def scene(make: Factory) -> Scene:
    return Scene(make)


def one(id: int) -> Objection:
    found = db.session.get_one(Objection, id)
    db.session.refresh(found)
    return found


def test_the_clock_stops_and_who_issued_it_decides(scene: Scene) -> None:
    id = scene.object_to()
    row = scene.now()
    assert (row.state, row.held_state, row.held_on, row.chase_on) == (State.OBJECTED, "assigned", clock.today(), None)
    assert (one(id).decider_id, one(id).suggestion) == (scene.clerk.id, "Sở Nông nghiệp")
    assert scene.told().endswith(f"đề nghị xem lại: không thuộc trách nhiệm của đơn vị: “{REASON}”.")
    assert tally.stored() == tally.counted()


def test_upheld_it_counts_nowhere_and_the_unit_is_told(scene: Scene) -> None:
    id = scene.object_to()
    with transaction():
        assert objection_decisions.uphold(scene.clerk, [id]) == 1
    assert (scene.now().state, scene.row.upheld) == (State.CANCELLED, True)
    line = next(x for x in report_facts.gather(scene.dispatch.id, clock.today()).lines if x.id == scene.row.id)
    assert line.objection_upheld and timeliness(line, clock.today()).standing == Standing.OUTSIDE
    mail = db.session.scalars(select(Mail).where(Mail.kind == "objected")).one()
    assert "không phải làm nữa" in mail.subject and mail.address == scene.unit.mailbox
    assert tally.stored() == tally.counted()


@pytest.mark.parametrize(("raised_on", "decided_on", "due_on"), [
    (date(2026, 9, 8), date(2026, 9, 8), DUE),                      # decided on the same day: nothing moves
    (date(2026, 9, 8), date(2026, 9, 14), date(2026, 10, 6)),       # six days of waiting
    (date(2026, 9, 29), date(2026, 10, 9), date(2026, 10, 10)),     # raised a day before the date: a day is left
    (date(2026, 10, 5), date(2026, 10, 9), date(2026, 10, 4)),      # raised five days late: five days late it stays
])
def test_dismissed_it_goes_on_where_it_stood(scene: Scene, raised_on: date, decided_on: date, due_on: date) -> None:
    with clock.frozen(raised_on):
        id = scene.object_to()
    with clock.frozen(decided_on):
        with transaction():
            objection_decisions.dismiss(scene.clerk, [id], "Kế hoạch giao cho mọi huyện")
        row = scene.now()
        assert (row.state, row.due_on, row.original_due_on, row.chase_on) == (State.ASSIGNED, due_on, DUE, due_on)
        assert row.deadline_version == 1 + (due_on != DUE)
        assert days_late(due_on, decided_on) == days_late(DUE, raised_on)
        assert tally.stored() == tally.counted()
    mail = db.session.scalars(select(Mail).where(Mail.kind == "objected")).one()
    assert f"hạn {due_on:%d/%m/%Y}" in mail.body_text and "Kế hoạch giao cho mọi huyện" in mail.body_text


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(-60, 60), st.integers(0, 90), st.integers(0, 30), st.integers(0, 60))
def test_waiting_equals_shifting(due_on: date, raised: int, waited: int, carried: int, later: int) -> None:
    """While it waits the lateness stands still; after it, every day counts as if the waiting had not been."""
    raised_on = due_on + timedelta(raised)
    decided_on, seen_on = raised_on + timedelta(waited), raised_on + timedelta(waited + later)

    def late(state: State, due: date | None, on: date, held_on: date | None = None) -> int:
        return timeliness(Line("392", "Hà Trung", 1, "Việc", "Việc", state, due_on=due, paused_on=held_on, late_before=carried), on).days_late

    stood = late(State.ACKNOWLEDGED, due_on, raised_on)
    assert late(State.OBJECTED, due_on, decided_on, raised_on) == stood
    moved = shifted(due_on, raised_on, decided_on)
    assert late(State.ACKNOWLEDGED, moved, decided_on) == stood
    assert late(State.ACKNOWLEDGED, moved, seen_on) == late(State.ACKNOWLEDGED, due_on, seen_on - timedelta(waited))


def test_the_unit_takes_it_back_likewise_and_may_say_it_again(scene: Scene) -> None:
    id = scene.object_to()
    with clock.frozen(date(2026, 9, 11)):
        with transaction():
            assert objections.take_back(scene.officer, id) == scene.row.id
        assert (scene.now().state, scene.row.due_on, one(id).state) == (State.ASSIGNED, DUE + timedelta(3), "taken_back")
        assert one(scene.object_to()).state == "raised"


def test_the_state_before_comes_back_with_its_fix_by_day(scene: Scene) -> None:
    submission = hand_in(scene.unit, [scene.row], clock.today())
    with transaction():
        reviewing.send_back(scene.clerk, submission, [scene.row.id], "Thiếu biên bản", date(2026, 9, 18))
    id = scene.object_to()
    with clock.frozen(date(2026, 9, 10)), transaction():
        objection_decisions.dismiss(scene.clerk, [id], "Vẫn là việc của huyện")
    assert (scene.now().state, scene.row.fix_by, scene.row.chase_on) == (State.RETURNED, date(2026, 9, 20), date(2026, 9, 20))


def test_a_task_without_a_date_keeps_its_review_date_in_step(scene: Scene) -> None:
    id = scene.object_to(scene.undated)
    with clock.frozen(date(2026, 9, 10)), transaction():
        objection_decisions.dismiss(scene.clerk, [id], "Vẫn là việc của huyện")
    db.session.refresh(scene.undated)
    assert (scene.undated.due_on, scene.undated.review_on) == (None, REVIEW + timedelta(2))


def test_only_the_named_person_or_a_leader_decides(scene: Scene) -> None:
    id, colleague = scene.object_to(), scene.make.actor()
    with pytest.raises(Forbidden, match=r"objection\.others"), transaction():
        objection_decisions.uphold(colleague, [id])
    with transaction():
        assert objections.name_decider(scene.clerk, id, colleague.id or 0) == colleague.name
    assert scene.told().endswith(f"giao {colleague.name} quyết định đề nghị xem lại.")
    with pytest.raises(Forbidden, match=r"objection\.others"), transaction():
        objection_decisions.uphold(scene.clerk, [id])
    with transaction():
        objection_decisions.dismiss(scene.leader, [id], "Lãnh đạo trả lời")
    assert (one(id).state, one(id).decided_by_id) == ("dismissed", scene.leader.id)


def test_who_can_be_named(scene: Scene) -> None:
    id = scene.object_to()
    gone = scene.make.person(left_at=clock.now())
    for person_id in (scene.officer.id, gone.id, 999):
        with pytest.raises(BadInput, match=r"objection\.decider"), transaction():
            objections.name_decider(scene.clerk, id, person_id or 0)
    assert {person_id for person_id, _ in objections.deciders()} == {scene.clerk.id, scene.leader.id}


def test_where_the_issuer_has_left_anybody_with_the_right_decides(scene: Scene) -> None:
    with transaction() as session:
        session.execute(update(Person).where(Person.id == scene.clerk.id).values(left_at=clock.now()))
    id, other = scene.object_to(), scene.make.actor()
    assert one(id).decider_id is None
    with transaction():
        assert objection_decisions.uphold(other, [id]) == 1


@pytest.mark.parametrize("named", [True, False])
def test_what_a_leaver_would_have_decided_goes_to_the_successor(scene: Scene, named: bool) -> None:
    id, successor, admin = scene.object_to(), scene.make.actor(), scene.make.actor(Role.ADMIN)
    with transaction():
        handover.leave(admin, scene.clerk.id or 0, successor.id if named else None)
    assert one(id).decider_id == (successor.id if named else None)


def test_what_is_refused(scene: Scene) -> None:
    foreign = scene.make.actor(Role.OFFICER, scene.make.unit())
    for kind, code, actor, reason, suggestion in (
        (BadInput, "objection.reason", scene.officer, " ", ""), (BadInput, "objection.suggestion", scene.officer, REASON, "x" * 301),
        (NotFound, "not_found", foreign, REASON, ""), (Forbidden, "forbidden", scene.clerk, REASON, ""),
    ):
        with pytest.raises(kind, match=code), transaction():
            objections.object_to(actor, [scene.row.id], reason, suggestion)
    id = scene.object_to()
    with pytest.raises(Conflict, match=r"objection\.state"):
        scene.object_to()
    with pytest.raises(BadInput, match=r"request\.reason"), transaction():
        objection_decisions.dismiss(scene.clerk, [id], "")
    with transaction():
        objection_decisions.dismiss(scene.clerk, [id], "Vẫn là việc của huyện")
    with pytest.raises(Conflict, match=r"objection\.again"):
        scene.object_to()
    with pytest.raises(Conflict, match=r"request\.decided"), transaction():
        objections.take_back(scene.officer, id)


def test_by_a_signed_link_and_for_several_at_once(app: Flask, make: Factory) -> None:
    unit = make.unit()
    rows = make.assignments(make.issued([unit]), unit)
    with transaction():
        ids = objections.object_to(Actor(None, "Hộp thư huyện", Role.OFFICER, unit.id), [row.id for row in rows], REASON, channel="link")
    assert [(one(id).channel, one(id).raised_by_id) for id in ids] == [("link", None)] * 2


@pytest.mark.parametrize("word", ["uphold", "dismiss"])
def test_a_decision_is_taken_back_until_the_mail_has_left(scene: Scene, word: str) -> None:
    with transaction():
        assignments.acknowledge(scene.officer, scene.row.id)
        (extension,) = extensions.ask(scene.officer, [scene.row.id], date(2026, 10, 15), "data", "Chờ số liệu")
    id = scene.object_to()
    with clock.frozen(date(2026, 9, 12)):
        with transaction():
            getattr(objection_decisions, word)(scene.clerk, [id], "Đã xem")
        mail_id = one(id).mail_id or 0
        with transaction():
            assert objection_decisions.undo(scene.clerk, mail_id) == 1
        row = scene.now()
        assert (row.state, row.held_state, row.held_on, row.due_on, row.upheld) == (State.OBJECTED, "acknowledged", date(2026, 9, 8), DUE, False)
        assert (one(id).state, row.deadline_version, db.session.get_one(Mail, mail_id).state) == ("raised", 1, "cancelled")
        assert tally.stored() == tally.counted()
        with transaction():
            objection_decisions.dismiss(scene.clerk, [id], "Vẫn là việc của huyện")
        assert (scene.now().state, scene.row.due_on) == (State.ACKNOWLEDGED, DUE + timedelta(4))
        with transaction() as session:
            session.execute(update(Mail).where(Mail.id == one(id).mail_id).values(state="sending", attempts=1))
        with pytest.raises(Conflict, match=r"request\.told"), transaction():
            objection_decisions.undo(scene.clerk, one(id).mail_id or 0)
    assert extension


def test_of_a_dispatch_that_has_ended_nothing_is_taken_back(scene: Scene) -> None:
    """What is closed stands in no count: an assignment that moved would be counted as less than nothing."""
    id = scene.object_to()
    with transaction() as session:
        ending.close(scene.clerk, scene.dispatch.id, session.get_one(Dispatch, scene.dispatch.id).version)
    with pytest.raises(Conflict, match=r"^objection\.ended"), transaction():
        objections.take_back(scene.officer, id)
    assert scene.now().state == State.OBJECTED and tally.stored() == tally.counted()


def test_an_upheld_one_that_had_been_returned_is_returned_again_and_stands_in_reports_as_it_did(scene: Scene) -> None:
    handed = hand_in(scene.unit, [scene.row], clock.today())
    with transaction():
        reviewing.send_back(scene.clerk, handed, [scene.row.id], "Thiếu", date(2026, 9, 20))
    id = scene.object_to()
    with clock.frozen(date(2026, 9, 9)):
        with transaction():
            objection_decisions.uphold(scene.clerk, [id])
        with transaction():
            objection_decisions.undo(scene.clerk, one(id).mail_id or 0)
    assert (scene.now().state, scene.row.held_state, scene.row.upheld) == (State.OBJECTED, "returned", False)
    with clock.frozen(date(2026, 9, 12)):
        with transaction():
            objections.take_back(scene.officer, id)
        for as_of in (date(2026, 9, 8), date(2026, 9, 10)):
            assert [line.state for line in report_facts.gather(scene.dispatch.id, as_of).lines if line.id == scene.row.id] == [State.OBJECTED]


def test_what_is_followed_no_more_is_not_decided(scene: Scene) -> None:
    id = scene.object_to()
    with transaction() as session:
        ending.close(scene.clerk, scene.dispatch.id, session.get_one(Dispatch, scene.dispatch.id).version)
    with pytest.raises(Conflict, match=r"^request\.closed"), transaction():
        objection_decisions.uphold(scene.clerk, [id])

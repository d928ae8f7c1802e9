"""Gia hạn: who may ask, what the caps leave open, what granting moves and what it leaves, and taking back on both sides."""
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from tests.factories import DUE, Factory
from tests.services.test_reviewing import hand_in
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, DomainError, Forbidden, NotFound
from tracker.domain.extending import carried_before, late_when_asked
from tracker.domain.progress import Line, Standing, timeliness
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.extensions import Extension
from tracker.models.mails import Mail
from tracker.services import ending, extension_decisions, extensions, report_facts, reviewing, sentences, tally

WISHED = date(2026, 10, 15)
REASON = "Bão làm ngập trụ sở"


class Scene:
    """One dispatch with a dated and an undated task, its unit, an officer of it and a clerk."""

    def __init__(self, make: Factory) -> None:
        self.make, self.unit, self.clerk = make, make.unit(), make.actor()
        self.officer = make.actor(Role.OFFICER, self.unit)
        self.dispatch = make.issued([self.unit])
        self.row, self.undated = make.assignments(self.dispatch, self.unit)

    def ask(self, wished: date | None = WISHED, category: str = "weather", reason: str = REASON, actor: Actor | None = None) -> int:
        with transaction():
            return extensions.ask(actor or self.officer, [self.row.id], wished, category, reason)[0]

    def grant(self, ids: list[int], on: date | None = None, note: str = "") -> int:
        with transaction():
            return extension_decisions.grant(self.clerk, ids, on, note)

    def refuse(self, ids: list[int], reason: str = "Việc đã lùi một lần") -> int:
        with transaction():
            return extension_decisions.refuse(self.clerk, ids, reason)

    def cap(self, **caps: int) -> None:
        with transaction() as session:
            session.execute(update(Dispatch).where(Dispatch.id == self.dispatch.id).values(caps))

    def now(self) -> Assignment:
        db.session.refresh(self.row)
        return self.row

    def mails(self) -> list[Mail]:
        return list(db.session.scalars(select(Mail).where(Mail.kind == "extended").order_by(Mail.id)))


@pytest.fixture
def scene(make: Factory) -> Scene:
    return Scene(make)


def one(id: int) -> Extension:
    found = db.session.get_one(Extension, id)
    db.session.refresh(found)
    return found


def test_a_request_moves_nothing_until_it_is_decided(scene: Scene) -> None:
    found = one(scene.ask())
    assert (found.state, found.due_before, found.wished_on, found.late_before, found.channel) == ("asked", DUE, WISHED, 0, "web")
    assert (scene.now().due_on, scene.row.state, scene.row.deadline_version) == (DUE, State.ASSIGNED, 1)
    told = sentences.lines(sentences.events_of(scene.row.id))[-1].text
    assert told.endswith(f"xin gia hạn đến 15/10/2026 (hạn đang là 30/09/2026, Thiên tai, thời tiết): “{REASON}”.")


def test_granting_moves_the_date_in_force_and_keeps_the_first_one(scene: Scene) -> None:
    id = scene.ask()
    assert scene.grant([id]) == 1
    row = scene.now()
    assert (row.due_on, row.original_due_on, row.chase_on, row.deadline_version, row.late_before) == (WISHED, DUE, WISHED, 2, 0)
    assert (one(id).state, one(id).granted_on, one(id).replaced_on) == ("granted", WISHED, DUE)
    (mail,) = scene.mails()
    assert (mail.id, mail.address, mail.not_before) == (one(id).mail_id, scene.unit.mailbox, clock.now() + timedelta(minutes=5))
    assert "hạn mới 15/10/2026" in mail.body_text and "trước đây 30/09/2026" in mail.body_text
    assert tally.stored() == tally.counted()


def test_granting_otherwise_and_refusing_tell_the_unit_why(scene: Scene) -> None:
    scene.grant([scene.ask()], date(2026, 10, 9), "Chậm nhất là hôm đó")
    assert scene.now().due_on == date(2026, 10, 9)
    id = scene.ask(date(2026, 10, 20))
    scene.refuse([id])
    assert (scene.now().due_on, one(id).state, one(id).decision) == (date(2026, 10, 9), "refused", "Việc đã lùi một lần")
    otherwise, refused = scene.mails()
    assert "đến ngày khác ngày đã xin" in otherwise.subject and "xin đến 15/10/2026" in otherwise.body_text
    assert "Không cho gia hạn" in refused.subject and "Lý do: Việc đã lùi một lần" in refused.body_text
    told = [line.text.partition(" ")[2] for line in sentences.lines(sentences.events_of(scene.row.id))]
    assert any("cho gia hạn đến 09/10/2026, thay hạn 30/09/2026" in line for line in told)
    assert any("không cho gia hạn đến 20/10/2026" in line for line in told)


@pytest.mark.parametrize(("asked_on", "granted_on", "kept"), [
    (date(2026, 9, 29), date(2026, 10, 9), 0),   # asked before the date: nothing was late
    (date(2026, 9, 30), date(2026, 10, 9), 0),   # on the day itself
    (date(2026, 10, 1), date(2026, 10, 9), 1),   # the day after: one day stays
    (date(2026, 10, 5), date(2026, 10, 9), 5),
])
def test_lateness_before_an_extension_stays(scene: Scene, asked_on: date, granted_on: date, kept: int) -> None:
    with clock.frozen(asked_on):
        id = scene.ask(granted_on)
        scene.grant([id])
        submission = hand_in(scene.unit, [scene.row], granted_on)
        with transaction():
            reviewing.accept(scene.clerk, submission, [scene.row.id])
    line = next(x for x in report_facts.gather(scene.dispatch.id, granted_on).lines if x.id == scene.row.id)
    found = timeliness(line, granted_on)
    assert (scene.now().late_before, found.days_late) == (kept, kept)
    assert found.standing == (Standing.DONE_LATE if kept else Standing.DONE_ON_TIME)
    assert tally.stored() == tally.counted()
    assert (scene.unit.id, "accepted_late" if kept else "accepted", tally.NO_DATE) in tally.stored()


def test_while_it_runs_the_new_date_says_what_is_overdue_and_the_days_before_stay(scene: Scene) -> None:
    with clock.frozen(date(2026, 10, 5)):
        scene.grant([scene.ask(date(2026, 10, 20))])

    def found(on: date) -> tuple[str, int]:
        line = next(x for x in report_facts.gather(scene.dispatch.id, on).lines if x.id == scene.row.id)
        return timeliness(line, on).standing, timeliness(line, on).days_late

    with clock.frozen(date(2026, 10, 30)):
        assert found(date(2026, 10, 4)) == (Standing.OPEN_OVERDUE, 4)      # a report of the day before knows nothing of it
        assert found(date(2026, 10, 5)) == (Standing.OPEN_IN_TIME, 5)
        assert found(date(2026, 10, 20)) == (Standing.OPEN_IN_TIME, 5)
        assert found(date(2026, 10, 23)) == (Standing.OPEN_OVERDUE, 8)     # three more, beside the five


def test_two_late_requests_add_up(scene: Scene) -> None:
    with clock.frozen(date(2026, 10, 2)):
        scene.grant([scene.ask(date(2026, 10, 5))])
    with clock.frozen(date(2026, 10, 8)):
        scene.grant([scene.ask(date(2026, 10, 12))])
    assert (scene.now().late_before, scene.row.original_due_on) == (5, DUE)


@given(
    late=st.integers(-20, 40), carried=st.integers(0, 30), wait=st.integers(0, 30), more=st.integers(0, 60), later=st.integers(0, 120),
)
def test_granting_never_lowers_the_days_late_before_it(late: int, carried: int, wait: int, more: int, later: int) -> None:
    """Asked on one day, decided some days later, to a date on or after the day of asking; looked at on any day from the decision on."""
    due_on, asked_on = DUE, DUE + timedelta(late)
    granted_on = max(asked_on, due_on + timedelta(1)) + timedelta(more)
    seen_on = asked_on + timedelta(wait + later)
    kept = late_when_asked(carried, due_on, asked_on)

    def days(due: date, before: int, on: date) -> int:
        return timeliness(Line("392", "Hà Trung", 1, "Việc", "Việc", State.ACKNOWLEDGED, due_on=due, late_before=before), on).days_late

    before, after = days(due_on, carried, asked_on), days(granted_on, kept, seen_on)
    assert kept == before <= after <= days(due_on, carried, max(seen_on, asked_on))
    assert carried_before(kept, due_on, asked_on) == carried
    assert days(granted_on, kept, granted_on + timedelta(3)) == kept + 3


CAPS: list[tuple[dict[str, int], date, int, str]] = [
    ({"extension_days": 10}, date(2026, 10, 10), 0, ""),
    ({"extension_days": 10}, date(2026, 10, 11), 0, "extension.too_far"),
    ({"extension_days": 0}, date(2026, 10, 1), 0, "extension.no_room"),
    ({"extension_times": 1}, date(2026, 10, 20), 0, ""),
    ({"extension_times": 1}, date(2026, 10, 20), 1, "extension.times"),
    ({"extension_times": 2, "extension_days": 20}, date(2026, 10, 21), 1, "extension.too_far"),
]


@pytest.mark.parametrize(("caps", "wished", "granted", "code"), CAPS)
def test_the_caps_of_a_dispatch(scene: Scene, caps: dict[str, int], wished: date, granted: int, code: str) -> None:
    for n in range(granted):
        scene.grant([scene.ask(date(2026, 10, 1 + n))])
    scene.cap(**caps)
    if not code:
        assert scene.grant([scene.ask(wished)]) == 1
        return
    with pytest.raises(DomainError) as refused:
        scene.ask(wished)
    assert refused.value.code == code
    if code == "extension.too_far":
        assert refused.value.params["latest"] == DUE + timedelta(caps["extension_days"])


def test_the_caps_bind_the_province_too(scene: Scene) -> None:
    id = scene.ask(date(2026, 10, 9))
    scene.cap(extension_days=10)
    with pytest.raises(BadInput, match="too_far"):
        scene.grant([id], date(2026, 10, 20))
    assert scene.grant([id], date(2026, 10, 10)) == 1


@pytest.mark.parametrize(("change", "code"), [
    ({"state": "submitted", "submitted_on": DUE, "chase_on": None}, "extension.state"),
    ({"state": "accepted", "submitted_on": DUE, "accepted_on": DUE, "chase_on": None}, "extension.state"),
    ({"state": "paused", "held_state": "assigned", "held_on": DUE, "chase_on": None}, "extension.state"),
    ({"due_on": None, "review_on": DUE}, "extension.no_deadline"),
])
def test_only_what_is_owed_by_a_date_can_be_extended(scene: Scene, change: dict[str, object], code: str) -> None:
    with transaction() as session:
        session.execute(update(Assignment).where(Assignment.id == scene.row.id).values(change))
    db.session.expire_all()
    with pytest.raises(Conflict, match=code):
        scene.ask()


def test_what_a_form_may_lack(scene: Scene) -> None:
    other = scene.make.unit()
    foreign = scene.make.assignments(scene.make.issued([other]), other)[0]
    asked: list[tuple[type[DomainError], str, Actor, list[int], date | None, str, str]] = [
        (BadInput, "extension.no_day", scene.officer, [scene.row.id], None, "weather", REASON),
        (BadInput, "extension.category", scene.officer, [scene.row.id], WISHED, "storm", REASON),
        (BadInput, "extension.reason", scene.officer, [scene.row.id], WISHED, "weather", "  "),
        (BadInput, "extension.not_later", scene.officer, [scene.row.id], DUE, "weather", REASON),
        (BadInput, "request.none_chosen", scene.officer, [], WISHED, "weather", REASON),
        (NotFound, "not_found", scene.officer, [foreign.id], WISHED, "weather", REASON),
        (NotFound, "not_found", scene.officer, [scene.row.id, foreign.id], WISHED, "weather", REASON),
        (Forbidden, "forbidden", scene.clerk, [scene.row.id], WISHED, "weather", REASON),
    ]
    for kind, code, actor, ids, wished, category, reason in asked:
        with pytest.raises(kind, match=code), transaction():
            extensions.ask(actor, ids, wished, category, reason)
    decided: list[tuple[type[DomainError], str, Callable[[], object]]] = [
        (Forbidden, "forbidden", lambda: extension_decisions.grant(scene.officer, [1])),
        (NotFound, "not_found", lambda: extension_decisions.grant(scene.clerk, [99])),
        (BadInput, "request.none_chosen", lambda: extension_decisions.grant(scene.clerk, [])),
        (BadInput, "request.reason", lambda: extension_decisions.refuse(scene.clerk, [1], " ")),
    ]
    for kind, code, call in decided:
        with pytest.raises(kind, match=code), transaction():
            call()
    with clock.frozen(date(2026, 10, 10)), pytest.raises(BadInput, match=r"extension\.past"):
        scene.ask(date(2026, 10, 9))


def test_one_request_at_a_time_and_it_can_be_taken_back(scene: Scene) -> None:
    id = scene.ask()
    with pytest.raises(Conflict, match="waiting"):
        scene.ask()
    stranger = scene.make.actor(Role.OFFICER, scene.make.unit())
    with pytest.raises(NotFound), transaction():
        extensions.take_back(stranger, id)
    with transaction():
        assert extensions.take_back(scene.officer, id) == scene.row.id
    for call in (lambda: scene.grant([id]), lambda: extensions.take_back(scene.officer, id)):
        with pytest.raises(Conflict, match=r"request\.decided"), transaction():
            call()
    assert one(scene.ask()).state == "asked"


def test_somebody_who_came_by_a_signed_link_asks_as_the_unit(scene: Scene) -> None:
    with transaction():
        (id,) = extensions.ask(Actor(None, "Hộp thư huyện", Role.OFFICER, scene.unit.id), [scene.row.id], WISHED, "data", REASON, channel="link")
    assert (one(id).asked_by_id, one(id).channel) == (None, "link")


def test_undoing_puts_the_date_back_until_the_mail_has_left(scene: Scene) -> None:
    with clock.frozen(date(2026, 10, 3)):
        id = scene.ask()
        scene.grant([id])
        mail_id = one(id).mail_id or 0
        with transaction():
            assert extension_decisions.undo(scene.clerk, mail_id) == 1
        row = scene.now()
        assert (row.due_on, row.late_before, row.deadline_version, one(id).state, one(id).mail_id) == (DUE, 0, 1, "asked", None)
        assert db.session.get_one(Mail, mail_id).state == "cancelled"
        scene.refuse([id])
        with transaction() as session:
            session.execute(update(Mail).where(Mail.id == one(id).mail_id).values(state="sending", attempts=1))
        with pytest.raises(Conflict, match=r"request\.told"), transaction():
            extension_decisions.undo(scene.clerk, one(id).mail_id or 0)
    assert tally.stored() == tally.counted()


def test_the_fix_by_day_of_a_returned_result_moves_along_and_back(scene: Scene) -> None:
    submission = hand_in(scene.unit, [scene.row], clock.today())
    with transaction():
        reviewing.send_back(scene.clerk, submission, [scene.row.id], "Thiếu biên bản", date(2026, 10, 5))
    id = scene.ask(date(2026, 10, 12))
    scene.grant([id])
    assert (scene.now().due_on, scene.row.fix_by, scene.row.chase_on) == (date(2026, 10, 12),) * 3
    with transaction():
        extension_decisions.undo(scene.clerk, one(id).mail_id or 0)
    assert (scene.now().due_on, scene.row.fix_by) == (date(2026, 10, 5), date(2026, 10, 5))


def test_what_was_handed_in_meanwhile_can_still_be_granted(scene: Scene) -> None:
    """The wait for the answer was the province's: handed in after the old date, within the new one, it was in time."""
    id = scene.ask()
    hand_in(scene.unit, [scene.row], date(2026, 10, 3))
    with clock.frozen(date(2026, 10, 6)):
        scene.grant([id])
    assert (scene.now().state, scene.row.due_on, scene.row.late_before) == (State.SUBMITTED, WISHED, 0)
    assert (scene.unit.id, "submitted", tally.NO_DATE) in tally.stored()
    assert tally.stored() == tally.counted()


def test_several_units_are_decided_at_once_and_each_is_told_once(app: Flask, make: Factory) -> None:
    units, clerk = [make.unit(), make.unit(mailbox=None)], make.actor()
    dispatch = make.issued(units, [(DUE, None), (DUE, None)])
    ids = []
    for unit in units:
        officer = make.actor(Role.OFFICER, unit)
        with transaction():
            ids += extensions.ask(officer, [a.id for a in make.assignments(dispatch, unit)], WISHED, "staff", REASON)
    assert len({one(id).batch for id in ids}) == 2
    with transaction():
        assert extension_decisions.grant(clerk, ids) == 4
    mails = db.session.scalars(select(Mail).where(Mail.kind == "extended")).all()
    assert len(mails) == 2 and all("2 việc" in mail.subject for mail in mails)
    assert all(mail.state == "queued" for mail in mails)  # a unit without a mailbox is reached by its officer
    assert {a.due_on for a in make.assignments(dispatch)} == {WISHED}


def test_a_closed_dispatch_takes_no_request_and_no_decision(scene: Scene) -> None:
    id = scene.ask()
    with transaction() as session:
        ending.close(scene.clerk, scene.dispatch.id, session.get_one(Dispatch, scene.dispatch.id).version)
    with pytest.raises(Conflict, match=r"request\.closed"):
        scene.grant([id])
    with pytest.raises(Conflict, match=r"answer\.closed"):
        scene.ask()


def test_a_request_lapses_with_its_task(scene: Scene) -> None:
    id = scene.ask()
    with transaction() as session:
        ending.withdraw(scene.clerk, scene.dispatch.id, session.get_one(Dispatch, scene.dispatch.id).version, "Ban hành nhầm")
    assert one(id).state == "taken_back"


def test_acceptance_ends_a_waiting_request(scene: Scene) -> None:
    id = scene.ask()
    submission = hand_in(scene.unit, [scene.row], clock.today())
    with transaction():
        reviewing.accept(scene.clerk, submission, [scene.row.id])
    assert one(id).state == "taken_back"


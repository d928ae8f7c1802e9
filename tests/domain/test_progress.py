"""The report's arithmetic: every case of the rules by table, and by hypothesis that the cells always add up."""
from dataclasses import replace
from datetime import date, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report_data import AS_OF, province_data
from tracker.domain.progress import Line, Standing, Tally, Timeliness, tally, timeliness
from tracker.domain.report import figures, from_json, sha256, to_json
from tracker.domain.status import State

DUE = date(2020, 9, 4)


def a_line(**facts: object) -> Line:
    given = {"state": State.ACKNOWLEDGED, "due_on": DUE, **facts}
    return Line(unit_code="392", unit_name="Huyện Hà Trung", task_position=1, task_title="Kiểm tra", task_text="Kiểm tra.", **given)


def accepted(sent: date, due: date | None) -> dict[str, object]:
    return {"state": State.ACCEPTED, "due_on": due, "submitted_on": sent, "accepted_submitted_on": sent, "accepted_due_on": due, "accepted_on": sent}


@pytest.mark.parametrize(("facts", "as_of", "expected"), [
    # Late begins the day after the due date.
    ({}, DUE, Timeliness(Standing.OPEN_IN_TIME)),
    ({}, DUE + timedelta(1), Timeliness(Standing.OPEN_OVERDUE, 1)),
    ({"state": State.ASSIGNED}, date(2020, 10, 4), Timeliness(Standing.OPEN_OVERDUE, 30)),
    # No deadline is a state of its own, however old it is.
    ({"due_on": None, "review_on": DUE}, date(2021, 9, 4), Timeliness(Standing.OPEN_NO_DEADLINE)),
    # What waits for review is open, with its lateness frozen at the day of submission.
    ({"state": State.SUBMITTED, "submitted_on": DUE}, date(2020, 12, 1), Timeliness(Standing.OPEN_IN_TIME)),
    ({"state": State.SUBMITTED, "submitted_on": DUE + timedelta(2)}, date(2020, 12, 1), Timeliness(Standing.OPEN_OVERDUE, 2)),
    # A returned result is open again, and late by the date in force: the fix-by date never moves that one.
    ({"state": State.RETURNED, "submitted_on": DUE}, DUE, Timeliness(Standing.OPEN_IN_TIME)),
    ({"state": State.RETURNED, "submitted_on": DUE, "fix_by": date(2020, 9, 20)}, DUE + timedelta(3), Timeliness(Standing.OPEN_OVERDUE, 3)),
    # Paused: the clock stands still from that day.
    ({"state": State.PAUSED, "paused_on": DUE}, date(2020, 12, 1), Timeliness(Standing.OPEN_IN_TIME)),
    ({"state": State.PAUSED, "paused_on": DUE + timedelta(2)}, date(2020, 12, 1), Timeliness(Standing.OPEN_OVERDUE, 2)),
    ({"state": State.OBJECTED, "paused_on": DUE + timedelta(2)}, date(2020, 12, 1), Timeliness(Standing.OPEN_OVERDUE, 2)),
    ({"state": State.OBJECTED}, DUE + timedelta(1), Timeliness(Standing.OPEN_OVERDUE, 1)),
    # On time compares the accepted round's submission with the date in force then; when the province accepted does not matter.
    (accepted(DUE, DUE) | {"accepted_on": date(2020, 12, 1)}, date(2020, 12, 2), Timeliness(Standing.DONE_ON_TIME)),
    (accepted(DUE + timedelta(1), DUE), date(2020, 12, 2), Timeliness(Standing.DONE_LATE, 1)),
    (accepted(DUE + timedelta(1), DUE + timedelta(5)) | {"due_on": DUE}, date(2020, 12, 2), Timeliness(Standing.DONE_ON_TIME)),
    (accepted(DUE, None), date(2020, 12, 2), Timeliness(Standing.DONE_NO_DEADLINE)),
    # Late when it was extended: the new date says what is overdue now, the days before it stay, and what is done was done late.
    ({"late_before": 3}, DUE, Timeliness(Standing.OPEN_IN_TIME, 3)),
    ({"late_before": 3}, DUE + timedelta(2), Timeliness(Standing.OPEN_OVERDUE, 5)),
    ({"state": State.SUBMITTED, "submitted_on": DUE, "late_before": 3}, date(2020, 12, 1), Timeliness(Standing.OPEN_IN_TIME, 3)),
    (accepted(DUE, DUE) | {"late_before": 3}, date(2020, 12, 2), Timeliness(Standing.DONE_LATE, 3)),
    (accepted(DUE + timedelta(1), DUE) | {"late_before": 3}, date(2020, 12, 2), Timeliness(Standing.DONE_LATE, 4)),
    # Outside every count.
    ({"state": State.CANCELLED}, date(2020, 12, 2), Timeliness(Standing.OUTSIDE)),
    ({"state": State.OBJECTED, "objection_upheld": True}, date(2020, 12, 2), Timeliness(Standing.OUTSIDE)),
])
def test_timeliness(facts: dict[str, object], as_of: date, expected: Timeliness) -> None:
    assert timeliness(a_line(**facts), as_of) == expected


def test_the_known_figures_of_a_province() -> None:
    counts = province_data().tally()
    assert (counts.total, counts.accepted, counts.open) == (216, 72, 144)
    assert (counts.accepted_on_time, counts.accepted_late, counts.accepted_no_deadline) == (40, 8, 24)
    assert (counts.open_in_time, counts.open_overdue, counts.open_no_deadline) == (72, 15, 57)
    assert (counts.waiting, counts.returned, counts.not_acknowledged) == (11, 5, 24)
    assert counts.completion == 72 / 216
    assert counts.update == 88 / 216


def test_nothing_to_do_has_no_rate() -> None:
    assert Tally().completion is None
    assert Tally(outside=3).update is None


DAYS = st.dates(date(2020, 1, 1), date(2021, 12, 31))


@st.composite
def lines(draw: st.DrawFn) -> Line:
    state = draw(st.sampled_from(State))
    sent = draw(DAYS) if state in (State.SUBMITTED, State.RETURNED, State.ACCEPTED) else draw(st.none() | DAYS)
    due = draw(st.none() | DAYS)
    done = state == State.ACCEPTED
    unit = draw(st.sampled_from("ABC"))
    return Line(
        unit_code=unit, unit_name=f"Huyện {unit}", task_position=draw(st.integers(1, 4)), task_title="Việc", task_text="Việc.", state=state,
        due_on=due, submitted_on=sent, accepted_on=sent if done else None, accepted_submitted_on=sent if done else None,
        accepted_due_on=draw(st.none() | DAYS) if done else None, acknowledged=draw(st.booleans()), objection_upheld=draw(st.booleans()),
    )


@given(st.lists(lines(), max_size=40), DAYS)
def test_the_cells_always_add_up(some: list[Line], as_of: date) -> None:
    counts = tally(some, as_of)
    assert counts.total + counts.outside == len(some)
    assert counts.total == counts.accepted + counts.open
    assert counts.waiting + counts.returned <= counts.open
    assert 0 <= counts.updated <= counts.total
    assert counts.unanswered + counts.updated == counts.total


@given(st.lists(lines(), max_size=40), DAYS)
def test_sums_over_units_and_over_tasks_give_the_total(some: list[Line], as_of: date) -> None:
    whole = tally(some, as_of)
    for key in ("unit_code", "task_position"):
        parts = [tally([x for x in some if getattr(x, key) == value], as_of) for value in {getattr(x, key) for x in some}]
        assert reduce(Tally.__add__, parts, Tally()) == whole


@given(lines(), DAYS)
def test_late_days_and_late_cells_say_the_same(line: Line, as_of: date) -> None:
    found = timeliness(line, as_of)
    assert (found.days_late > 0) == (found.standing in (Standing.OPEN_OVERDUE, Standing.DONE_LATE))


def test_json_round_trip_and_hash() -> None:
    data = province_data()
    text = to_json(data)
    assert from_json(text) == replace(data, prepared_on=None), "the day on which it is made is none of its facts"
    assert to_json(from_json(text)) == text
    assert sha256(text) == sha256(to_json(province_data()))


def test_stored_figures_that_do_not_follow_from_the_facts_are_refused() -> None:
    text = to_json(province_data()).replace('"accepted_on_time":40', '"accepted_on_time":41', 1)
    with pytest.raises(ValueError, match="do not follow"):
        from_json(text)


def test_lists_of_late_and_silent_units() -> None:
    data = province_data()
    assert [x.days for x in data.late()] == [8] * 7 + [4] * 8
    assert sorted(x.days for x in data.done_late()) == [1, 1, 1, 2, 2, 3, 3, 4]
    assert [unit.name for unit, _ in data.silent()] == [
        "Huyện Mường Lát", "Huyện Quan Sơn", "Huyện Lang Chánh", "Huyện Thường Xuân", "Huyện Như Xuân"]
    assert figures(data)["total"]["total"] == 216


def test_a_district_report_holds_its_own_lines_only() -> None:
    own = province_data().for_unit("401")
    assert {x.unit_code for x in own.lines} == {"401"}
    assert own.tally().total == 8
    assert own.as_of == AS_OF
    with pytest.raises(KeyError):
        own.for_unit("392")

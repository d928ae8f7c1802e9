"""Extensions: what the caps of a dispatch leave open, which day may be asked for, and the days late that an extension keeps (design, section 2)."""
from datetime import date, timedelta

import pytest

from tracker.domain import extending
from tracker.domain.errors import BadInput, Conflict
from tracker.domain.extending import Caps, Dates

DUE, FIRST = date(2026, 9, 20), date(2026, 9, 10)


def test_the_cap_of_days_is_counted_from_the_date_first_issued() -> None:
    assert Dates(DUE).first == DUE and Dates(DUE, FIRST).first == FIRST
    assert extending.latest(Dates(DUE, FIRST), Caps(days=15)) == date(2026, 9, 25) and extending.latest(Dates(DUE, FIRST), Caps(times=1)) is None


def test_no_more_than_so_many_times() -> None:
    extending.check_times("Việc", Dates(DUE, granted=1), Caps(times=2))
    extending.check_times("Việc", Dates(DUE, granted=9), Caps())
    with pytest.raises(Conflict) as refused:
        extending.check_times("Việc", Dates(DUE, granted=2), Caps(times=2))
    assert (refused.value.code, refused.value.params) == ("extension.times", {"title": "Việc", "times": 2})


@pytest.mark.parametrize(("days", "room"), [(9, False), (10, False), (11, True)])
def test_once_the_days_are_used_up_nothing_can_be_granted(days: int, room: bool) -> None:
    """Ten days were granted from the 10th to the 20th."""
    if room:
        extending.check_times("Việc", Dates(DUE, FIRST), Caps(days=days))
        return
    with pytest.raises(Conflict) as refused:
        extending.check_times("Việc", Dates(DUE, FIRST), Caps(days=days))
    assert refused.value.code == "extension.no_room" and refused.value.params == {"title": "Việc", "days": days, "latest": FIRST + timedelta(days)}


@pytest.mark.parametrize(("wanted", "code", "params"), [
    (DUE, "extension.not_later", {"title": "Việc", "due_on": DUE}),
    (date(2026, 9, 21), "extension.past", {"day": date(2026, 9, 21)}),
    (date(2026, 9, 26), "extension.too_far", {"title": "Việc", "days": 15, "first": FIRST, "latest": date(2026, 9, 25)}),
])
def test_a_day_that_cannot_be_asked_for(wanted: date, code: str, params: dict[str, object]) -> None:
    with pytest.raises(BadInput) as refused:
        extending.check_day("Việc", wanted, date(2026, 9, 22), Dates(DUE, FIRST), Caps(days=15))
    assert (refused.value.code, refused.value.params) == (code, params)


def test_the_day_of_asking_and_the_last_day_of_the_cap_may_be_asked_for() -> None:
    for wanted in (date(2026, 9, 22), date(2026, 9, 25)):
        extending.check_day("Việc", wanted, date(2026, 9, 22), Dates(DUE, FIRST), Caps(days=15))
    extending.check_day("Việc", date(2030, 1, 1), date(2026, 9, 22), Dates(DUE, FIRST), Caps())


def test_an_extension_does_not_erase_lateness_before_it() -> None:
    asked = date(2026, 9, 23)
    assert extending.late_when_asked(2, DUE, asked) == 5 and extending.late_when_asked(2, DUE, DUE) == 2
    assert extending.carried_before(5, DUE, asked) == 2

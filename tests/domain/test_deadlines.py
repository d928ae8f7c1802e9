"""The rule that no date is faked, and the day that reminders count towards."""
from datetime import date

import pytest

from tracker.domain.deadlines import chase_day, check_dates
from tracker.domain.errors import BadInput

DUE = date(2026, 9, 30)
ISSUED = date(2026, 8, 11)


@pytest.mark.parametrize(("due", "review", "code"), [
    (None, None, "task.no_date"), (date(2026, 8, 10), None, "task.past_date"), (None, date(2026, 8, 10), "task.past_date"),
    (DUE, date(2026, 8, 10), "task.past_date")])
def test_dates_that_cannot_be_issued(due: date | None, review: date | None, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_dates(due, review, ISSUED)
    assert refused.value.code == code


@pytest.mark.parametrize(("due", "review"), [(ISSUED, None), (None, ISSUED), (DUE, None), (None, DUE), (DUE, DUE)])
def test_dates_that_can(due: date | None, review: date | None) -> None:
    check_dates(due, review, ISSUED)


@pytest.mark.parametrize(("owed", "due", "review", "fix_by", "expected"), [
    (True, DUE, None, None, DUE), (True, None, DUE, None, DUE), (True, DUE, ISSUED, None, DUE), (True, DUE, None, ISSUED, ISSUED),
    (False, DUE, DUE, DUE, None)])
def test_the_day_that_is_chased(owed: bool, due: date | None, review: date | None, fix_by: date | None, expected: date | None) -> None:
    assert chase_day(owed, due, review, fix_by) == expected

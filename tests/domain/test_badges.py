"""What one cell shows, and its words, on the days a clerk would look at it."""
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.badges import Badge, badge
from tracker.domain.status import OWED, State
from tracker.i18n import badge_words

TODAY = date(2026, 9, 8)
SOON = date(2026, 9, 15)
YESTERDAY, FAR = TODAY - timedelta(1), date(2026, 9, 30)
DAYS = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 12, 31)))


@pytest.mark.parametrize(("state", "due", "submitted", "expected", "words", "short"), [
    ("assigned", FAR, None, Badge("new"), "chưa tiếp nhận", "chưa nhận"),
    ("assigned", None, None, Badge("new", dated=False), "chưa tiếp nhận", "chưa nhận"),
    ("assigned", SOON, None, Badge("soon", 7), "còn 7 ngày", "còn 7 ngày"),
    ("acknowledged", SOON + timedelta(1), None, Badge("ack"), "đã tiếp nhận", "đã nhận"),
    ("acknowledged", TODAY, None, Badge("soon", 0), "hạn hôm nay", "hạn hôm nay"),
    ("acknowledged", YESTERDAY, None, Badge("over", 1), "quá hạn 1 ngày", "quá hạn 1"),  # late begins the day after
    ("acknowledged", None, None, Badge("none", dated=False), "không hạn", "không hạn"),
    ("returned", FAR, TODAY, Badge("ret"), "trả lại", "trả lại"),
    ("returned", YESTERDAY, TODAY, Badge("over", 1), "quá hạn 1 ngày", "quá hạn 1"),
    ("paused", YESTERDAY, None, Badge("pause"), "tạm dừng", "tạm dừng"),
    ("objected", None, None, Badge("ask", dated=False), "đề nghị xem lại", "đề nghị xem lại"),
    ("submitted", YESTERDAY, TODAY, Badge("wait"), "chờ duyệt", "chờ duyệt"),
    ("accepted", FAR, TODAY, Badge("done"), "hoàn thành đúng hạn", "đúng hạn"),
    ("accepted", TODAY, TODAY, Badge("done"), "hoàn thành đúng hạn", "đúng hạn"),
    ("accepted", None, TODAY, Badge("done", dated=False), "hoàn thành", "xong"),
    ("accepted", YESTERDAY - timedelta(2), TODAY, Badge("dlate", 3), "hoàn thành muộn 3 ngày", "xong muộn 3"),
])
def test_what_a_cell_says(state: str, due: date | None, submitted: date | None, expected: Badge, words: str, short: str) -> None:
    found = badge(state, due, submitted, TODAY, SOON)
    assert found == expected
    assert (badge_words(found), badge_words(found, short=True)) == (words, short)


@pytest.mark.parametrize(("state", "due", "submitted", "expected"), [
    ("acknowledged", FAR, None, Badge("ack")),                      # extended: the new date is far
    ("acknowledged", YESTERDAY, None, Badge("over", 4)),            # one day past the new date, beside three before it
    ("accepted", FAR, TODAY, Badge("dlate", 3)),
    ("accepted", None, TODAY, Badge("done", dated=False)),
])
def test_days_late_before_an_extension_stay(state: str, due: date | None, submitted: date | None, expected: Badge) -> None:
    assert badge(state, due, submitted, TODAY, SOON, 3) == expected


@given(st.sampled_from(State), DAYS, DAYS)
def test_every_cell_has_words_and_late_ones_count_days(state: State, due: date | None, submitted: date | None) -> None:
    found = badge(state, due, submitted, TODAY, SOON)
    assert badge_words(found) and badge_words(found, short=True)
    assert (found.kind in ("over", "dlate")) == (
        due is not None and ((state in OWED and due < TODAY) or (state == State.ACCEPTED and submitted is not None and submitted > due)))
    if found.kind in ("over", "dlate"):
        assert found.days >= 1

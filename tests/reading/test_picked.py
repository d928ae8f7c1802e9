"""Words that a person picks in a text: the day in them, and the term that they set (the same rules as when the whole text is read)."""
from datetime import date

import pytest

from tracker.reading.picked import picked_day, picked_deadline

ISSUED = date(2026, 9, 8)


@pytest.mark.parametrize(("words", "day"), [
    ("ngày 15/9/2026", date(2026, 9, 15)), ("ngày 15 tháng 9 năm 2026", date(2026, 9, 15)), ("ngày 15/9", date(2026, 9, 15)), ("đầu tháng", None),
    ("ngày 31/2/2026", None)])
def test_the_day_in_the_words(words: str, day: date | None) -> None:
    assert picked_day(words, ISSUED) == day


@pytest.mark.parametrize(("words", "due"), [
    ("trước ngày 25/9/2026", date(2026, 9, 24)),  # at the latest the day before (design, section 2)
    ("15/10/2026", date(2026, 10, 15)), ("thường xuyên quan tâm", None)])
def test_the_term_in_the_words(words: str, due: date | None) -> None:
    found = picked_deadline(words, ISSUED)
    assert (found.date if found else None) == due

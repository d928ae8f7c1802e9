"""Words that a person picked in the text, read as the one value they stand for."""

import re
from datetime import date

from tracker.reading.days import day_of, day_pattern
from tracker.reading.deadlines import cell_deadline, find_deadlines
from tracker.reading.folding import flatten, squash
from tracker.reading.model import Deadline
from tracker.reading.page import Page
from tracker.reading.text import clean

_DAY = re.compile(day_pattern(0))


def picked_day(words: str, issued: date | None = None) -> date | None:
    """The first calendar day in the words; one without a year follows the day of issue."""
    match = _DAY.search(flatten(squash(words)))
    day = day_of(match, 0, issued) if match else None
    return day.value if day else None


def picked_deadline(words: str, issued: date | None) -> Deadline | None:
    """The term that the words set; a bare day is one too. None where they set none."""
    page = Page(clean(squash(words)))
    whole = (0, len(page.text))
    found = find_deadlines(page, [whole], issued)
    return found[0] if found else cell_deadline(page, whole, issued)

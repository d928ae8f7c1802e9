"""What every kind of term needs: its place without loose ends, its words, a day as people write it."""

import re
from collections.abc import Callable
from datetime import date

from tracker.reading.folding import squash
from tracker.reading.model import Deadline, DeadlineKind, Precision, Span
from tracker.reading.page import Page

Maker = Callable[[Page, re.Match[str], date | None], Deadline | None]
Rule = tuple[re.Pattern[str], Maker]


def say_day(day: date) -> str:
    """25/08/2021."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def term_span(page: Page, match: re.Match[str]) -> Span:
    """The place of the group 'phrase', or of the whole match, without marks at its end."""
    start, end = match.span("phrase") if match.groupdict().get("phrase") else match.span()
    while end > start and page.text[end - 1] in " ,;.\n\t(":
        end -= 1
    return start, end


def bare_term(page: Page, match: re.Match[str], kind: DeadlineKind, precision: Precision, why: str, every: str | None = None) -> Deadline:
    """A term without a day of its own."""
    span = term_span(page, match)
    return Deadline(squash(page.text[span[0] : span[1]]), span, kind, precision, None, why, every=every)

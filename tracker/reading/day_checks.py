"""Days that cannot all be right: a weekday beside the wrong date, a range that ends before it begins, a citation or a term out of order."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from tracker.reading.days import Day, day_of, day_pattern, make_day
from tracker.reading.folding import phrase, squash
from tracker.reading.model import Notice, Span
from tracker.reading.page import Page, Paragraph

_WEEKDAY = r"(?P<named>thu (?P<week>hai|ba|tu|nam|sau|bay|[2-7])|(?P<sunday>chu nhat))(?!\w)"
#: 'Thủ tướng', 'thứ năm' and 'thu hai' are alike without accents.
_SPELT = re.compile(r"thứ\s|chủ\s+nhật", re.IGNORECASE)
_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
_NAMES = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_NAMED_DAY = (
    phrase(rf"(?<!lan\s)\b{_WEEKDAY}[\s,(]*(?=ngay|\d){day_pattern(1)}"),
    phrase(rf"{day_pattern(1)}[\s,]*\(? ?{_WEEKDAY}"),
)
_RANGE = phrase(rf"\btu {day_pattern(1)} ?(?:den|-) ?(?:het )?{day_pattern(2)}")
_CITED = phrase(rf"\d{{1,5}}(?:/\d{{4}})?[-/][a-z][\w&/-]{{1,20}},? ?(?:ky |ban hanh )?(?=ngay){day_pattern(1)}")
_HAND_IN = phrase(rf"\b(?:gui|nop|bao cao)\b[^.;]{{0,120}}?\b(?:truoc|cham nhat|den het|han chot)\b[^.;\d]{{0,20}}{day_pattern(1)}")
_DONE = phrase(r"\b(?:da|tai bao cao|theo bao cao|tai cong van)\b")


def check_days(page: Page, paragraphs: Sequence[Paragraph], tasks: Sequence[Span], issued: date | None) -> list[Notice]:
    """Warnings about days in the body; without the day of issue only what stands in the text itself is compared."""
    found: list[Notice] = []
    for paragraph in paragraphs:
        found += _weekdays(page, paragraph.span, issued)
        found += _ranges(page, paragraph.span)
        if issued is not None:
            found += _citations(page, paragraph.span, issued)
    if issued is not None:
        for span in tasks:
            found += _past_terms(page, span, issued)
    return sorted(found, key=lambda notice: notice.span or (0, 0))


def _weekdays(page: Page, span: Span, issued: date | None) -> Iterator[Notice]:
    if page.flat.find("thu ", *span) < 0 and page.flat.find("chu nhat", *span) < 0:
        return
    for pattern in _NAMED_DAY:
        for match in pattern.finditer(page.flat, *span):
            if not _SPELT.match(page.text, match.start("named")):
                continue
            named = 6 if match["sunday"] else _WEEKDAYS.get(match["week"], -1) if match["week"].isalpha() else int(match["week"]) - 2
            possible = _possible(match, issued)
            if possible and all(day.weekday() != named for day in possible):
                words = squash(page.text[slice(*match.span())])
                yield Notice("date.weekday", f"“{words}”: ngày {_say(possible[0])} là {_NAMES[possible[0].weekday()]}.", match.span())


def _possible(match: re.Match[str], issued: date | None) -> list[date]:
    """The day with its year, else the days of the year of issue and of the next."""
    fixed = day_of(match, 1, None)
    if fixed is not None:
        return [fixed.value]
    if issued is None:
        return []
    groups = match.groupdict()
    day, month = groups["d1"] or groups["e1"], groups["m1"] or groups["n1"]
    if groups["y1"] or groups["z1"] or not day or not month:
        return []
    days = [make_day(int(day), int(month), issued.year + later, None) for later in (0, 1)]
    return [found.value for found in days if found is not None]


def _ranges(page: Page, span: Span) -> Iterator[Notice]:
    for match in _RANGE.finditer(page.flat, *span):
        first, last = day_of(match, 1, None), day_of(match, 2, None)
        turned = _turned(match, first, last)
        if turned:
            yield Notice("date.order", f"“{squash(page.text[slice(*match.span())])}”: ngày cuối đứng trước ngày đầu.", match.span())


def _turned(match: re.Match[str], first: Day | None, last: Day | None) -> bool:
    """Whether the range ends before it begins; where a year is left out, one over the turn of the year is in order."""
    if first is not None and last is not None:
        return last.value < first.value
    groups = match.groupdict()
    pairs = [(int(groups[f"m{n}"] or groups[f"n{n}"]), int(groups[f"d{n}"] or groups[f"e{n}"])) for n in (1, 2)]
    if first is not None or any(not 1 <= month <= 12 for month, _ in pairs):
        return False
    return pairs[1] < pairs[0] and not (pairs[0][0] >= 9 and pairs[1][0] <= 4)


def _citations(page: Page, span: Span, issued: date) -> Iterator[Notice]:
    for match in _CITED.finditer(page.flat, *span):
        day = day_of(match, 1, None)
        if day is not None and day.value > issued:
            words = squash(page.text[slice(*match.span())])
            yield Notice("date.cited_later", f"Văn bản được viện dẫn “{words}” ghi ngày sau ngày ban hành {_say(issued)}.", match.span())


def _past_terms(page: Page, span: Span, issued: date) -> Iterator[Notice]:
    for match in _HAND_IN.finditer(page.flat, *span):
        day = day_of(match, 1, None)
        before = page.flat[max(span[0], match.start() - 30) : match.start() + 40]
        if day is not None and day.value < issued and not _DONE.search(before):
            words = squash(page.text[slice(*match.span())])[-60:]
            yield Notice("date.past_term", f"Hạn “…{words}” đứng trước ngày ban hành {_say(issued)}.", match.span())


def _say(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year}"

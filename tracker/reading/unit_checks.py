"""Units that a dispatch still addresses though they no longer exist on the day of issue."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from tracker.reading.folding import fold
from tracker.reading.model import Notice, Span, UnitRow
from tracker.reading.page import Page
from tracker.reading.units import folded

#: District level ended: Law on Organisation of Local Government 2025 (72/2025/QH15), art. 1; Constitution as amended by 203/2025/QH15.
NO_DISTRICTS = date(2025, 7, 1)
_DISTRICT = re.compile(r"(?<!\w)(?:các\s+)?(?:huyện|quận|thị xã|thị trấn)(?!\w)", re.IGNORECASE)
_FORMER = re.compile(r"(?<!\w)(?:cũ|trước đây|nay là|trước sắp xếp|trước khi)(?!\w)", re.IGNORECASE)
_MOST = 5


def check_units(page: Page, spans: Iterable[Span], rows: Sequence[UnitRow], issued: date | None) -> list[Notice]:
    """Warnings about the bodies named in `spans` (recipients, those who are charged); each name once."""
    if issued is None:
        return []
    places = [span for span in spans if not _FORMER.search(page.text, span[0], span[1] + 30)]
    found = _gone(page, places, rows, issued)
    if not found and issued >= NO_DISTRICTS and not any(row.level == "district" and in_force(row, issued) for row in rows):
        found = _districts(page, places)
    return found[:_MOST]


def in_force(row: UnitRow, on: date) -> bool:
    """Whether the unit exists on the day."""
    return not ((row.valid_from and on < row.valid_from) or (row.valid_to and on > row.valid_to))


def _gone(page: Page, places: list[Span], rows: Sequence[UnitRow], issued: date) -> list[Notice]:
    ended = {folded(row.name)[0]: row for row in rows if row.valid_to and row.valid_to < issued}
    if not ended:
        return []
    living = {folded(row.name)[0] for row in rows if in_force(row, issued)}
    found: dict[str, Notice] = {}
    for span in places:
        words = f" {fold(page.text[slice(*span)])} "
        for name, row in ended.items():
            if name not in living and name not in found and f" {name} " in words and row.valid_to:
                day = f"{row.valid_to.day:02d}/{row.valid_to.month:02d}/{row.valid_to.year}"
                found[name] = Notice("unit.gone", f"“{row.name}” không còn từ sau ngày {day}.", span)
    return list(found.values())


def _districts(page: Page, places: list[Span]) -> list[Notice]:
    for span in places:
        match = _DISTRICT.search(page.text, *span)
        if match:
            words = " ".join(page.text[slice(*span)].split())[:60]
            return [Notice("unit.gone", f"Từ 01/07/2025 không còn cấp huyện, nhưng văn bản còn nêu “{words}”.", match.span())]
    return []

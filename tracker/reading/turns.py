"""On which day of each period a recurring term falls: "trước ngày 20 hàng tháng", "ngày 15 của tháng cuối quý", "chốt số liệu ngày 15"."""

import re
from dataclasses import dataclass

from tracker.reading.folding import flatten, phrase

#: Months of the rhythms that are followed up turn by turn; a weekly one would be a burden of its own.
MONTHS = {"P1M": 1, "P3M": 3, "P6M": 6, "P12M": 12, "P1Y": 12}
_BEFORE = phrase(r"\btruoc (?:ngay )?(?=\d)")
_DAY_MONTH = phrase(r"\b(?P<day>\d{1,2})(?: ?[/.-] ?| thang )(?P<month>\d{1,2})\b")
_DAY = phrase(r"\b(?:ngay )(?P<day>\d{1,2})\b(?! ?(?:ngay|lan))")
_AFTER = phrase(r"\b(?P<days>\d{1,2}) ngay(?: lam viec)? (?:ke tu |tu |sau )(?:khi |ngay )?(?:ket thuc|het)\b")
_LAST_DAY = phrase(r"\bcuoi (?:cung )?(?:cua )?(?:moi |hang )?(?:thang|quy|nam)\b|\bngay (?:lam viec )?cuoi\b")
_NEXT = phrase(r"\b(?:thang|quy|nam) (?:sau|tiep|ke|lien)|\bthang (?:dau|dau tien) (?:cua )?quy (?:sau|tiep|ke|lien)")
_LAST_MONTH = phrase(r"\bthang cuoi\b")
_FIRST_MONTH = phrase(r"\bthang dau\b")
_CUT_OFF = phrase(r"\b(?:chot so lieu|so lieu (?:duoc )?(?:tinh|chot|lay))[^.;\d]{0,30}\bngay (?P<day>\d{1,2})\b(?! ?[/.-] ?\d)")


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: how many months it lasts; month and day as in a rhythm (month 0: days after its end); sure: the day was written."""

    months: int
    month: int
    day: int
    cut_off: int | None
    sure: bool


def turn(every: str | None, term: str, text: str) -> Turn | None:
    """The turn of a recurring term; every: its length as the reader has it; text: the whole item, for its cut-off. None for other rhythms."""
    months = MONTHS.get(every or "")
    if months is None:
        return None
    flat, cut_off = flatten(term), _CUT_OFF.search(flatten(text))
    month, day, sure = _when(flat, months)
    return Turn(months, month, day, _in(cut_off, "day", 31), sure)


def _when(flat: str, months: int) -> tuple[int, int, bool]:
    if after := _in(_AFTER.search(flat), "days", 90):
        return 0, after, True
    both = _DAY_MONTH.search(flat)
    if (named := _in(both, "month", 12)) and (day := _in(both, "day", 31)):
        return *_earlier((named - 1) % months + 1, day, flat), True
    month = _month(flat, months)
    if day := _in(_DAY.search(flat), "day", 31):
        return *_earlier(month, day, flat), True
    return month, 31, _LAST_DAY.search(flat) is not None


def _month(flat: str, months: int) -> int:
    if _NEXT.search(flat):
        return months + 1
    return 1 if _FIRST_MONTH.search(flat) and not _LAST_MONTH.search(flat) else months


def _earlier(month: int, day: int, flat: str) -> tuple[int, int]:
    """"Trước ngày 20" is the 19th at the latest; before the first is the end of the month before, of this one where there is none before."""
    if not _BEFORE.search(flat):
        return month, day
    return (month, day - 1) if day > 1 else (max(month - 1, 1), 31)


def _in(match: re.Match[str] | None, group: str, most: int) -> int | None:
    """The number of a group, where it can be a day or a month."""
    return n if match and 1 <= (n := int(match[group])) <= most else None

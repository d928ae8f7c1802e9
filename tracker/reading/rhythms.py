"""Terms that come again: trước ngày 20 hàng tháng, thứ Năm hàng tuần, định kỳ 3 tháng/lần, cứ 3 giờ một lần."""

import re
from datetime import date

from tracker.reading.days import day_pattern
from tracker.reading.folding import phrase
from tracker.reading.model import Deadline
from tracker.reading.page import Page
from tracker.reading.terms import Rule, bare_term

_EVERY = {"tuan": "P1W", "thang": "P1M", "quy": "P3M", "nam": "P1Y", "ngay": "P1D"}
_LETTERS = {"tuan": "W", "thang": "M", "nam": "Y", "ngay": "D"}
_COUNTS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "chin": 9, "muoi": 10, "muoi hai": 12}
_COUNTED = "|".join(_COUNTS)
_REPEATS = "Việc lặp lại; mỗi kỳ một hạn, không có một ngày duy nhất."
_UNIT = r"(?P<unit>tuan|thang|quy|nam|ngay)\b"
_HOUR = r"\d{1,2} ?(?:gio|h)(?: ?\d{2})?(?: phut)?,? "


def _named(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    return bare_term(page, match, "recurring", "recurring", _REPEATS, _EVERY[match["unit"]])


def _counted(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    return bare_term(page, match, "recurring", "recurring", _REPEATS, _length(match))


def _length(match: re.Match[str]) -> str | None:
    """ISO 8601 of '3 tháng', 'hai quý', '3 giờ'."""
    groups = match.groupdict()
    unit, count = groups.get("unit") or "thang", groups.get("count")
    times = int(count) if count and count.isdigit() else _COUNTS.get((count or "").strip(), 1)
    if unit == "gio":
        return f"PT{times}H"
    if unit == "quy":
        return f"P{3 * times}M"
    return f"P{times}{_LETTERS[unit]}"


#: A fixed day in each period; these are tried before single days.
FIXED: tuple[Rule, ...] = (
    (phrase(rf"\btruoc\s+ngay\s*\d{{1,2}}\s*(?:cua\s+)?(?:thang (?:sau|cuoi quy)\s*)?(?:hang|hằng|moi|tung)\s*{_UNIT}"), _named),
    (
        phrase(
            r"\b(?:cham nhat |xong )?(?:la )?(?:truoc |vao )?ngay \d{1,2} (?:cua )?thang (?:cuoi|"
            r"dau)(?: cung)?(?: cua)?(?: moi| hang| tung)? (?P<unit>quy)"
        ),
        _named,
    ),
    (phrase(rf"\b(?:hang|moi) (?P<unit>nam|quy|thang),? (?:cham nhat |xong )?(?:la )?(?:truoc |vao )?(?:ngay )?{day_pattern(1)}"), _named),
    (phrase(rf"\b(?:cham nhat |xong )?(?:truoc|vao) {day_pattern(1)}\s*(?:cua )?(?:hang|moi) {_UNIT}"), _named),
    (phrase(rf"\b(?:cham nhat|vao|truoc|muon nhat)\s+(?:la\s+)?(?:vao\s+)?ngay\s*\d{{1,2}}\s*(?:hang|moi|cua)\s*{_UNIT}"), _named),
    (
        phrase(
            rf"\b(?:cham nhat |truoc |vao )?(?:la )?(?:{_HOUR})?(?:cac )?(?:buoi )?(?:sang |chieu |toi )?(?:ngay )?(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|"
            rf"chu nhat),? (?:cua )?(?:hang|moi) (?P<unit>tuan)"
        ),
        _named,
    ),
    (phrase(r"\b(?:cu|dinh ky) (?P<count>\d{1,2}) (?P<unit>gio|ngay|tuan|thang)(?: ?/ ?| (?:bao cao )?)(?:mot |1 |01 )?lan"), _counted),
    (phrase(r"\b(?<![/\d])(?P<count>\d{1,2}) (?P<unit>gio|ngay|tuan|thang)(?: ?/ ?| )(?:mot|1|01) lan\b"), _counted),
)
_DONE_AGAIN = (
    r"(?:bao cao|tong hop|gui|giao ban|hop|thong tin|cap nhat|truc|kiem tra|danh gia|ra soat|thong ke|so ket|kiem diem|don doc|theo doi|thong bao|phan anh)"
)
#: A period alone; it is a term only beside a word for what is done again.
OPEN: tuple[Rule, ...] = (
    (
        phrase(
            rf"\bdinh ky\s*(?:,\s*)?(?:(?:hang|moi|theo)\s*)?(?P<count>\d{{1,2}}|"
            rf"{_COUNTED})?\s*{_UNIT}(?:\s*/\s*[i1l]{{0,2}}lan|\s*(?:mot|1|01) lan)?(?:,\s*(?:hang )?(?:\d )?(?:quy|nam|"
            rf"thang))*"
        ),
        _counted,
    ),
    (phrase(rf"\bbao cao\b[^.;]{{0,90}}?\b(?P<rhythm>(?:hang|moi)\s*{_UNIT}(?:,\s*(?:\d\s)?(?:quy|nam|thang))*)"), _counted),
    (phrase(rf"\b(?:hang|moi)\s*{_UNIT}(?:,\s*(?:\d\s)?(?:quy|nam|thang))*[^.;]{{0,40}}?\b(?:bao cao|gui bao cao|tong hop bao cao)\b"), _counted),
    (phrase(rf"\b{_DONE_AGAIN}\b[^.;,]{{0,60}}?(?P<phrase>\bhang (?P<unit>ngay|tuan|thang|quy))\b(?=\W|$)"), _named),
    (phrase(rf"(?P<phrase>\bhang (?P<unit>ngay|tuan|thang|quy)) {_DONE_AGAIN}\b"), _named),
)
#: What a table's time cell may hold.
CELLS: tuple[Rule, ...] = (
    (phrase(r"(?:cac )?(?:thu \w+|chu nhat|cuoi)? ?(?:hang|moi) (?P<unit>tuan|thang|quy|nam|ngay)"), _named),
    (phrase(rf"(?:dinh ky )?(?P<count>\d{{1,2}}) {_UNIT} ?/ ?(?:1 )?lan"), _counted),
)

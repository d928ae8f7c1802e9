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
_THING = phrase(r"\b(?:luong|phi|tien|muc|phu cap|thu nhap|lai|dong|kinh phi|nguon|co dinh|ke hoach|chuong trinh|bang|so)(?: \w+){0,3} $")
_UNIT = r"(?P<unit>tuan|thang|quy|nam|ngay)\b"
_HOUR = r"\d{1,2} ?(?:gio|h)(?: ?\d{2})?(?: phut)?,? "


def _named(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    return bare_term(page, match, "recurring", "recurring", _REPEATS, _EVERY[match["unit"]])


def _counted(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    return bare_term(page, match, "recurring", "recurring", _REPEATS, _length(match))


def _ending(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    """A rhythm that closes its clause; behind a word for money or a meeting that is fixed anyway it describes a thing."""
    return None if _THING.search(page.flat, max(0, match.start() - 40), match.start()) else _named(page, match, issued)


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


#: Without one of these words no rule of FIXED or OPEN can match: looked for first, because most items hold none.
WORDS = phrase(r"\b(?:hang|moi|tung|cuoi|lan|dinh ky)|\bcua (?:tuan|thang|quy|nam|ngay)\b|\bthang (?:sau|tiep|ke|lien|dau)\b|\bcao (?:tuan|thang|quy)\b")
_BY = r"(?:(?:cham nhat|muon nhat|xong|truoc|vao|den|luc|la) ){1,3}"
_WEEKDAYS = r"(?:ngay )?(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)"
_MONTH_PART = r"thang (?:cuoi|dau)(?: cung| tien)?(?: cua)?(?: moi| hang| tung)? (?P<unit>quy)"
#: A fixed day in each period; these are tried before single days.
FIXED: tuple[Rule, ...] = (
    (phrase(rf"\b(?:{_BY})?ngay \d{{1,2}}(?:,? (?:va )?(?:ngay )?\d{{1,2}})? (?:cua )?(?:thang (?:sau|cuoi quy) )?(?:hang|moi|tung) {_UNIT}"), _named),
    (phrase(rf"\b{_BY}ngay \d{{1,2}} (?:cua )?(?P<unit>thang) (?:sau|tiep theo|ke tiep|lien ke)\b"), _named),
    (phrase(rf"\b(?:{_BY})?ngay (?:lam viec )?cuoi cung (?:cua )?(?:hang |moi )?{_UNIT}(?! (?:\d|nay))"), _named),
    (phrase(rf"\b(?:{_BY})?ngay \d{{1,2}} (?:cua )?{_MONTH_PART}"), _named),
    (phrase(rf"\b{_BY}ngay \d{{1,2}} cua {_UNIT}"), _named),
    (phrase(r"\bbao cao (?P<unit>tuan|thang|quy)\b(?! \d)[^.;,]{0,40}?(?P<phrase>\b(?:truoc|vao|cham nhat) ngay \d{1,2})(?= ?[.;,)]|\W*$)"), _named),
    (phrase(rf"\b(?:hang|moi) (?P<unit>nam|quy|thang),? (?:{_BY})?(?:ngay )?{day_pattern(1)}"), _named),
    (phrase(rf"\b{_BY}{day_pattern(1)}(?:,? (?:va )?(?:truoc )?(?:ngay )?\d{{1,2}}/\d{{1,2}})? (?:cua )?(?:hang|moi) {_UNIT}"), _named),
    (phrase(rf"\b(?:dinh ky )?(?:hang|moi) {_UNIT},? \(?{_BY}(?:{_HOUR}|ngay \d{{1,2}}\b(?! ?[/.-] ?\d| thang \d)|{_WEEKDAYS})"), _named),
    (phrase(rf"\b(?:{_BY})?(?:{_HOUR})?(?:cac )?(?:buoi )?(?:sang |chieu |toi )?{_WEEKDAYS},? (?:cua )?(?:hang|moi) (?P<unit>tuan)"), _named),
    (phrase(rf"\b(?:{_BY})?{_HOUR}(?:cua )?hang (?P<unit>ngay|tuan)\b"), _named),
    (phrase(rf"\b{_BY}{_HOUR}(?:cua )?moi (?P<unit>ngay|tuan)\b"), _named),
    (phrase(r"\b(?:cu|dinh ky) (?P<count>\d{1,2}) (?P<unit>gio|ngay|tuan|thang)(?: ?/ ?| (?:bao cao )?)(?:mot |1 |01 )?lan"), _counted),
    (phrase(rf"\b(?<![/\d])(?P<count>\d{{1,2}}|{_COUNTED}) (?P<unit>gio|ngay|tuan|thang|quy)(?: ?/ ?(?:mot |1 |01 )?| (?:mot|1|01) )lan\b"), _counted),
    (phrase(r"\b(?:it nhat |toi thieu |dinh ky )?(?:mot|1|01) lan(?: ?/ ?| (?:moi|trong) )(?P<unit>tuan|thang|quy)\b"), _named),
    (phrase(r"\b(?:vao |truoc )?(?:ngay )?cuoi (?:cung )?(?:cua )?(?:moi|hang) (?P<unit>tuan|thang|quy)\b"), _named),
    (phrase(r"\b(?:vao |truoc )?ngay cuoi (?:cua )?(?P<unit>thang)\b(?! (?:\d|nay))"), _named),
    (phrase(r"\b(?:hang|moi) (?P<unit>tuan|thang|quy) (?:it nhat |toi thieu )?(?:mot|hai|ba|\d{1,2}) (?:lan|ky|buoi)\b"), _named),
)
_DONE_AGAIN = (
    r"(?:bao cao|tong hop|gui|giao ban|hop|thong tin|cap nhat|truc|kiem tra|danh gia|ra soat|thong ke|so ket|kiem diem|don doc|theo doi|thong bao|phan anh)"
)
_HELD = r"(?:to chuc|tien hanh|phoi hop|sinh hoat|duy tri|phan cong|lap)"
#: A period alone; it is a term only beside a word for what is done again.
OPEN: tuple[Rule, ...] = (
    (
        phrase(
            rf"\bdinh ky\s*(?:[,(]\s*)?(?:(?:hang|moi|theo)\s*)?(?P<count>\d{{1,2}}|"
            rf"{_COUNTED})?\s*{_UNIT}(?:\s*/\s*[i1l]{{0,2}}lan|\s*(?:mot|1|01) lan)?(?:,\s*(?:hang )?(?:\d )?(?:quy|nam|"
            rf"thang))*"
        ),
        _counted,
    ),
    (phrase(rf"\bbao cao\b[^.;]{{0,90}}?(?P<phrase>\b(?:hang|moi)\s*{_UNIT}(?:,\s*(?:\d\s)?(?:quy|nam|thang))*)"), _counted),
    (phrase(rf"(?P<phrase>\b(?:hang|moi)\s*{_UNIT}(?<!nam)(?:,\s*(?:\d\s)?(?:quy|nam|thang))*)[^.;]{{0,40}}?\b(?:gui |tong hop )?bao cao\b"), _counted),
    (phrase(r"(?P<phrase>\bhang (?P<unit>nam))(?:,[^.;,]{0,60}?| )\b(?:gui |tong hop )?bao cao\b"), _named),
    (phrase(rf"\b{_DONE_AGAIN}\b[^.;,]{{0,60}}?(?P<phrase>\bhang (?P<unit>ngay|tuan|thang|quy))\b(?=\W|$)"), _named),
    (phrase(rf"(?P<phrase>\bhang (?P<unit>ngay|tuan|thang|quy)) {_DONE_AGAIN}\b"), _named),
    (phrase(r"(?P<phrase>\b(?:hang|moi) (?P<unit>ngay|tuan|thang|quy))(?= ?[.;)]|\s*$)"), _ending),
    (phrase(rf"(?:^|(?<=[-+:;.]\s))\s*(?P<phrase>hang (?P<unit>ngay|tuan|thang|quy)),? (?={_HELD}\b)"), _named),
)
#: What a table's time cell may hold.
CELLS: tuple[Rule, ...] = (
    (phrase(r"(?:cac )?(?:thu \w+|chu nhat|cuoi)? ?(?:hang|moi) (?P<unit>tuan|thang|quy|nam|ngay)"), _named),
    (phrase(rf"(?:dinh ky )?(?P<count>\d{{1,2}}) {_UNIT} ?/ ?(?:1 )?lan"), _counted),
)

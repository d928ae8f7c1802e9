"""Terms in running text: by a day, a range, a period, a term that counts, a rhythm; each with why its date is what it is."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from tracker.reading.days import day_of, day_pattern, make_day, month_end
from tracker.reading.folding import phrase, squash
from tracker.reading.model import Deadline, Span
from tracker.reading.page import Page

_TIME = r"(?P<hour>\d{1,2})\s?(?:gio|h|g|:)\s?(?P<minute>\d{2})?\s?(?:phut)?\s*,?\s*(?:(?:cua |vao )?(?=ngay)|\s)"
_EVERY = {"tuan": "P1W", "thang": "P1M", "quy": "P3M", "nam": "P1Y", "ngay": "P1D"}
_COUNTS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "chin": 9, "muoi": 10, "muoi hai": 12}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}

Maker = Callable[[Page, re.Match[str], date | None], Deadline | None]


def _say(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def _span(page: Page, match: re.Match[str]) -> Span:
    start, end = match.span("phrase") if match.groupdict().get("phrase") else match.span()
    while end > start and page.text[end - 1] in " ,;.\n\t(":
        end -= 1
    return start, end


def _dated(page: Page, match: re.Match[str], issued: date | None, number: int, why: str, exclusive: bool = False, kind: str = "date") -> Deadline | None:
    day = day_of(match, number, issued)
    if day is None:
        return None
    groups = match.groupdict()
    hour = groups.get("hour")
    time = f"{int(hour):02d}:{int(groups.get('minute') or 0):02d}" if hour and int(hour) < 24 else None
    last = day.value - timedelta(days=1) if exclusive and not time else day.value
    note = why.format(day=_say(day.value), last=_say(last), time=time or "")
    if day.inferred:
        note += f" Văn bản không ghi năm; năm {day.value.year} suy từ ngày ban hành."
    span = _span(page, match)
    return Deadline(
        squash(page.text[span[0] : span[1]]), span, "datetime" if time else kind, "day", last, note, time=time, inferred_year=day.inferred, exclusive=exclusive and not time
    )  # type: ignore[arg-type]


def _before(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    if match["hour"]:
        return _dated(page, match, issued, 1, "“Trước {time} ngày {day}”: nộp trong ngày {day}, trước giờ đó, là đúng hạn.")
    return _dated(page, match, issued, 1, "“Trước ngày {day}”: ngày cuối cùng còn đúng hạn là {last}.", exclusive=True)


def _by(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    return _dated(page, match, issued, 1, "Tính cả ngày {day}: nộp trong ngày {day} vẫn đúng hạn.")


def _range(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    found = _dated(page, match, issued, 2, "Khoảng thời gian: hết ngày {day} là hết hạn.", kind="range")
    return found


def _short_range(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    day = make_day(int(match["to"]), int(match["mon"]), int(match["yr"]) if match["yr"] else None, issued)
    if day is None:
        return None
    span = _span(page, match)
    why = f"Khoảng thời gian: hết ngày {_say(day.value)} là hết hạn."
    return Deadline(squash(page.text[span[0] : span[1]]), span, "range", "day", day.value, why, inferred_year=day.inferred)


def _negative(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    return _dated(page, match, issued, 1, "Sau ngày {day} không nhận nữa: nộp trong ngày {day} vẫn đúng hạn.")


def _monthly_day(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    span = _span(page, match)
    unit = match["unit"].replace("thang", "thang")
    every = _EVERY[unit]
    return Deadline(squash(page.text[span[0] : span[1]]), span, "recurring", "recurring", None, "Việc lặp lại; mỗi kỳ một hạn, không có một ngày duy nhất.", every=every)


def _recurring(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    span = _span(page, match)
    return Deadline(squash(page.text[span[0] : span[1]]), span, "recurring", "recurring", None, "Việc định kỳ; mỗi kỳ một hạn, không có một ngày duy nhất.", every=_rhythm(match))


def _rhythm(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    unit = groups.get("unit") or "thang"
    count = groups.get("count")
    times = int(count) if count and count.isdigit() else _COUNTS.get((count or "").strip(), 1)
    if times == 1:
        return _EVERY[unit]
    return f"P{times}{ {'tuan': 'W', 'thang': 'M', 'quy': 'Q', 'nam': 'Y', 'ngay': 'D'}[unit] }" if unit != "quy" else f"P{3 * times}M"


def _relative(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    span = _span(page, match)
    why = "Thời hạn đếm từ một sự kiện; chỉ tính được ngày khi biết sự kiện đó xảy ra lúc nào."
    return Deadline(squash(page.text[span[0] : span[1]]), span, "relative", "event", None, why)


def _vague(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    span = _span(page, match)
    return Deadline(squash(page.text[span[0] : span[1]]), span, "vague", "none", None, "Văn bản không nêu ngày hay kỳ cụ thể.")


def _period(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    groups = match.groupdict()
    written = groups.get("year") or groups.get("year2") or groups.get("year3")
    year = int(written) if written else issued.year if issued else None
    if year is None:
        return None
    if groups.get("month"):
        if not 1 <= int(groups["month"]) <= 12:
            return None
        last, precision = month_end(year, int(groups["month"])), "month"
    elif groups.get("quarter"):
        last, precision = month_end(year, 3 * _ROMAN[groups["quarter"]]), "quarter"
    else:
        last, precision = date(year, 12, 31), "year"
    inferred = not written
    why = f"Hạn là một khoảng; ngày cuối của khoảng là {_say(last)}."
    if inferred:
        why += f" Văn bản không ghi năm; năm {year} suy từ ngày ban hành."
    span = _span(page, match)
    return Deadline(squash(page.text[span[0] : span[1]]), span, "period", precision, last, why, inferred_year=inferred)  # type: ignore[arg-type]


def _immediate(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    span = _span(page, match)
    return Deadline(squash(page.text[span[0] : span[1]]), span, "immediate", "none", None, "“Ngay”: làm ngay khi nhận, văn bản không nêu ngày.")


_PERIOD = r"(?:thang\s*(?P<month>\d{1,2})(?:\s*(?:/|nam)\s*(?P<year>20\d\d))?|quy\s*(?P<quarter>iv|i{1,3}|[1-4])\b(?:\s*[/,-]?\s*(?:nam\s*)?(?P<year2>20\d\d))?|nam\s*(?P<year3>20\d\d))"
_UNIT = r"(?P<unit>tuan|thang|quy|nam|ngay)\b"
_LAST = r"(?:cham nhat|muon nhat|tre nhat|han chot|han cuoi(?: cung)?|thoi han|den het|het|khong qua|khong muon hon|khong cham hon|ket thuc|hoan thanh(?: xong)?|xong|thoi gian hoan thanh)"

_RULES: tuple[tuple[re.Pattern[str], Maker], ...] = (
    (phrase(rf"\btu\s+{day_pattern(1)}\s*(?:den|-)\s*(?:het\s*)?{day_pattern(2)}"), _range),
    (phrase(r"\b(?:tu\s+)?(?:vao\s+)?ngay\s*(?P<from>\d{1,2})\s*(?:-|den(?: het)?(?: ngay)?)\s*(?P<to>\d{1,2})\s*(?:/|thang)\s*(?P<mon>\d{1,2})(?:\s*(?:/|nam)\s*(?P<yr>20\d\d))?(?!\d)"), _short_range),
    (phrase(rf"\btruoc\s+ngay\s*\d{{1,2}}\s*(?:cua\s+)?(?:thang (?:sau|cuoi quy)\s*)?(?:hang|hằng|moi|tung)\s*{_UNIT}"), _monthly_day),
    (phrase(rf"\b(?:cham nhat|vao|truoc|muon nhat)\s+(?:la\s+)?(?:vao\s+)?ngay\s*\d{{1,2}}\s*(?:hang|moi|cua)\s*{_UNIT}"), _monthly_day),
    (phrase(rf"\b(?:cham nhat|muon nhat|xong|hoan thanh)?\s*(?:la\s+)?truoc\s+(?:{_TIME})?{day_pattern(1)}(?:\s*\((?:thu \w+|chu nhat)\))?"), _before),
    (phrase(rf"\bsau\s+ngay\s*{day_pattern(1)}[^.;]{{0,60}}?(?:se\s+)?khong\s+(?:duoc|nhan|tiep nhan|giai quyet|xem xet|tinh)"), _negative),
    (phrase(rf"\b{_LAST}\s*(?:(?:la|vao|den|het|trong|:|truoc)\s*){{0,3}}(?:{_TIME})?{day_pattern(1)}(?:\s*\((?:thu \w+|chu nhat)\))?"), _by),
    (phrase(rf"\b(?:gui|nop|bao cao|hoan thanh|hoan tat)\b[^.;:]{{0,80}}?\b(?:den|vao|trong)\s+(?:{_TIME})?(?=ngay){day_pattern(1)}"), _by),
    (phrase(rf"\bdinh ky\s*(?:,\s*)?(?:(?:hang|moi|theo)\s*)?(?P<count>\d{{1,2}}|{'|'.join(_COUNTS)})?\s*{_UNIT}(?:\s*/\s*[i1l]{{0,2}}lan|\s*(?:mot|1|01) lan)?(?:,\s*(?:hang )?(?:\d )?(?:quy|nam|thang))*"), _recurring),
    (phrase(rf"\bbao cao\b[^.;]{{0,90}}?\b(?P<rhythm>(?:hang|moi)\s*{_UNIT}(?:,\s*(?:\d\s)?(?:quy|nam|thang))*)"), _recurring),
    (phrase(rf"\b(?:hang|moi)\s*{_UNIT}(?:,\s*(?:\d\s)?(?:quy|nam|thang))*[^.;]{{0,40}}?\b(?:bao cao|gui bao cao|tong hop bao cao)\b"), _recurring),
    (phrase(r"\b(?:trong\s+(?:vong|thoi han|thoi gian)|cham nhat(?: la)?|khong qua|sau)\s+(?:toi da\s+)?\d{1,3}\s*(?:\(\w+(?: \w+)?\)\s*)?(?:ngay|gio|tuan|thang)(?:\s*lam viec)?(?:,?\s*(?:ke tu|tinh tu|tu|sau)\s+(?:khi|ngay|thoi diem|luc)[^.;,]{0,60})?"), _relative),
    (phrase(rf"\b(?:hoan thanh|hoan tat|xong|gui|nop)\b[^.;:,]{{0,50}}?(?P<phrase>\b(?:trong|cuoi|het|truoc) {_PERIOD})"), _period),
    (phrase(r"\b(?:trien khai|thuc hien|bao cao|to chuc)\s+ngay\b(?=\s+(?:nhung|cac|mot so|nhiem vu))"), _immediate),
)


def find_deadlines(page: Page, areas: list[Span], issued: date | None) -> list[Deadline]:
    """The terms inside the areas, in the order of the text, each phrase once."""
    found: list[Deadline] = []
    for start, end in areas:
        for pattern, make in _RULES:
            for match in pattern.finditer(page.flat, start, end):
                if any(d.span[0] < match.end() and match.start() < d.span[1] for d in found):
                    continue
                deadline = make(page, match, issued) if not _cited(page, match) else None
                if deadline is not None:
                    found.append(deadline)
    return sorted(found, key=lambda d: d.span)


def _cited(page: Page, match: re.Match[str]) -> bool:
    """Whether the phrase belongs to a condition in force ('đã … trước ngày 01/7/2014') and sets no term."""
    before = page.flat[max(0, match.start() - 40) : match.start()]
    return bool(re.search(r"\b(?:da|duoc|phat sinh|sinh|co hieu luc|ban hanh|xay ra|thanh lap|nhu)\s+(?:\w+\s+){0,4}$", before)) and "truoc" in match[0] and not re.search(r"bao cao|gui|nop|hoan thanh|thuc hien", before)

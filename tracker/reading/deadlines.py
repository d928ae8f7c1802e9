"""Terms in running text: by a day, a range, a period, a term that counts, a rhythm; each with why its date is what it is."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from tracker.reading.days import day_of, day_pattern, make_day, month_end
from tracker.reading.folding import phrase, squash
from tracker.reading.model import Deadline, DeadlineKind, Precision, Span
from tracker.reading.page import Page

_TIME = r"(?P<hour>\d{1,2})\s?(?:gio|h|g|:)\s?(?P<minute>\d{2})?\s?(?:phut|')?\s*(?:sang|trua|chieu|toi)?\s*,?\s*(?:(?:cua |vao )?(?=ngay)|\s)"
_EVERY = {"tuan": "P1W", "thang": "P1M", "quy": "P3M", "nam": "P1Y", "ngay": "P1D"}
_COUNTS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "chin": 9, "muoi": 10, "muoi hai": 12}
_COUNTED = "|".join(_COUNTS)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}

_REPEATS = "Việc lặp lại; mỗi kỳ một hạn, không có một ngày duy nhất."
Maker = Callable[[Page, re.Match[str], date | None], Deadline | None]


def _say(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def _span(page: Page, match: re.Match[str]) -> Span:
    start, end = match.span("phrase") if match.groupdict().get("phrase") else match.span()
    while end > start and page.text[end - 1] in " ,;.\n\t(":
        end -= 1
    return start, end


def _dated(
    page: Page, match: re.Match[str], issued: date | None, number: int, why: str, exclusive: bool = False, kind: DeadlineKind = "date"
) -> Deadline | None:
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
    words = squash(page.text[span[0] : span[1]])
    return Deadline(words, span, "datetime" if time else kind, "day", last, note, time=time, inferred_year=day.inferred, exclusive=exclusive and not time)


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
    return _plain(page, match, "recurring", "recurring", _REPEATS, _EVERY[match["unit"]])


def _recurring(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    return _plain(page, match, "recurring", "recurring", _REPEATS, _rhythm(match))


def _plain(page: Page, match: re.Match[str], kind: DeadlineKind, precision: Precision, why: str, every: str | None = None) -> Deadline:
    """A term without a day of its own."""
    span = _span(page, match)
    return Deadline(squash(page.text[span[0] : span[1]]), span, kind, precision, None, why, every=every)


def _rhythm(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    unit = groups.get("unit") or "thang"
    count = groups.get("count")
    times = int(count) if count and count.isdigit() else _COUNTS.get((count or "").strip(), 1)
    if times == 1:
        return _EVERY[unit]
    return f"P{times}{ {'tuan': 'W', 'thang': 'M', 'quy': 'Q', 'nam': 'Y', 'ngay': 'D'}[unit] }" if unit != "quy" else f"P{3 * times}M"


def _relative(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    return _plain(page, match, "relative", "event", "Thời hạn đếm từ một sự kiện; chỉ tính được ngày khi biết sự kiện đó xảy ra lúc nào.")


def _vague(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    return _plain(page, match, "vague", "none", "Văn bản không nêu ngày hay kỳ cụ thể.")


def _period(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    groups = match.groupdict()
    written = groups.get("year") or groups.get("year2") or groups.get("year3")
    year = int(written) if written else issued.year if issued else None
    if year is None:
        return None
    before = page.flat[(match.start("phrase") if groups.get("phrase") else match.start()) :].startswith("truoc")
    precision: Precision
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
    if before:
        months = {"month": 1, "quarter": 3, "year": 12}[precision]
        first = last.year * 12 + last.month - months
        last = month_end(first // 12 - (first % 12 == 0), first % 12 or 12)
        why = f"Trước khoảng đó: ngày cuối cùng còn đúng hạn là {_say(last)}."
    if inferred:
        why += f" Văn bản không ghi năm; năm {year} suy từ ngày ban hành."
    span = _span(page, match)
    return Deadline(squash(page.text[span[0] : span[1]]), span, "period", precision, last, why, inferred_year=inferred)


def _immediate(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    return _plain(page, match, "immediate", "none", "“Ngay”: làm ngay khi nhận, văn bản không nêu ngày.")


_PERIOD = (
    r"(?:thang\s*(?P<month>\d{1,2})(?:\s*(?:/|nam)\s*(?P<year>20\d\d))?|quy\s*(?P<quarter>iv|i{1,3}|"
    r"[1-4])\b(?:\s*[/,-]?\s*(?:nam\s*)?(?P<year2>20\d\d))?|nam\s*(?P<year3>20\d\d))"
)
_UNIT = r"(?P<unit>tuan|thang|quy|nam|ngay)\b"
_LAST = (
    r"(?:cham nhat|muon nhat|tre nhat|han chot|han cuoi(?: cung)?|thoi han|den het|het|khong qua|"
    r"khong muon hon|khong cham hon|ket thuc|hoan thanh(?: xong)?|xong|thoi gian hoan thanh)"
)

_RULES: tuple[tuple[re.Pattern[str], Maker], ...] = (
    (phrase(rf"\btu\s+{day_pattern(1)}\s*(?:den|-)\s*(?:het\s*)?{day_pattern(2)}"), _range),
    (
        phrase(
            r"\b(?:tu (?:ngay )?|(?:vao )?ngay )(?P<from>\d{1,2})\s*(?:-|"
            r"den(?: het)?(?: ngay)?)\s*(?P<to>\d{1,2})\s*(?:/|thang)\s*(?P<mon>\d{1,2})(?:\s*(?:/|"
            r"nam)\s*(?P<yr>20\d\d))?(?!\d)"
        ),
        _short_range,
    ),
    (phrase(rf"\btruoc\s+ngay\s*\d{{1,2}}\s*(?:cua\s+)?(?:thang (?:sau|cuoi quy)\s*)?(?:hang|hằng|moi|tung)\s*{_UNIT}"), _monthly_day),
    (
        phrase(
            r"\b(?:cham nhat |xong )?(?:la )?(?:truoc |vao )?ngay \d{1,2} (?:cua )?thang (?:cuoi|"
            r"dau)(?: cung)?(?: cua)?(?: moi| hang| tung)? (?P<unit>quy)"
        ),
        _monthly_day,
    ),
    (phrase(rf"\b(?:hang|moi) (?P<unit>nam|quy|thang),? (?:cham nhat |xong )?(?:la )?(?:truoc |vao )?(?:ngay )?{day_pattern(1)}"), _monthly_day),
    (phrase(rf"\b(?:cham nhat |xong )?(?:truoc|vao) {day_pattern(1)}\s*(?:cua )?(?:hang|moi) {_UNIT}"), _monthly_day),
    (phrase(rf"\b(?:cham nhat|vao|truoc|muon nhat)\s+(?:la\s+)?(?:vao\s+)?ngay\s*\d{{1,2}}\s*(?:hang|moi|cua)\s*{_UNIT}"), _monthly_day),
    (
        phrase(
            rf"\b(?:cham nhat|muon nhat|xong|"
            rf"hoan thanh)?\s*(?:la\s+)?truoc\s+(?:{_TIME})?{day_pattern(1)}(?:\s*\((?:thu \w+|chu nhat)\))?"
        ),
        _before,
    ),
    (phrase(rf"\bsau\s+ngay\s*{day_pattern(1)}[^.;]{{0,60}}?(?:se\s+)?khong\s+(?:duoc|nhan|tiep nhan|giai quyet|xem xet|tinh)"), _negative),
    (phrase(rf"\b{_LAST}\s*(?:(?:la|vao|den|het|trong|:|truoc)\s*){{0,3}}(?:{_TIME})?{day_pattern(1)}(?:\s*\((?:thu \w+|chu nhat)\))?"), _by),
    (phrase(rf"\b(?:han chot|han cuoi(?: cung)?|thoi han)[^.;:\d]{{0,50}}?(?::|la|den|vao|ngay)\s*(?:het )?(?:{_TIME})?{day_pattern(1)}"), _by),
    (phrase(rf"\b(?:gui|nop|bao cao|hoan thanh|hoan tat)\b[^.;:]{{0,80}}?(?P<phrase>\b(?:den|vao|trong) (?:{_TIME})?(?=ngay){day_pattern(1)})"), _by),
    (
        phrase(
            rf"\bdinh ky\s*(?:,\s*)?(?:(?:hang|moi|theo)\s*)?(?P<count>\d{{1,2}}|"
            rf"{_COUNTED})?\s*{_UNIT}(?:\s*/\s*[i1l]{{0,2}}lan|\s*(?:mot|1|01) lan)?(?:,\s*(?:hang )?(?:\d )?(?:quy|nam|"
            rf"thang))*"
        ),
        _recurring,
    ),
    (phrase(rf"\bbao cao\b[^.;]{{0,90}}?\b(?P<rhythm>(?:hang|moi)\s*{_UNIT}(?:,\s*(?:\d\s)?(?:quy|nam|thang))*)"), _recurring),
    (phrase(rf"\b(?:hang|moi)\s*{_UNIT}(?:,\s*(?:\d\s)?(?:quy|nam|thang))*[^.;]{{0,40}}?\b(?:bao cao|gui bao cao|tong hop bao cao)\b"), _recurring),
    (
        phrase(
            r"\b(?:trong\s+(?:vong|thoi han|thoi gian)|cham nhat(?: la)?|khong qua|"
            r"sau)\s+(?:toi da\s+)?\d{1,3}\s*(?:\(\w+(?: \w+)?\)\s*)?(?:ngay|gio|tuan|"
            r"thang)(?:\s*lam viec)?(?:,?\s*(?:ke tu|tinh tu|tu|sau)\s+(?:khi|ngay|thoi diem|luc)[^.;,]{0,60})?"
        ),
        _relative,
    ),
    (
        phrase(
            rf"\b(?:thoi gian(?: thuc hien| hoan thanh| to chuc)?|du kien|"
            rf"thoi han)\s*:?\s*(?:hoan thanh )?(?P<phrase>(?:trong |xong )?{_PERIOD})"
        ),
        _period,
    ),
    (phrase(rf"\b(?:hoan thanh|hoan tat|xong|gui|nop)\b[^.;:,]{{0,50}}?(?P<phrase>\b(?:trong|cuoi|het|truoc) {_PERIOD})"), _period),
    (
        phrase(
            rf"\bbao cao (?:ve |cho )?(?:thu tuong|chinh phu|ubnd|uy ban|so|bo|ban|hoi|chu tich|"
            rf"tinh)\b[^.;,]{{0,50}}?(?P<phrase>\btrong (?=thang|quy){_PERIOD})"
        ),
        _period,
    ),
    (phrase(rf"(?P<phrase>\btrong {_PERIOD}),?(?: phai| can)? (?:hoan thanh|hoan tat|gui|bao cao)\b"), _period),
    (phrase(r"\b(?:bao cao|gui)\b[^.;]{0,80}?\b(?P<phrase>(?:theo )?dinh ky)\b(?! (?:hang|moi|\d))"), _vague),
    (phrase(r"\b(?:trien khai|thuc hien|bao cao|to chuc)\s+ngay\b(?=\s+(?:nhung|cac|mot so|nhiem vu))"), _immediate),
)


def find_deadlines(page: Page, areas: list[Span], issued: date | None) -> list[Deadline]:
    """The terms inside the areas, in the order of the text, each phrase once; a day before the day of issue is no term."""
    found: list[Deadline] = []
    for area in areas:
        here: list[Deadline] = []
        for pattern, make in _RULES:
            for match in pattern.finditer(page.flat, *area):
                if any(d.span[0] < match.end() and match.start() < d.span[1] for d in here):
                    continue
                deadline = make(page, match, issued) if not _cited(page, match) else None
                if deadline is not None and not (issued and deadline.date and deadline.date < issued):
                    here.append(deadline)
        found += here
    return sorted(found, key=lambda d: d.span)


_CELL = (phrase(day_pattern(1)), _by), (phrase(rf"(?:trong )?{_PERIOD}"), _period)


def cell_deadline(page: Page, cell: Span, issued: date | None) -> Deadline | None:
    """The term of a table's time cell that holds a bare day or period."""
    for pattern, make in _CELL:
        match = pattern.fullmatch(page.flat, *cell)
        if match:
            return make(page, match, issued)
    return None


def _cited(page: Page, match: re.Match[str]) -> bool:
    """Whether the phrase belongs to a condition in force ('đã … trước ngày 01/7/2014') and sets no term."""
    if "truoc" not in match[0]:
        return False
    before = page.flat[max(0, match.start() - 40) : match.start()]
    if re.search(r"bao cao|gui|nop|hoan thanh|thuc hien", before):
        return False
    return bool(re.search(r"\b(?:da|duoc|phat sinh|sinh|co hieu luc|ban hanh|xay ra|thanh lap|nhu)\s+(?:\w+\s+){0,4}$", before))

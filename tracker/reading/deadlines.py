"""Terms in running text: by a day, a range, a period, a term that counts, a rhythm; each with why its date is what it is."""

import re
from datetime import date, timedelta
from itertools import pairwise

from tracker.reading import rhythms
from tracker.reading.counted import COUNTED, vague
from tracker.reading.days import day_of, day_pattern, make_day, month_end
from tracker.reading.folding import phrase, squash
from tracker.reading.model import Deadline, DeadlineKind, Precision, Span
from tracker.reading.page import Page
from tracker.reading.terms import Rule, say_day, term_span

_TIME = r"(?P<hour>\d{1,2})\s?(?:gio|h|g|:)\s?(?P<minute>\d{2})?\s?(?:phut|')?\s*(?:sang|trua|chieu|toi)?\s*,?\s*(?:(?:cua |vao )?(?=ngay)|\s)"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}


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
    note = why.format(day=say_day(day.value), last=say_day(last), time=time or "")
    if day.inferred:
        note += f" Văn bản không ghi năm; năm {day.value.year} suy từ ngày ban hành."
    span = term_span(page, match)
    words = squash(page.text[span[0] : span[1]])
    return Deadline(words, span, "datetime" if time else kind, "day", last, note, time=time, inferred_year=day.inferred, exclusive=exclusive and not time)


def _before(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    if match["hour"]:
        return _dated(page, match, issued, 1, "“Trước {time} ngày {day}”: nộp trong ngày {day}, trước giờ đó, là đúng hạn.")
    return _dated(page, match, issued, 1, "“Trước ngày {day}”: ngày cuối cùng còn đúng hạn là {last}.", exclusive=True)


def _by(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    return _dated(page, match, issued, 1, "Tính cả ngày {day}: nộp trong ngày {day} vẫn đúng hạn.")


def _reached(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    """'Đến ngày 31/12/2021 đạt …': a goal where the year is written; without it the day may be one that is past."""
    found = _by(page, match, issued)
    return None if found is None or found.inferred_year else found


def _range(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    first = day_of(match, 1, None)
    if first is not None and issued is not None and issued - first.value > timedelta(days=_LOOKS_BACK):
        return None
    last = day_of(match, 2, issued)
    if first is not None and last is not None and last.value < first.value:
        meant = make_day(last.value.day, last.value.month, first.value.year, None)
        return _ends_in_year(page, match, meant.value) if meant and meant.value >= first.value else None
    return _dated(page, match, issued, 2, "Khoảng thời gian: hết ngày {day} là hết hạn.", kind="range")


def _ends_in_year(page: Page, match: re.Match[str], last: date) -> Deadline:
    """A range that ends before it begins: its last year is a slip, the year it began in is meant."""
    span = term_span(page, match)
    why = f"Năm của ngày cuối đọc ra trước ngày đầu; lấy theo năm của ngày đầu: {say_day(last)}. Hãy so với bản gốc."
    return Deadline(squash(page.text[span[0] : span[1]]), span, "range", "day", last, why, inferred_year=True)


def _short_range(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    day = make_day(int(match["to"]), int(match["mon"]), int(match["yr"]) if match["yr"] else None, issued)
    if day is None:
        return None
    span = term_span(page, match)
    why = f"Khoảng thời gian: hết ngày {say_day(day.value)} là hết hạn."
    return Deadline(squash(page.text[span[0] : span[1]]), span, "range", "day", day.value, why, inferred_year=day.inferred)


def _negative(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    return _dated(page, match, issued, 1, "Sau ngày {day} không nhận nữa: nộp trong ngày {day} vẫn đúng hạn.")


def _period(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    groups = match.groupdict()
    written = groups.get("year") or groups.get("year2") or groups.get("year3")
    year = int(written) if written else issued.year if issued else None
    if year is None:
        return None
    before = "truoc" in page.flat[slice(*term_span(page, match))]
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
    why = f"Hạn là một khoảng; ngày cuối của khoảng là {say_day(last)}."
    if before:
        months = {"month": 1, "quarter": 3, "year": 12}[precision]
        first = last.year * 12 + last.month - months
        last = month_end(first // 12 - (first % 12 == 0), first % 12 or 12)
        why = f"Trước khoảng đó: ngày cuối cùng còn đúng hạn là {say_day(last)}."
    if inferred:
        why += f" Văn bản không ghi năm; năm {year} suy từ ngày ban hành."
    span = term_span(page, match)
    return Deadline(squash(page.text[span[0] : span[1]]), span, "period", precision, last, why, inferred_year=inferred)


_PERIOD = (
    r"(?:(?:tu\s+)?(?:thang\s*\d{1,2}(?:\s*/\s*20\d\d)?\s*(?:-|den(?:\s+het)?)\s*)?thang\s*(?P<month>\d{1,2})(?:\s*(?:/|nam)\s*(?P<year>20\d\d))?|quy\s*(?P<quarter>iv|i{1,3}|"
    r"[1-4])\b(?:\s*[/,-]?\s*(?:nam\s*)?(?P<year2>20\d\d))?|nam\s*(?P<year3>20\d\d))"
)
_CLOCK = r"(?:\d{1,2} ?(?:gio|h|g|:) ?(?:\d{2})?(?: ?phut)?,? (?=ngay))?"
_HANDS = r"(?:gui|nop|hoan thanh|hoan tat)"
_AIMS = r"(?:phan dau|bao dam|dam bao)"
_LIMIT = (
    r"(?:han chot|han cuoi(?: cung)?|han (?:nop|gui|dang ky|bao cao|hoan thanh)|thoi han|deadline|ngay (?:nop|het han)(?= ?:)|"
    r"thoi gian (?:nop|gui|hoan thanh|hoan tat|nhan ho so|nhan bai|dang ky|chot))"
)
_LAST = (
    rf"(?:cham nhat|muon nhat|tre nhat|{_LIMIT}|den het|het|khong qua|"
    r"khong (?:muon|cham|tre) hon|khong sau|ket thuc|hoan thanh(?: xong)?|xong)"
)
_LINK = r"(?:(?:la|vao|den|het|trong|:|truoc|cuoi|buoi (?:sang|chieu)|gio (?:hanh chinh|lam viec)|cua)\s*){0,3}"
#: Behind a day: (thứ Ba).
_WEEKDAY = r"(?:\s*\((?:thu \w+|chu nhat)\))?"

#: A range that began this many days before the day of issue is the time that figures are asked for, not a term.
_LOOKS_BACK = 60
_RULES: tuple[Rule, ...] = (
    (phrase(rf"\btu {_CLOCK}{day_pattern(1)} ?(?:den|-) ?(?:het ?)?{_CLOCK}{day_pattern(2)}"), _range),
    (phrase(rf"\bthoi gian[^.;:\d]{{0,40}}: ?(?P<phrase>{_CLOCK}{day_pattern(1)} ?(?:den|-) ?(?:het ?)?{_CLOCK}{day_pattern(2)})"), _range),
    (
        phrase(
            r"\b(?:tu (?:ngay )?|(?:vao )?ngay )(?P<from>\d{1,2})\s*(?:-|"
            r"den(?: het)?(?: ngay)?)\s*(?P<to>\d{1,2})\s*(?:/|thang)\s*(?P<mon>\d{1,2})(?:\s*(?:/|"
            r"nam)\s*(?P<yr>20\d\d))?(?!\d)"
        ),
        _short_range,
    ),
    *rhythms.FIXED,
    (
        phrase(
            rf"\b(?:cham nhat|muon nhat|xong|hoan thanh)?\s*(?:la\s+)?truoc\s+(?:thoi diem |gio (?:hanh chinh|lam viec),? )?"
            rf"(?:{_TIME})?{day_pattern(1)}{_WEEKDAY}"
        ),
        _before,
    ),
    (phrase(rf"\bsau\s+(?:{_TIME})?(?=ngay|\d){day_pattern(1)}[^.;]{{0,60}}?(?:se\s+)?khong\s+(?:duoc|nhan|tiep nhan|giai quyet|xem xet|tinh)"), _negative),
    (phrase(rf"\b{_LAST}\s*{_LINK}(?:{_TIME})?{day_pattern(1)}{_WEEKDAY}"), _by),
    (phrase(rf"\b{_LIMIT}[^.;:\d]{{0,50}}?(?::|la|den|vao|ngay)\s*(?:het )?(?:{_TIME})?{day_pattern(1)}"), _by),
    (phrase(rf"\bhan\b(?<!qua\shan)(?<!den\shan)(?<!het\shan)(?<!co\shan) (?:la |den |: ?)?(?:het )?(?:ngay )?{day_pattern(1)}"), _by),
    (phrase(rf"\btu nay (?:cho )?den (?:het )?{day_pattern(1)}"), _by),
    (phrase(rf"\bden (?:het )?(?:ngay )?{day_pattern(1)},? (?:phai|dat|hoan thanh|giai ngan|co|xong|toan|tat ca|\d{{1,3}} ?%)"), _reached),
    (phrase(rf"\bgian hoan thanh ?: ?[^.;:\d]{{0,20}}?{day_pattern(1)}"), _by),
    (phrase(rf"\b(?:{_HANDS}|bao cao|dang ky|{_AIMS})\b[^.;:]{{0,80}}?(?P<phrase>\b(?:den|vao|trong) (?:{_TIME})?(?=ngay){day_pattern(1)})"), _by),
    (phrase(rf"\bkhong (?:de|duoc|cho)\b[^.;]{{0,110}}?(?P<phrase>\bsau (?:{_TIME})?(?=ngay|\d){day_pattern(1)})"), _negative),
    *rhythms.OPEN,
    (
        phrase(
            rf"\b(?:thoi gian(?: thuc hien| hoan thanh| to chuc)?|du kien|"
            rf"thoi han)\s*:?\s*(?:hoan thanh )?(?P<phrase>(?:trong |xong )?{_PERIOD})"
        ),
        _period,
    ),
    (
        phrase(
            rf"\b(?:{_HANDS}|xong|trinh)\b[^.;:,]{{0,50}}?"
            rf"(?P<phrase>\b(?:(?:trong|het|truoc|vao) )?(?:trong|cuoi|het|truoc|vao(?= thang| quy)) {_PERIOD})"
        ),
        _period,
    ),
    (
        phrase(
            rf"\b(?:cham nhat|muon nhat|xong|tu nay den|den het|den cuoi|truoc|hoan thanh|hoan tat)"
            rf"(?: (?:la|vao|trong|cuoi|het|truoc))* (?=thang|quy){_PERIOD}"
        ),
        _period,
    ),
    (phrase(rf"\b(?:trinh|hoan thanh|ban hanh)\b[^.;:,]{{3,60}}? (?P<phrase>(?=quy (?:iv|i{{1,3}})\b){_PERIOD})(?=\W*[.;,)]|\W*$)"), _period),
    (phrase(rf"\((?:trong |xong |hoan thanh |thoi gian:? )*(?P<phrase>(?=thang|quy){_PERIOD}) ?\)"), _period),
    (phrase(rf"\b(?:{_AIMS}|yeu cau|phai|can|cham nhat|tap trung)(?: la)? (?P<phrase>(?:trong|het) (?=thang|quy){_PERIOD})"), _period),
    (
        phrase(
            rf"\bbao cao (?:ve |cho )?(?:thu tuong|chinh phu|ubnd|uy ban|so|bo|ban|hoi|chu tich|"
            rf"tinh)\b[^.;,]{{0,50}}?(?P<phrase>\btrong (?=thang|quy){_PERIOD})"
        ),
        _period,
    ),
    (phrase(rf"(?P<phrase>\btrong {_PERIOD}),?(?: phai| can)? (?:hoan thanh|hoan tat|gui|bao cao)\b"), _period),
    (phrase(rf"\btrong (?=thang \d{{1,2}}\b|quy (?:iv|i{{1,3}}|[1-4])\b){_PERIOD}"), _period),
    *COUNTED,
)


_LABEL = re.compile(r"\W*\d{1,2}(?:\.\d{1,2})*[.)/]\W")
_CLAUSE_END = re.compile(r"(?<![\d(])[.;](?=\s)")
_DIGIT = re.compile(r"\d")
#: What can match where no digit stands: every rule but those with a day in them; and where no word of rhythm does.
_WITHOUT_DAYS = tuple(rule for rule in _RULES if "(?P<d1>" not in rule[0].pattern)
_RHYTHMS = frozenset([*rhythms.FIXED, *rhythms.OPEN])
_CHOICE = {
    (True, True): _RULES, (False, True): _WITHOUT_DAYS,
    (True, False): tuple(rule for rule in _RULES if rule not in _RHYTHMS),
    (False, False): tuple(rule for rule in _WITHOUT_DAYS if rule not in _RHYTHMS),
}


def _clauses(page: Page, area: Span) -> list[Span]:
    """The area's clauses: no term runs over the end of one, and most hold nothing that most rules look for."""
    ends = [match.end() for match in _CLAUSE_END.finditer(page.flat, *area)]
    return [(a, b) for a, b in pairwise([area[0], *ends, area[1]]) if a < b]


def _rules(page: Page, area: Span) -> tuple[Rule, ...]:
    """The rules that can match in the area at all; an item's own number is no day."""
    label = _LABEL.match(page.flat, *area)
    digit = _DIGIT.search(page.flat, label.end() if label else area[0], area[1])
    return _CHOICE[digit is not None, rhythms.WORDS.search(page.flat, *area) is not None]


def find_deadlines(page: Page, areas: list[Span], issued: date | None) -> list[Deadline]:
    """The terms inside the areas, in the order of the text, each phrase once; a day before the day of issue is no term."""
    found: list[Deadline] = []
    for area in (clause for whole in areas for clause in _clauses(page, whole)):
        here: list[Deadline] = []
        for pattern, make in _rules(page, area):
            for match in pattern.finditer(page.flat, *area):
                start, end = term_span(page, match)
                if any(d.span[0] < end and start < d.span[1] for d in here):
                    continue
                deadline = make(page, match, issued) if not _cited(page, match) else None
                if deadline is None or (issued and deadline.date and deadline.date < issued) or _announced(page, deadline):
                    continue
                here.append(deadline)
        found += here
    # Areas may lie over each other: an item inside the paragraph that announces it.
    return sorted({d.span: d for d in reversed(found)}.values(), key=lambda d: d.span)


def _week(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    """'Tuần 3 tháng 3/2022': a month's weeks are counted in sevens."""
    year = int(match["year"]) if match["year"] else issued.year if issued else None
    if year is None or not 1 <= int(match["month"]) <= 12:
        return None
    last = min(date(year, int(match["month"]), 1) + timedelta(days=7 * int(match["week"]) - 1), month_end(year, int(match["month"])))
    span = term_span(page, match)
    why = f"Tuần thứ {match['week']} của tháng, tính từng 7 ngày: ngày cuối là {say_day(last)}."
    return Deadline(squash(page.text[span[0] : span[1]]), span, "period", "month", last, why, inferred_year=not match["year"])


_CELL: tuple[Rule, ...] = (
    (phrase(day_pattern(1)), _by),
    (phrase(rf"(?:trong )?{_PERIOD}"), _period),
    (phrase(r"tuan (?:thu )?(?P<week>[1-4]),? (?:cua )?thang (?P<month>\d{1,2})(?: ?/ ?(?P<year>20\d\d))?"), _week),
    (phrase(r"(?:thuong xuyen|lien tuc|hang (?:nam|ngay) va thuong xuyen|ca nam|dot xuat|khi co yeu cau)"), vague),
    *rhythms.CELLS,
)


def cell_deadline(page: Page, cell: Span, issued: date | None) -> Deadline | None:
    """The term of a table's time cell that holds a bare day or period."""
    for pattern, make in _CELL:
        match = pattern.fullmatch(page.flat, *cell)
        if match:
            return make(page, match, issued)
    return None


_COUNTED_UP_TO = re.compile(r"(?<!\w)(?:số liệu|tính|thời điểm|cộng dồn|lu[ỹý] kế)(?:\s+[^\s.;,]+){0,3}\s*$", re.IGNORECASE)
_CLOSED_AT = re.compile(r"\b(?:chot|khoa|tinh|cong don|luy ke)\s+(?:so|\w+\s+)?(?:lieu\s+)?$")


def _cited(page: Page, match: re.Match[str]) -> bool:
    """Whether the phrase belongs to a condition in force ('đã … trước ngày 01/7/2014') and sets no term."""
    if "den het" in match[0][:20] and _COUNTED_UP_TO.search(page.text, max(0, match.start() - 40), match.start()):
        return True
    start = term_span(page, match)[0]
    if page.flat.startswith("den", start) and _CLOSED_AT.search(page.flat, max(0, start - 30), start):
        return True
    if not re.search(r"truoc\s+(?:ngay|thang|quy|nam|\d)", match[0]):
        return False
    before = page.flat[max(0, match.start() - 40) : match.start()]
    if re.search(r"bao cao|gui|nop|hoan thanh|thuc hien", before):
        return False
    return bool(re.search(r"\b(?:da|duoc|phat sinh|sinh|co hieu luc|xay ra|nhu)\s+(?:\w+\s+){0,4}$", before))


def _announced(page: Page, term: Deadline) -> bool:
    """Whether the clause tells what will happen ('Sở sẽ kiểm tra trong quý III') and asks nobody for anything."""
    if term.kind not in ("period", "vague"):
        return False
    clause = re.split(r"[.;:]", page.flat[max(0, term.span[0] - 120) : term.span[0]])[-1]
    return bool(re.search(r"\bse\s", clause))

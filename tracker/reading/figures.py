"""Figures of the running text: value, unit, what they count, for which time; dates, document numbers and articles are none."""

import re
from collections.abc import Sequence
from typing import Literal

from tracker.reading.folding import phrase, squash
from tracker.reading.measures import Measure, find_measure
from tracker.reading.model import Figure
from tracker.reading.numbers import NUMBER, to_decimal
from tracker.reading.page import Page, Paragraph

_FIGURE = re.compile(rf"(?<![\w/.,@+-])(?<!\d[:–—])(?<!\d )(?P<value>{NUMBER})(?:\s?/\s?(?P<of>{NUMBER}))?(?![\d/:@]|[.,]\d|\w)")
# A number behind these words names something (Điều 5, tháng 7, đợt 2, số 12); it counts nothing.
_NAMING = re.compile(
    r"(?<!\w)(?:điều|khoản|điểm|chương|mục|phần|phụ\s+lục|mẫu|biểu|đợt|lần|thứ|cấp|quý|khóa|khoá|kỳ|kì|tháng|ngày|năm|lớp|phường|quận|khu|ấp|thôn|"
    r"nhóm|loại|bản|đoạn|tầng|phòng|đường|ngõ|đt|vòng|hạng|bảng|hình|trang|bước|tuần|tiết|bài|tiểu|khối|mã|tel|fax|số|"
    r"chỉ\s+đạo|đề\s+án|dự\s+án|quốc\s+lộ|bcđ)(?:\s+số)?[ .:\n]{0,3}$",
    re.IGNORECASE,
)
_DATED = phrase(r"(?:truoc|den|tu|het|sau|ngay|thang|quy|nam|vao)\s+$")
_CHANGED = phrase(r"(?:(?P<up>tang)(?: them| len| truong)?|(?P<down>giam)(?: di)?)(?: duoc| khoang| gan| hon| tren)?\s*$")
_SHARE = phrase(r"(?:\(|chiem|ty le|ti le|tuong duong|bang|dat)(?: ty le| ti le| khoang| gan| hon| tren| dat| chiem)*\s*:?\s*$")
_BRIDGE = phrase(
    r"(?: ?[\w&]+){0,3}(?: ?\([^()]{0,40}\))?[\s,(]*(?:va |da )?(?:tang|giam|chiem|ty le|ti le|tuong duong|bang|dat|tuong ung)?"
    r"(?: them| len| di| truong| duoc| khoang| gan| hon| tren| ty le| ti le| chiem| dat)*[\s:(]*"
)
_LEAD = phrase(
    r"(?:den (?:het )?(?:ngay )?[\d/.]+|tinh den[^,]*|trong do|voi|va|nhu|cu the|gom|bao gom|hien(?: nay)?|trong \d+ thang[^,]*|con|trong|dong thoi)\b[\s,:]*"
)
_TRAIL = phrase(
    r"(?:\b(?:chua|tang|giam|them|dat|la|duoc|khoang|tren|gan|hon|voi|chiem|co|ty le|ti le|uoc|len|toi|den|moi|chi|da|hien|so tien|"
    r"voi so tien|tai|dat duoc|con)|[\s:(,–-])+$"
)
_PERIOD = phrase(
    r"\b(?:(?:tinh )?den(?: het)?(?: ngay)? \d{1,2}[/.]\d{1,2}(?:[/.]\d{4})?|\d{1,2} thang (?:dau|cuoi) nam(?: \d{4})?|"
    r"quy (?:iv|i{1,3}|[1-4])(?:[/ ,]*(?:nam )?\d{4})?|thang \d{1,2}(?: ?/ ?\d{4}| nam \d{4})|nam(?: hoc)? \d{4}(?: ?- ?\d{4})?|giai doan \d{4} ?- ?\d{4})"
)
_AGAINST = phrase(r"\s*(?P<words>so voi [^.,;()]{3,40})")
_ASIDE = re.compile(r"\([^()]{0,80}\)")
_BREAK = re.compile(r"[.:]\s|[();]|,\s|\d[\d.,/]*\s")
_GRADE = phrase(r"\b(?:loai|hang|muc|bac) [^\W\d_]+(?: [^\W\d_]+)?\s*$")
_LONGEST = 10
_REACH = 160


def find_figures(page: Page, paragraphs: Sequence[Paragraph]) -> list[list[Figure]]:
    """The figures of each paragraph that has any, in the order of the text."""
    return [found for p in paragraphs if (found := _in_span(page, p.start, p.end))]


def _in_span(page: Page, start: int, end: int) -> list[Figure]:
    found: list[Figure] = []
    for match in _FIGURE.finditer(page.text, start, end):
        if _is_name(page, match, start) or re.match(r"0\d{2,}", match["value"]):
            continue
        measure = find_measure(page.text, match.end(), end)
        if measure is not None:
            found.append(_figure(page, match, measure, start, found))
    return found


def _is_name(page: Page, match: re.Match[str], start: int) -> bool:
    before = page.flat[max(start, match.start() - 24) : match.start()]
    if _NAMING.search(page.text, max(start, match.start() - 24), match.start()):
        return not re.search(r"\b(?:trong|tong) so\s*:?\s*$", before)
    if match["of"]:
        day, month = to_decimal(match["value"]), to_decimal(match["of"])
        return bool(_DATED.search(before)) or (day <= 12 and 1900 <= month <= 2100) or (day <= 31 and month <= 12 and match["value"][0] == "0")
    return False


def _figure(page: Page, match: re.Match[str], measure: Measure, start: int, found: list[Figure]) -> Figure:
    before = page.flat[max(start, match.start() - 40) : match.start()]
    previous = found[-1] if found else None
    changed = _CHANGED.search(before)
    change: Literal["up", "down"] | None = ("up" if changed["up"] else "down") if changed else None
    share = measure.base in "%‰" and previous is not None and bool(_SHARE.search(before)) and _near(page, previous, match.start())
    role: Literal["value", "up", "down", "share"] = change or ("share" if share else "value")
    counts = measure.noun or ""
    if previous is not None and (share or (change and not measure.noun and _near(page, previous, match.start()))):
        counts = previous.counts
    elif not counts:
        counts = _counted(page, match.start(), start, previous)
    elif counts == measure.unit:
        grade = _GRADE.search(page.flat, max(start, match.start() - 40), match.start())
        counts += f" {squash(page.text[slice(*grade.span())])}" if grade else ""
    span = (match.start(), measure.end)
    return Figure(
        value=to_decimal(match["value"]), unit=measure.unit, text=squash(page.text[slice(*span)]), span=span, counts=counts,
        period=_period(page, match.start(), measure.end, start), of=to_decimal(match["of"]) if match["of"] else None,
        role=role, base=measure.base, amount=to_decimal(match["value"]) * measure.factor,
    )  # fmt: skip


def _near(page: Page, previous: Figure, at: int) -> bool:
    """Whether only a bracket, a comma and a word of change or share stand between, so that this figure speaks of the one before."""
    return bool(_BRIDGE.fullmatch(page.flat, previous.span[1], at))


def _counted(page: Page, at: int, start: int, previous: Figure | None) -> str:
    """The words before a measured number that say what it measures: its clause without the verb."""
    low = max(start, at - _REACH, previous.span[1] if previous else 0)
    clause = _ASIDE.sub(lambda aside: " " * len(aside[0]), page.text[low:at])
    cuts = [m.end() for m in _BREAK.finditer(clause) if clause[m.end() :].strip(" ,:(")]
    begin = low + (cuts[-1] if cuts else 0)
    lead = _LEAD.match(page.flat, begin, at)
    begin = lead.end() if lead else begin
    trail = _TRAIL.search(page.flat, begin, at)
    words = squash(clause[begin - low : (trail.start() if trail else at) - low]).strip(" ,:;()–-*•·+")
    if not words and previous is not None:
        return previous.counts
    return " ".join(words.split(" ")[-_LONGEST:])


def _period(page: Page, at: int, end: int, start: int) -> str | None:
    against = _AGAINST.match(page.flat, end)
    if against:
        return squash(page.text[slice(*against.span("words"))])
    told = [match.span() for match in _PERIOD.finditer(page.flat, max(start, at - 600), at)]
    return squash(page.text[slice(*told[-1])]) if told else None


"""Where the parts of a dispatch lie: letterhead, body, signature part, annexes (the layout of Nghị định 30/2020/NĐ-CP)."""

import re
from dataclasses import dataclass

from tracker.reading.page import Page
from tracker.reading.titles import title_of

MOTTO = re.compile(
    r"\bc\w{1,2}ng h[o0]\w xa h\w{1,2} ch[uù] ngh\w{1,2}(?: v\w{2,3}t? nam)?|\bc\w{1,2}ng h[o0]\w xa h\w{1,2}$|dang c\wng s\wn vi\wt nam|"
    r"doan (?:tncs|thanh nien cong san) ho chi minh"
)
CREED = re.compile(r"\bd\wc l\wp ?\W{1,4} ?t\w do ?\W{1,4} ?h\wnh ?ph\wc")
NUMBER_LINE = re.compile(r"(?:^|[|\t]|  )\W{0,4}s[o06]\s?[:.;,]{1,2}\s*(?:\S|$)|(?:^|[|\t]|  )\W{0,4}s[o0]\s*\d[\w ]{0,8}[-/]")
DATE_LINE = re.compile(
    r"\bng[aà]y ?\S{0,6}? {0,12}\S{0,6} {0,3}th[aà]ng {0,3}\S{0,8} {0,8}\S{0,4} {0,3}n[aă]m ?\S{0,8}|"
    r", ?ngay {1,12}/ {1,12}/ ?20|, ?ngay ?\d{1,2} ?[/.-] ?\d{1,2} ?[/.-] ?(?:19|20)\d\d\s*$"
)
ADDRESS = re.compile(r"(?:^|\t| {3})\W{0,3}(?:kinh g[uo]i\b|[^:.;]{0,60}\bdien ?(?=:))")
#: At the start of a line; further right only with its colon: a column of a table may be headed 'Nơi nhận'.
COPIES = re.compile(r"^\W{0,3}n\wi nh\wn\b|(?:[|\t]|  )\W{0,3}n\wi nh\wn ?:")
#: The first copy, where its heading is lost.
_FIRST_COPY = re.compile(r"^\W{0,3}nhu (?:tren|kinh gui|dieu \d)\b.{0,30}$")
AUTHORITY = re.compile(r"(?<![\w/])(?:(?:t ?/ ?m|tm|k ?/ ?t|kt|t ?/ ?l|tl|t ?/ ?uq|tuq)(?:\s?[.:]\s?|\s)|q\.\s?)(?=[a-z])")
_END_MARK = re.compile(r"\. ?/ ?\.")
_ANNEX = re.compile(r"^\W{0,3}(?:phu luc|bieu mau|mau so|mau \d|bieu so|danh sach kem theo)\b")
#: At most so many lines stand between the number, day or title and Kính gửi: a subject and its marks.
_HEAD_LINES = 5


@dataclass(frozen=True, slots=True)
class Zones:
    """Line numbers: head [top, body), body [body, tail), tail [tail, annex); `title` and `address` are lines or -1."""

    top: int
    motto: int
    number: int
    dated: int
    title: int
    address: int
    address_end: int
    body: int
    tail: int
    annex: int


def has_motto(page: Page, index: int) -> bool:
    """Whether the national motto (or the Party's, the Youth Union's) stands on the line, in capitals as the law asks."""
    line = page.lines[index]
    match = MOTTO.search(page.flat, line.body, line.end)
    if not match:
        return False
    letters = [c for c in page.text[match.start() : match.end()] if c.isalpha()]
    return sum(c.isupper() for c in letters) >= 0.7 * len(letters)


def find_zones(page: Page) -> Zones:
    """Divide the page. A text without letterhead (pasted) starts with its body."""
    lines = page.lines
    limit = _nth_visible(page, 60)
    flats = [page.line_flat(line) for line in lines]
    motto = next((i for i in range(min(limit, len(flats))) if has_motto(page, i)), -1)
    after = max(motto, 0)
    number = _first(flats, max(after - 8, 0), limit, NUMBER_LINE)
    dated = _date_line(flats, max(after - 2, 0), limit) if motto >= 0 or number >= 0 else -1
    if dated >= 0 and number >= 0 and dated > number + 14:
        dated = -1
    anchor = max(motto, number, dated)
    title = _title_line(page, flats, anchor, limit)
    address = _first(flats, 0, limit, ADDRESS)
    start = _head_end(page, flats, motto, number, dated, title)
    address_end = -1
    if address >= 0:
        address_end = _address_end(page, flats, address, limit)
        if sum(map(bool, flats[start:address])) <= _HEAD_LINES:
            start = max(start, address_end)
    tail = _tail_start(page, flats, start)
    annex = _annex_start(page, flats, tail, len(lines))
    heads = [index for index in (motto, number) if index >= 0]
    top = _top(page, flats, min(heads, default=0))
    return Zones(top, motto, number, dated, title, address, address_end, start, tail, annex)


def _first(flats: list[str], start: int, stop: int, pattern: re.Pattern[str]) -> int:
    for index in range(start, min(stop, len(flats))):
        if pattern.search(flats[index]):
            return index
    return -1


def _date_line(flats: list[str], start: int, stop: int) -> int:
    """The line of place and day; in a narrow column the day may break off and go on in the next line."""
    for index in range(start, min(stop, len(flats))):
        flat = flats[index]
        if DATE_LINE.search(flat) or (", ngay" in flat and DATE_LINE.search(f"{flat} {_next_visible(flats, index + 1)}")):
            return index
    return -1


def _nth_visible(page: Page, count: int) -> int:
    for index, line in enumerate(page.lines):
        count -= not line.blank
        if not count:
            return index
    return len(page.lines)


def _title_line(page: Page, flats: list[str], anchor: int, limit: int) -> int:
    for index in range(max(anchor, 0), min(limit, len(flats))):
        line = page.lines[index]
        cells = [page.text[a:b] for a, b in line.cells()] if index == anchor else [page.text[line.body : line.end]]
        if any(cell.isupper() and title_of(flats[index] if len(cells) == 1 else "") for cell in cells):
            return index
        if index > anchor + 12:
            break
    return -1


def _head_end(page: Page, flats: list[str], motto: int, number: int, dated: int, title: int) -> int:
    """The first line behind number, date, subject (V/v …) or title lines."""
    last = max(motto, number, dated, title)
    if last < 0:
        return 0
    index = last + 1
    stop = _first(flats, last, last + 8, ADDRESS)
    subject = _first(flats, max(motto, number, 0), stop if stop >= 0 else last + 8, re.compile(r"(?:^|[|\t]|  )\W{0,2}(?:[vw]/v|ve ?viec)\b"))
    if title < 0 and subject >= 0:
        index = max(index, subject + 1)
        while index < len(flats) and flats[index] and not ADDRESS.search(flats[index]) and index < subject + 7:
            if page.width and page.lines[index].end - page.lines[index].body > 0.8 * page.width:
                break
            if not page.width and len(flats[index]) > 90:
                break
            index += 1
    if title >= 0:
        index = title_end(page, flats, title)
    return index


def title_end(page: Page, flats: list[str], title: int) -> int:
    """The line behind the title lines that follow the name of the kind."""
    index, taken = title + 1, 0
    while index < len(flats) and taken < 7:
        if not flats[index] or not any(c.isalnum() for c in flats[index]):
            if taken and not _carries_on(page, index):
                break
            index += 1
            continue
        if ADDRESS.search(flats[index]) or (taken and (_opens_body(page, index) or _decides(page, flats, index))):
            break
        taken += 1
        index += 1
    return index


_DECIDING = re.compile(
    r"(?:bo truong|thu truong|chu tich|giam doc|tong giam doc|hieu truong|cuc truong|tong cuc truong|chi cuc truong|thong doc|vien truong|chanh an|truong ban|"
    r"uy ban nhan dan|hoi dong|ban thuong vu|ban chap hanh|ban bi thu|tong thanh tra|thu tuong|dai hoi)\b"
)
_GROUNDS = re.compile(r"\W{0,3}(?:can cu|xet|theo|chieu|thuc hien|sau khi|de )\b")


def _decides(page: Page, flats: list[str], index: int) -> bool:
    """Whether the line, in capitals, is the authority that decides ('CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH …'): the grounds follow it."""
    line = page.lines[index]
    if not _DECIDING.match(flats[index]) or not page.text[line.body : line.end].isupper():
        return False
    return bool(_GROUNDS.match(_next_visible(flats, index + 1)))


def _carries_on(page: Page, blank: int) -> bool:
    """Whether the title goes on behind a blank line: its next line begins in lower case."""
    for line in page.lines[blank : blank + 3]:
        if not line.blank:
            return page.text[line.body].islower() and line.end - line.body < 80
    return False


_OPENERS = re.compile(
    r"(?:can cu|thuc hien (?:nghi|quyet|cong van|chi thi|ket luan|ke hoach|chuong trinh|thong|y kien)|ngay \d|"
    r"de (?:thuc|trien|tiep|tang)|trong (?:thoi gian|nhung)|theo |nham |sau khi|xet )"
)


#: A section or an item; a title line as long as this is the body's first paragraph.
_MARKED = re.compile(r"(?:[ivx]{1,4}|\d{1,2})\s?[.)]\s|[ivx]{1,4}-\s")
_LONGEST_TITLE_LINE = 120


def _opens_body(page: Page, index: int) -> bool:
    line = page.lines[index]
    flat = page.line_flat(line)
    if _OPENERS.match(flat) and page.text[line.body].isupper() and (not page.width or line.end - line.body > 0.8 * page.width):
        return True
    if _MARKED.match(flat) or (flat.endswith(":") and not page.text[line.body : line.end].isupper()):
        return True
    return len(flat) > (200 if page.width else _LONGEST_TITLE_LINE)


def _address_end(page: Page, flats: list[str], address: int, limit: int) -> int:
    """The line behind the recipients: on the line itself, or the dashes and lines below it."""
    named = ADDRESS.search(flats[address])
    own = flats[address][named.end() if named else 0 :].strip(" :;.-")
    index, seen = address + 1, bool(own)
    while index < min(limit, len(flats)):
        flat = flats[index]
        if not flat:
            if seen and not re.match(r"[-+•~*]", _next_visible(flats, index)) and not _next_visible(flats, index).startswith("(sau day"):
                return index
        elif re.match(r"[-+•~*]", flat) or flat.startswith("(sau day"):
            seen = True
        elif not seen:
            seen = True
        elif not own and page.lines[index - 1].end and len(flat) < 90 and re.match(r"[-+•~*]", flats[index - 1] or " ") and flats[index - 1][-1:] not in ";.":
            pass
        elif own and len(flat) < 80 and flats[index - 1] and (flats[index - 1][-1:] in ";," or page.text[page.lines[index].body].islower()):
            pass
        elif own and len(flat) < 100 and re.match(r"(?:dia chi|ma so thue|dien thoai|dong kinh gui)", flat):
            pass
        else:
            return index
        index += 1
    return index


def _next_visible(flats: list[str], index: int) -> str:
    for flat in flats[index : index + 4]:
        if flat:
            return flat
    return ""


def _tail_start(page: Page, flats: list[str], start: int) -> int:
    """The first line of signature and copies: behind the closing ./., or at Nơi nhận, or at the signing authority."""
    count = len(flats)
    copies = next((i for i in range(start, count) if (COPIES.search(flats[i]) and len(flats[i]) < 160) or _FIRST_COPY.match(flats[i])), count)
    second = next((i for i in range(start, count) if has_motto(page, i)), count)
    signed = next((i for i in range(start, min(count, copies + 1, second)) if _signs(page, i)), count)
    closed = next((i + 1 for i in range(start, min(count, copies, second)) if _END_MARK.search(flats[i][-14:])), count)
    if closed < count and copies < count and copies - closed > 25:
        closed = count
    tail = min(copies, second, signed, closed)
    return min(tail, count)


_SIGNED = re.compile(r"(?<![\w/])(?:KT|TL|TM|TUQ|T/M|K/T|T/L|T/UQ)\s?[.:]?\s?[A-ZĐÀ-Ỹ]{2,}(?: [A-ZĐÀ-Ỹ]+){0,6}\W*$")


def _signs(page: Page, index: int) -> bool:
    line = page.lines[index]
    if line.end - line.body < 90 and _SIGNED.search(page.text, line.body, line.end):
        return True
    for start, end in line.cells():
        if end - start >= 70 or not AUTHORITY.match(page.flat, start, end):
            continue
        letters = [c for c in page.text[start:end] if c.isalpha()]
        if len(letters) > 4 and sum(c.isupper() for c in letters) >= 0.9 * len(letters):
            return True
    return False


def _annex_start(page: Page, flats: list[str], tail: int, count: int) -> int:
    for index in range(tail + 1, count):
        if has_motto(page, index):
            back = index
            while back - 1 > tail and flats[back - 1] and index - back < 2 and not flats[back - 1].startswith("-"):
                back -= 1
            return back if index - back <= 2 else index
        if _ANNEX.search(flats[index]):
            return index
    return count


def _top(page: Page, flats: list[str], motto: int) -> int:
    """The first line of the letterhead: capitals above the motto, stamps and signatures of machines left out."""
    top, gaps = motto, 0
    for index in range(motto - 1, -1, -1):
        line = page.lines[index]
        if line.blank:
            gaps += 1
            if gaps > 2:
                break
            continue
        cell = page.text[line.body : line.end]
        letters = [c for c in cell if c.isalpha()]
        if not any(c.isalnum() for c in cell):
            continue
        if len(letters) < 4 or sum(c.isupper() for c in letters) < 0.8 * len(letters) or "@" in cell:
            break
        top, gaps = index, 0
    return top

"""Tasks in the rows of a table: STT | Nội dung | Đơn vị chủ trì | Thời gian, cells parted by tabs or bars."""

import re
from dataclasses import dataclass

from tracker.reading.model import Span
from tracker.reading.page import Page

_NUMBER_HEAD = re.compile(r"(?:stt|tt|so tt)$")
_WORK_HEAD = re.compile(r"(?:noi dung|nhiem vu|cong viec|ten nhiem vu|hoat dong|noi dung cong viec|dau viec)\b")
_TIME_HEAD = re.compile(r"(?:thoi gian|thoi han|han |tien do|ngay hoan thanh)")
_LEAD_HEAD = re.compile(r"(?:don vi|co quan|bo phan|phong|to chuc|nguoi|chu tri|phu trach)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is a task: its number, the words of the work, the cells of time and of who leads."""

    label: str
    line: Span  #: the line; of a first row also its table's head
    span: Span
    work: Span
    time: Span | None
    lead: Span | None


def find_rows(page: Page, first: int, last: int) -> list[Row]:
    """The rows of every table with a head of number and work in lines [first, last); at least two, or none."""
    found: list[Row] = []
    head: dict[str, int] | None = None
    begin = 0
    for line in page.lines[first:last]:
        if "\t" not in line.text and "|" not in line.text:
            if not line.blank:
                head = None
            continue
        cells = _cells(page, line.start, line.end)
        named = _head(page, cells)
        if named:
            head, begin = named, line.start
        elif head is not None and len(cells) > head["work"]:
            row = _row(page, cells, head, (begin or line.start, line.end))
            if row:
                found.append(row)
                begin = 0
    return found if len(found) >= 2 else []


def _cells(page: Page, start: int, end: int) -> list[Span]:
    """All cells, empty ones too, so that columns keep their places."""
    bar = "|" if "|" in page.text[start:end] else "\t"
    cells, at = [], start
    for part in page.text[start:end].split(bar):
        left = len(part) - len(part.lstrip())
        cells.append((at + left, at + max(left, len(part.rstrip()))))
        at += len(part) + 1
    if bar == "|" and cells and cells[0][0] >= cells[0][1]:
        cells = cells[1:]
    return cells


def _head(page: Page, cells: list[Span]) -> dict[str, int] | None:
    names = [" ".join(page.flat[a:b].split()) for a, b in cells]
    columns: dict[str, int] = {}
    for index, name in enumerate(names):
        for key, pattern in (("number", _NUMBER_HEAD), ("work", _WORK_HEAD), ("time", _TIME_HEAD), ("lead", _LEAD_HEAD)):
            if key not in columns and pattern.match(name):
                columns[key] = index
                break
    return columns if "number" in columns and "work" in columns and len(columns) >= 3 else None


def _row(page: Page, cells: list[Span], head: dict[str, int], line: Span) -> Row | None:
    a, b = cells[head["number"]] if head["number"] < len(cells) else (0, 0)
    label = page.text[a:b].strip(" .")
    work = cells[head["work"]]
    if not re.fullmatch(r"\d{1,3}", label) or work[1] - work[0] < 8:
        return None

    def cell(key: str) -> Span | None:
        if key not in head or head[key] >= len(cells):
            return None
        start, end = cells[head[key]]
        return (start, end) if end > start else None

    return Row(label, line, (work[0], max(c[1] for c in cells)), work, cell("time"), cell("lead"))

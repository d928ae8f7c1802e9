"""A narrowed history as a table: one row an event, for .xlsx and .csv."""
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row as Found

from tracker import clock
from tracker.domain.access import Actor
from tracker.domain.report_sheets import Row, Sheet
from tracker.services import history_kinds, history_pages
from tracker.services.history_pages import Asked, Scope
from tracker.services.sentences import sentence

HEAD = (
    ("Ngày", 12), ("Giờ", 10), ("Người làm", 28), ("Bằng đường nào", 18), ("Việc", 80), ("Loại", 24), ("Công văn", 20), ("Nhiệm vụ", 40), ("Đơn vị", 22),
)
#: Rows that a table takes, the latest first: a book is made in memory, a .csv is sent while it is read.
IN_BOOK, IN_LINES = 20_000, 100_000


def sheet(actor: Actor, scope: Scope, asked: Asked) -> Sheet:
    """The history as a sheet. The scope has been given by a function of history_pages."""
    rows = tuple(lines(actor, scope, asked, IN_BOOK))
    cut = f" ({IN_BOOK} dòng mới nhất; chọn khoảng ngày để lấy phần trước đó)" if len(rows) == IN_BOOK else ""
    return Sheet("Lịch sử", f"{scope.title}{cut}", HEAD, rows)


def lines(actor: Actor, scope: Scope, asked: Asked, most: int = IN_LINES) -> Iterator[Row]:
    """The rows one by one, as they are read."""
    for found in history_pages.rows(scope, asked, most):
        yield _line(actor, found)


def _line(actor: Actor, found: Found[Any]) -> Row:
    at, group = clock.local(found.at), history_kinds.group_of(found.kind)
    kind = history_kinds.GROUPS[group][0] if group else ""
    unit = found.unit or "" if actor.sees_all_units else ""
    by = history_kinds.WAYS[history_kinds.way(found.person_id, found.person_name)]
    said = sentence(found.kind, found.person_name, found.data)
    return at.date(), f"{at:%H:%M:%S}", found.person_name, by, said, kind, found.number or "", found.title or "", unit

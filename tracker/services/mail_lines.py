"""Lines of tasks in mails: what is owed, how urgent it is, and by when, in words."""
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, case, select

from tracker.adapters.render import TaskLine
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.tasks import Task

#: A mail lists so many tasks; the rest is a number and a link.
SHOWN = 30
KINDS = {"over": "việc quá hạn", "ret": "việc trả lại", "soon": "việc sắp đến hạn", "none": "việc đến kỳ xem lại"}


def owed_columns() -> Select[*tuple[Any, ...]]:
    """What `line` needs of an assignment, most urgent first; the caller adds which."""
    return (
        select(
            Assignment.id, Assignment.unit_id, Assignment.dispatch_id, Assignment.state, Assignment.due_on, Assignment.review_on, Assignment.chase_on,
            Assignment.deadline_version, Assignment.late_before, Task.title, Dispatch.number,
        )
        .select_from(Assignment).join(Task, Task.id == Assignment.task_id).join(Dispatch, Dispatch.id == Assignment.dispatch_id)
        .order_by(Assignment.chase_on, Assignment.id)
    )


def kind_column(day: date) -> Any:
    """SQL for the kind of `line`, to count by."""
    return case(
        (Assignment.state == State.RETURNED, case((Assignment.chase_on < day, "over"), else_="ret")),
        (Assignment.due_on.is_(None), "none"), (Assignment.chase_on < day, "over"), else_="soon",
    )


def line(row: Any, day: date) -> TaskLine:
    """One owed task as it stands on a day."""
    number = row.number or "công văn chưa có số"
    on, days = row.chase_on.strftime("%d/%m"), (row.chase_on - day).days
    if row.state == State.RETURNED:
        words = ("over", f"chưa sửa, quá ngày hẹn {-days} ngày") if days < 0 else ("ret", f"trả lại, sửa chậm nhất {on}")
        return TaskLine(row.title, *words, detail=number)
    if row.due_on is None:
        return TaskLine(row.title, "none", f"không hạn, {'đã đến kỳ xem lại' if days <= 0 else 'xem lại'} {on}", number)
    if days < 0:
        return TaskLine(row.title, "over", f"quá hạn {row.late_before - days} ngày", f"hạn {on} · {number}")
    return TaskLine(row.title, "soon", f"còn {days} ngày" if days else "hạn hôm nay", f"hạn {on} · {number}")


def summary(counts: Mapping[str, int]) -> str:
    """3 việc quá hạn, 1 việc trả lại: kinds that occur, in order of urgency."""
    return ", ".join(f"{counts[kind]} {words}" for kind, words in KINDS.items() if counts.get(kind))


def lines(rows: Iterable[Any], day: date) -> list[TaskLine]:
    """The lines of several rows."""
    return [line(row, day) for row in rows]

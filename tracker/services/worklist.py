"""What a unit still has to do: 50 rows a page by keyset, grouped by urgency, with counts that never scan the rows."""
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Date, Integer, Row, bindparam, case, func, select, tuple_

from tracker import clock
from tracker.db import read
from tracker.domain.access import Actor, Right
from tracker.domain.badges import badge
from tracker.domain.errors import NotFound
from tracker.domain.status import OWED, State
from tracker.domain.wording import capital, joined, tr
from tracker.i18n import badge_words
from tracker.models.assignments import Assignment, Tally
from tracker.models.dispatches import Dispatch
from tracker.models.submissions import Submission
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import pause_list, question_list
from tracker.services.calendar import soon_until

PAGE = 50
GROUPS = (
    ("now", tr("Làm ngay"), tr("quá hạn và bị trả lại")),
    ("soon", tr("Sắp đến ngày"), tr("hạn hoặc ngày xem lại, trong 5 ngày làm việc")),
    ("finding", tr("Tồn tại nêu tên đơn vị mình"), tr("chỉ đơn vị và tỉnh thấy")),
    ("later", tr("Chưa gấp"), ""),
)
Cursor = tuple[date, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the badge's kind and words, what stands beside it, and the label of its button ("" for none)."""

    id: int
    dispatch_id: int
    title: str
    kind: str
    words: str
    detail: str
    act: str


@dataclass(frozen=True)
class Group:
    """Rows of one urgency, in order."""

    key: str
    title: str
    sub: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Counts:
    """The unit's whole standing, from the running counts."""

    over: int = 0
    returned: int = 0
    soon: int = 0
    new: int = 0
    owed: int = 0
    waiting: int = 0
    accepted: int = 0


@dataclass(frozen=True)
class Worklist:
    """One page; before and after are cursors of the neighbouring pages, None where there is none. fresh: dispatches to acknowledge."""

    groups: list[Group]
    counts: Counts
    before: Cursor | None
    after: Cursor | None
    fresh: list[tuple[int, str]]
    first: tuple[int, str] | None
    drafts: list[tuple[int, str]]
    contact: Row[str, str | None, str | None, bool] | None
    standing: list[pause_list.Standing] = field(default_factory=list)


#: Statements are built once, at import: building them would cost a page more than running them.
_ROWS = (
    select(
        Assignment.id, Assignment.dispatch_id, Assignment.state, Assignment.due_on, Assignment.review_on, Assignment.fix_by, Assignment.chase_on,
        Assignment.return_reason, Assignment.late_before, Assignment.original_due_on, Task.title, Task.kind, Dispatch.number,
    )
    .join(Task, Task.id == Assignment.task_id)
    .join(Dispatch, Dispatch.id == Assignment.dispatch_id)
    .where(Assignment.chase_on.is_not(None), Dispatch.state == "issued", Assignment.unit_id == bindparam("unit_id"))
    .limit(PAGE + 1)
)
_place, _cursor = tuple_(Assignment.chase_on, Assignment.id), tuple_(bindparam("day", type_=Date), bindparam("id", type_=Integer))
_FIRST = _ROWS.order_by(Assignment.chase_on, Assignment.id)
_AFTER = _FIRST.where(_place > _cursor)
_BEFORE = _ROWS.where(_place < _cursor).order_by(Assignment.chase_on.desc(), Assignment.id.desc())
_TODAY, _SOON = bindparam("today", type_=Date), bindparam("soon", type_=Date)
#: A few lines for each unit: state, how many, of them overdue, of them due soon (no date counts as the farthest one).
_COUNTS = (
    select(
        Tally.state, func.sum(Tally.count), func.sum(case((Tally.due_on < _TODAY, Tally.count), else_=0)),
        func.sum(case((Tally.due_on.between(_TODAY, _SOON), Tally.count), else_=0)),
    )
    .where(Tally.unit_id == bindparam("unit_id")).group_by(Tally.state)
)
_DRAFTS = (
    select(Submission.dispatch_id, Dispatch.number)
    .join(Dispatch, Dispatch.id == Submission.dispatch_id)
    .where(Submission.unit_id == bindparam("unit_id"), Submission.submitted_at.is_(None), Dispatch.state == "issued")
    .order_by(Submission.updated_at.desc())
    .limit(5)
)
_ABOVE = select(Unit.name, Unit.phone, Unit.mailbox, question_list.ANSWERED.label("answered")).where(
    Unit.id == select(Unit.parent_id).where(Unit.id == bindparam("unit_id")).scalar_subquery()
)


def worklist(actor: Actor, *, before: Cursor | None = None, after: Cursor | None = None) -> Worklist:
    """The actor's unit's page after (or before) a cursor, the first one without. Raises NotFound for somebody without a unit."""
    actor.need(Right.ASSIGNMENT_ANSWER)
    if actor.unit_id is None:
        raise NotFound()
    rows, previous, following = _page(actor.unit_id, before, after)
    today, soon = clock.today(), soon_until()
    groups = {key: Group(key, title, sub) for key, title, sub in GROUPS}
    fresh: dict[int, str] = {}
    for row in rows:
        key, line = _line(row, today, soon)
        groups[key].lines.append(line)
        if row.state == State.ASSIGNED:
            fresh.setdefault(row.dispatch_id, row.number or "")
    first = next(((line.dispatch_id, next(r.number or "" for r in rows if r.id == line.id)) for g in groups.values() for line in g.lines), None)
    return Worklist(
        [group for group in groups.values() if group.lines], counts(actor.unit_id, today, soon), previous, following, list(fresh.items()), first,
        drafts(actor.unit_id), contact(actor.unit_id), pause_list.of_unit(actor.unit_id),
    )


def _page(unit_id: int, before: Cursor | None, after: Cursor | None) -> tuple[list[Row], Cursor | None, Cursor | None]:
    down = before is None
    statement = _BEFORE if before is not None else _FIRST if after is None else _AFTER
    day, id = before or after or (None, None)
    found = list(read(statement, {"unit_id": unit_id, "day": day, "id": id}).all())
    more, found = len(found) > PAGE, found[:PAGE]
    if not down:
        found.reverse()
    if not found:
        return [], None, None
    first, last = ((row.chase_on, row.id) for row in (found[0], found[-1]))
    return found, first if (after is not None if down else more) else None, last if (more if down else True) else None


def _line(row: Row, today: date, soon: date) -> tuple[str, Line]:
    shown = badge(row.state, row.due_on, None, today, soon, row.late_before)
    words = badge_words(shown)
    dated = tr("không hạn, xem lại {review_on}", review_on=short(row.review_on, today)) if row.review_on else ""
    if row.due_on:
        dated = tr("hạn {due_on}{row}", due_on=short(row.due_on, today), row=extended(row, today))
    source = (row.number or "").split("/")[0]
    parts = [dated, source]
    if shown.kind == "none":
        words, parts = dated, [source]
    elif row.state == State.RETURNED and row.fix_by:
        mend = tr("sửa chậm nhất {fix_by}", fix_by=short(row.fix_by, today))
        words = joined(", ", (words, mend))
        parts = [f"“{clipped(row.return_reason or '')}”", source]
    if not row.due_on and row.chase_on <= today and row.state != State.RETURNED:
        parts.insert(0, tr("đã đến ngày xem lại"))
    key = "later"
    if shown.kind == "over" or row.state == State.RETURNED:
        key = "now"
    elif row.chase_on <= soon:
        key = "soon"
    elif row.kind == "finding":
        key = "finding"
    act = tr("Sửa và nộp lại") if row.state == State.RETURNED else tr("Nộp kết quả") if shown.kind in ("over", "soon") else ""
    return key, Line(row.id, row.dispatch_id, row.title, shown.kind, capital(words), joined(" · ", filter(None, parts)), act)


def short(day: date, today: date) -> str:
    """dd/mm, with the year where it is not this one."""
    return f"{day:%d/%m}" if day.year == today.year else f"{day:%d/%m/%Y}"


def extended(row: Row, today: date) -> str:
    """The first date beside the one in force, where they differ, and the days late before an extension."""
    if row.due_on is None or row.original_due_on in (None, row.due_on):
        return ""
    late = tr(", đã chậm {late_before} ngày trước gia hạn", late_before=row.late_before) if row.late_before else ""
    return tr(" (ban đầu {original_due_on}{late})", original_due_on=short(row.original_due_on, today), late=late)


def clipped(text: str, longest: int = 60) -> str:
    """The text in one line, cut at a word where it is long."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + "…"


def counts(unit_id: int, today: date | None = None, soon: date | None = None) -> Counts:
    """A unit's counts on a day; something returned counts as overdue once it is, as its badge does."""
    today = today or clock.today()
    soon = soon or soon_until(today)
    found = dict.fromkeys(("over", "returned", "soon", "new", "owed", "waiting", "accepted"), 0)
    for state, n, over, near in read(_COUNTS, {"unit_id": unit_id, "today": today, "soon": soon}):
        if state.startswith("submitted"):
            found["waiting"] += n
        elif state.startswith("accepted"):
            found["accepted"] += n
        elif state in OWED:
            found["owed"] += n
            found["over"] += over
            found["new"] += n if state == State.ASSIGNED else 0
            name, rest = ("returned", n - over) if state == State.RETURNED else ("soon", near)
            found[name] += rest
    return Counts(**found)


def drafts(unit_id: int) -> list[tuple[int, str]]:
    """The unit's answers that were begun and not handed in: (dispatch id, number)."""
    rows = read(_DRAFTS, {"unit_id": unit_id})
    return [(row.dispatch_id, row.number or "") for row in rows]


def contact(unit_id: int) -> Row[str, str | None, str | None, bool] | None:
    """Whom to ask: the unit above, with its telephone and mailbox; answered: whether it answered a question of this unit lately."""
    return read(_ABOVE, {"unit_id": unit_id, "since": clock.now() - question_list.NEWS}).first()

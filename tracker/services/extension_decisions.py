"""The province's word on extensions: granted as wished, granted otherwise, refused; and taken back until the mail leaves."""
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker import clock
from tracker.adapters.render import TaskLine
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict
from tracker.domain.extending import GRANTABLE, Caps, carried_before, check_day, check_times
from tracker.domain.status import State
from tracker.i18n import STATES
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.extensions import Extension
from tracker.models.submissions import Review
from tracker.services import assignments, deciding, request_mails
from tracker.services.batches import Batch
from tracker.services.extensions import LONGEST_REASON, caps_of, dates_of, granted_counts, tell, titles_of


def grant(actor: Actor, extension_ids: Sequence[int], granted_on: date | None = None, note: str = "") -> int:
    """Grants the chosen requests: each to the date it wished for, or all to granted_on; gives how many.

    The date in force moves and opens a new ladder of reminders; the original date and the days late before it stay. Raises Forbidden,
    NotFound, BadInput for a date that is none or breaks a cap, Conflict("request.decided", "request.closed", "extension.held",
    "extension.no_deadline", "extension.times", "extension.no_room").
    """
    chosen = deciding.locked(actor, Extension, extension_ids, "asked")
    found = {a.id: a for a in assignments.get_many(actor, [one.assignment_id for one in chosen])}
    titles, caps, counts = titles_of(list(found.values())), _caps(chosen), granted_counts(list(found))
    batch = Batch(actor)
    for one in chosen:
        a, day = found[one.assignment_id], granted_on or one.wished_on
        title = titles[a.task_id]
        if a.due_on is None:
            raise Conflict("extension.no_deadline", title=title)
        if a.state not in GRANTABLE:
            raise Conflict("extension.held", title=title, state=STATES[State(a.state)])
        dates = dates_of(a, counts.get(a.id, 0))
        check_times(title, dates, caps[one.dispatch_id])
        check_day(title, day, clock.local(one.asked_at).date(), dates, caps[one.dispatch_id])
        replaced = a.due_on
        _apply(batch, a, one, day, note.strip())
        one.granted_on, one.replaced_on = day, replaced
        deciding.write(actor, [one], "granted", note)
    batch.finish()
    _tell(actor, chosen, found, titles)
    return len(chosen)


def _apply(batch: Batch, a: Assignment, one: Extension, day: date, note: str) -> None:
    told = {
        "before": (a.due_on or day).isoformat(), "after": day.isoformat(), "wished": one.wished_on.isoformat(), "reason": note,
        "late_was": a.late_before, "late_now": one.late_before,
    }
    fields: dict[str, Any] = {"due_on": day, "late_before": one.late_before, "deadline_version": a.deadline_version + 1}
    if a.fix_by and a.fix_by < day:
        fields["fix_by"] = day
    batch.amend(a, "assignment.extend", told, **fields)


def refuse(actor: Actor, extension_ids: Sequence[int], reason: str) -> int:
    """Refuses the chosen requests with a reason; gives how many. Raises Forbidden, NotFound, BadInput("request.reason"), Conflict."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput("request.reason", limit=LONGEST_REASON)
    chosen = deciding.locked(actor, Extension, extension_ids, "asked")
    found = {a.id: a for a in assignments.get_many(actor, [one.assignment_id for one in chosen])}
    for one in chosen:
        deciding.write(actor, [one], "refused", reason)
        tell(actor, found[one.assignment_id], "extension_refuse", wished=one.wished_on.isoformat(), reason=reason)
    _tell(actor, chosen, found, titles_of(list(found.values())))
    return len(chosen)


def undo(actor: Actor, mail_id: int) -> int:
    """Takes back what this held mail would have told: the requests wait again; gives how many, 0 where the mail is about something else.

    Raises Forbidden, Conflict("request.told") once it has left, Conflict("extension.moved") where the date has changed since.
    """
    actor.need(Right.REQUEST_DECIDE)
    wanted = select(Extension).where(Extension.mail_id == mail_id, Extension.state.in_(("granted", "refused"))).order_by(Extension.id)
    decided = list(db.session.scalars(wanted.with_for_update()))
    if not decided:
        return 0
    request_mails.need_followed(decided[0].dispatch_id)
    request_mails.stop(mail_id)
    found = {a.id: a for a in assignments.get_many(actor, [one.assignment_id for one in decided])}
    titles, batch = titles_of(list(found.values())), Batch(actor)
    for one in decided:
        _put_back(batch, found[one.assignment_id], one, titles[found[one.assignment_id].task_id])
        one.state, one.granted_on, one.replaced_on, one.decision = "asked", None, None, None
        one.decided_at = one.decided_by_id = one.mail_id = None
    batch.finish()
    return len(decided)


def _put_back(batch: Batch, a: Assignment, one: Extension, title: str) -> None:
    """The date and its version as they were: what reminders have told under that version is not told again."""
    if one.granted_on is None:
        batch.amend(a, "assignment.extension_undo", {})
        return
    if a.due_on != one.granted_on:
        raise Conflict("extension.moved", title=title)
    carried = carried_before(one.late_before, one.due_before, clock.local(one.asked_at).date())
    told = {"late_was": a.late_before, "late_now": carried}
    fields: dict[str, Any] = {"due_on": one.replaced_on, "late_before": carried, "deadline_version": a.deadline_version - 1}
    if a.fix_by:
        fields["fix_by"] = _fix_by(a.id)
    batch.amend(a, "assignment.extension_undo", told, **fields)


def _fix_by(assignment_id: int) -> date | None:
    """What the standing return says."""
    returned = select(Review.fix_by).where(Review.assignment_id == assignment_id, Review.verdict == "returned", Review.undone_at.is_(None))
    return db.session.scalar(returned.order_by(Review.id.desc()).limit(1))


def _caps(chosen: Sequence[Extension]) -> dict[int, Caps]:
    wanted = select(Dispatch).where(Dispatch.id.in_({one.dispatch_id for one in chosen}))
    return {dispatch.id: caps_of(dispatch) for dispatch in db.session.scalars(wanted)}


def _tell(actor: Actor, chosen: Sequence[Extension], found: dict[int, Assignment], titles: dict[int, str]) -> None:
    """One mail for each unit, dispatch and outcome."""
    groups: dict[tuple[int, int, str], list[Extension]] = defaultdict(list)
    for one in chosen:
        groups[one.unit_id, one.dispatch_id, outcome(one)].append(one)
    for (unit_id, dispatch_id, what), ones in groups.items():
        lines = [_line(one, titles[found[one.assignment_id].task_id]) for one in ones]
        mail_id = request_mails.tell("extended", actor, unit_id, dispatch_id, lines, {"outcome": what, "reason": ones[0].decision or ""})
        for one in ones:
            one.mail_id = mail_id


def outcome(one: Extension) -> str:
    """granted, otherwise (to another date than wished), refused."""
    return "otherwise" if one.granted_on and one.granted_on != one.wished_on else one.state


def _line(one: Extension, title: str) -> TaskLine:
    if one.granted_on is None:
        return TaskLine(title, "none", f"hạn vẫn là {one.due_before:%d/%m/%Y}", f"xin đến {one.wished_on:%d/%m/%Y}")
    wished = f", xin đến {one.wished_on:%d/%m/%Y}" if one.granted_on != one.wished_on else ""
    kept = f" · đã chậm {one.late_before} ngày trước khi xin, số ngày này vẫn tính" if one.late_before else ""
    return TaskLine(title, "soon", f"hạn mới {one.granted_on:%d/%m/%Y}", f"trước đây {one.replaced_on:%d/%m/%Y}{wished}{kept}")

"""The province's word on objections: upheld, and the task is outside every count; dismissed, and the clock runs on; taken back until told."""
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker import clock
from tracker.adapters.render import TaskLine
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Forbidden
from tracker.domain.holds import held_days
from tracker.domain.status import Act, State
from tracker.models.assignments import Assignment
from tracker.models.objections import Objection
from tracker.models.people import Person
from tracker.services import assignments, deciding, holding, lapsing, request_mails
from tracker.services.extensions import titles_of
from tracker.services.issue_mails import date_words
from tracker.services.objections import LONGEST_REASON, may_decide


def uphold(actor: Actor, objection_ids: Sequence[int], note: str = "") -> int:
    """Agrees: the assignments are cancelled and count nowhere; gives how many. Raises Forbidden, NotFound, Conflict, BadInput."""
    chosen, found, titles = _raised(actor, objection_ids)
    for one in chosen:
        assignments.advance(actor, found[one.assignment_id], Act.UPHOLD, told={"reason": note.strip()}, upheld=True)
    deciding.write(actor, chosen, "upheld", note)
    lapsing.lapse(list(found))
    _tell(actor, chosen, found, titles)
    return len(chosen)


def dismiss(actor: Actor, objection_ids: Sequence[int], reason: str) -> int:
    """Does not agree: the state before comes back, its dates later by the days that the clock stood still; gives how many.

    Raises Forbidden, NotFound, Conflict, BadInput("request.reason").
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput("request.reason", limit=LONGEST_REASON)
    chosen, found, titles = _raised(actor, objection_ids)
    for one in chosen:
        a = found[one.assignment_id]
        assignments.advance(actor, a, Act.DISMISS, told={"reason": reason}, **holding.released(a, clock.today()))
    deciding.write(actor, chosen, "dismissed", reason)
    _tell(actor, chosen, found, titles)
    return len(chosen)


def undo(actor: Actor, mail_id: int) -> int:
    """Takes back what this held mail would have told: the objections wait again; gives how many, 0 where the mail is about something else.

    Raises Forbidden, Conflict("request.told") once it has left, Conflict("assignment.state") where the unit has gone on meanwhile.
    """
    actor.need(Right.REQUEST_DECIDE)
    wanted = select(Objection).where(Objection.mail_id == mail_id, Objection.state.in_(("upheld", "dismissed"))).order_by(Objection.id)
    decided = list(db.session.scalars(wanted.with_for_update()))
    if not decided:
        return 0
    request_mails.need_followed(decided[0].dispatch_id)
    request_mails.stop(mail_id)
    found = {a.id: a for a in assignments.get_many(actor, [one.assignment_id for one in decided])}
    again = holding.redated_on(found)
    for one in decided:
        _put_back(actor, found[one.assignment_id], one, _since(one, again))
        one.state, one.decision, one.decided_at, one.decided_by_id, one.mail_id = "raised", None, None, None, None
    return len(decided)


def _since(one: Objection, again: dict[int, date]) -> date:
    """The day from which the clock has stood still: that of the objection, or of an amendment that set a new date while it waited."""
    raised = clock.local(one.raised_at).date()
    return max(raised, again.get(one.assignment_id, raised))


def _put_back(actor: Actor, a: Assignment, one: Objection, since: date) -> None:
    """Held again since the clock stood still, with the dates of that day. Reminders never count under a version twice."""
    decided = clock.local(one.decided_at or one.raised_at).date()
    fields: dict[str, Any] = {"held_on": since, "upheld": False}
    if days := held_days(since, decided) if one.state == "dismissed" else 0:
        dates = {name: getattr(a, name) for name in ("due_on", "review_on", "fix_by")}
        fields |= {name: day and type(day).fromordinal(day.toordinal() - days) for name, day in dates.items()}
        fields["deadline_version"] = a.deadline_version - 1
    before = State(a.state) if a.state != State.CANCELLED else _state_before(a)
    assignments.advance(actor, a, Act.UNDO_OBJECTION, told={"held_on": since.isoformat()}, **fields)
    a.held_state = str(before)


def _state_before(a: Assignment) -> State:
    """What an assignment that could be objected to must have been, from what has happened to it."""
    if a.round:
        return State.RETURNED
    return State.ACKNOWLEDGED if a.acknowledged_at else State.ASSIGNED


def _raised(actor: Actor, objection_ids: Sequence[int]) -> tuple[list[Objection], dict[int, Assignment], dict[int, str]]:
    """The chosen objections, locked, all waiting and the actor's to decide, with their assignments and titles."""
    chosen = deciding.locked(actor, Objection, objection_ids, "raised")
    found = {a.id: a for a in assignments.get_many(actor, [one.assignment_id for one in chosen])}
    titles = titles_of(list(found.values()))
    for one in chosen:
        if not may_decide(actor, one.decider_id):
            name = db.session.scalar(select(Person.name).where(Person.id == one.decider_id)) or ""
            raise Forbidden("objection.others", title=titles[found[one.assignment_id].task_id], name=name)
    return chosen, found, titles


def _tell(actor: Actor, chosen: Sequence[Objection], found: dict[int, Assignment], titles: dict[int, str]) -> None:
    """One mail for each unit and dispatch."""
    groups: dict[tuple[int, int], list[Objection]] = defaultdict(list)
    again = holding.redated_on(found)
    for one in chosen:
        groups[one.unit_id, one.dispatch_id].append(one)
    for (unit_id, dispatch_id), ones in groups.items():
        lines = [_line(one, found[one.assignment_id], titles[found[one.assignment_id].task_id], _since(one, again)) for one in ones]
        mail_id = request_mails.tell("objected", actor, unit_id, dispatch_id, lines, {"outcome": ones[0].state, "reason": ones[0].decision or ""})
        for one in ones:
            one.mail_id = mail_id


def _line(one: Objection, a: Assignment, title: str, since: date) -> TaskLine:
    if one.state == "upheld":
        return TaskLine(title, "none", "không phải làm nữa")
    days = held_days(since, clock.today())
    waited = f"đã cộng {days} ngày chờ tỉnh trả lời" if days else ""
    return TaskLine(title, "soon" if a.due_on else "none", date_words(a.due_on, a.review_on), waited)

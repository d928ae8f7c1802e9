"""The province's own clock: what has waited for it longer than its target, and one mail a day at most to the clerk who issued the dispatch."""
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text

from tracker import clock
from tracker.adapters.render import TaskLine
from tracker.db import db
from tracker.domain.access import Role
from tracker.domain.calendar import Calendar
from tracker.models.assignments import Assignment
from tracker.models.contests import Contest
from tracker.models.dispatches import Dispatch
from tracker.models.extensions import Extension
from tracker.models.mails import Mail
from tracker.models.objections import Objection
from tracker.models.people import Person
from tracker.models.questions import Question
from tracker.services import links, office, office_hours, outbox
from tracker.services.calendar import working_calendar
from tracker.services.objections import DECIDERS

KIND = "review_waiting"
KINDS = {
    "results": "kết quả chờ duyệt", "extensions": "đề nghị gia hạn chờ trả lời", "objections": "đề nghị xem lại chờ quyết định",
    "questions": "câu hỏi chờ trả lời", "contests": "ý kiến về số liệu báo cáo chờ trả lời",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Things of one kind that have waited too long for one person: how many, and since when the oldest."""

    kind: str
    count: int
    since: datetime


def too_long_before(today: date, calendar: Calendar, target: int) -> datetime:
    """The moment before which whatever came in has waited for more than so many working days."""
    day = calendar.add(today, -target)
    while calendar.between(day, today) <= target:
        day -= timedelta(1)
    return clock.start_of(day + timedelta(1))


def remind() -> int:
    """Writes the mails of today and gives their number; none outside office hours, and none twice: their key is the person and the day."""
    if not office_hours.is_open():
        return 0
    today, target = clock.today(), office.review_days()
    calendar = working_calendar(today)
    found = _by_person(_too_long(too_long_before(today, calendar, target)))
    told = set(db.session.scalars(select(Mail.dedupe_key).where(Mail.dedupe_key.in_([_key(person.id, today) for person, _ in found]))))
    new = [(person, waiting) for person, waiting in found if _key(person.id, today) not in told]
    for person, waiting in new:
        outbox.queue(
            KIND, address=person.email, name=f"đồng chí {person.name}", person_id=person.id, dedupe_key=_key(person.id, today),
            context={
                "target": target, "url": links.absolute("reviews"), "total": sum(one.count for one in waiting),
                "lines": [_line(one, calendar, today, target) for one in waiting],
            },
        )
    return len(new)


def _key(person_id: int, day: date) -> str:
    return f"review:{person_id}:{day}"


def _line(one: Waiting, calendar: Calendar, today: date, target: int) -> TaskLine:
    waited = calendar.between(clock.local(one.since).date(), today)
    return TaskLine(f"{one.count} {KINDS[one.kind]}", "over", f"quá mục tiêu {waited - target} ngày", f"lâu nhất {waited} ngày làm việc")


def _too_long(limit: datetime) -> list[tuple[int | None, Waiting]]:
    """Per person in charge and kind, from the indices of what waits."""
    followed = Dispatch.state == "issued"
    # The word stands in the statement, so that a database sees that the index of waiting ones is meant.
    results = (
        select(Dispatch.issued_by_id, func.count(), func.min(Assignment.submitted_at)).join(Dispatch, Dispatch.id == Assignment.dispatch_id)
        .where(Assignment.state == text("'submitted'"), Assignment.submitted_at < limit, followed).group_by(Dispatch.issued_by_id)
    )
    asked = (
        select(Dispatch.issued_by_id, func.count(), func.min(Extension.asked_at)).join(Dispatch, Dispatch.id == Extension.dispatch_id)
        .where(Extension.state == text("'asked'"), Extension.asked_at < limit, followed).group_by(Dispatch.issued_by_id)
    )
    decider = func.coalesce(Objection.decider_id, Dispatch.issued_by_id)
    raised = (
        select(decider, func.count(), func.min(Objection.raised_at)).join(Dispatch, Dispatch.id == Objection.dispatch_id)
        .where(Objection.state == text("'raised'"), Objection.raised_at < limit, followed).group_by(decider)
    )
    questions = (
        select(Dispatch.issued_by_id, func.count(), func.min(Question.asked_at)).join(Dispatch, Dispatch.id == Question.dispatch_id)
        .where(Question.state == text("'open'"), Question.asked_at < limit, followed).group_by(Dispatch.issued_by_id)
    )
    contested = (
        select(Contest.answerer_id, func.count(), func.min(Contest.raised_at))
        .where(Contest.state == text("'open'"), Contest.raised_at < limit).group_by(Contest.answerer_id)
    )
    pairs: list[tuple[str, Any]] = [
        ("results", results), ("extensions", asked), ("objections", raised), ("questions", questions), ("contests", contested)]
    return [(person_id, Waiting(kind, count, since)) for kind, query in pairs for person_id, count, since in db.session.execute(query)]


def _by_person(found: Sequence[tuple[int | None, Waiting]]) -> list[tuple[Person, list[Waiting]]]:
    """Who is told of what: the person in charge while they are there and may answer, else every clerk, so that nothing waits unseen."""
    if not found:
        return []
    here = Person.left_at.is_(None)
    ids = {person_id for person_id, _ in found if person_id}
    people = {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(ids), here, Person.role.in_(DECIDERS)))}
    clerks = list(db.session.scalars(select(Person).where(Person.role == Role.CLERK, here).order_by(Person.id)))
    told: dict[int, dict[str, Waiting]] = defaultdict(dict)
    known = people | {clerk.id: clerk for clerk in clerks}
    for person_id, waiting in found:
        for who in [person_id] if person_id in people else [clerk.id for clerk in clerks]:
            before = told[who or 0].get(waiting.kind)
            told[who or 0][waiting.kind] = Waiting(
                waiting.kind, waiting.count + (before.count if before else 0), min(waiting.since, before.since if before else waiting.since)
            )
    return [(known[who], list(kinds.values())) for who, kinds in sorted(told.items())]

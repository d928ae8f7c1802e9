"""Mails of questions and answers: a clerk is told of new questions once a day, the units of each answer, held back while it can be mended."""
from sqlalchemy import select, update

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Role
from tracker.domain.masking import masked
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.mails import Mail
from tracker.models.people import Person
from tracker.models.questions import Question, QuestionAnswer
from tracker.models.units import Unit
from tracker.services import issue_plan, links, outbox
from tracker.services.objections import DECIDERS
from tracker.services.recipients import Recipient
from tracker.services.request_mails import UNDO_WINDOW


def tell_clerks(question: Question) -> None:
    """The clerk in charge, else every clerk; the first question of a day only: the others stand on the first page, and in the daily mail of what waits."""
    dispatch, unit = db.session.get_one(Dispatch, question.dispatch_id), db.session.get_one(Unit, question.unit_id)
    for person in _in_charge(dispatch):
        outbox.queue(
            "question", address=person.email, name=f"đồng chí {person.name}", person_id=person.id, dispatch_id=dispatch.id,
            dedupe_key=f"question:{person.id}:{clock.today()}",
            context={"dispatch": _about(dispatch), "unit": unit.name, "text": question.text, "url": links.absolute("questions")},
        )


def _in_charge(dispatch: Dispatch) -> list[Person]:
    person = db.session.get(Person, dispatch.issued_by_id) if dispatch.issued_by_id else None
    if person is not None and person.left_at is None and person.role in DECIDERS:
        return [person]
    return list(db.session.scalars(select(Person).where(Person.role == Role.CLERK, Person.left_at.is_(None)).order_by(Person.id)))


def _about(dispatch: Dispatch) -> dict[str, object]:
    return {"id": dispatch.id, "number": dispatch.number, "subject": dispatch.short_subject or dispatch.subject}


def tell_units(actor: Actor, question: Question, answer: QuestionAnswer, before: QuestionAnswer | None) -> None:
    """The asking unit, or every recipient where the answer is for all. Who was told of an earlier answer learns that it has changed."""
    told = stop(before.id) if before else set()
    wanted = select(Unit.id, Unit.code, Unit.name, Unit.short_name, Unit.mailbox)
    if answer.audience == "all":
        wanted = wanted.join(DispatchRecipient, DispatchRecipient.unit_id == Unit.id).where(DispatchRecipient.dispatch_id == question.dispatch_id)
    else:
        wanted = wanted.where(Unit.id == question.unit_id)
    units = [Recipient(*row) for row in db.session.execute(wanted.order_by(Unit.id))]
    addresses, dispatch = issue_plan.addresses(units), db.session.get_one(Dispatch, question.dispatch_id)
    for unit in units:
        to, own = next(iter(addresses[unit.id]), None), unit.id == question.unit_id
        said = (question.text, answer.text) if own else (masked(question.text), masked(answer.text))
        outbox.queue(
            "answered", address=to.email if to else "", name=to.name if to else unit.name, person_id=to.person_id if to else None, unit_id=unit.id,
            dispatch_id=dispatch.id, delay=UNDO_WINDOW, dedupe_key=f"answer:{answer.id}:{unit.id}",
            context={
                "dispatch": _about(dispatch), "question": said[0], "answer": said[1], "by_name": actor.name, "own": own,
                "changed": unit.id in told, "url": links.absolute("question", id=question.id),
            },
        )


def stop(answer_id: int) -> set[int]:
    """Keeps the mails of an answer that have not left from leaving; gives the units whose mail has."""
    of_answer = Mail.dedupe_key.startswith(f"answer:{answer_id}:", autoescape=True)
    held = (of_answer, Mail.state.in_(("queued", "skipped")), Mail.attempts == 0)
    db.session.execute(update(Mail).where(*held).values(state="cancelled").execution_options(synchronize_session=False))
    return set(filter(None, db.session.scalars(select(Mail.unit_id).where(of_answer, Mail.state != "cancelled"))))

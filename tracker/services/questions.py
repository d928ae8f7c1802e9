"""Hỏi – đáp: a unit asks about a dispatch or one of its tasks, the province answers that unit or all recipients; nothing that was said is lost."""
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.wording import tr
from tracker.models.assignments import Assignment
from tracker.models.questions import AUDIENCES, Question, QuestionAnswer
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import answering, history, question_mails

LONGEST_QUESTION, LONGEST_ANSWER = 2000, 4000
#: Of one unit about one dispatch that wait at a time; who has more to ask should call.
MOST_OPEN = 20
#: How an answer's audience is called in the history.
TO = {"unit": tr("chỉ đơn vị hỏi thấy"), "all": tr("mọi đơn vị nhận công văn thấy")}


def ask(actor: Actor, dispatch_id: int, task_id: int | None, text: str) -> int:
    """Asks, in the name of the actor's unit; the same question pressed twice is asked once. Gives its id.

    Raises NotFound for a dispatch or task that is not the unit's, Forbidden, Conflict("question.closed"), BadInput("question.empty",
    "question.too_long", "question.many").
    """
    if answering.place(actor, dispatch_id, lock=True).state != "issued":
        raise Conflict("question.closed")
    if task_id is not None:
        _need_task(actor, dispatch_id, task_id)
    text = _checked(text, LONGEST_QUESTION)
    if not text:
        raise BadInput("question.empty", field="text")
    mine = (Question.dispatch_id == dispatch_id, Question.unit_id == actor.unit_id, Question.state == "open")
    waiting = list(db.session.scalars(select(Question).where(*mine).limit(MOST_OPEN)))
    for row in waiting:
        if (row.task_id, row.text) == (task_id, text):
            return row.id
    if len(waiting) >= MOST_OPEN:
        raise BadInput("question.many", most=MOST_OPEN)
    question = Question(
        dispatch_id=dispatch_id, task_id=task_id, unit_id=actor.unit_id, text=text, asked_by_id=actor.id, asked_by=actor.name, asked_at=clock.now(),
    )
    db.session.add(question)
    db.session.flush()
    history.record(actor, "question.ask", dispatch_id=dispatch_id, unit_id=actor.unit_id, text=_short(text))
    question_mails.tell_clerks(question)
    return question.id


def _need_task(actor: Actor, dispatch_id: int, task_id: int) -> None:
    of_unit = (Assignment.dispatch_id == dispatch_id, Assignment.unit_id == actor.unit_id, Assignment.task_id == task_id)
    if db.session.scalar(select(Assignment.id).where(*of_unit)) is None:
        raise NotFound()


def _checked(text: str, longest: int) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > longest:
        raise BadInput("question.too_long", field="text", most=longest)
    return text


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 160 else plain[:160].rsplit(" ", 1)[0] + "…"


def answer(actor: Actor, question_id: int, text: str, audience: str, version: int) -> None:
    """Answers, or puts another answer in the place of the one there was, which stays in the history; the units are told.

    Raises Forbidden, NotFound, Conflict("stale", "question.taken_back"), BadInput("question.no_answer", "question.too_long", "question.audience",
    "question.private").
    """
    question = _for_province(actor, question_id, version)
    if question.state == "withdrawn":
        raise Conflict("question.taken_back")
    if audience not in AUDIENCES:
        raise BadInput("question.audience", field="audience")
    if audience == "all" and is_private(question):
        raise BadInput("question.private", field="audience")
    text = _checked(text, LONGEST_ANSWER)
    if not text:
        raise BadInput("question.no_answer", field="text")
    before = current(question.id)
    if before is not None and (before.text, before.audience) == (text, audience):
        return
    _end(actor, before)
    made = QuestionAnswer(question_id=question.id, text=text, audience=audience, by_id=actor.id, by=actor.name, at=clock.now())
    db.session.add(made)
    question.state, question.answered_at = "answered", made.at
    flag_modified(question, "answered_at")  # the version moves even within one moment
    db.session.flush()
    unit = db.session.get_one(Unit, question.unit_id)
    kind = "question.edit" if before else "question.answer"
    history.record(actor, kind, dispatch_id=question.dispatch_id, unit_id=question.unit_id, unit=unit.name, audience=TO[audience])
    question_mails.tell_units(actor, question, made, before)


def withdraw(actor: Actor, question_id: int, version: int) -> None:
    """Takes the answer back: the question waits again, the answer stays in the history. Raises as answer() does, and Conflict("question.open")."""
    question = _for_province(actor, question_id, version)
    before = current(question.id)
    if before is None:
        raise Conflict("question.open")
    _end(actor, before)
    question.state, question.answered_at = "open", None
    unit = db.session.get_one(Unit, question.unit_id)
    history.record(actor, "question.withdraw", dispatch_id=question.dispatch_id, unit_id=question.unit_id, unit=unit.name)
    question_mails.stop(before.id)


def take_back(actor: Actor, question_id: int) -> int:
    """The unit needs no answer any more; gives the dispatch's id. Raises Forbidden, NotFound, Conflict("question.answered")."""
    actor.need(Right.ASSIGNMENT_ANSWER)
    question = db.session.get(Question, question_id, with_for_update=True)
    if question is None:
        raise NotFound()
    actor.need_unit(question.unit_id)
    if question.state == "answered":
        raise Conflict("question.answered")
    if question.state == "open":
        question.state = "withdrawn"
        history.record(actor, "question.take_back", dispatch_id=question.dispatch_id, unit_id=question.unit_id)
    return question.dispatch_id


def current(question_id: int) -> QuestionAnswer | None:
    """The answer that holds now."""
    return db.session.scalars(select(QuestionAnswer).where(QuestionAnswer.question_id == question_id, QuestionAnswer.ended_at.is_(None))).first()


def is_private(question: Question) -> bool:
    """Whether the question may not be shown to others: it is about a shortcoming of this unit alone."""
    return question.task_id is not None and db.session.scalar(select(Task.kind).where(Task.id == question.task_id)) == "finding"


def _for_province(actor: Actor, question_id: int, version: int) -> Question:
    actor.need(Right.REQUEST_DECIDE)
    question = db.session.get(Question, question_id, with_for_update=True, populate_existing=True)
    if question is None:
        raise NotFound()
    if question.version != version:
        raise Conflict("stale")
    return question


def _end(actor: Actor, row: QuestionAnswer | None) -> None:
    if row is not None:
        row.ended_at, row.ended_by = clock.now(), actor.name
        db.session.flush()

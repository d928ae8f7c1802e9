"""Questions and answers: who sees what, who is told and how often, and that nothing that was said is lost."""
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.factories import DUE, Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail
from tracker.models.people import Person
from tracker.models.questions import Question, QuestionAnswer
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import overview, question_list, questions, review_reminders, sentences


class Stage:
    """A dispatch to two units, each with an officer, and a third unit that did not receive it."""

    def __init__(self, make: Factory) -> None:
        self.make = make
        self.ours, self.theirs, self.other = make.unit("Huyện Hà Trung"), make.unit("Huyện Nga Sơn"), make.unit("Huyện Bá Thước")
        self.dispatch = make.issued([self.ours, self.theirs], number="931-CV/HNDT")
        self.clerk = make.actor()
        with transaction() as session:
            session.execute(update(Dispatch).values(issued_by_id=self.clerk.id))
        self.officer, self.neighbour, self.stranger = (make.actor(Role.OFFICER, unit) for unit in (self.ours, self.theirs, self.other))
        self.task_id = make.assignments(self.dispatch)[0].task_id

    def ask(self, text: str = "Nộp bản giấy không?", who: Actor | None = None, task: bool = True) -> int:
        with transaction():
            return questions.ask(who or self.officer, self.dispatch.id, self.task_id if task else None, text)

    def answer(self, question_id: int, text: str = "Không cần.", audience: str = "unit") -> None:
        version = db.session.get_one(Question, question_id, populate_existing=True).version
        with transaction():
            questions.answer(self.clerk, question_id, text, audience, version)


@pytest.fixture
def stage(app: Flask, make: Factory) -> Stage:
    return Stage(make)


def mails(kind: str) -> list[tuple[str, str]]:
    """Addressees and states, in order."""
    return [(row.address, row.state) for row in db.session.execute(select(Mail.address, Mail.state).where(Mail.kind == kind).order_by(Mail.id))]


def leave() -> None:
    """As if every mail had left."""
    with transaction() as session:
        session.execute(update(Mail).where(Mail.state == "queued").values(state="sent", sent_at=clock.now(), attempts=1))


def seen(actor: Actor, dispatch_id: int) -> list[tuple[str, str, str]]:
    return [(line.text, line.unit, line.answer) for line in question_list.of_dispatch(actor, dispatch_id).lines]


def test_a_question_is_the_units_and_the_provinces_until_it_is_answered_for_all(stage: Stage) -> None:
    id, dispatch_id = stage.ask(), stage.dispatch.id
    assert seen(stage.officer, dispatch_id) == seen(stage.clerk, dispatch_id) == [("Nộp bản giấy không?", "Huyện Hà Trung", "")]
    assert seen(stage.neighbour, dispatch_id) == []
    stage.answer(id)
    for other in (stage.neighbour, stage.stranger):
        with pytest.raises(NotFound):
            question_list.show(other, id)
    stage.answer(id, "Không cần bản giấy.", "all")
    assert seen(stage.neighbour, dispatch_id) == [("Nộp bản giấy không?", "", "Không cần bản giấy.")]  # who asked is not told
    line = question_list.show(stage.neighbour, id).line
    assert (line.unit, line.asked_by, line.own, line.task) == ("", "", False, "Việc thứ 1")
    assert question_list.show(stage.neighbour, id).earlier == [] and len(question_list.show(stage.officer, id).earlier) == 1
    with pytest.raises(NotFound):
        question_list.show(stage.stranger, id)
    with pytest.raises(NotFound):
        question_list.of_dispatch(stage.stranger, dispatch_id)
    assert [line.id for line in question_list.of_dispatch(stage.neighbour, dispatch_id, stage.task_id).lines] == [id]


def test_the_clerk_is_told_once_a_day_and_every_question_waits_on_the_first_page(stage: Stage) -> None:
    first = stage.ask()
    assert stage.ask() == first  # pressed twice
    stage.ask("Ai ký báo cáo?", task=False)
    assert mails("question") == [(stage.clerk.email, "queued")]
    assert [(line.text, line.task) for line in question_list.waiting(stage.clerk).lines] == [("Nộp bản giấy không?", "Việc thứ 1"), ("Ai ký báo cáo?", "")]
    act = next(act for act in overview.overview(stage.clerk).acts if act.kind == "question")
    assert (act.count, act.days) == (2, 0)
    assert "question" not in [act.kind for act in overview.overview(stage.make.actor(Role.AUDITOR)).acts]
    with clock.frozen(clock.now() + timedelta(days=1)):
        stage.ask("Còn câu nữa?")
    assert len(mails("question")) == 2
    with clock.frozen(clock.now() + timedelta(days=14)):
        with transaction():
            assert review_reminders.remind() == 1
        assert "câu hỏi chờ trả lời" in db.session.scalars(select(Mail.body_text).where(Mail.kind == "review_waiting")).one()
    stage.answer(first)
    assert len(question_list.waiting(stage.clerk).lines) == 2


def test_units_are_told_of_an_answer_and_of_its_mending_only_once_it_was_told(stage: Stage) -> None:
    id, ours, theirs = stage.ask(), stage.ours.mailbox or "", stage.theirs.mailbox or ""
    stage.answer(id, "Có.")
    stage.answer(id, "Không.", "all")  # mended before anything left
    assert mails("answered") == [(ours, "cancelled"), (ours, "queued"), (theirs, "queued")]
    leave()
    stage.answer(id, "Không cần, gửi bản scan.", "all")
    subjects = dict(db.session.execute(select(Mail.address, Mail.subject).where(Mail.kind == "answered", Mail.state == "queued")).all())
    assert subjects == {address: "[931-CV/HNDT] Tỉnh sửa câu trả lời" for address in (ours, theirs)}
    assert mails("answered")[3:] == [(ours, "queued"), (theirs, "queued")]
    told = db.session.scalars(select(Mail.body_text).where(Mail.kind == "answered", Mail.state == "queued")).first() or ""
    assert "Không cần, gửi bản scan." in told and "Nộp bản giấy không?" in told and "Huyện Hà Trung" not in told.replace("Kính gửi Huyện Hà Trung", "")
    stage.answer(id, "Không cần, gửi bản scan.", "all")  # nothing new
    assert len(mails("answered")) == 5


def test_what_was_answered_before_stays(stage: Stage) -> None:
    id = stage.ask()
    stage.answer(id, "Có.")
    stage.answer(id, "Không.")
    version = db.session.get_one(Question, id, populate_existing=True).version
    with transaction():
        questions.withdraw(stage.clerk, id, version)
    found = question_list.show(stage.clerk, id)
    assert (found.line.state, found.line.answer) == ("open", "") and [row.text for row in found.earlier] == ["Có.", "Không."]
    assert all(row.ended_by == stage.clerk.name for row in db.session.scalars(select(QuestionAnswer)))
    assert {state for _, state in mails("answered")} == {"cancelled"}
    with pytest.raises(Conflict, match=r"question\.open"), transaction():
        questions.withdraw(stage.clerk, id, version + 1)
    said = [line.text for line in sentences.of_dispatch(stage.dispatch.id)]
    assert any("hỏi: “Nộp bản giấy không?”" in line for line in said) and any("sửa câu trả lời cho Huyện Hà Trung" in line for line in said)


def test_two_clerks_at_one_question_are_told_of_each_other(stage: Stage) -> None:
    id = stage.ask()
    with transaction():
        questions.answer(stage.clerk, id, "Có.", "unit", 1)
    with pytest.raises(Conflict, match="stale"), transaction():
        questions.answer(stage.clerk, id, "Không.", "unit", 1)
    stage.answer(id, "Không.")
    with pytest.raises(Conflict, match="stale"), transaction():
        questions.withdraw(stage.clerk, id, 2)


def test_the_unit_can_take_its_question_back_until_it_is_answered(stage: Stage) -> None:
    id = stage.ask()
    with pytest.raises(NotFound), transaction():
        questions.take_back(stage.neighbour, id)
    with pytest.raises(Forbidden), transaction():
        questions.take_back(stage.clerk, id)
    for _ in range(2):
        with transaction():
            assert questions.take_back(stage.officer, id) == stage.dispatch.id
    assert question_list.waiting(stage.clerk).lines == [] and seen(stage.clerk, stage.dispatch.id) == [] and len(seen(stage.officer, stage.dispatch.id)) == 1
    with pytest.raises(Conflict, match="taken_back"):
        stage.answer(id)
    other = stage.ask("Khác?")
    stage.answer(other)
    with pytest.raises(Conflict, match="answered"), transaction():
        questions.take_back(stage.officer, other)


def test_only_what_is_the_units_can_be_asked_about(stage: Stage) -> None:
    foreign = stage.make.issued([stage.other], [(DUE, None)])
    for dispatch_id, task_id in ((foreign.id, None), (stage.dispatch.id, stage.make.assignments(foreign)[0].task_id), (10**6, None)):
        with pytest.raises(NotFound), transaction():
            questions.ask(stage.officer, dispatch_id, task_id, "Hỏi?")
    with pytest.raises(Forbidden), transaction():
        questions.ask(stage.clerk, stage.dispatch.id, None, "Hỏi?")
    with pytest.raises(Forbidden), transaction():
        questions.answer(stage.officer, stage.ask(), "Tự trả lời.", "all", 1)
    for text, code in (("  ", "empty"), ("x" * 2001, "too_long")):
        with pytest.raises(BadInput, match=code):
            stage.ask(text)
    for n in range(questions.MOST_OPEN - 1):
        stage.ask(f"Câu {n}?")
    with pytest.raises(BadInput, match="many"):
        stage.ask("Một câu nữa?")
    with transaction() as session:
        session.execute(update(Dispatch).where(Dispatch.id == stage.dispatch.id).values(state="closed", ended_at=clock.now()))
    with pytest.raises(Conflict, match="closed"):
        stage.ask("Đã kết thúc?", stage.neighbour)
    assert question_list.waiting(stage.clerk).lines == []


def test_an_answer_about_a_units_own_shortcoming_is_never_for_all(stage: Stage) -> None:
    with transaction() as session:
        session.execute(update(Task).where(Task.id == stage.task_id).values(kind="finding"))
    id = stage.ask()
    with pytest.raises(BadInput, match="private"):
        stage.answer(id, audience="all")
    for bad, code in ((("", "unit"), "no_answer"), (("x" * 4001, "unit"), "too_long"), (("Có.", "ai cũng được"), "audience")):
        with pytest.raises(BadInput, match=code):
            stage.answer(id, *bad)
    stage.answer(id)
    assert question_list.show(stage.officer, id).line.answer == "Không cần."


def test_answers_are_news_on_the_units_first_page_for_a_week(stage: Stage) -> None:
    id = stage.ask()
    assert question_list.news(stage.officer) == []
    stage.answer(id, audience="all")
    assert [line.id for line in question_list.news(stage.officer)] == [id] and question_list.news(stage.neighbour) == []
    with clock.frozen(clock.now() + question_list.NEWS + timedelta(minutes=1)):
        assert question_list.news(stage.officer) == []


def test_lists_are_paged_without_a_gap(stage: Stage) -> None:
    made = []
    for n in range(question_list.PAGE + 3):
        with clock.frozen(clock.now() + timedelta(minutes=n // 2)):
            made.append(stage.ask(f"Câu {n}?", stage.officer if n % 2 else stage.neighbour))
    first = question_list.waiting(stage.clerk)
    rest = question_list.waiting(stage.clerk, first.after)
    assert sorted(line.id for line in (*first.lines, *rest.lines)) == sorted(made) and rest.after is None
    newest = question_list.of_dispatch(stage.clerk, stage.dispatch.id)
    older = question_list.of_dispatch(stage.clerk, stage.dispatch.id, after=newest.after)
    assert [line.id for line in (*newest.lines, *older.lines)] == sorted(made, reverse=True)
    assert db.session.scalar(select(Unit.id).where(Unit.id == stage.ours.id))


def test_personal_numbers_are_covered_for_every_other_unit(stage: Stage) -> None:
    id = stage.ask("Hộ vay CCCD 038085012345, nợ 120000000 đồng, có tính không?")
    stage.answer(id, "Có, gọi 0912345678 để biết thêm.", "all")
    whole = ("Hộ vay CCCD 038085012345, nợ 120000000 đồng, có tính không?", "Có, gọi 0912345678 để biết thêm.")
    for who in (stage.officer, stage.clerk):
        assert [(text, answer) for text, _, answer in seen(who, stage.dispatch.id)] == [whole]
    covered = ("Hộ vay CCCD 0380•••••345, nợ 120000000 đồng, có tính không?", "Có, gọi 09•••••678 để biết thêm.")
    assert [(text, answer) for text, _, answer in seen(stage.neighbour, stage.dispatch.id)] == [covered]
    bodies = {mail.unit_id: mail.body_text for mail in db.session.scalars(select(Mail).where(Mail.kind == "answered"))}
    assert "038085012345" in bodies[stage.ours.id] and "0912345678" in bodies[stage.ours.id]
    assert "038085012345" not in bodies[stage.theirs.id] and "0912345678" not in bodies[stage.theirs.id] and "0380•••••345" in bodies[stage.theirs.id]


def test_who_issued_it_and_answers_no_more_is_not_asked(stage: Stage) -> None:
    other = stage.make.actor()
    with transaction() as session:
        session.get_one(Person, stage.clerk.id).role = Role.AUDITOR
    stage.ask()
    assert mails("question") == [(other.email, "queued")]

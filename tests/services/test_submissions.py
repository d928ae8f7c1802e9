"""The unit's side: acknowledge, draft, files, hand in some now and the rest later, mend after a return; every round is kept."""
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Factory
from tests.samples import JPG, PDF
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, DomainError, Forbidden, NotFound
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.events import Event
from tracker.models.files import StoredFile
from tracker.models.submissions import Evidence, Submission, SubmissionItem
from tracker.models.tasks import Task
from tracker.services import answer_page, answering, assignment_page, assignments, files, reviewing, sentences, submissions, submitted, tally
from tracker.services.answering import Answers

TODAY = date(2026, 9, 8)


class Desk:
    """One unit's dispatch of four tasks, and short ways to do what its page does."""

    def __init__(self, make: Factory, tasks: int = 4) -> None:
        self.unit, self.other = make.unit(), make.unit()
        self.dispatch = make.issued([self.unit, self.other], [(TODAY + timedelta(5), None)] * tasks, number="931-CV/HNDT")
        self.officer, self.clerk, self.foreign = make.actor(Role.OFFICER, self.unit), make.actor(), make.actor(Role.OFFICER, self.other)
        self.ids = [row.id for row in make.assignments(self.dispatch, self.unit)]
        self.version = 0

    def save(self, token: str = "page1", chosen: list[int] | None = None, results: dict[int, str] | None = None, **more: object) -> answering.Saved:
        texts = {id: "" for id in self.ids} | (results or {})
        page = self.page()
        kinds = {file.id: file.kind for file in page.files}
        ticks = {file.id: file.answers for file in page.files}
        values = {"version": page.version, "kinds": kinds, "ticks": ticks, **more}
        with transaction():
            return answering.save(self.officer, self.dispatch.id, Answers(token, results=texts, chosen=frozenset(chosen or self.ids), **values))

    def attach(self, name: str = "a.pdf", content: bytes = PDF, wanted: list[int] | None = None) -> None:
        blob = files.take(BytesIO(content), name)
        with transaction():
            answering.attach(self.officer, self.dispatch.id, [(blob, name)], wanted or [])

    def submit(self, token: str = "page1", confirmed: bool = True) -> submissions.Outcome:
        with transaction():
            return submissions.submit(self.officer, self.dispatch.id, token, confirmed=confirmed)

    def page(self) -> answer_page.Page:
        return answer_page.page(self.officer, self.dispatch.id)

    def states(self) -> list[str]:
        return list(db.session.scalars(select(Assignment.state).where(Assignment.id.in_(self.ids)).order_by(Assignment.id)))


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _refused(call: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value


def test_acknowledging_one_or_all_is_done_once(app: Flask, make: Factory) -> None:
    desk = Desk(make)
    with transaction():
        assignments.acknowledge(desk.officer, desk.ids[0])
    with transaction():
        assert assignments.acknowledge_all(desk.officer, desk.dispatch.id) == 3
    with transaction():
        assert assignments.acknowledge_all(desk.officer, desk.dispatch.id) == 0
    assert desk.states() == ["acknowledged"] * 4
    assert _count(Event) == 4 and tally.stored() == tally.counted()
    with transaction():
        assert isinstance(_refused(lambda: assignments.acknowledge(desk.foreign, desk.ids[0])), NotFound)
        assert isinstance(_refused(lambda: assignments.acknowledge(desk.clerk, desk.ids[0])), Forbidden)


def test_a_draft_is_kept_as_it_was_typed(app: Flask, make: Factory) -> None:
    desk = Desk(make)
    desk.attach("47-CV.pdf")
    page = desk.page()
    assert [(file.letter, file.kind, file.answers) for file in page.files] == [("A", "implementing_document", frozenset(desk.ids))]
    desk.save(chosen=desk.ids[:2], results={desk.ids[0]: "Xong."}, number="47-CV/HNDH", dated_on=TODAY, signatory="Hoàng Thị Mận",
              ticks={page.files[0].id: frozenset(desk.ids[:1])}, kinds={page.files[0].id: "report"})
    page = desk.page()
    assert (page.draft_number, page.dated_on, page.signatory, page.version) == ("47-CV/HNDH", TODAY, "Hoàng Thị Mận", 1)
    assert [(line.result, line.chosen, line.files) for line in page.lines[:2]] == [("Xong.", True, {page.files[0].id}), ("", True, set())]
    assert not page.lines[2].chosen and page.files[0].kind == "report"


def test_the_same_file_sent_again_is_kept_once_and_can_be_taken_off(app: Flask, make: Factory) -> None:
    desk = Desk(make)
    desk.attach("anh.jpg", JPG, desk.ids[:1])
    desk.attach("anh.jpg", JPG)
    (found,) = desk.page().files
    assert (found.kind, found.answers) == ("photo", frozenset(desk.ids[:1]))
    for _ in range(2):
        with transaction():
            answering.detach(desk.officer, desk.dispatch.id, found.id)
    assert (_count(Evidence), _count(StoredFile)) == (0, 0)


def test_a_file_that_stands_anywhere_else_cannot_be_taken_off(app: Flask, make: Factory) -> None:
    desk = Desk(make)
    desk.attach()
    (found,) = desk.page().files

    def take_off(actor: Actor) -> None:
        with transaction():
            answering.detach(actor, desk.dispatch.id, found.id)

    assert isinstance(_refused(lambda: take_off(desk.foreign)), NotFound)
    desk.save()
    desk.submit()
    assert isinstance(_refused(lambda: take_off(desk.officer)), NotFound)
    assert _count(Evidence) == 1


def test_another_page_saving_since_is_told_but_a_lost_answer_is_not(app: Flask, make: Factory) -> None:
    desk = Desk(make)
    desk.save("page1", version=0)
    assert desk.save("page1", version=0).version == 2
    assert _refused(lambda: desk.save("page2", version=1)).code == "answer.stale"
    assert desk.save("page2", version=2).version == 3
    assert _refused(lambda: desk.save("page1", version=2)).code == "answer.stale"


def test_handing_in_moves_everything_together_and_only_once(app: Flask, make: Factory) -> None:
    desk = Desk(make)
    desk.attach()
    desk.save(results={desk.ids[0]: "Xong."}, number="47")
    done = desk.submit()
    assert done.count == 4 and desk.states() == ["submitted"] * 4
    row = db.session.get_one(Assignment, desk.ids[0])
    assert (row.submitted_on, row.round, row.chase_on, row.result) == (TODAY, 1, None, "Xong.")
    assert row.submitted_at == clock.now() and row.acknowledged_at is not None
    assert tally.stored() == tally.counted()
    events = _count(Event)
    assert desk.submit().submission_id == done.submission_id
    assert desk.save(version=7).submitted_id == done.submission_id
    assert (_count(Submission), _count(Event)) == (1, events)
    detail = submitted.detail(desk.officer, done.submission_id or 0)
    assert [(item.round, item.letters, item.verdict) for item in detail.items] == [(1, ["A"], "waiting")] * 4


def test_two_presses_at_the_same_moment_hand_in_once(app: Flask, make: Factory) -> None:
    desk = Desk(make)
    answers = Answers("page1", 0, results={id: "Xong." for id in desk.ids}, chosen=frozenset(desk.ids))
    start = Barrier(4)

    def press(_: int) -> int | None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    saved = answering.save(desk.officer, desk.dispatch.id, answers)
                if saved.submitted_id:
                    return saved.submitted_id
                with transaction():
                    return submissions.submit(desk.officer, desk.dispatch.id, "page1").submission_id
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        handed = set(pool.map(press, range(4)))
    db.session.rollback()
    assert len(handed) == 1 and None not in handed
    assert (_count(Submission), desk.states()) == (1, ["submitted"] * 4)
    assert tally.stored() == tally.counted()


def test_some_now_and_the_rest_later_in_a_new_draft(app: Flask, make: Factory) -> None:
    desk = Desk(make)
    desk.attach("chung.pdf")
    desk.attach("rieng.jpg", JPG)
    shared, own = desk.page().files
    ticks = {shared.id: frozenset(desk.ids), own.id: frozenset(desk.ids[2:3])}
    desk.save(chosen=desk.ids[:2], results={desk.ids[3]: "Đang làm."}, ticks=ticks)
    done = desk.submit().submission_id
    assert desk.states() == ["submitted", "submitted", "assigned", "assigned"]
    page = desk.page()
    assert [(file.name, file.answers) for file in page.files] == [("rieng.jpg", {desk.ids[2]}), ("chung.pdf", set(desk.ids[2:]))]
    assert [line.result for line in page.lines] == ["", "Đang làm."] and len(page.done) == 2
    detail = submitted.detail(desk.officer, done or 0)
    assert [(file.name, file.answers) for file in detail.files] == [("chung.pdf", set(desk.ids[:2]))]
    desk.save("page2", chosen=desk.ids[2:])
    desk.submit("page2")
    assert desk.states() == ["submitted"] * 4 and _count(Submission) == 2
    assert [line.count for line in submitted.index(desk.officer)[0]] == [2, 2]


def test_nothing_to_show_for_a_task_is_refused_and_missing_evidence_only_warned_of(app: Flask, make: Factory) -> None:
    desk = Desk(make)
    with transaction() as session:
        task = session.get_one(Task, db.session.get_one(Assignment, desk.ids[0]).task_id)
        task.evidence = ["report", "minutes"]
    desk.save(chosen=desk.ids[:1])
    assert _refused(desk.submit).code == "answer.nothing"
    desk.attach("bao cao.pdf")
    desk.attach("thua.pdf", PDF + b" ", [])
    report, loose = desk.page().files
    desk.save(chosen=desk.ids[:1], ticks={report.id: frozenset(desk.ids[:1]), loose.id: frozenset()}, kinds={report.id: "report", loose.id: "other"})
    outcome = desk.submit(confirmed=False)
    assert outcome.submission_id is None and desk.states() == ["assigned"] * 4
    assert [(lack.title, lack.kinds) for lack in outcome.lacks] == [("Việc thứ 1", ("minutes",))] and outcome.loose == ["thua.pdf"]
    assert desk.submit().submission_id
    assert _refused(lambda: desk.submit("page9")).code == "answer.stale"


@pytest.mark.parametrize(("chosen", "code"), [([], "answer.none_chosen")])
def test_choosing_nothing_is_refused(app: Flask, make: Factory, chosen: list[int], code: str) -> None:
    desk = Desk(make)
    with transaction():
        answering.save(desk.officer, desk.dispatch.id, Answers("page1", 0, results={id: "x" for id in desk.ids}))
    assert _refused(desk.submit).code == code


@pytest.mark.parametrize("state", ["withdrawn", "closed"])
def test_a_dispatch_that_ended_meanwhile_refuses_and_the_draft_stays(app: Flask, make: Factory, state: str) -> None:
    desk = Desk(make)
    desk.save(results={id: "Xong." for id in desk.ids})
    with transaction() as session:
        row = session.get_one(Dispatch, desk.dispatch.id)
        row.state, row.ended_at, row.ended_reason = state, clock.now(), "Nhầm"
    refused = _refused(desk.submit)
    assert isinstance(refused, Conflict) and refused.code == "answer.closed"
    assert isinstance(_refused(desk.attach), Conflict)
    assert [line.result for line in desk.page().lines] == ["Xong."] * 4


def test_after_a_return_the_reason_stands_and_every_round_is_kept(app: Flask, make: Factory) -> None:
    desk = Desk(make)
    desk.attach("lan 1.pdf")
    desk.save(results={desk.ids[0]: "Lần một."})
    first = desk.submit().submission_id or 0
    fix_by = TODAY + timedelta(3)
    with transaction():
        reviewing.accept(desk.clerk, first, desk.ids[1:])
        reviewing.send_back(desk.clerk, first, desk.ids[:1], "Thiếu biên bản", fix_by)
    (line,) = desk.page().lines
    assert (line.returned, line.result, [name for _, name in line.earlier]) == ("Thiếu biên bản", "Lần một.", ["lan 1.pdf"])
    desk.attach("lan 2.pdf", PDF + b" ")
    desk.save("page2", chosen=desk.ids[:1], results={desk.ids[0]: "Lần hai."})
    second = desk.submit("page2").submission_id or 0
    row = db.session.get_one(Assignment, desk.ids[0])
    assert (row.state, row.round, row.fix_by, row.chase_on) == (State.SUBMITTED, 2, fix_by, None)
    shown = assignment_page.page(desk.officer, desk.ids[0])
    assert [(r.number, r.result, [name for _, name, _, _ in r.files]) for r in shown.rounds] == [
        (2, "Lần hai.", ["lan 2.pdf"]), (1, "Lần một.", ["lan 1.pdf"])]
    assert [v.reason for v in shown.rounds[1].verdicts] == ["Thiếu biên bản"] and shown.rounds[0].submission_id == second
    texts = [line.text for line in shown.history]
    assert texts[0].endswith("nộp kết quả lần 1, kèm 1 tệp.") and "trả lại, sửa chậm nhất 11/09/2026: “Thiếu biên bản”" in texts[1]
    assert assignment_page.page(desk.clerk, desk.ids[0]).review_id == second


def test_what_comes_back_while_a_page_is_open_is_not_handed_in_with_it(app: Flask, make: Factory) -> None:
    desk = Desk(make)
    desk.attach()
    desk.save()
    first = desk.submit().submission_id or 0
    with transaction():
        reviewing.send_back(desk.clerk, first, desk.ids[:1], "Thiếu biên bản", TODAY + timedelta(3))
    assert [line.id for line in desk.page().lines] == desk.ids[:1]
    with transaction():
        reviewing.send_back(desk.clerk, first, desk.ids[1:2], "Thiếu chữ ký", TODAY + timedelta(3))
    with transaction():
        answering.save(desk.officer, desk.dispatch.id, Answers("page2", 0, results={desk.ids[0]: "Đã bổ sung."}, chosen=frozenset(desk.ids[:1])))
    assert desk.submit("page2").count == 1
    assert desk.states()[:2] == [State.SUBMITTED, State.RETURNED]
    assert [(line.id, line.chosen) for line in desk.page().lines] == [(desk.ids[1], True)]


def test_foreign_units_find_nothing(app: Flask, make: Factory) -> None:
    desk = Desk(make)
    desk.attach()
    desk.save()
    done = desk.submit().submission_id or 0
    stranger = make.actor(Role.OFFICER, make.unit())
    assert isinstance(_refused(lambda: submitted.detail(desk.foreign, done)), NotFound)
    assert isinstance(_refused(lambda: assignment_page.page(desk.foreign, desk.ids[0])), NotFound)
    assert isinstance(_refused(lambda: answer_page.page(stranger, desk.dispatch.id)), NotFound)
    with transaction():
        assert isinstance(_refused(lambda: answering.save(stranger, desk.dispatch.id, Answers("x", 0))), NotFound)
    assert submitted.index(desk.foreign) == ([], None)
    with transaction():
        answering.save(desk.foreign, desk.dispatch.id, Answers("y", 0, results={desk.ids[0]: "của người khác"}, chosen=frozenset(desk.ids)))
    assert not db.session.scalars(select(SubmissionItem).join(Submission).where(
        Submission.unit_id == desk.other.id, SubmissionItem.assignment_id.in_(desk.ids))).all()


@pytest.mark.parametrize(("more", "code"), [
    ({"number": "x" * 61}, "answer.too_long"), ({"signatory": "x" * 121}, "answer.too_long"), ({"dated_on": TODAY + timedelta(1)}, "answer.future")])
def test_a_draft_that_cannot_be_kept_is_refused(app: Flask, make: Factory, more: dict[str, object], code: str) -> None:
    desk = Desk(make)
    refused = _refused(lambda: desk.save(**more))
    assert isinstance(refused, BadInput) and refused.code == code and _count(Submission) == 0


def test_submissions_are_listed_newest_first_and_page_on(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(make, 3)
    for n, id in enumerate(desk.ids):
        desk.save(f"p{n}", chosen=[id], results={id: "Xong."})
        desk.submit(f"p{n}")
    monkeypatch.setattr(submitted, "PAGE", 2)
    first, cursor = submitted.index(desk.officer)
    second, end = submitted.index(desk.officer, cursor)
    assert len(first) == 2 and len(second) == 1 and end is None
    assert [line.id for line in first + second] == sorted((line.id for line in first + second), reverse=True)


def test_every_act_has_a_sentence() -> None:
    said = sentences.sentence("assignment.return", "Nguyễn Thu Vân", {"fix_by": "2026-09-11", "reason": "Thiếu biên bản"})
    assert said == "Nguyễn Thu Vân trả lại, sửa chậm nhất 11/09/2026: “Thiếu biên bản”."
    assert sentences.sentence("assignment.submit", "Lê Văn Thắng", {"round": 2, "files": 0}) == "Lê Văn Thắng nộp kết quả lần 2."
    assert sentences.sentence("khac.la", "Đôn Đốc", {}) == "Đôn Đốc ghi một thay đổi."

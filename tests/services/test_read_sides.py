"""What people read and keep for themselves: the list of dispatches and one of them, what may be asked for, saved views, sessions, recovery codes."""
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.factories import DUE, Factory
from tests.services.test_overview import queries
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.events import Event
from tracker.models.people import Person, SignIn
from tracker.models.submissions import Submission
from tracker.models.tasks import Task
from tracker.services import (
    asking,
    dispatch_page,
    dispatches,
    draft_doubts,
    extensions,
    objections,
    passwords,
    recovery,
    requests,
    saved_views,
    sessions,
    sign_in,
    submission_document,
)


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


def set_state(row: Assignment, state: State, **more: object) -> None:
    with transaction() as session:
        session.execute(update(Assignment).where(Assignment.id == row.id).values(state=str(state), **more))


def test_the_list_of_dispatches_counts_what_each_sees(make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, clerk = make.unit(), make.unit(), make.actor()
    both, alone = make.issued([one, other], number="1-CV/HNDT"), make.issued([other], number="2-CV/HNDT")
    with transaction() as session:
        session.execute(update(Dispatch).where(Dispatch.id == alone.id).values(issued_on=date(2025, 12, 1), folded="tap huan"))
    late, undated = make.assignments(both, one)
    set_state(late, State.ACKNOWLEDGED, due_on=date(2026, 9, 7))
    set_state(undated, State.CANCELLED, chase_on=None)
    whole = dispatches.page(clerk)
    assert [line.number for line in whole.lines] == ["1-CV/HNDT", "2-CV/HNDT"] and whole.years == [2026, 2025] and whole.before == ""
    found = whole.lines[0].progress
    assert (found.total, found.late, found.ack, found.new, found.done, found.wait) == (3, 1, 1, 2, 0, 0) and whole.lines[0].next_on == DUE
    assert [line.id for line in dispatches.page(clerk, year=2025).lines] == [alone.id] == [line.id for line in dispatches.page(clerk, search="Tập  HUẤN").lines]
    assert [dispatches.page(clerk, year=year).lines for year in (-1, 10_000, 10**20)] == [[], [], []]
    assert dispatches.page(clerk, state="closed").lines == [] and len(dispatches.page(clerk, state="draft").lines) == 2
    own = dispatches.page(make.actor(Role.OFFICER, one))
    assert [(line.id, line.unread, line.progress.total) for line in own.lines] == [(both.id, True, 1)] and own.years == [2026]
    assert dispatches.page(make.actor(Role.OFFICER, make.unit())) == dispatches.Page([], "", [])
    monkeypatch.setattr(dispatches, "PAGE", 1)
    first = dispatches.page(clerk)
    assert first.before == f"2026-09-08.{both.id}" and [line.id for line in dispatches.page(clerk, before=first.before).lines] == [alone.id]
    assert dispatches.page(clerk, before="nowhere").lines[0].id == both.id


def test_drafts_are_listed_for_those_who_prepare_them(make: Factory) -> None:
    now = clock.now()
    with transaction() as session:
        session.add_all(Dispatch(state="draft", subject=subject, text="", created_at=now, updated_at=now + timedelta(n), reading=reading)
                        for n, (subject, reading) in enumerate([("", {}), ("Việc mới", {"state": "failed"})]))
    assert [(one.number, one.subject, one.state) for one in dispatches.draft_lines(make.actor())] == [
        ("Chưa có số", "Việc mới", "failed"), ("Chưa có số", "Chưa có trích yếu", "ready")]
    assert dispatches.draft_lines(make.actor(Role.OFFICER, make.unit())) == []


def test_one_dispatch_as_the_province_and_as_a_unit_reads_it(make: Factory) -> None:
    one, other, clerk = make.unit(), make.unit(), make.actor()
    dispatch = make.issued([one, other])
    with transaction() as session:
        second = session.scalars(select(Task).where(Task.dispatch_id == dispatch.id, Task.position == 2)).one()
        second.kind = "finding"
        session.execute(update(Assignment).where(Assignment.unit_id == one.id, Assignment.task_id != second.id).values(
            state="acknowledged", due_on=date(2026, 9, 7)))
    shown = dispatch_page.show(clerk, dispatch.id)
    assert (shown.recipients, shown.silent, shown.progress.total, shown.progress.late, shown.progress.ack) == (2, 1, 4, 1, 1)
    assert [len(shown.tasks), len(shown.findings), shown.files] == [1, 1, []] and shown.unit_names == {second.id: f"{one.name}, {other.name}"}
    officer = make.actor(Role.OFFICER, one)
    own = dispatch_page.show(officer, dispatch.id)
    assert (own.unseen, own.to_acknowledge, own.owed, own.progress.total, own.progress.late) == (True, 1, 2, 2, 1)
    assert own.tasks[0].mine.in_force == date(2026, 9, 7) and len(own.findings) == 1
    with transaction():
        dispatch_page.mark_seen(officer, dispatch.id)
        dispatch_page.mark_seen(clerk, dispatch.id)
    assert not dispatch_page.show(officer, dispatch.id).unseen and db.session.get_one(DispatchRecipient, (dispatch.id, other.id)).seen_at is None
    for wrong in ((make.actor(Role.OFFICER, make.unit()), dispatch.id), (clerk, 999)):
        with pytest.raises(NotFound):
            dispatch_page.show(*wrong)


def test_what_may_be_asked_for_stands_first_and_the_rest_says_why_not(make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    officer, dispatch = make.actor(Role.OFFICER, unit), make.issued([unit], [(DUE, None), (DUE, None), (None, date(2026, 10, 15))])
    first, second, _ = make.assignments(dispatch, unit)
    with transaction():
        extensions.set_caps(clerk, dispatch.id, 10, 1)
        asked = extensions.ask(officer, [first.id], date(2026, 10, 5), "weather", "Bão")
    page = asking.for_extension(officer, dispatch.id)
    assert [line.id for line in page.open] == [second.id] and page.lines[0].latest == date(2026, 10, 10) and page.caps.times == 1
    assert all(line.why_not.endswith(".") for line in page.lines[1:]) and len(page.lines) == 3
    with transaction():
        raised = objections.object_to(officer, [second.id], "Không có xã ven biển")
    assert [line.id == second.id for line in asking.for_objection(officer, dispatch.id).lines if line.why_not] == [True]
    waits = requests.page(clerk)
    assert [(line.kind, line.row.id) for line in waits.lines] == [("extension", asked[0]), ("objection", raised[0])] and waits.waiting.total == 2
    assert (waits.lines[0].latest, waits.lines[0].granted, waits.lines[0].late, waits.after) == (date(2026, 10, 10), 0, 0, None)
    assert [line.kind for line in requests.page(clerk, "objection").lines] == ["objection"] and requests.page(clerk, dispatch_id=999).lines == []
    assert [line.kind for line in requests.page(clerk, after=waits.lines[0].place).lines] == ["objection"]
    assert requests.page(clerk, after=waits.lines[1].place).lines == []
    assert requests.waiting(1, 1).oldest == (unit.short_name, clock.now()) and requests.waiting(0, 0).oldest is None
    with pytest.raises(Forbidden):
        requests.page(officer)

def test_what_may_be_asked_for_costs_the_same_for_many_tasks(make: Factory) -> None:
    unit = make.unit()
    officer, dispatch = make.actor(Role.OFFICER, unit), make.issued([unit], [(DUE, None)] * 30)
    for page in (asking.for_extension, asking.for_objection):
        assert len(page(officer, dispatch.id).open) == 30
        assert queries(lambda page=page: page(officer, dispatch.id)) <= 6  # type: ignore[misc]


def test_a_view_is_kept_under_a_name_and_may_be_shared_with_the_office(make: Factory) -> None:
    clerk, colleague, auditor = make.actor(), make.actor(), make.actor(Role.AUDITOR)
    with transaction():
        kept = saved_views.save(clerk, "  Việc \x00 trễ ", "/dispatches?year=2026&page=2&state=&q=a%20b")
        again = saved_views.save(clerk, "Việc chậm", "/dispatches?year=2026&q=a+b", shared=True)
        saved_views.save(colleague, "Của tôi", "/mail")
    assert kept is again and (kept.name, kept.path, kept.shared) == ("Việc chậm", "/dispatches?year=2026&q=a+b", True)
    assert [(line.name, line.mine) for line in saved_views.listed(colleague)] == [("Của tôi", True), ("Việc chậm", False)]
    assert [line.by for line in saved_views.listed(colleague)] == ["", clerk.name] and len(saved_views.listed(clerk)) == 1
    with pytest.raises(NotFound):
        saved_views.get(colleague, kept.id)
    with pytest.raises(Forbidden), transaction():
        saved_views.save(auditor, "x", "/mail", shared=True)
    with transaction():
        saved_views.change(clerk, kept.id, "Tên khác", shared=False)
    assert [line.name for line in saved_views.listed(colleague)] == ["Của tôi"]
    with transaction():
        assert saved_views.remove(clerk, kept.id) == "Tên khác"
    assert saved_views.listed(clerk) == []


@pytest.mark.parametrize(("name", "path", "code"), [
    (" \x00 ", "/mail", "view.no_name"), ("x" * 81, "/mail", "view.long"), ("x", "/people", "view.path"), ("x", "https://evil.example/mail", "view.path"),
    ("x", "//evil.example/mail", "view.path"), ("x", "mail", "view.path"), ("x", "/mail?q=" + "x" * 500, "view.path"), ("x", "//[", "view.path"),
])
def test_what_is_no_name_or_no_list_of_this_site_is_not_kept(name: str, path: str, code: str) -> None:
    with pytest.raises(BadInput, match=rf"^{code}"):
        saved_views.clean(name) and saved_views.address(path)


def test_nobody_keeps_views_without_end(make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 1)
    clerk = make.actor()
    with transaction():
        saved_views.save(clerk, "một", "/mail")
    with pytest.raises(BadInput, match=r"^view\.many"), transaction():
        saved_views.save(clerk, "hai", "/units")


def test_sessions_are_listed_and_ended_by_their_owner_alone(make: Factory) -> None:
    clerk, other = make.actor(), make.actor()
    with transaction():
        first, second = sessions.begin(clerk.id or 0, "Chromium", "10.0.0.1"), sessions.begin(clerk.id or 0, "Firefox", "10.0.0.2")
    listed = sessions.of_person(clerk.id or 0, first)
    assert [(line.browser, line.own) for line in listed] == [("Firefox", False), ("Chromium", True)] and first != second
    with pytest.raises(NotFound), transaction():
        sessions.end_one(other, listed[0].id)
    with transaction():
        sessions.end_one(clerk, listed[0].id)
    with pytest.raises(NotFound):
        sessions.own(clerk, listed[0].id)
    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert sessions.is_stale(listed[1].seen_at)
        with transaction():
            sessions.note_use(listed[1].id)
        assert sessions.of_person(clerk.id or 0)[0].seen_at.hour == clock.now().hour
    with transaction():
        sessions.end(first)
    assert sessions.of_person(clerk.id or 0) == []
    with clock.frozen(clock.now() + timedelta(days=3)), transaction():
        sessions.begin(clerk.id or 0, "Chromium", "10.0.0.1")
    assert len(db.session.scalars(select(SignIn)).all()) == 1


def test_signing_out_everywhere_is_ones_own_or_the_administrators(make: Factory) -> None:
    clerk, admin = make.actor(), make.actor(Role.ADMIN)
    with transaction():
        sessions.begin(clerk.id or 0, "x", "y")
        sign_in.everywhere(clerk)
    assert db.session.get_one(Person, clerk.id, populate_existing=True).session_epoch == 1 and sessions.of_person(clerk.id or 0) == []
    with transaction():
        sign_in.everywhere(admin, clerk.id)
    assert db.session.get_one(Person, clerk.id, populate_existing=True).session_epoch == 2
    for actor, whom, refusal in ((clerk, admin.id, Forbidden), (admin, 999, NotFound)):
        with pytest.raises(refusal), transaction():
            sign_in.everywhere(actor, whom)


def test_a_password_is_proved_changed_and_ends_all_other_sessions(make: Factory) -> None:
    person = make.person(password_hash=passwords.hashed("ruộng bậc thang mùa nước đổ", "x@y.example"))
    actor = make.as_actor(person)
    assert sign_in.by_password(person.email, "sai") is None and sign_in.by_password("ai@do.example", "sai") is None and sign_in.known(person.email) == person.id
    proof = sign_in.by_password(f" {person.email.upper()} ", "ruộng bậc thang mùa nước đổ")
    assert proof and (proof.person_id, proof.epoch, proof.second_factor, proof.fresh_hash) == (person.id, 0, False, None)
    with transaction():
        sign_in.record(sign_in.Proof(person.id, 0, False, person.password_hash))
    assert db.session.get_one(Person, person.id, populate_existing=True).last_login_at == clock.now()
    with pytest.raises(BadInput) as refused:
        sign_in.own_hash(actor, "sai", "đồi chè xanh mướt buổi sớm")
    assert refused.value.params["field"] == "old"
    made = sign_in.own_hash(actor, "ruộng bậc thang mùa nước đổ", "đồi chè xanh mướt buổi sớm")
    with transaction():
        assert sign_in.change_password(actor, made) == 1
    assert sign_in.by_password(person.email, "đồi chè xanh mướt buổi sớm")


def test_a_recovery_code_opens_once_and_new_ones_end_the_old(make: Factory) -> None:
    clerk = make.actor()
    made = recovery.make()[:2]
    with transaction():
        recovery.renew(clerk, made)
    assert recovery.left(clerk.id or 0) == 2 and recovery.looks_like_one(made[0].shown) and not recovery.looks_like_one("123 456")
    code_id = recovery.match(clerk.id or 0, made[0].shown.replace("-", " "))
    assert code_id and recovery.match(clerk.id or 0, made[0].shown[:-1] + "x") is None and recovery.match(clerk.id or 0, "") is None
    with transaction():
        recovery.use(clerk.id or 0, code_id)
    assert recovery.left(clerk.id or 0) == 1 and recovery.match(clerk.id or 0, made[0].shown) is None
    for wrong in (code_id, None):
        with pytest.raises(BadInput, match=r"^totp\.recovery_wrong"), transaction():
            recovery.use(clerk.id or 0, wrong)
    with transaction():
        recovery.keep(clerk.id or 0, made[:1])
    assert recovery.left(clerk.id or 0) == 1


def test_the_province_puts_the_document_of_a_submission_right(make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    dispatch, now = make.issued([unit]), clock.now()
    made = Submission(dispatch_id=dispatch.id, unit_id=unit.id, state="submitted", created_at=now, updated_at=now, submitted_at=now, machine_read=True)
    with transaction() as session:
        session.add(made)
    for _ in range(2):  # the same once more changes nothing and is no event
        with transaction():
            submission_document.correct(clerk, made.id, " 12-CV/HND ", date(2026, 9, 1), " Lê Văn Bình ")
    db.session.refresh(made)
    assert (made.number, made.dated_on, made.signatory, made.machine_read) == ("12-CV/HND", date(2026, 9, 1), "Lê Văn Bình", False)
    told = db.session.scalars(select(Event).where(Event.kind == "submission.document")).one()
    assert (told.data["number"], told.data["before"]) == ("12-CV/HND", "") and submission_document.mail_of(made.id) is None
    for actor, whose, refusal in ((clerk, 999, NotFound), (make.actor(Role.OFFICER, unit), made.id, Forbidden)):
        with pytest.raises(refusal), transaction():
            submission_document.correct(actor, whose, "1", None, "")
    with pytest.raises(BadInput, match=r"^answer\.future"), transaction():
        submission_document.correct(clerk, made.id, "1", date(2027, 1, 1), "")


def test_a_doubt_about_a_draft_is_taken_away_once(make: Factory) -> None:
    clerk, now = make.actor(), clock.now()
    reading = {"doubts": {"number": "mờ"}, "found": {"warnings": ["trang 2 mờ"]}}
    draft = Dispatch(state="draft", text="", created_at=now, updated_at=now, reading=reading)
    with transaction() as session:
        session.add(draft)
        session.flush()
        session.add(Task(dispatch_id=draft.id, position=1, label="1", title="Việc", text="Việc.", precision="none", doubts=["hạn không rõ"]))
    task = db.session.scalars(select(Task)).one()

    def accept(name: str) -> None:
        with transaction():
            draft_doubts.accept(clerk, draft.id, db.session.get_one(Dispatch, draft.id).version, name)

    for name in ("head-number", "notice-1", f"task-{task.id}"):
        accept(name)
        with pytest.raises(NotFound):
            accept(name)
    kept = db.session.get_one(Dispatch, draft.id, populate_existing=True).reading
    assert kept["accepted"] == ["head-number", "notice-1", f"task-{task.id}"] and kept["doubts"] == {} and task.doubts == []
    for wrong in ("notice-2", "notice-x", "task-x", "other-1", "task-999"):
        with pytest.raises(NotFound):
            accept(wrong)
    with pytest.raises(Conflict), transaction():
        draft_doubts.accept(clerk, draft.id, 0, "head-number")


def test_what_colleagues_share_never_crowds_out_ones_own(make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 1)
    *others, clerk = [make.actor() for _ in range(6)]
    for colleague in others:
        with transaction():
            saved_views.save(colleague, "Chung", "/mail", shared=True)
    with transaction():
        saved_views.save(clerk, "Của tôi", "/units")
    listed = saved_views.listed(clerk)
    assert (listed[0].name, listed[0].mine, len(listed)) == ("Của tôi", True, 4)

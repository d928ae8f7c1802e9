"""What a unit may not ask or hand in, and what the province may not decide: another's, twice, or what has changed meanwhile."""
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.factories import Factory
from tests.samples import PDF
from tests.services.test_extensions import Scene
from tests.services.test_submissions import Desk
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import MACHINE, Actor, Role
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.events import Event
from tracker.models.extensions import Extension
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingMail
from tracker.models.submissions import Evidence
from tracker.services import (
    absences,
    answer_page,
    answering,
    assignment_page,
    assignments,
    away_notes,
    deadline_days,
    dispatch_fields,
    evidence,
    extension_decisions,
    extensions,
    feeds,
    heartbeats,
    incoming,
    known_senders,
    lapsing,
)


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


def test_requests_of_others_and_requests_about_nothing(make: Factory) -> None:
    scene = Scene(make)
    stranger, other = make.actor(Role.OFFICER, make.unit()), make.issued([scene.unit])
    request_id, row = scene.ask(), make.assignments(other, scene.unit)[0]
    for who, id in ((stranger, request_id), (scene.officer, 999)):
        with pytest.raises(NotFound), transaction():
            extensions.take_back(who, id)
    with pytest.raises(NotFound), transaction():
        extensions.ask(scene.officer, [scene.row.id, row.id], date(2026, 10, 15), "staff", "Thiếu người")
    with pytest.raises(BadInput, match=r"^request\.none_chosen"), transaction():
        extensions.ask(scene.officer, [], date(2026, 10, 15), "staff", "Thiếu người")
    for days in (-1, 1000):
        with pytest.raises(BadInput, match=r"^extension\.cap"), transaction():
            extensions.set_caps(scene.clerk, scene.dispatch.id, days, None)
    with pytest.raises(NotFound), transaction():
        extensions.set_caps(scene.clerk, 999, 5, 1)
    for _ in range(2):
        with transaction():
            extensions.set_caps(scene.clerk, scene.dispatch.id, 30, 2)
    assert len(db.session.scalars(select(Event.id).where(Event.kind == "dispatch.caps")).all()) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [({"due_on": None, "review_on": date(2026, 12, 1), "chase_on": date(2026, 12, 1)}, "extension.no_deadline"),
     ({"state": "paused", "held_state": "assigned", "held_on": date(2026, 9, 8), "chase_on": None}, "extension.held")],
)
def test_what_changed_since_it_was_asked_is_not_granted(make: Factory, change: dict[str, object], code: str) -> None:
    scene = Scene(make)
    request_id = scene.ask()
    with transaction() as session:
        session.execute(update(Assignment).where(Assignment.id == scene.row.id).values(change))
    db.session.expire_all()
    with pytest.raises(Conflict, match=f"^{code}"):
        scene.grant([request_id])
    assert db.session.get_one(Extension, request_id, populate_existing=True).state == "asked"


def test_a_refusal_is_taken_back_and_a_date_that_moved_on_is_not(make: Factory) -> None:
    scene = Scene(make)
    request_id = scene.ask()
    scene.refuse([request_id])
    with transaction():
        assert extension_decisions.undo(scene.clerk, scene.mails()[0].id) == 1
        assert extension_decisions.undo(scene.clerk, 999) == 0
    assert db.session.get_one(Extension, request_id, populate_existing=True).state == "asked"
    scene.grant([request_id])
    with transaction() as session:
        session.execute(update(Assignment).where(Assignment.id == scene.row.id).values(due_on=date(2026, 11, 30), chase_on=date(2026, 11, 30)))
    db.session.expire_all()
    with pytest.raises(Conflict, match=r"^extension\.moved"), transaction():
        extension_decisions.undo(scene.clerk, scene.mails()[-1].id)


def test_a_page_that_was_handed_in_takes_no_further_task(make: Factory) -> None:
    desk = Desk(make)
    first, *rest = desk.ids
    desk.save(chosen=[first], results={first: "Xong."})
    desk.submit()
    answers = answering.Answers("page1", 1, results={first: "Xong."}, chosen=frozenset([first]))
    with transaction():
        assert answering.save(desk.officer, desk.dispatch.id, answers).submitted_id
    with pytest.raises(Conflict, match=r"^answer\.stale"), transaction():
        answering.save(desk.officer, desk.dispatch.id, answering.Answers("page1", 1, results={rest[0]: "Thêm."}, chosen=frozenset([first, rest[0]])))


def test_what_is_not_owed_any_more_or_came_back_while_one_wrote(make: Factory) -> None:
    desk = Desk(make)
    first, second, *_ = desk.ids
    with transaction() as session:
        session.execute(update(Assignment).where(Assignment.id == first).values(state="cancelled", chase_on=None))
    desk.save("page1", chosen=desk.ids, results={first: "Đã làm.", second: "Xong."})
    lines = {line.id: line for line in desk.page().lines}
    assert first not in lines and lines[second].result == "Xong."
    with transaction() as session:
        session.execute(update(Assignment).where(Assignment.id == first).values(state="assigned", chase_on=date(2026, 9, 13)))
    desk.save("page2", chosen=[first, second], results={first: "Đã làm.", second: "Xong hẳn."})
    lines = {line.id: line for line in desk.page().lines}
    assert (lines[first].result, lines[second].result) == ("Đã làm.", "Xong hẳn.")


def test_files_of_one_answer_have_an_end_and_a_shared_one_stays(make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(make, 2)
    desk.attach("a.pdf", PDF)
    monkeypatch.setattr(answering, "MOST_FILES", 1)
    with pytest.raises(BadInput, match=r"^answer\.too_many_files"):
        desk.attach("b.pdf", PDF + b"\n%b\n")
    monkeypatch.undo()
    # A file that answers both stands in what was handed in and in the rest; taken off the rest, the first keeps it.
    desk.save(chosen=desk.ids[:1], results={desk.ids[0]: "Xong.", desk.ids[1]: "Đang làm."})
    desk.submit()
    left = desk.page().files[0]
    with transaction():
        answering.detach(desk.officer, desk.dispatch.id, left.id)
        answering.detach(desk.officer, desk.dispatch.id, left.id)
    assert desk.page().files == [] and db.session.get(StoredFile, left.file_id) is not None
    handed = db.session.scalars(select(Evidence.id)).one()
    with pytest.raises(NotFound), transaction():
        answering.detach(desk.officer, desk.dispatch.id, handed)
    with pytest.raises(NotFound):
        assignments.get(desk.officer, 999)
    with pytest.raises(NotFound):
        assignment_page.page(desk.officer, 999)
    with pytest.raises(NotFound), transaction():
        assignments.acknowledge_all(make.actor(Role.OFFICER, make.unit()), desk.dispatch.id)


def test_what_a_file_most_likely_is() -> None:
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    guessed = [evidence.guess_kind(name, media, first) for name, media, first in (
        ("Biên bản họp.pdf", "application/pdf", True), ("Báo cáo tháng 9.docx", "application/pdf", True), ("so lieu.xlsx", sheet, True),
        ("anh.jpg", "image/jpeg", True), ("cv.pdf", "application/pdf", True), ("cv2.pdf", "application/pdf", False))]
    assert guessed == ["minutes", "report", "table", "photo", "implementing_document", "other"]
    assert answer_page.task_label("task", "1.2.3.4", 7) == "7" and answer_page.task_label("finding", "1", 9) == "9"


def test_a_unit_that_never_owned_a_calendar_has_none(make: Factory) -> None:
    officer = make.actor(Role.OFFICER, make.unit())
    for act in (lambda: feeds.label_of(officer, 999), lambda: feeds.revoke(officer, 999)):
        with pytest.raises(NotFound), transaction():
            act()
    nowhere = Actor(None, "x", Role.OFFICER, None)
    with pytest.raises(NotFound), transaction():
        feeds.make(nowhere, "Máy")
    with pytest.raises(NotFound):
        deadline_days.whose(nowhere, 1)
    with pytest.raises(NotFound), transaction():
        absences.drop(officer, 999)
    lapsing.lapse([])
    assert incoming.add([], "hand") == []


def test_a_field_is_written_as_another_dispatch_has_it(make: Factory) -> None:
    clerk, unit = make.actor(), make.unit()
    first, second = make.issued([unit]), make.issued([unit])
    for dispatch, raw, kept in ((first, " Tín  dụng ", "Tín dụng"), (second, "TÍN DỤNG", "Tín dụng"), (second, "tín dụng", "Tín dụng"), (second, "", "")):
        with transaction():
            assert dispatch_fields.choose(clerk, dispatch.id, raw) == kept
    assert dispatch_fields.known() == ["Tín dụng"]
    assert len(db.session.scalars(select(Event.id).where(Event.kind == "dispatch.field")).all()) == 3
    assert db.session.get_one(Dispatch, second.id, populate_existing=True).field is None
    with pytest.raises(NotFound), transaction():
        dispatch_fields.choose(clerk, 999, "x")
    with pytest.raises(BadInput, match=r"^report\.field_long"), transaction():
        dispatch_fields.choose(clerk, first.id, "x" * 81)


def test_a_sender_is_known_once_and_only_where_there_is_one(make: Factory) -> None:
    clerk, unit = make.actor(), make.unit()
    letters = [f"From: {sender}\r\nMessage-ID: <{n}@x>\r\n\r\nx".encode() for n, sender in enumerate(("ba@xa.example", ""))]
    kept = [incoming.keep(letter) for letter in letters]
    with transaction():
        rows = incoming.add(kept, "hand")
    for mail_id, unit_id, refusal in ((999, unit.id, NotFound), (rows[0], 999, NotFound), (rows[0], None, BadInput), (rows[1], unit.id, BadInput)):
        with pytest.raises(refusal), transaction():
            known_senders.remember(clerk, mail_id, unit_id)
    for _ in range(2):
        with transaction():
            assert known_senders.remember(clerk, rows[0], unit.id) == unit.name
    (line,) = known_senders.of_unit(unit.id)
    assert line.address == "ba@xa.example" and len(db.session.scalars(select(Event.id).where(Event.kind == "mail.known")).all()) == 1
    with pytest.raises(NotFound), transaction():
        known_senders.forget(clerk, 999)
    assert db.session.get_one(IncomingMail, rows[0]).state == "taken"
    with pytest.raises(NotFound), transaction():
        away_notes.end(clerk, 999)


def test_signs_of_life_are_read_and_forgotten(make: Factory) -> None:
    with transaction():
        heartbeats.beat("part:worker")
        heartbeats.beat("part_x")
    assert heartbeats.noted("part:") == {"worker": clock.now()} and heartbeats.last("part:worker") == clock.now()
    with transaction():
        assert not heartbeats.claim("part:worker", timedelta(minutes=1)) and heartbeats.claim("part:new", timedelta(minutes=1))
        heartbeats.forget(["part:worker", "part:new"])
    assert heartbeats.noted("part:") == {} and MACHINE.id is None

"""A district's own report: drafted from its data, kept where a person wrote, signed by the right person, sent once, and evidence of what it tells of."""
import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Factory
from tracker import clock
from tracker.adapters.files import store
from tracker.db import db, transaction
from tracker.domain import report as rules
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, DomainError, Forbidden, NotFound
from tracker.domain.status import Act, State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.district_reports import DistrictReport
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.models.submissions import Evidence, Submission, SubmissionItem, evidence_items
from tracker.models.units import Unit
from tracker.services import answering, assignment_page, district_report_list, ending, files, report_facts, sentences, submissions
from tracker.services import assignments as work
from tracker.services import district_report_send as sending
from tracker.services import district_report_signing as signing
from tracker.services import district_reports as service
from tracker.services.district_reports import Form

TODAY = date(2026, 9, 8)


@pytest.fixture
def units(make: Factory) -> list[Unit]:
    return [make.unit("Huyện Hà Trung"), make.unit("Huyện Nga Sơn")]


@pytest.fixture
def dispatch(make: Factory, units: list[Unit]) -> Dispatch:
    """Three tasks; the first unit has handed in the first one, and it was accepted."""
    with clock.frozen(TODAY - timedelta(days=10)):
        made = make.issued(units, [(date(2026, 9, 3), None), (date(2026, 9, 30), None), (None, date(2026, 12, 1))], number="931-CV/HNDT")
    with transaction() as session:
        session.get_one(Dispatch, made.id).report_to_email = "tonghop@tinh.example"
    officer, clerk = make.actor(Role.OFFICER, units[0]), make.actor()
    first = make.assignments(made, units[0])[0]
    answers = answering.Answers("t", 0, "5-CV/HND", TODAY, "Bà Lan", {first.id: "Đã ban hành văn bản."}, frozenset({first.id}))
    with transaction():
        submissions.hand_in_at_once(officer, made.id, answers, [], "web")
    with transaction() as session:
        work.advance(clerk, session.get_one(Assignment, first.id), Act.ACCEPT, accepted_on=TODAY)
    return made


@pytest.fixture
def officer(make: Factory, units: list[Unit]) -> Actor:
    return make.actor(Role.OFFICER, units[0])


def drafted(actor: Actor, dispatch: Dispatch) -> int:
    with transaction():
        return service.draft(actor, dispatch.id).id


def found(report_id: int) -> DistrictReport:
    return db.session.get_one(DistrictReport, report_id, populate_existing=True)


def saved(actor: Actor, report_id: int, **texts: str) -> DistrictReport:
    with transaction():
        return service.save(actor, report_id, found(report_id).version, Form(texts, "T/M BAN THƯỜNG VỤ CHỦ TỊCH", "Bà Lan", "12", TODAY))


def sent(actor: Actor, report_id: int, *chosen: int) -> sending.Sent:
    with transaction(write=False):
        prepared = sending.prepare(actor, report_id, found(report_id).version)
    with transaction():
        return sending.send(actor, report_id, prepared, frozenset(chosen))


def text(report_id: int, key: str) -> str:
    return next(one.text for one in service.sections(found(report_id)) if one.key == key)


def test_it_is_drafted_from_the_units_own_data_alone(app: Flask, dispatch: Dispatch, officer: Actor) -> None:
    report_id = drafted(officer, dispatch)
    assert "Tổng số nhiệm vụ được giao: 3." in text(report_id, "general") and "Đã ban hành văn bản." in text(report_id, "tasks")
    assert "Nga Sơn" not in str(found(report_id).facts["data"]["data"]["units"]) and found(report_id).facts["total"] == 3
    assert drafted(officer, dispatch) == report_id
    assert (found(report_id).edition, found(report_id).state, found(report_id).as_of) == (1, "draft", TODAY)


def test_who_may(app: Flask, make: Factory, dispatch: Dispatch, units: list[Unit], officer: Actor) -> None:
    report_id = drafted(officer, dispatch)
    clerk, other = make.actor(), make.actor(Role.OFFICER, units[1])
    for actor in (clerk, other):
        with pytest.raises(NotFound):
            service.get(actor, report_id)
    for act in (lambda: service.locked(other, report_id), lambda: service.draft(make.actor(Role.OFFICER, make.unit()), dispatch.id)):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Forbidden):
        service.locked(clerk, report_id)
    leader = make.actor(Role.DISTRICT_LEADER, units[0])
    saved(officer, report_id)
    with pytest.raises(Forbidden, match="unit_report.not_yours"):
        sent(officer, report_id)
    with transaction():
        assert signing.ask(officer, report_id, found(report_id).version) == [leader.name]
    with pytest.raises(Conflict, match="unit_report.waiting"):
        saved(officer, report_id)
    saved(leader, report_id, hard="Lãnh đạo thêm.")
    with pytest.raises(Conflict, match="unit_report.leader"), transaction():
        signing.send_back(officer, report_id, "x")
    with transaction():
        signing.take_back(officer, report_id)
    with pytest.raises(Conflict, match="unit_report.not_waiting"), transaction():
        signing.send_back(leader, report_id, "Sửa.")
    assert sent(leader, report_id).number == "12-BC/HND" and not found(report_id).signed_for
    assert service.get(clerk, report_id).state == "sent"


@pytest.mark.parametrize(("more", "code"), [
    ({"number": ""}, "no_number"), ({"dated_on": None}, "no_day"), ({"signer_name": " "}, "no_signer"), ({"dated_on": date(2026, 9, 9)}, "day"),
    ({"dated_on": date(2026, 8, 1)}, "day"),
])
def test_what_is_lacking_is_said_before_it_is_signed(app: Flask, dispatch: Dispatch, officer: Actor, more: dict[str, object], code: str) -> None:
    report_id = drafted(officer, dispatch)
    values = {"texts": {}, "signer_title": "CHỦ TỊCH", "signer_name": "Bà Lan", "number": "12", "dated_on": TODAY, **more}
    with transaction():
        service.save(officer, report_id, 1, Form(**values))  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=f"unit_report.{code}"):
        sending.check(officer, report_id)


def test_too_long_or_stale_changes_nothing(app: Flask, dispatch: Dispatch, officer: Actor) -> None:
    report_id = drafted(officer, dispatch)
    with pytest.raises(BadInput, match="unit_report.text"), transaction():
        service.save(officer, report_id, 1, Form({"hard": "x" * 20_001}, "", ""))
    # With the symbol that the office puts behind it, it would not fit.
    with pytest.raises(BadInput, match="unit_report.long"), transaction():
        service.save(officer, report_id, 1, Form({}, "", "", "1" * 58))
    with pytest.raises(BadInput, match="unit_report.long"), transaction():
        service.save(officer, report_id, 1, Form({}, "x" * 201, ""))
    saved(officer, report_id, hard="Một.")
    with pytest.raises(Conflict, match="stale"), transaction():
        service.save(officer, report_id, 1, Form({"hard": "Hai."}, "", ""))
    assert text(report_id, "hard") == "Một."


def test_drafting_anew_shows_first_and_replaces_what_was_chosen(app: Flask, make: Factory, dispatch: Dispatch, units: list[Unit], officer: Actor) -> None:
    report_id = drafted(officer, dispatch)
    saved(officer, report_id, general="Lời của huyện.")
    second = make.assignments(dispatch, units[0])[1]
    answers = answering.Answers("u", 0, results={second.id: "Xong việc hai."}, chosen=frozenset({second.id}))
    with clock.frozen(TODAY + timedelta(days=1)):
        with transaction():
            submissions.hand_in_at_once(officer, dispatch.id, answers, [], "web")
        changes = {change.key: change for change in service.anew(officer, report_id)}
        assert changes["general"].own and changes["general"].gone == ("Lời của huyện.",)
        assert not changes["tasks"].own and "- Kết quả: Xong việc hai." in changes["tasks"].new
        assert "Lời của huyện." in text(report_id, "general") and found(report_id).as_of == TODAY
        with transaction():
            service.redraft(officer, report_id, found(report_id).version, ["tasks"])
    assert text(report_id, "general") == "Lời của huyện." and "Xong việc hai." in text(report_id, "tasks")
    assert found(report_id).as_of == TODAY + timedelta(days=1)


def test_it_is_sent_once_with_its_files_and_stands_beside_what_was_answered(
    app: Flask, make: Factory, dispatch: Dispatch, units: list[Unit], officer: Actor,
) -> None:
    report_id = drafted(officer, dispatch)
    saved(officer, report_id)
    before = rules.to_json(report_facts.gather(dispatch.id, TODAY))
    done = sent(officer, report_id)
    assert (done.number, done.address, done.handed_in, done.beside) == ("12-BC/HND", "tonghop@tinh.example", 0, 1)
    report = found(report_id)
    assert report.signed_for and report.sha256 == sending.content_hash(report)
    for file_id in (report.docx_file_id, report.pdf_file_id):
        row = db.session.get_one(StoredFile, file_id)
        assert store().path(row.sha256).exists() and row.name.startswith("bao-cao-12-bc-hnd-huyen-ha-trung")
        assert files.readable(make.actor(), row.id) and files.readable(officer, row.id)
        with pytest.raises(NotFound):
            files.readable(make.actor(Role.OFFICER, units[1]), row.id)
    mail = db.session.scalars(select(Mail).where(Mail.kind == "unit_report")).one()
    assert mail.files == [report.pdf_file_id, report.docx_file_id] and "12-BC/HND" in mail.subject
    (kept,) = db.session.scalars(select(Evidence).where(Evidence.submission_id == report.submission_id))
    answered = set(db.session.scalars(select(evidence_items.c.assignment_id).where(evidence_items.c.evidence_id == kept.id)))
    assert [name for _, name, _, _ in assignment_page.page(officer, make.assignments(dispatch, units[0])[0].id).beside] == [kept.file.name]
    assert "gửi thay lãnh đạo" in " ".join(line.text for line in sentences.of_dispatch(dispatch.id))
    assert kept.kind == "report" and answered == {make.assignments(dispatch, units[0])[0].id}
    # Rounds stay as they were, and so does every report of that day.
    assert rules.to_json(report_facts.gather(dispatch.id, TODAY)) == before
    with pytest.raises(Conflict, match="unit_report.sent"):
        sent(officer, report_id)


def test_it_can_hand_in_what_is_owed(app: Flask, make: Factory, dispatch: Dispatch, units: list[Unit], officer: Actor) -> None:
    report_id, own = drafted(officer, dispatch), make.assignments(dispatch, units[0])
    saved(officer, report_id)
    with transaction():
        answering.save(officer, dispatch.id, answering.Answers("p", 0, results={own[1].id: "Kết quả viết sẵn.", own[2].id: ""}))
    assert [(task.title, task.begun) for task in sending.owed(officer, found(report_id))] == [("Việc thứ 2", True), ("Việc thứ 3", False)]
    with pytest.raises(DomainError):
        sent(officer, report_id, make.assignments(dispatch, units[1])[0].id)
    assert found(report_id).state == "draft"
    done = sent(officer, report_id, own[1].id, own[2].id)
    assert (done.handed_in, done.beside) == (2, 1)
    items = {row.assignment_id: row.result for row in db.session.scalars(
        select(SubmissionItem).where(SubmissionItem.submission_id == found(report_id).submission_id))}
    assert items == {own[1].id: "Kết quả viết sẵn.", own[2].id: "Xem báo cáo số 12-BC/HND."}
    assert {row.state for row in make.assignments(dispatch, units[0])} == {State.ACCEPTED, State.SUBMITTED}
    submission = db.session.get_one(Submission, found(report_id).submission_id)
    assert (submission.number, submission.dated_on, submission.signatory) == ("12-BC/HND", TODAY, "Bà Lan")


def test_of_two_presses_at_once_one_sends(app: Flask, dispatch: Dispatch, officer: Actor) -> None:
    report_id = drafted(officer, dispatch)
    saved(officer, report_id)
    with transaction(write=False):
        prepared = sending.prepare(officer, report_id, found(report_id).version)
    told: list[str] = []
    start = threading.Barrier(2)

    def press() -> None:
        with app.app_context(), clock.frozen(clock.now()):
            start.wait()
            try:
                with transaction():
                    sending.send(officer, report_id, prepared)
                told.append("sent")
            except Conflict as error:
                told.append(error.code)

    db.session.remove()
    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told) == ["sent", "unit_report.sent"]
    assert db.session.scalar(select(func.count()).select_from(Mail).where(Mail.kind == "unit_report")) == 1


def test_a_corrected_one_is_a_new_edition_and_keeps_what_was_written(app: Flask, make: Factory, dispatch: Dispatch, officer: Actor) -> None:
    first = drafted(officer, dispatch)
    saved(officer, first, hard="Thiếu cán bộ.", general="Lời của huyện.")
    sent(officer, first)
    second = drafted(officer, dispatch)
    assert second != first and found(second).edition == 2 and found(second).number is None
    assert (text(second, "hard"), text(second, "general")) == ("Thiếu cán bộ.", "Lời của huyện.")
    with pytest.raises(Conflict, match="unit_report.sent"):
        saved(officer, first)
    page = district_report_list.page(make.actor(), dispatch.id)
    assert [(line.unit, line.edition, line.begun) for line in page.sent] == [("Huyện Hà Trung", 1, "draft")]
    saved(officer, second)
    sent(officer, second)
    assert service.later(found(first)) == second and service.later(found(second)) is None
    assert [(line.edition, line.number) for line in district_report_list.page(make.actor(), dispatch.id).sent] == [(2, "12-BC/HND")]
    assert len(service.of_unit(officer, dispatch.id)) == 2 and district_report_list.counts(dispatch.id) == (1, 2)


def test_scans_are_added_and_replace_nothing(app: Flask, dispatch: Dispatch, officer: Actor) -> None:
    report_id = drafted(officer, dispatch)
    pdf = store().put_bytes(b"%PDF-1.4\n%%EOF\n", "a.pdf")
    with pytest.raises(Conflict, match="unit_report.draft"), transaction():
        sending.add_scan(officer, report_id, pdf, "ky.pdf")
    saved(officer, report_id)
    sent(officer, report_id)
    for content, name in ((b"%PDF-1.4\n%%EOF\n", "ky.pdf"), (b"%PDF-1.4\n%%EOF\n", "ky.pdf"), (b"%PDF-1.5\n%%EOF\n", "dau.pdf")):
        with transaction():
            sending.add_scan(officer, report_id, store().put_bytes(content, name), name)
    assert [row.name for row in sending.scans(found(report_id))] == ["ky.pdf", "dau.pdf"]
    text_file = store().put_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc")
    with pytest.raises(BadInput), transaction():
        sending.add_scan(officer, report_id, text_file, "a.doc")


def test_a_closed_dispatch_takes_no_report(app: Flask, make: Factory, dispatch: Dispatch, officer: Actor) -> None:
    report_id = drafted(officer, dispatch)
    saved(officer, report_id)
    clerk = make.actor()
    with transaction() as session:
        ending.close(clerk, dispatch.id, session.get_one(Dispatch, dispatch.id).version)
    for act in (lambda: sent(officer, report_id), lambda: drafted(officer, dispatch)):
        with pytest.raises(Conflict, match="answer.closed"):
            act()


def test_words_are_kept_clean() -> None:
    assert service.clean(" Một. \r\n\r\nHai.  \n") == "Một.\n\nHai."


def test_without_an_address_it_goes_to_nobody_and_only_a_picture_is_a_scan(sqlite_app: Flask) -> None:
    make = Factory()
    unit = make.unit()
    one, officer = make.issued([unit], number="931-CV/HNDT"), make.actor(Role.OFFICER, unit)
    report_id = drafted(officer, one)
    saved(officer, report_id)
    assert sent(officer, report_id) == sending.Sent("12-BC/HND", "", 0, 0)
    table = store().put_bytes(b"ma;ten\n1;a\n", "so-lieu.csv")
    word = store().put_bytes(b"Ba\xcc\x81o ca\xcc\x81o".decode().encode(), "a.txt")
    for blob, name in ((table, "so-lieu.csv"), (word, "a.txt")):
        with pytest.raises(BadInput), transaction():
            sending.add_scan(officer, report_id, blob, name)
    assert sending.scans(found(report_id)) == [] and sending.owed(officer, found(report_id))[0].begun is False

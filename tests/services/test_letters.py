"""Formal letters: drafted from the late list, changed, refreshed, issued once, mailed and entered in the ledger; seen by their units alone."""
import io
import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Factory
from tracker import clock
from tracker.adapters.files import store
from tracker.db import db, transaction
from tracker.domain import letters as texts
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, DomainError, Forbidden, NotFound
from tracker.domain.status import Act
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.events import Event
from tracker.models.letters import Letter
from tracker.models.mails import Mail, Reminder
from tracker.models.office import Setting
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import assignments, ending, files, letter_issue, letters, overview, plan_page, sentences
from tracker.services.letters import LetterForm

TODAY = date(2026, 9, 8)
LATE, FRESH = date(2026, 9, 3), date(2026, 9, 30)


@pytest.fixture
def units(make: Factory) -> list[Unit]:
    return [make.unit("Huyện Hà Trung"), make.unit("Huyện Nga Sơn"), make.unit("Thị xã Bỉm Sơn")]


@pytest.fixture
def dispatch(make: Factory, units: list[Unit]) -> Dispatch:
    """Two tasks past their date, one in time, one without a deadline whose review date has passed; the third unit has done the late ones."""
    with clock.frozen(TODAY - timedelta(days=10)):
        made = make.issued(units, [(LATE, None), (LATE - timedelta(days=1), None), (FRESH, None), (None, date(2026, 9, 7))], number="931-CV/HNDT")
    clerk = make.actor()
    with transaction() as session:
        row = session.get_one(Dispatch, made.id)
        row.signatory_title, row.signatory_name, row.report_to_email = "T/M BAN THƯỜNG VỤ PHÓ CHỦ TỊCH", "Lê Thị Minh Hà", "tonghop@tinh.example"
        row.subject = "V/v giữ vững chất lượng uỷ thác"
        for one in session.scalars(select(Assignment).where(Assignment.unit_id == units[2].id, Assignment.due_on < TODAY)):
            assignments.advance(clerk, one, Act.SUBMIT, submitted_on=TODAY, submitted_at=clock.now(), round=1)
    return made


def drafted(actor: Actor, dispatch: Dispatch, kind: str = "urge", each: bool = False, unit_ids: tuple[int, ...] = ()) -> list[int]:
    with transaction():
        return [letter.id for letter in letters.draft(actor, dispatch.id, kind, each, unit_ids)]


def letter(letter_id: int) -> Letter:
    return db.session.get_one(Letter, letter_id, populate_existing=True)


def form(of: Letter, **more: object) -> LetterForm:
    values: dict[str, object] = {
        "subject": of.subject, "body": of.body, "signer_title": of.signer_title, "signer_name": of.signer_name, "reply_by": of.reply_by,
        "units": tuple(row.unit_id for row in of.units), "number": of.number or "952", "dated_on": of.dated_on or TODAY,
    }
    return LetterForm(**{**values, **more})  # type: ignore[arg-type]


def ready(actor: Actor, letter_id: int, **more: object) -> Letter:
    with transaction():
        return letters.save(actor, letter_id, letter(letter_id).version, form(letter(letter_id), **more))


def issued(actor: Actor, letter_id: int) -> letter_issue.Issued:
    with transaction(write=False):
        prepared = letter_issue.prepare(actor, letter_id, letter(letter_id).version)
    with transaction():
        return letter_issue.issue(actor, letter_id, prepared)


def test_one_press_drafts_a_letter_to_all_late_units(app: Flask, make: Factory, dispatch: Dispatch, units: list[Unit]) -> None:
    clerk = make.actor()
    (letter_id,) = drafted(clerk, dispatch)
    found = letter(letter_id)
    assert [(line.unit, line.position, line.reason, line.days) for line in letters.lines(found)] == [
        ("Huyện Hà Trung", 2, "over", 6), ("Huyện Hà Trung", 1, "over", 5), ("Huyện Hà Trung", 4, "quiet", 10),
        ("Huyện Nga Sơn", 2, "over", 6), ("Huyện Nga Sơn", 1, "over", 5), ("Huyện Nga Sơn", 4, "quiet", 10), ("Thị xã Bỉm Sơn", 4, "quiet", 10)]
    assert found.subject == "V/v đôn đốc thực hiện Công văn số 931-CV/HNDT ngày 29/08/2026"
    assert "đến ngày 08/09/2026, còn 4 lượt nhiệm vụ của 2 đơn vị đã quá thời hạn mà chưa hoàn thành, lâu nhất 6 ngày; " in found.body
    assert "3 lượt nhiệm vụ của 3 đơn vị không ấn định thời hạn chưa gửi kết quả, lâu nhất 10 ngày" in found.body
    assert "(thư điện tử: tonghop@tinh.example) chậm nhất ngày 15/09/2026." in found.body
    assert (found.signer_name, found.reply_by, found.as_of, found.state) == ("Lê Thị Minh Hà", date(2026, 9, 15), TODAY, "draft")


def test_one_letter_each_and_only_chosen_units(app: Flask, make: Factory, dispatch: Dispatch, units: list[Unit]) -> None:
    clerk = make.actor()
    ids = drafted(clerk, dispatch, "criticise", each=True)
    assert [[row.unit_id for row in letter(one).units] for one in ids] == [[unit.id] for unit in units]
    assert "đơn vị còn 2 nhiệm vụ đã quá thời hạn" in letter(ids[0]).body and "phê bình đơn vị" in letter(ids[0]).body
    assert [row.unit for row in letters.siblings(letter(ids[0]))] == [unit.name for unit in units]
    (chosen,) = drafted(clerk, dispatch, "remind", unit_ids=(units[1].id,))
    assert [row.unit_id for row in letter(chosen).units] == [units[1].id]


def test_what_cannot_be_drafted(app: Flask, make: Factory, dispatch: Dispatch, units: list[Unit]) -> None:
    clerk = make.actor()
    for kind, ids, code in (("shout", (), "letter.kind"), ("urge", (make.unit().id,), "letter.nobody")):
        with pytest.raises(BadInput, match=code):
            drafted(clerk, dispatch, kind, unit_ids=ids)
    with pytest.raises(Forbidden):
        drafted(make.actor(Role.OFFICER, units[0]), dispatch)
    with transaction() as session:
        ending.close(clerk, dispatch.id, session.get_one(Dispatch, dispatch.id).version)
    with pytest.raises(Conflict):
        drafted(clerk, dispatch)


def test_words_follow_the_ticks_until_somebody_changes_them(app: Flask, make: Factory, dispatch: Dispatch, units: list[Unit]) -> None:
    clerk = make.actor()
    (letter_id,) = drafted(clerk, dispatch)
    ready(clerk, letter_id, units=(units[0].id,), reply_by=date(2026, 9, 20))
    assert "đơn vị còn 2 nhiệm vụ" in letter(letter_id).body and "chậm nhất ngày 20/09/2026" in letter(letter_id).body
    assert letter(letter_id).number == "952-CV/HNDT"
    ready(clerk, letter_id, body="Lời của tôi.\r\nDòng hai.", units=(units[0].id, units[1].id))
    assert letter(letter_id).body == "Lời của tôi.\nDòng hai."
    with pytest.raises(Conflict, match="stale"), transaction():
        letters.save(clerk, letter_id, 1, form(letter(letter_id)))
    for more, code in (({"units": ()}, "letter.nobody"), ({"body": " "}, "letter.body"), ({"signer_name": "x" * 121}, "letter.long"),
                       ({"number": "9" * 58}, "letter.long")):
        with pytest.raises(BadInput, match=code):
            ready(clerk, letter_id, **more)


def test_figures_are_refreshed_and_hand_written_words_stay(app: Flask, make: Factory, dispatch: Dispatch, units: list[Unit]) -> None:
    clerk = make.actor()
    (letter_id,) = drafted(clerk, dispatch)
    with transaction() as session:
        for one in session.scalars(select(Assignment).where(Assignment.unit_id == units[0].id, Assignment.chase_on.is_not(None))):
            assignments.advance(clerk, one, Act.SUBMIT, submitted_on=TODAY, submitted_at=clock.now(), round=1)
    with clock.frozen(TODAY + timedelta(days=2)):
        with transaction():
            _, kept = letters.refresh(clerk, letter_id, 1)
        assert not kept and [row.unit_id for row in letter(letter_id).units] == [units[1].id, units[2].id]
        assert "lâu nhất 8 ngày" in letter(letter_id).body and letter(letter_id).as_of == TODAY + timedelta(days=2)
        ready(clerk, letter_id, body="Lời của tôi.")
        with transaction():
            assert letters.refresh(clerk, letter_id, letter(letter_id).version)[1]
        assert letter(letter_id).body == "Lời của tôi."
        with transaction():
            letters.refresh(clerk, letter_id, letter(letter_id).version, rewrite=True)
        assert "lâu nhất 8 ngày" in letter(letter_id).body


def test_issuing_freezes_mails_and_enters_the_ledger(app: Flask, make: Factory, dispatch: Dispatch, units: list[Unit]) -> None:
    clerk = make.actor()
    for number in ("952", "953-CV/HNDT"):
        (letter_id,) = drafted(clerk, dispatch, unit_ids=(units[0].id, units[1].id))
        ready(clerk, letter_id, number=number)
        done = issued(clerk, letter_id)
        assert (done.number, done.units, done.mails, done.unreachable) == (f"{number[:3]}-CV/HNDT", 2, 2, ())
    found = letter(letter_id)
    pdf, docx = (db.session.get_one(files.StoredFile, one) for one in (found.pdf_file_id, found.docx_file_id))
    assert store().path(pdf.sha256).read_bytes().startswith(b"%PDF") and pdf.name == "cong-van-don-doc-953-cv-hndt.pdf"
    assert docx.size > 3000 and found.state == "issued"
    sent = list(db.session.scalars(select(Mail).where(Mail.kind == "letter").order_by(Mail.id)))
    assert [mail.unit_id for mail in sent] == [units[0].id, units[1].id] * 2 and sent[2].files == [pdf.id]
    assert "Công văn đôn đốc số 953-CV/HNDT" in sent[2].body_text and "quá hạn 6 ngày" in sent[2].body_text
    rows = db.session.execute(select(Reminder.assignment_id, Reminder.sequence, Reminder.recipient, Reminder.mail_id).where(Reminder.step == "letter")).all()
    assert sorted(row.sequence for row in rows) == [1] * 6 + [2] * 6
    assert {(row.recipient, row.mail_id) for row in rows if row.sequence == 2} == {(f"u{mail.unit_id}", mail.id) for mail in sent[2:]}
    assert "ban hành công văn đôn đốc số 953-CV/HNDT gửi 2 đơn vị" in [line.text for line in sentences.of_dispatch(dispatch.id)][-1]
    told = sentences.sentence("letter.named", clerk.name, {"what": "đôn đốc", "number": "953-CV/HNDT"})
    events = select(func.count()).select_from(Event).where(Event.kind == "letter.named", Event.assignment_id == rows[0].assignment_id)
    assert "nêu việc này trong công văn đôn đốc số 953-CV/HNDT" in told and db.session.scalar(events) == 2
    with pytest.raises(Conflict, match=r"letter\.issued"):
        issued(clerk, letter_id)


@pytest.mark.parametrize(("more", "code"), [
    ({"number": ""}, "letter.no_number"), ({"dated_on": None}, "letter.no_day"), ({"signer_name": ""}, "letter.no_signer"),
    ({"dated_on": TODAY + timedelta(days=1)}, "letter.day"), ({"dated_on": date(2026, 8, 1)}, "letter.day"),
    ({"reply_by": date(2026, 9, 7)}, "letter.reply_by"),
])
def test_number_day_and_signatory_are_needed(
    app: Flask, make: Factory, dispatch: Dispatch, more: dict[str, object], code: str,
) -> None:
    clerk = make.actor()
    (letter_id,) = drafted(clerk, dispatch)
    with transaction():
        values = form(letter(letter_id), **more)
        letters.save(clerk, letter_id, 1, values)
    with pytest.raises(BadInput, match=code):
        issued(clerk, letter_id)


def test_nobody_is_named_for_what_was_handed_in_meanwhile(app: Flask, make: Factory, dispatch: Dispatch, units: list[Unit]) -> None:
    clerk = make.actor()
    (letter_id,) = drafted(clerk, dispatch)
    ready(clerk, letter_id)
    with transaction() as session:
        one = session.scalars(select(Assignment).where(Assignment.unit_id == units[0].id, Assignment.due_on < TODAY).order_by(Assignment.id)).first()
        assert one
        assignments.advance(clerk, one, Act.SUBMIT, submitted_on=TODAY, submitted_at=clock.now(), round=1)
    with pytest.raises(Conflict, match=r"letter\.outdated"):
        issued(clerk, letter_id)
    assert not db.session.scalar(select(func.count()).select_from(Mail).where(Mail.kind == "letter"))


def test_each_unit_sees_its_letters_alone(app: Flask, make: Factory, dispatch: Dispatch, units: list[Unit]) -> None:
    clerk, ours, theirs = make.actor(), make.actor(Role.OFFICER, units[0]), make.actor(Role.OFFICER, units[1])
    auditor = make.actor(Role.AUDITOR)
    (letter_id,) = drafted(clerk, dispatch, unit_ids=(units[0].id,))
    for who in (ours, theirs, auditor):
        with pytest.raises(NotFound):
            letters.get(who, letter_id)
    assert letters.of_dispatch(auditor, dispatch.id) == []
    ready(clerk, letter_id)
    issued(clerk, letter_id)
    file_id = letter(letter_id).pdf_file_id or 0
    for who in (clerk, ours, auditor):
        assert letters.get(who, letter_id).id == letter_id and files.readable(who, file_id).id == file_id
        assert [row.id for row in letters.of_dispatch(who, dispatch.id)] == [letter_id]
    with pytest.raises(NotFound):
        letters.get(theirs, letter_id)
    with pytest.raises(NotFound):
        files.readable(theirs, file_id)
    assert letters.of_dispatch(theirs, dispatch.id) == []


def test_a_scan_of_the_signed_paper_comes_afterwards(app: Flask, make: Factory, dispatch: Dispatch, units: list[Unit]) -> None:
    clerk = make.actor()
    (letter_id,) = drafted(clerk, dispatch, unit_ids=(units[0].id,))
    blob = files.take(io.BytesIO(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF"), "ky.pdf")
    with pytest.raises(Conflict, match=r"letter\.draft"), transaction():
        letter_issue.attach_signed(clerk, letter_id, blob, "ky.pdf")
    ready(clerk, letter_id)
    issued(clerk, letter_id)
    with transaction():
        letter_issue.attach_signed(clerk, letter_id, blob, "ky.pdf")
    signed = letter(letter_id).signed_file_id or 0
    assert files.readable(make.actor(Role.OFFICER, units[0]), signed).name == "ky.pdf"
    with pytest.raises(NotFound):
        files.readable(make.actor(Role.OFFICER, units[1]), signed)


def test_discarding_and_the_office_names(app: Flask, make: Factory, dispatch: Dispatch) -> None:
    clerk = make.actor()
    with transaction() as session:
        session.add(Setting(key="office.names", value={"name": "HỘI NÔNG DÂN TỈNH THANH HÓA", "signer_name": "Trần B", "signer_title": "CHỦ TỊCH"}))
    (letter_id,) = drafted(clerk, dispatch)
    assert (letter(letter_id).signer_title, letter(letter_id).signer_name) == ("CHỦ TỊCH", "Trần B")
    assert letter(letter_id).body.startswith("Hội nông dân tỉnh Thanh Hóa đã ban hành")
    with transaction():
        assert letters.discard(clerk, letter_id) == dispatch.id
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 0


def test_a_finding_beside_other_units_is_not_told(app: Flask, make: Factory, dispatch: Dispatch, units: list[Unit]) -> None:
    clerk = make.actor()
    with transaction() as session:
        task = session.scalars(select(Task).where(Task.dispatch_id == dispatch.id, Task.position == 1)).one()
        task.kind, task.title = "finding", "Nợ xấu ở ba xã"
    (many,) = drafted(clerk, dispatch)
    (alone,) = drafted(clerk, dispatch, unit_ids=(units[0].id,))
    told = ["".join(str(part) for part in letter_issue.letter_document.compose(letters.paper(letter(one))).annexes) for one in (many, alone)]
    assert "Nợ xấu" not in told[0] and "Khắc phục tồn tại được nêu đích danh" in told[0] and "Nợ xấu ở ba xã" in told[1]


def test_two_presses_at_once_issue_once(app: Flask, make: Factory, dispatch: Dispatch) -> None:
    clerk = make.actor()
    (letter_id,) = drafted(clerk, dispatch)
    ready(clerk, letter_id)
    with transaction(write=False):
        prepared = letter_issue.prepare(clerk, letter_id, letter(letter_id).version)
    db.session.rollback()
    barrier, refused = threading.Barrier(2), []

    def press() -> None:
        with app.app_context():
            try:
                barrier.wait(20)
                with transaction():
                    letter_issue.issue(clerk, letter_id, prepared)
            except DomainError as error:
                refused.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert refused == ["letter.issued"]
    assert db.session.scalar(select(func.count()).select_from(Mail).where(Mail.kind == "letter")) == 3


def test_a_letter_takes_its_units_off_the_list_of_those_who_have_come_to_one(app: Flask, make: Factory, dispatch: Dispatch, units: list[Unit]) -> None:
    clerk = make.actor()
    with transaction() as session:
        for one in session.scalars(select(Assignment).where(Assignment.unit_id == units[0].id, Assignment.due_on < TODAY)):
            session.add_all(
                Reminder(assignment_id=one.id, unit_id=units[0].id, dispatch_id=dispatch.id, recipient=list_, step="late-8", deadline_version=1, on_day=TODAY)
                for list_ in ("letter", "criticism")
            )
    assert sorted(plan_page.formal()) == ["criticism", "letter"]
    for kind, left in (("urge", ["criticism"]), ("criticise", [])):
        (letter_id,) = drafted(clerk, dispatch, kind, unit_ids=(units[0].id,))
        ready(clerk, letter_id)
        issued(clerk, letter_id)
        assert sorted(plan_page.formal()) == left
        shown = overview.overview(clerk).acts
        assert [act.kind for act in shown if act.kind in ("letter", "criticism")] == left


@pytest.mark.parametrize(("values", "expected"), [
    ({"due_on": date(2026, 9, 7)}, ("over", 1)), ({"due_on": TODAY}, None), ({"due_on": None}, None),
    ({"due_on": date(2026, 9, 7), "fix_by": TODAY}, None), ({"due_on": date(2026, 9, 7), "fix_by": date(2026, 9, 7)}, ("over", 1)),
    ({"due_on": None, "fix_by": date(2026, 9, 5)}, ("fix", 3)), ({"due_on": None, "review_on": date(2026, 9, 7)}, ("quiet", 10)),
    ({"due_on": None, "since": date(2026, 8, 9)}, ("quiet", 30)), ({"due_on": date(2026, 9, 9), "since": date(2026, 1, 9)}, None),
])
def test_what_belongs_into_a_letter(values: dict[str, date | None], expected: tuple[str, int] | None) -> None:
    given = {"due_on": None, "fix_by": None, "review_on": None, "since": date(2026, 8, 29), **values}
    assert texts.reason_of(TODAY, **given) == expected  # type: ignore[arg-type]

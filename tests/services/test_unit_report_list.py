"""Who has sent its own report on a dispatch: the list of the province, and asking those who have not."""
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import BadInput, Conflict, DomainError, Forbidden, NotFound
from tracker.models.dispatches import Dispatch
from tracker.models.district_reports import DistrictReport
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import district_report_list as service
from tracker.services import district_report_signing, district_reports, ending

DAY = date(2026, 9, 8)


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


def asked(make: Factory, dispatch: Dispatch, *units: Unit) -> service.Asked:
    who, ids = make.actor(), [unit.id for unit in units]
    with transaction():
        return service.ask(who, dispatch.id, ids)


def sent(number: str) -> dict[str, object]:
    """The columns of an edition that has been sent."""
    paper = StoredFile(sha256="0" * 64, size=1, media_type="application/pdf", name="a.pdf", created_at=clock.now())
    with transaction() as session:
        session.add(paper)
    files = {"docx_file_id": paper.id, "pdf_file_id": paper.id}
    return {"state": "sent", "number": number, "dated_on": DAY, "sent_at": clock.now(), "sha256": "0" * 64, **files}


def states() -> list[str]:
    return list(db.session.scalars(select(Mail.state).where(Mail.kind == "report_wanted").order_by(Mail.id)))


def test_a_unit_without_an_address_was_not_asked_and_is_once_it_has_one(make: Factory) -> None:
    clerk, known, silent = make.actor(), make.unit(), make.unit(mailbox=None)
    dispatch = make.issued([known, silent])
    assert asked(make, dispatch, known, silent) == service.Asked(1, (silent.name,), ())
    assert {line.unit_id: line.asked_on for line in service.page(clerk, dispatch.id).lines} == {known.id: DAY, silent.id: None}
    with transaction() as session:
        session.execute(update(Unit).where(Unit.id == silent.id).values(mailbox="huyen@huyen.example"))
    assert asked(make, dispatch, known, silent) == service.Asked(1, (), (known.name,))
    assert asked(make, dispatch, known, silent) == service.Asked(0, (), (known.name, silent.name))
    assert states() == ["queued", "skipped", "queued"]
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert asked(make, dispatch, silent).units == 1
        assert service.page(clerk, dispatch.id).missing[1].asked_on == DAY + timedelta(days=1)


def test_how_far_each_unit_is(make: Factory) -> None:
    clerk, one, two, three = make.actor(), make.unit(), make.unit(), make.unit()
    dispatch = make.issued([one, two, three])
    officer = make.actor(Role.OFFICER, one)
    with transaction():
        report = district_reports.draft(officer, dispatch.id)
    assert [line.begun for line in service.page(clerk, dispatch.id).lines] == ["draft", "", ""]
    make.person(Role.DISTRICT_LEADER, one)
    with transaction():
        district_report_signing.ask(officer, report.id, report.version)
    assert [line.begun for line in service.page(clerk, dispatch.id).lines] == ["waiting", "", ""]
    assert service.counts(dispatch.id) == (0, 3)
    # Whoever waits for the signature has not sent anything: it can be asked.
    assert asked(make, dispatch, one).units == 1


def test_who_is_asked_and_by_whom(make: Factory) -> None:
    one, stranger = make.unit(), make.unit()
    dispatch, clerk = make.issued([one]), make.actor()
    refused: list[tuple[object, int, list[int], type[DomainError]]] = [
        (make.actor(Role.AUDITOR), dispatch.id, [one.id], Forbidden), (make.actor(Role.OFFICER, one), dispatch.id, [one.id], Forbidden),
        (clerk, 999, [one.id], NotFound), (clerk, dispatch.id, [], BadInput), (clerk, dispatch.id, [stranger.id], BadInput),
    ]
    for who, dispatch_id, ids, refusal in refused:
        with pytest.raises(refusal), transaction():
            service.ask(who, dispatch_id, ids)  # type: ignore[arg-type]
    with pytest.raises(Forbidden):
        service.page(make.actor(Role.OFFICER, one), dispatch.id)
    with transaction():
        ending.close(clerk, dispatch.id, 1)
    with pytest.raises(Conflict, match=r"^dispatch\.state"):
        asked(make, dispatch, one)
    assert states() == [] and service.page(clerk, dispatch.id).dispatch.state == "closed"
    with transaction() as session:
        session.execute(update(Dispatch).where(Dispatch.id == dispatch.id).values(state="draft", issued_at=None, ended_at=None))
    with pytest.raises(NotFound):
        service.page(clerk, dispatch.id)


def test_the_latest_sent_edition_stands_and_one_being_written_beside_it(make: Factory) -> None:
    clerk, one, two = make.actor(), make.unit(), make.unit()
    dispatch, officer = make.issued([one, two]), make.actor(Role.OFFICER, one)
    for number in ("1-BC/HND", "2-BC/HND", None):
        with transaction():
            report = district_reports.draft(officer, dispatch.id)
        if number:
            columns = sent(number)
            with transaction() as session:
                session.execute(update(DistrictReport).where(DistrictReport.id == report.id).values(**columns))
    sent_line, missing = service.page(clerk, dispatch.id).sent, service.page(clerk, dispatch.id).missing
    assert [(line.number, line.edition, line.begun, line.scanned) for line in sent_line] == [("2-BC/HND", 2, "draft", False)]
    assert [line.unit_id for line in missing] == [two.id] == [service.page(clerk, dispatch.id).lines[0].unit_id]
    with pytest.raises(BadInput, match=r"^unit_report\.nobody"):
        asked(make, dispatch, one)



def test_who_may_sign_and_who_is_told(make: Factory) -> None:
    one, two = make.unit(), make.unit()
    dispatch, officer, stranger = make.issued([one, two]), make.actor(Role.OFFICER, one), make.actor(Role.OFFICER, two)
    with transaction():
        report = district_reports.draft(officer, dispatch.id)
    assert (district_report_signing.may_sign(stranger, report), district_report_signing.may_sign(officer, report)) == ("", "for")
    with pytest.raises(Conflict, match=r"^unit_report\.no_leader"), transaction():
        district_report_signing.ask(officer, report.id, report.version)
    for report_id, who in ((999, officer), (report.id, stranger)):
        with pytest.raises(NotFound):
            district_reports.locked(who, report_id)
    leader = make.actor(Role.DISTRICT_LEADER, one)
    with transaction():
        district_report_signing.ask(officer, report.id, report.version)
    with transaction() as session:
        session.execute(update(Person).where(Person.id == officer.id).values(left_at=clock.now()))
    with transaction():
        assert district_report_signing.send_back(leader, report.id, "Thiếu số hộ.").sent_back == "Thiếu số hộ."
    # Who asked has left: nobody is written to, and the word stands on the page.
    assert [mail.address for mail in db.session.scalars(select(Mail).where(Mail.kind == "sign_off"))] == [leader.email]

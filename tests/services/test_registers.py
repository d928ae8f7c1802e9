"""The registers: running numbers without a gap or a double, whoever enters at once; pages of constant cost; what was taken back keeps its line."""
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select

from tests.factories import Factory
from tests.services.test_overview import queries
from tests.setup.processes import ROOT, environment
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import Forbidden
from tracker.models.arrivals import Arrival
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.letters import Letter, LetterUnit
from tracker.models.submissions import Evidence, Submission, SubmissionItem
from tracker.models.units import Unit
from tracker.services import arrivals, registers

NOON = datetime(2026, 9, 8, 12, 0, tzinfo=clock.LOCAL)


def sent(dispatch: Dispatch, unit: Unit, at: datetime, number: str | None = "9-BC/HND", kind: str = "") -> Submission:
    """One submission as it stands after handing in."""
    row = Submission(
        dispatch_id=dispatch.id, unit_id=unit.id, state="submitted", submitted_at=at, created_at=at, updated_at=at, number=number,
        dated_on=date(2026, 9, 7), signatory="Lê Văn Ba",
    )
    with transaction() as session:
        session.add(row)
        session.flush()
        assignment = Factory.assignments(dispatch, unit)[0]
        session.add(SubmissionItem(submission_id=row.id, assignment_id=assignment.id, result="Xong.", round=1))
        if kind:
            file = StoredFile(sha256="0" * 64, size=1, media_type="application/pdf", name="a.pdf", created_at=at)
            session.add(file)
            session.flush()
            session.add(Evidence(submission_id=row.id, file_id=file.id, kind=kind, created_at=at))
    return row


def enter(everything: bool = False) -> int:
    with transaction():
        return arrivals.catch_up(everything)


def numbers(year: int) -> list[tuple[int, int | None]]:
    wanted = select(Arrival.number, Arrival.submission_id).where(Arrival.year == year).order_by(Arrival.number)
    return [(row.number, row.submission_id) for row in db.session.execute(wanted)]


def test_numbers_run_in_each_year_in_the_order_of_coming_in(app: Flask, make: Factory) -> None:
    unit, other = make.unit("Huyện Hà Trung"), make.unit()
    dispatch = make.issued([unit, other])
    late = sent(dispatch, unit, NOON)
    early = sent(dispatch, other, NOON - timedelta(hours=3))
    eve = sent(dispatch, unit, datetime(2026, 1, 1, 0, 30, tzinfo=clock.LOCAL) - timedelta(hours=1))  # 2025 in Vietnam
    new_year = sent(dispatch, unit, datetime(2026, 1, 1, 0, 30, tzinfo=clock.LOCAL))  # still 2025 in UTC
    assert arrivals.behind()
    assert enter() == 4 and not arrivals.behind() and enter() == 0
    assert numbers(2025) == [(1, eve.id)]
    assert numbers(2026) == [(1, new_year.id), (2, early.id), (3, late.id)]
    # One that came in before the last, and was committed after it.
    slow = sent(dispatch, other, NOON - timedelta(minutes=1))
    assert arrivals.behind() and enter() == 1
    assert numbers(2026)[-1] == (4, slow.id)
    # One of long ago (an older home, a sample): the page does not look so far, the regular job does.
    old = sent(dispatch, other, NOON - timedelta(days=30))
    assert not arrivals.behind() and enter() == 0 and enter(everything=True) == 1
    assert numbers(2026)[-1] == (5, old.id)


def test_what_is_taken_back_keeps_its_line_and_nobody_gets_its_number(app: Flask, make: Factory) -> None:
    clerk, unit = make.actor(), make.unit("Huyện Hà Trung")
    dispatch = make.issued([unit])
    row = sent(dispatch, unit, NOON, kind="report")
    enter()
    with transaction() as session:
        session.execute(delete(Submission).where(Submission.id == row.id))
    sent(dispatch, unit, NOON + timedelta(hours=1), number=None)
    enter()
    second, first = registers.incoming(clerk, None, None, "").lines
    assert (first.number, first.gone, first.document, first.signatory, first.kind) == (1, True, "9-BC/HND", "Lê Văn Ba", "report")
    assert (second.number, second.gone, second.document, second.kind) == (2, False, "", "none")
    assert first.unit == "Huyện Hà Trung" and first.subject == f"Kết quả thực hiện {dispatch.number} (Việc thử): 1 nhiệm vụ"


def test_what_the_clerk_mended_since_is_shown(app: Flask, make: Factory) -> None:
    clerk, unit = make.actor(), make.unit()
    row = sent(make.issued([unit]), unit, NOON, number=None)
    enter()
    with transaction() as session:
        session.get_one(Submission, row.id).number = "12-BC/HND"
    assert registers.incoming(clerk, None, None, "").lines[0].document == "12-BC/HND"


ENTERING = """
from tracker.app import create_app
from tracker.db import transaction
from tracker.services import arrivals
app = create_app()
with app.app_context():
    while True:
        with transaction():
            if not arrivals.catch_up(most=3):
                break
"""


def test_many_who_enter_at_once_leave_no_gap_and_no_double(app: Flask, make: Factory, database_url: str, tmp_path: Path) -> None:
    units = [make.unit() for _ in range(4)]
    dispatch = make.issued(units)
    made = [sent(dispatch, units[n % 4], NOON - timedelta(minutes=60 - n)) for n in range(60)]
    order = [row.id for row in made]
    env = environment(tmp_path, 8000, DATABASE_URL=database_url, SECRET_KEY="k" * 32)
    running = [subprocess.Popen([sys.executable, "-c", ENTERING], cwd=ROOT, env=env) for _ in range(4)]
    assert [process.wait(120) for process in running] == [0] * 4
    db.session.rollback()
    assert numbers(2026) == list(enumerate(order, 1))


def test_it_is_narrowed_and_paged_with_the_same_few_queries(app: Flask, make: Factory) -> None:
    clerk, ours, theirs = make.actor(), make.unit(), make.unit()
    dispatch = make.issued([ours, theirs])
    for n in range(registers.PAGE + 5):
        sent(dispatch, theirs if n % 10 == 0 else ours, NOON - timedelta(hours=200 - n), kind="report" if n % 2 else "")
    enter(everything=True)
    first = registers.incoming(clerk, 2026, None, "")
    assert [line.number for line in first.lines] == list(range(55, 5, -1)) and first.before == "6"
    second = registers.incoming(clerk, 2026, None, "", first.before)
    assert [line.number for line in second.lines] == [5, 4, 3, 2, 1] and second.before == ""
    assert [line.number for line in registers.incoming(clerk, 2026, theirs.id, "").lines] == [51, 41, 31, 21, 11, 1]
    assert len(registers.incoming(clerk, 2026, None, "report").lines) == 27 and set(first.kinds) > {"none", "report"}
    whole = registers.incoming(clerk, 2026, None, "", whole=registers.MOST)
    assert [line.number for line in whole.lines] == list(range(1, 56))
    assert registers.incoming(clerk, 1999, None, "không có", "x").year == 2026
    assert queries(lambda: registers.incoming(clerk, 2026, None, "")) <= 4
    with pytest.raises(Forbidden):
        registers.incoming(Actor(None, "Ai", Role.OFFICER, None), None, None, "")


@pytest.mark.parametrize("role", [Role.OFFICER, Role.DISTRICT_LEADER])
def test_a_units_people_see_their_own_units_lines_whatever_they_ask_for(app: Flask, make: Factory, role: Role) -> None:
    ours, theirs = make.unit("Huyện Hà Trung"), make.unit("Huyện Nga Sơn")
    with clock.frozen(NOON - timedelta(days=400)):
        old = make.issued([theirs], number="1-CV")
    shared, alien = make.issued([ours, theirs], number="2-CV"), make.issued([theirs], number="3-CV")
    for dispatch, unit in ((shared, ours), (shared, theirs), (alien, theirs), (old, theirs)):
        sent(dispatch, unit, NOON, number=f"{unit.id}-BC")
    enter(everything=True)
    actor = make.actor(role, ours)
    for unit_id in (None, ours.id, theirs.id):
        assert [line.number for line in registers.outgoing(actor, None, unit_id, "").lines] == ["2-CV"]
        assert [line.document for line in registers.incoming(actor, None, unit_id, "", whole=registers.MOST).lines] == [f"{ours.id}-BC"]
    assert registers.outgoing(actor, 2025, None, "").years == [2026] and registers.incoming(actor, 1999, None, "").years == [2026]
    (line,) = registers.outgoing(actor, None, None, "").lines
    assert line.came_at is not None and line.path == f"/dispatches/{shared.id}"
    assert registers.incoming(make.actor(role, make.unit()), None, None, "").lines == []


def test_what_went_out_is_in_order_of_its_day_with_its_recipients(app: Flask, make: Factory) -> None:
    clerk, units = make.actor(), [make.unit(f"Huyện {name}") for name in ("Hà Trung", "Nga Sơn", "Bá Thước", "Mường Lát")]
    with clock.frozen(datetime(2026, 3, 2, 9, tzinfo=clock.LOCAL)):
        early = make.issued(units, number="100-CV/HNDT")
    late = make.issued(units[:1], number="200-CV/HNDT")
    found = registers.outgoing(clerk, None, None, "")
    assert [(line.number, line.recipients, line.path) for line in found.lines] == [
        ("200-CV/HNDT", "Huyện Hà Trung", f"/dispatches/{late.id}"), ("100-CV/HNDT", "4 đơn vị", f"/dispatches/{early.id}"),
    ]
    assert [line.number for line in registers.outgoing(clerk, 2026, units[1].id, "").lines] == ["100-CV/HNDT"]
    assert [line.number for line in registers.outgoing(clerk, 2026, None, "", whole=registers.MOST).lines] == ["100-CV/HNDT", "200-CV/HNDT"]
    assert registers.outgoing(clerk, 2026, None, registers.LETTER).lines == [] and found.kinds == ["công văn", "letter"]
    officer = make.actor(Role.OFFICER, units[1])
    assert [line.number for line in registers.outgoing(officer, 2026, units[0].id, "").lines] == ["100-CV/HNDT"]


def test_pages_of_what_went_out_follow_one_another_without_a_gap(app: Flask, make: Factory) -> None:
    clerk, unit = make.actor(), make.unit()
    for n in range(registers.PAGE + 7):
        with clock.frozen(NOON - timedelta(days=n // 3)):
            make.issued([unit], [(date(2026, 12, 1), None)], number=f"{n}-CV/HNDT")
    first = registers.outgoing(clerk, None, None, "")
    second = registers.outgoing(clerk, None, None, "", first.before)
    seen = [line.number for line in (*first.lines, *second.lines)]
    assert len(first.lines) == registers.PAGE and len(seen) == len(set(seen)) == registers.PAGE + 7 and second.before == ""
    assert queries(lambda: registers.outgoing(clerk, None, None, "")) <= 7
    assert registers.outgoing(clerk, None, None, "", "not.a.cursor").lines == first.lines


def test_the_report_of_a_unit_alone_is_called_what_it_is(sqlite_app: Flask) -> None:
    """It came in beside what had been answered before: it answers no task of its own, and the register must not say so."""
    make = Factory()
    unit = make.unit()
    dispatch = make.issued([unit], number="931-CV/HNDT")
    row = sent(dispatch, unit, NOON, kind="report")
    with transaction() as session:
        session.execute(delete(SubmissionItem).where(SubmissionItem.submission_id == row.id))
    assert enter() == 1
    assert db.session.scalars(select(Arrival.subject)).one() == "Báo cáo kết quả thực hiện 931-CV/HNDT (Việc thử)"


def test_a_letter_of_a_year_without_dispatches_is_found(app: Flask, make: Factory) -> None:
    clerk, unit, other = make.actor(), make.unit(), make.unit()
    with clock.frozen(date(2025, 12, 20)):
        dispatch = make.issued([unit, other], number="1-CV")
    letter(dispatch, unit, "2-CV", date(2026, 1, 9))
    for actor in (clerk, make.actor(Role.OFFICER, unit)):
        assert registers.outgoing(actor, None, None, "").years == [2026, 2025]
        assert [line.number for line in registers.outgoing(actor, 2026, None, "").lines] == ["2-CV"]
    assert registers.outgoing(make.actor(Role.OFFICER, other), None, None, "").years == [2025]


def test_a_whole_year_says_where_there_is_more_than_it_shows(app: Flask, make: Factory) -> None:
    clerk, unit = make.actor(), make.unit()
    dispatch = make.issued([unit], number="1-CV")
    letter(dispatch, unit, "2-CV", clock.today())
    for n in range(2):
        sent(dispatch, unit, NOON + timedelta(hours=n))
    enter()
    for read, numbers in ((registers.incoming, [1, 2]), (registers.outgoing, ["2-CV", "1-CV"])):
        for most, cut in ((1, True), (2, False)):
            page = read(clerk, None, None, "", whole=most)
            assert ([line.number for line in page.lines], page.cut, page.before) == (numbers[:most], cut, "")


def letter(dispatch: Dispatch, unit: Unit, number: str, on: date) -> None:
    """A letter that went out to one unit."""
    with transaction() as session:
        file = StoredFile(sha256="1" * 64, size=1, media_type="application/pdf", name="a.pdf", created_at=clock.now())
        session.add(file)
        session.flush()
        session.add(Letter(
            dispatch_id=dispatch.id, kind="urge", state="issued", number=number, dated_on=on, as_of=on, pdf_file_id=file.id, created_at=clock.now(),
            updated_at=clock.now(), issued_at=clock.now(), units=[LetterUnit(unit_id=unit.id)],
        ))

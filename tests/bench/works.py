"""The works that are measured in this process: issuing, the reminder plan, one dispatch's reports, reading files."""
import resource
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from tests.bench.plans import plan_text
from tracker import clock
from tracker.adapters import documents, sample_files
from tracker.db import db, transaction
from tracker.domain.access import MACHINE, Actor, Role
from tracker.models.dispatches import Dispatch
from tracker.models.people import Person
from tracker.reading import read
from tracker.services import draft_tasks, intake, issuing, reminders, reports
from tracker.services.calendar import working_calendar
from tracker.services.reading_units import unit_rows
from tracker.services.sample import TEXT
from workers.reports import compile_report


@dataclass(frozen=True)
class Measured:
    """One work: how long it took (seconds), its goal (seconds), and what it was."""

    name: str
    seconds: float
    goal: float
    note: str = ""


def _clerk() -> Actor:
    person = db.session.scalars(select(Person).where(Person.role == Role.CLERK)).first()
    return Actor(person.id, person.name, Role.CLERK, person.unit_id) if person else MACHINE


def sample_text() -> str:
    """The shipped sample dispatch, issued today."""
    today = clock.today()
    return TEXT.read_text(encoding="utf-8").format(day=today.day, month=today.month, year=today.year)


def issue(times: int = 5) -> Measured:
    """Issues 8 tasks to 27 districts with 27 mails queued, several times; the median. Findings are left out."""
    taken, found = [], 0
    for _ in range(times):
        prepared = intake.take_text(sample_text())
        with transaction():
            dispatch = intake.create(_clerk(), prepared)
            dispatch_id = dispatch.id
            for task in draft_tasks.tasks_of(dispatch_id):
                if task.kind == "finding":
                    db.session.delete(task)
                else:
                    task.review_on = clock.today()
        with transaction() as session:
            version = session.scalar(select(Dispatch.version).where(Dispatch.id == dispatch_id))
        begun = time.perf_counter()
        with transaction():
            found = issuing.issue(_clerk(), dispatch_id, version).assignments
        taken.append(time.perf_counter() - begun)
    return Measured(f"issue of {found} with 27 mails", sorted(taken)[times // 2], 0.2)


def plan() -> Measured:
    """The reminder plan of today over all that is open, in a process that has planned nothing yet."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    day = clock.today()
    day = working_calendar(day).on_or_after(day)
    begun = time.perf_counter()
    made = reminders.plan(transaction, day)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Measured("reminder plan", seconds, 2.0, f"{made.counts}; process {peak / 1024:.0f} MB, {(peak - before) / 1024:.0f} MB more than before")


def compile_reports() -> Measured:
    """27 district reports and the province's, in three formats."""
    dispatch_id = db.session.scalar(select(func.min(Dispatch.id)).where(Dispatch.state == "issued"))
    with transaction():
        report_id = reports.request_report(_clerk(), dispatch_id or 0, clock.today()).id
    begun = time.perf_counter()
    compile_report.run(report_id)
    return Measured("27 district reports and the province's, all formats", time.perf_counter() - begun, 5.0)


def readings() -> list[Measured]:
    """Text, .docx and .doc of the sample dispatch (the .doc only where LibreOffice can make one), and a long plan."""
    rows = unit_rows()
    text = sample_text()
    found = [Measured("reading the text", _median(lambda: read(text, rows)), 0.010)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dispatch.docx"
        path.write_bytes(sample_files.dispatch(text))
        found.append(Measured("reading the .docx", _median(lambda: read(documents.extract(path).text, rows)), 0.100))
        if shutil.which("soffice"):
            subprocess.run(["soffice", "--headless", "--convert-to", "doc", "--outdir", folder, str(path)], check=True, capture_output=True, timeout=120)
            doc = path.with_suffix(".doc")
            found.append(Measured("reading the .doc", _median(lambda: read(documents.extract(doc).text, rows)), 0.060))
    return [*found, *long_readings()]


def long_readings() -> list[Measured]:
    """A plan of 100 pages within a second, and one of 200 pages in little more than twice the time of that."""
    rows = unit_rows()
    texts = {pages: plan_text(pages) for pages in (100, 200)}
    hundred, double = (_median(lambda: read(text, rows), 3) for text in texts.values())  # noqa: B023
    return [
        Measured("reading a plan of 100 pages", hundred, 1.0, f"{len(texts[100])} characters"),
        Measured("reading a plan of 200 pages", double, 2.5 * hundred, f"{double / hundred:.1f} times as long as one of 100"),
    ]


def _median(act: object, times: int = 15) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()  # type: ignore[operator]
        taken.append(time.perf_counter() - begun)
    return sorted(taken)[times // 2]



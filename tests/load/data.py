"""What the load run fills a served home with: dispatches issued by the command, and people beside the sample's."""
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select

from tests.setup.processes import Served, tracker
from tracker import clock
from tracker.adapters import sample_files
from tracker.app import create_app
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.dispatches import Dispatch
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import passwords
from tracker.services.sample import TEXT

PASSWORD = "mot-mat-khau-dai-2026"
CLERK = "nguyen.thu.van@hnd-thanhhoa.example"
#: Of ten people seven are officers, two clerks, one reads.
OFFICERS, CLERKS = 0.7, 0.2


def dispatches(folder: Path, served: Served, count: int) -> None:
    """Issues so many dispatches to all units, by the command."""
    on, review = clock.today(), clock.today() + timedelta(days=40)
    for n in range(count):
        file = folder / f"{n}.docx"
        text = TEXT.read_text(encoding="utf-8").format(day=on.day, month=on.month, year=on.year).replace("931-CV", f"{801 + n}-CV")
        file.write_bytes(sample_files.dispatch(text))
        done = tracker(served.home, served.port, "issue", str(file), "--as", CLERK, "--to", "all", "--review-on", _shown(review))
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)


def _shown(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def people(home: Path, count: int) -> list[tuple[str, str, list[int]]]:
    """Makes the logins beside the sample's; gives kind, address and dispatches: every officer has one that no other of the unit has."""
    with create_app(Settings.from_env({"TRACKER_HOME": str(home)})).app_context():
        units = list(db.session.scalars(select(Unit.id).where(Unit.level == "district").order_by(Unit.id)))
        province = db.session.scalars(select(Unit.id).where(Unit.level == "province")).one()
        issued = list(db.session.scalars(select(Dispatch.id).where(Dispatch.state == "issued").order_by(Dispatch.id.desc())))
        secret = passwords.hashed(PASSWORD, "")
        made: list[tuple[str, str, list[int]]] = []
        with transaction() as session:
            for n in range(count):
                kind = "officer" if n < count * OFFICERS else "clerk" if n < count * (OFFICERS + CLERKS) else "reader"
                role, unit = {"officer": (Role.OFFICER, units[n % len(units)]), "clerk": (Role.CLERK, province), "reader": (Role.LEADER, province)}[kind]
                email = f"tai.{n}@hnd-tai.example"
                session.add(Person(email=email, name=f"Người Thử {n}", role=str(role), unit_id=unit, password_hash=secret, created_at=clock.now()))
                made.append((kind, email, [issued[n // len(units)]] if kind == "officer" else issued))
        db.session.remove()
        db.engine.dispose()
        return made


def unsent(home: Path) -> int:
    """Mails whose time has come and that have not left."""
    with closing(sqlite3.connect(home / "tracker.db")) as database:
        row = database.execute("SELECT count(*) FROM mails WHERE state IN ('queued', 'sending') AND not_before < datetime('now')").fetchone()
    return int(row[0])

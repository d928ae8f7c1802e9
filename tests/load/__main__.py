"""`make load [ARGS="--users 60 --seconds 30"]`: a served home with its sample, many people on it, and what they waited for."""
import argparse
import shutil
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import psutil
from sqlalchemy import select

from tests.load.people import Book, Clerk, Officer, User
from tests.setup.processes import Served, free_port, tracker
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


def main() -> int:
    """Serves, fills, lets everybody at it, prints the table. Exit code 1 where anything went wrong."""
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="tracker-load-"))
    served = Served(folder / "home", free_port())
    try:
        served.ready()
        _dispatches(folder, served, 1 + options.users // 27)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            people = pool.submit(_people, served.home, options.users).result()
        return _run(served, people, options)
    finally:
        served.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=60, help="people at once (2 to 500)")
    parser.add_argument("--seconds", type=int, default=30, help="how long (5 to 3600)")
    parser.add_argument("--pause", type=float, default=0.5, help="mean pause between two acts of one person, in seconds")
    found = parser.parse_args()
    if not 2 <= found.users <= 500 or not 5 <= found.seconds <= 3600 or found.pause < 0:
        parser.error("--users 2 to 500, --seconds 5 to 3600, --pause 0 or more")
    return found


def _dispatches(folder: Path, served: Served, count: int) -> None:
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


def _people(home: Path, count: int) -> list[tuple[str, str, list[int]]]:
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


def _memory(served: Served) -> float:
    """Memory that belongs to all processes of the product alone (USS), in MB."""
    total = 0
    for process in served.everything():
        try:
            total += process.memory_full_info().uss
        except psutil.Error:
            continue
    return total / 1e6


def _run(served: Served, people: list[tuple[str, str, list[int]]], options: argparse.Namespace) -> int:
    book, before = Book(), _memory(served)
    kinds: dict[str, type[User]] = {"officer": Officer, "clerk": Clerk, "reader": User}
    users = [kinds[kind](book, served.port, email, PASSWORD, dispatches, n) for n, (kind, email, dispatches) in enumerate(people)]
    begun = time.monotonic()
    threads = [threading.Thread(target=user.run, args=(begun + options.seconds, options.pause)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _tell(book, time.monotonic() - begun, options, before, _memory(served))


def _tell(book: Book, wall: float, options: argparse.Namespace, before: float, after: float) -> int:
    count = sum(map(len, book.seconds.values()))
    print(f"{options.users} people, {wall:.0f} s, mean pause {options.pause:g} s: {count} requests, {count / wall:.0f} / s")
    print(f"{'page':<16}{'requests':>9}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}")
    for page, seconds in sorted(book.seconds.items()):
        ordered = sorted(seconds)
        p50, p95 = statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.95)] * 1000
        print(f"{page:<16}{len(ordered):>9}{p50:>9.0f}{p95:>9.0f}{ordered[-1] * 1000:>9.0f}")
    print(f"memory of all processes: {before:.0f} MB before, {after:.0f} MB after")
    print(f"two clerks at one submission (409): {book.met}; errors: {len(book.errors)}")
    for line in book.errors[:20]:
        print(f"  {line}")
    return 1 if book.errors else 0


if __name__ == "__main__":
    sys.exit(main())

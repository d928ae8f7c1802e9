"""One served sample for all the files of a run: each finds it as it stood when its first mails had left, without a start of its own."""
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.e2e.seat import Place, eventually
from tests.setup.processes import Served

#: What the worker still has to do: mails on their way, reports; and changes that search has not taken in.
_WORK = "SELECT (SELECT count(*) FROM mails WHERE state = 'sending' OR state = 'queued' AND not_before <= strftime('%Y-%m-%d %H:%M:%f', 'now')) " \
    "+ (SELECT count(*) FROM reports WHERE state IN ('queued', 'running'))"
_UNREAD = "SELECT count(*) FROM search_changes"
#: Whoever has signed in stays so, and need not do it again; not the people that a file made for itself.
_HOLD = "CREATE TEMP TABLE held AS SELECT * FROM sign_ins WHERE ended_at IS NULL"
_GIVE_BACK = "INSERT INTO sign_ins SELECT * FROM held WHERE person_id IN (SELECT id FROM people)"


class Shared:
    """A served home that can be put back; `place()` gives it to the next file."""

    def __init__(self, served: Served, kept: Path) -> None:
        self._served, self._kept, self._place = served, kept, Place(served)
        self._mails: set[Path] = set()

    def _database(self) -> sqlite3.Connection:
        return sqlite3.connect(self._served.home / "tracker.db", timeout=30)

    def _calm(self, *questions: str) -> None:
        """Waits until each of these counts is nought."""
        with closing(self._database()) as database:
            eventually(lambda: not any(database.execute(question).fetchone()[0] for question in questions), 120)

    def keep(self) -> None:
        """Remembers how all of it stands now."""
        self._calm(_WORK, _UNREAD)
        with closing(self._database()) as now, closing(sqlite3.connect(self._kept)) as kept:
            now.backup(kept)
        self._mails = set(self._place.mails())

    def place(self) -> Place:
        """The home as it was kept. The database is overwritten in one transaction under the running processes, which hold nothing of it in memory."""
        self._calm(_WORK)
        with closing(self._database()) as now, closing(sqlite3.connect(self._kept)) as kept:
            now.execute(_HOLD)
            kept.backup(now)
            now.execute(_GIVE_BACK)
            now.commit()
        for mail in set(self._place.mails()) - self._mails:
            mail.unlink()
        return self._place

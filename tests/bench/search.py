"""`--search`: search over a million entries of ten years, as the province and as a unit, on both databases; and what noting and entering a row costs."""
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from statistics import median
from typing import Any

from sqlalchemy import func, select, text

from tests.bench.client import Timing
from tests.bench.data import bulk
from tests.bench.works import Measured
from tracker import clock
from tracker.adapters import word_index
from tracker.db import db, transaction
from tracker.domain.access import MACHINE, Actor, Role
from tracker.models.incoming import IncomingMail
from tracker.models.units import Unit
from tracker.reading.search_words import index_words
from tracker.services import search, search_entries, search_index, units
from tracker.services.search import Filters
from tracker.services.search_entries import Entry

#: Of a million: dispatches, tasks, files of evidence; the rest are mails. Each is what an office of 27 districts gathers in many years.
DISPATCHES, TASKS, EVIDENCE, UNITS = 5_000, 40_000, 400_000, 27
GOAL, ROUNDS = 0.3, 60
_COMMON = ("no xau", "thu hoi", "bao cao", "ket qua", "hoi nong dan", "vay von", "tin dung", "xay dung", "nong thon moi", "moi truong", "tap huan", "ke hoach")
_SYLLABLES = [a + b for a in ("b", "ch", "d", "gi", "h", "kh", "l", "m", "ng", "nh", "ph", "qu", "t", "th", "tr", "v", "x") for b in
              ("a", "ai", "an", "ang", "anh", "ao", "e", "en", "i", "ieu", "inh", "o", "oan", "ong", "u", "ung", "uong", "y", "yen")]
#: What is asked: a word of few, of every entry, two of every entry, two that stand apart everywhere, a number, a beginning.
ASKED = (("rare word", "hs{n}"), ("common word", "xau"), ("two common words", "no xau"), ("words that stand apart", "xau hoi"), ("number", "{d}/CV-HNDT"),
         ("number and word", "{d} vay"), ("beginning of a word", "tin du"), ("nothing found", "khongco xau"))


class _Office:
    """Texts in many combinations, and where each entry belongs."""

    def __init__(self, count: int) -> None:
        self.count, self.today, self.random = count, clock.today(), Random(7)
        self.units = list(db.session.scalars(select(Unit.id).where(Unit.level == "district").order_by(Unit.id).limit(UNITS)))
        texts = [" ".join([*self.random.sample(_COMMON, 4), *self.random.choices(_SYLLABLES, k=25)]) for _ in range(2000)]
        self.texts = [(one, index_words((one,))) for one in texts]
        self.dispatches, self.tasks, self.evidence = (min(most, count * most // 1_000_000 + 1) for most in (DISPATCHES, TASKS, EVIDENCE))

    def day(self, n: int, of: int) -> date:
        """Spread over ten years, later ones later."""
        return self.today - timedelta(days=3650 - n * 3650 // of)

    def moment(self, n: int, of: int) -> datetime:
        return datetime.combine(self.day(n, of), datetime.min.time(), clock.LOCAL) + timedelta(hours=9)

    def unit(self, n: int) -> int:
        return self.units[n % len(self.units)]

    def entries(self) -> Iterator[tuple[Entry, set[str]]]:
        """Every entry with the words of its text (title and number come on top)."""
        for kind, of in (("dispatch", self.dispatches), ("task", self.tasks), ("evidence", self.evidence), ("mail", self.count)):
            first = self.dispatches + self.tasks + self.evidence if kind == "mail" else 0
            for n in range(of - first if kind == "mail" else of):
                yield self._entry(kind, n, of - first if kind == "mail" else of)

    def _entry(self, kind: str, n: int, of: int) -> tuple[Entry, set[str]]:
        said, words = self.texts[(n * 7919) % len(self.texts)]
        dispatch = n % self.dispatches + 1
        number = f"{n + 1}-CV/HNDT" if kind == "dispatch" else f"{n + 1}/BC-HND" if kind == "evidence" and n % 3 == 0 else ""
        entry = Entry(kind, n + 1, self.day(n, of), dispatch, number, f"{number} hs{n}", said)
        seen = [search_entries.visible_to(self.unit(n)), search_entries.of_unit(self.unit(n))]
        marks = {"dispatch": [search_entries.READ, *(search_entries.visible_to(id) for id in self.units)], "mail": [search_entries.TRIAGE]}
        entry.marks = [search_entries.of_kind(kind), search_entries.of_month(entry.day), search_entries.of_year(entry.day.year),
                       search_entries.of_dispatch(dispatch), search_entries.of_state("issued"), *marks.get(kind, [search_entries.READ, *seen])]
        return entry, words | index_words((entry.title,), number) | set(entry.marks)


def fill(count: int) -> float:
    """So many things and their entries, straight into the tables; gives seconds."""
    begun = time.perf_counter()
    with transaction():
        units.load_units()
    office = _Office(count)
    with transaction() as session:
        connection = session.connection()
        for name in word_index.triggers(connection):
            table = name.removeprefix("search_note_").rpartition("_")[0]
            connection.exec_driver_sql(f"DROP TRIGGER {name}" + ("" if connection.dialect.name == "sqlite" else f" ON {table}"))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP INDEX ix_search_words_words")
        for table, rows in _sources(office):
            bulk(table, rows)
        id = "rowid" if connection.dialect.name == "sqlite" else "id"
        bulk("search_words", ({id: entry.id, "words": " ".join(words)} for entry, words in office.entries()))
        bulk("search_entries", (_row(entry) for entry, _ in office.entries()))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
            connection.exec_driver_sql("CREATE INDEX ix_search_words_words ON search_words USING gin (words)")
        word_index.install(connection)
    return time.perf_counter() - begun


def _row(entry: Entry) -> dict[str, Any]:
    return {"id": entry.id, "kind": entry.kind, "object_id": entry.object_id, "dispatch_id": entry.dispatch_id, "number": entry.number,
            "title": entry.title, "text": entry.text, "marks": " ".join(entry.marks), "file_state": "done" if entry.kind == "evidence" else None, "tries": 0}


def _sources(office: _Office) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    """What stands behind the entries, with no more than must be there."""
    now, d, t, e = clock.now(), office.dispatches, office.tasks, office.evidence
    yield "dispatches", ({
        "id": n + 1, "state": "issued", "number": f"{n + 1}-CV/HNDT", "issued_on": office.day(n, d), "subject": "Việc", "short_subject": "Việc", "folded": "",
        "recipients": "[]", "text": "", "original_text": "", "reading": "{}", "source_sha256": "", "created_at": now, "updated_at": now, "issued_at": now,
        "revision": 1, "version": 1, "sample": False} for n in range(d))
    yield "dispatch_recipients", ({"dispatch_id": n + 1, "unit_id": id, "unit_name": "", "added_at": now} for n in range(d) for id in office.units)
    yield "tasks", ({
        "id": n + 1, "dispatch_id": n % d + 1, "kind": "task", "position": n // d + 1, "title": f"Việc {n}", "text": "", "precision": "none", "why": "",
        "review_on": office.today, "evidence": "[]", "doubts": "[]", "to_all": True, "cancelled": False} for n in range(t))
    yield "assignments", ({
        "dispatch_id": n % d + 1, "task_id": n + 1, "unit_id": office.unit(n), "role": "lead", "state": "accepted", "review_on": office.today,
        "deadline_version": 1, "round": 1, "submitted_on": office.today, "accepted_on": office.today, "updated_at": now, "version": 1} for n in range(t))
    yield "files", iter([{"id": 1, "sha256": "0" * 64, "size": 1, "media_type": "text/plain", "name": "bao-cao.txt", "state": "ready", "created_at": now}])
    yield "submissions", ({
        "id": n + 1, "dispatch_id": n % d + 1, "unit_id": office.unit(n), "state": "submitted", "channel": "web", "note": "", "created_at": now,
        "updated_at": now, "submitted_at": office.moment(n, e), "version": 1, "machine_read": False} for n in range(e))
    yield "evidence", ({"id": n + 1, "submission_id": n + 1, "file_id": 1, "kind": "report", "created_at": now} for n in range(e))
    rest = office.count - d - t - e
    yield "incoming_mails", ({**_mail(n, office.moment(n, rest)), "id": n + 1} for n in range(rest))


def _mail(n: int, at: datetime) -> dict[str, Any]:
    return {"sha256": f"{n:064}", "size": 1, "whole": True, "message_id": "", "source": "hand", "received_at": at, "sender": "ai@huyen.example",
            "sender_name": "", "subject": f"Thư {n}", "state": "aside", "signals": "[]", "body": "Báo cáo kết quả thu hồi nợ xấu", "rest": "", "reason": "",
            "attempts": 0, "turn": 0}


def questions() -> Iterator[tuple[Measured, Timing]]:
    """Every question as the province's clerk and as a district's officer, and pages further on."""
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    unit_id = db.session.scalars(select(Unit.id).where(Unit.level == "district").order_by(Unit.id)).first()
    for who, actor in (("province", MACHINE), ("unit", Actor(None, "Ai", Role.OFFICER, unit_id))):
        for name, words in ASKED:
            yield _timed(f"{who}: {name}", actor, words)
        yield _timed(f"{who}: two common words, one kind", actor, "no xau", Filters(kind="evidence"))
        yield _timed(f"{who}: two common words, of one year long ago", actor, "no xau", Filters(year=clock.today().year - 8))
        yield _timed(f"{who}: two common words, one dispatch", actor, "no xau", Filters(dispatch_id=17))
        yield _timed(f"{who}: two common words, far down", actor, "no xau", Filters(kind="evidence", before=_long_ago()))


def _long_ago() -> str:
    return f"{search.PHRASE}.{search_entries.first_of(clock.today() - timedelta(days=3000))}"


def _timed(name: str, actor: Actor, words: str, filters: Filters = Filters()) -> tuple[Measured, Timing]:  # noqa: B008
    seconds, hits = [], 0
    for n in range(ROUNDS):
        begun = time.perf_counter()
        with transaction(write=False):
            found = search.search(actor, words.format(n=n * 997 % 40_000, d=n * 61 % 4000 + 1), filters)
        seconds.append(time.perf_counter() - begun)
        hits = max(hits, found.total)
    timing = Timing.of(seconds, 1)
    return Measured(name, timing.p95 / 1000, GOAL, f"median {timing.median:.1f} ms, {hits} on the page"), timing


def writes(count: int = 3000) -> Iterator[str]:
    """What noting a change costs a message that is filed, and what entering it costs the worker."""
    with transaction() as session:
        first = (session.scalar(select(func.max(IncomingMail.id))) or 0) + 1
        bulk("incoming_mails", ({**_mail(n, clock.now()), "id": first + n, "state": "taken", "sha256": f"x{n:063}"} for n in range(count)))
    told = {}
    for noting in (False, True):
        with transaction() as session:
            if not noting:
                _without(session.connection())
            begun = time.perf_counter()
            for n in range(count):
                filed = text("UPDATE incoming_mails SET state = 'aside', subject = :subject WHERE sha256 = :sha256")
                session.execute(filed, {"subject": f"Thư {n} {noting}", "sha256": f"x{n:063}"})
            told[noting] = (time.perf_counter() - begun) / count
            if not noting:
                word_index.install(session.connection())
    yield f"filing a message: {told[False] * 1e6:.0f} µs without, {told[True] * 1e6:.0f} µs with the note of its change"
    seconds = []
    while True:
        begun = time.perf_counter()
        with transaction():
            done = search_index.step()
        if not done:
            break
        seconds.append((time.perf_counter() - begun) / done)
    yield f"entering a message: {median(seconds) * 1000:.2f} ms, in a worker, {search_index.BATCH} a transaction"


def _without(connection: Any) -> None:
    on = "" if connection.dialect.name == "sqlite" else " ON incoming_mails"
    connection.exec_driver_sql(f"DROP TRIGGER search_note_incoming_mails_update{on}")

"""Putting a backup back: everything is checked first, the tables come in one transaction, and what came in is compared with what was written."""
import hashlib
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import DatabaseError

from tracker import clock
from tracker.adapters import dump
from tracker.adapters.archive import Archive
from tracker.adapters.files import CHUNK, FileStore, store, sync_folder
from tracker.config import SECRET_FILE
from tracker.db import db
from tracker.domain.errors import BadInput, Conflict, Unavailable
from tracker.models.mails import Mail
from tracker.services.backup import EVERY, FORMAT, Say, part_of, part_of_file

#: Tables that tell nothing of an office's work.
MACHINE = {"heartbeats"}
WAITING = ("queued", "sending")

#: Brings the tables of a connection to a revision ("head" for the newest).
Migrate = Callable[[Connection, str], None]


@dataclass(frozen=True)
class Told:
    """What the manifest says, once it has been checked; sizes: content → bytes; missing: contents that were gone when it was written."""

    revision: str
    program: str
    made_at: str
    database: str
    tables: list[tuple[dump.Form, int, str, int]]
    sizes: dict[str, int]
    missing: list[str]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(rows for _, rows, _, _ in self.tables)


def checked(archive: Archive, say: Say) -> Told:
    """Reads every part and compares it with the manifest. Raises BadInput("backup.not_ours", "backup.damaged", "backup.newer")."""
    told = _told(archive)
    for form, _, sha256, size in told.tables:
        archive.check(part_of(form), sha256, size)
    secret = archive.manifest["secret"]
    archive.check(SECRET_FILE, secret["sha256"], secret["size"])
    for n, (sha256, size) in enumerate(told.sizes.items(), 1):
        archive.check(part_of_file(sha256), sha256, size)
        if n % EVERY == 0:
            say(f"Đã kiểm {n}/{len(told.sizes)} tệp.")
    return told


def _told(archive: Archive) -> Told:
    found = archive.manifest
    try:
        if int(found["format"]) > FORMAT:
            raise BadInput("backup.newer", revision=found["revision"], head=f"dạng {FORMAT}")
        tables = [(dump.form(one), int(one["rows"]), str(one["sha256"]), int(one["size"])) for one in found["tables"]]
        sizes = {str(sha256): int(size) for sha256, size in found["files"].items() if re.fullmatch(r"[0-9a-f]{64}", sha256)}
        names = str(found["revision"]), str(found["program"]), str(found["made_at"]), str(found["database"])
        return Told(*names, tables, sizes, [*found["missing"], *found["damaged"]])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise archive.damaged("manifest.json") from error


def occupied(connection: Connection) -> list[tuple[str, int]]:
    """Tables that hold something of an office's work, with their rows."""
    counts = [(form.name, dump.count(connection, form)) for form in dump.forms(connection) if form.name not in MACHINE]
    return [(name, rows) for name, rows in counts if rows]


def fill(connection: Connection, archive: Archive, told: Told, migrate: Migrate, say: Say) -> None:
    """Makes the tables as they were, puts every row in, compares, and brings them to the newest form; the caller keeps all or nothing.

    Raises Conflict("backup.different") where what came in reads otherwise than what was written, BadInput("backup.refused") where a row
    cannot be taken.
    """
    dump.drop_everything(connection)
    migrate(connection, told.revision)
    back = dump.free_keys(connection)
    for form, rows, sha256, _ in told.tables:
        _fill(connection, archive, form)
        digest = hashlib.sha256()
        for line in dump.lines(connection, form):
            digest.update(line)
        if digest.hexdigest() != sha256:
            raise Conflict("backup.different", table=form.name)
        dump.set_counters(connection, form)
        if rows >= 10_000:
            say(f"Bảng {form.name}: {rows} dòng.")
    try:
        back()
    except (DatabaseError, ValueError) as error:
        raise BadInput("backup.refused", table="nào đó", reason=_reason(error)) from error
    migrate(connection, "head")


def _fill(connection: Connection, archive: Archive, form: dump.Form) -> None:
    try:
        dump.fill(connection, form, archive.lines(part_of(form)))
    except (DatabaseError, ValueError, TypeError) as error:
        raise BadInput("backup.refused", table=form.name, reason=_reason(error)) from error


def _reason(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0][:200]


def put_files(archive: Archive, told: Told, say: Say) -> None:
    """Every content into the store, where one that is there already and whole is left as it is. Call it before the rows come."""
    for n, sha256 in enumerate(told.sizes, 1):
        path = store().path(sha256)
        if path.exists() and _hash(path) != sha256:
            path.unlink()
        if not path.exists():
            _put(archive, sha256)
        if n % EVERY == 0 or n == len(told.sizes):
            say(f"Tệp: {n}/{len(told.sizes)}.")


def _put(archive: Archive, sha256: str) -> None:
    with archive.stream(part_of_file(sha256)) as stream:
        store().put(stream, sha256)


def check_files(told: Told) -> None:
    """Reads every content from the disk once more. Raises Unavailable("backup.file_lost")."""
    kept: FileStore = store()
    for sha256 in told.sizes:
        if not kept.path(sha256).exists() or _hash(kept.path(sha256)) != sha256:
            raise Unavailable("backup.file_lost", sha256=sha256)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def swap(new: Path, target: Path, keep: bool) -> Path | None:
    """Puts a SQLite file that is complete into the place of another; keep: whether that one is kept beside it. Gives where.

    Raises Conflict("backup.running") while another process has the old one open.
    """
    if target.exists() and target.stat().st_size:
        _end_log(target)
    aside = target.with_name(f"{target.name}.{clock.local(clock.now()):%Y%m%d-%H%M%S}.old") if keep else None
    if aside:
        os.link(target, aside)
    # The old file's log must never be read into the new one.
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    new.replace(target)
    sync_folder(target.parent)
    return aside


def _end_log(target: Path) -> None:
    try:
        with closing(sqlite3.connect(target, isolation_level=None, timeout=2)) as old:
            old.execute("PRAGMA journal_mode=DELETE").fetchall()  # only who is alone with a database can end its log
    except sqlite3.OperationalError as error:
        raise Conflict("backup.running") from error
    except sqlite3.DatabaseError:
        return  # broken, which may be why it is being replaced


def keep_secret(archive: Archive, home: Path) -> None:
    """The backup's key becomes the home's, for its owner's eyes only; links and sessions signed with it are good again."""
    made = home / f"{SECRET_FILE}.part"
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(secret(archive))
        out.flush()
        os.fsync(out.fileno())
    made.replace(home / SECRET_FILE)


def secret(archive: Archive) -> bytes:
    """The key that is in the backup."""
    return b"".join(archive.pieces(SECRET_FILE))


def waiting() -> int:
    """How many mails wait to be sent."""
    return db.session.scalar(select(func.count()).select_from(Mail).where(Mail.state.in_(WAITING))) or 0


def drop_waiting() -> None:
    """Mails that waited when the backup was made are not sent: the old machine may have done it since. The caller holds the transaction."""
    reason: dict[str, Any] = {"state": "cancelled", "last_error": "không gửi lại sau khi phục hồi từ bản sao lưu"}
    db.session.execute(update(Mail).where(Mail.state.in_(WAITING)).values(**reason).execution_options(synchronize_session=False))

"""Writing a backup: all tables as they are at one moment, then every stored file that they name, while people go on working."""
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import IO, Any

from flask import current_app
from sqlalchemy import Connection

from tracker import clock
from tracker.adapters import archive, dump
from tracker.adapters.files import CHUNK, store
from tracker.config import SECRET_FILE, VERSION, Settings
from tracker.db import snapshot
from tracker.domain.errors import BadInput

#: The form of the archive; a program reads those up to its own.
FORMAT = 1
#: Every column of this name or ending names a stored content.
HASHES = "sha256"
#: How many files go by between two words of progress.
EVERY = 200

Say = Callable[[str], None]


@dataclass
class Written:
    """What a backup holds; missing and damaged: contents that rows name and the store has no more, or no more as they were."""

    tables: int = 0
    rows: int = 0
    files: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


def write(path: Path, say: Say = lambda line: None) -> Written:
    """Writes the archive; say is told how far it is. A row names a content only once that lies in the store, so the files follow the tables.

    Raises BadInput("backup.nothing") and what archive.writing raises; there is no file then.
    """
    settings: Settings = current_app.extensions["settings"]
    done, named = Written(), Named()
    with archive.writing(path) as target:
        with snapshot() as connection:
            revision = dump.revision(connection)
            if revision is None:
                raise BadInput("backup.nothing")
            kind, made_at = connection.dialect.name, clock.now()
            tables = [_table(target, connection, form, named) for form in dump.forms(connection)]
        done.tables, done.rows = len(tables), sum(table["rows"] for table in tables)
        say(f"Cơ sở dữ liệu: {done.tables} bảng, {done.rows} dòng.")
        files = _files(target, named, done, say)
        secret = target.add(SECRET_FILE, [settings.secret_key.encode()])
        target.finish({
            "format": FORMAT, "program": VERSION, "revision": revision, "database": kind, "made_at": made_at.isoformat(), "tables": tables, "files": files,
            "missing": done.missing, "damaged": done.damaged, "secret": dict(zip(("sha256", "size"), secret, strict=True)),
        })
    return done


class Named:
    """The contents that rows name; needed: those whose row says that the content is there (the others only know what it was).

    withheld: those of rows that hold them back as secret or say that they were removed; they never go into a copy, unless another row needs them.
    """

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.needed: set[str] = set()
        self.withheld: set[str] = set()

    def see(self, table: str, row: dict[str, Any]) -> None:
        """Notes what one row names."""
        hashes = {str(value) for name, value in row.items() if value and (name == HASHES or name.endswith(f"_{HASHES}"))}
        self.known |= hashes
        if table == "files" and row["state"] == "ready":
            self.needed |= hashes
        elif table == "files" or (table == "incoming_mails" and (row.get("secret_at") or row.get("removed_at"))):
            self.withheld |= hashes


def part_of(form: dump.Form) -> str:
    """Where a table lies in the archive."""
    return f"tables/{form.name}.jsonl"


def part_of_file(sha256: str) -> str:
    """Where a content lies in the archive."""
    return f"files/{sha256[:2]}/{sha256}"


def _table(target: archive.Writer, connection: Connection, form: dump.Form, named: Named) -> dict[str, Any]:
    naming = any(name.endswith(HASHES) for name, _ in form.columns)
    lines = dump.lines(connection, form, partial(named.see, form.name) if naming else None)
    rows = count()  # zip below takes one number with each line
    sha256, size = target.add(part_of(form), (line for line, _ in zip(lines, rows, strict=False)))
    return {**form.told(), "rows": next(rows), "sha256": sha256, "size": size}


def _files(target: archive.Writer, named: Named, done: Written, say: Say) -> dict[str, int]:
    """Contents with their sizes. One that is gone or no longer what its name says is told and left out: the rest must be kept all the same."""
    found: dict[str, int] = {}
    gone: set[str] = set()
    present = sorted(sha256 for sha256 in named.known - (named.withheld - named.needed) if store().path(sha256).is_file())
    for n, sha256 in enumerate(present, 1):
        try:
            stream = store().path(sha256).open("rb")
        except FileNotFoundError:  # somebody has thrown it away since the tables were read
            gone.add(sha256)
            continue
        with stream:
            # Known before it goes in, because a part cannot be taken out of an archive again.
            if _hash(stream) != sha256:
                done.damaged.append(sha256)
                continue
            stream.seek(0)
            found[sha256] = target.add(part_of_file(sha256), _content(stream), packed=False)[1]
        done.size += found[sha256]
        if n % EVERY == 0 or n == len(present):
            say(f"Tệp: {n}/{len(present)}, {done.size / 1024**2:.1f} MB.")
    done.files, done.missing = len(found), sorted(named.needed - (set(present) - gone))
    return found


def _hash(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in _content(stream):
        digest.update(piece)
    return digest.hexdigest()


def _content(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(CHUNK):
        yield piece

"""Imports from a table: read, plan row by row, and write only what was seen in the preview."""
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from tracker import clock, i18n
from tracker.adapters import tables
from tracker.adapters.files import Blob, store
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.wording import tr
from tracker.models.files import StoredFile
from tracker.reading.folding import fold
from tracker.services import history

PEOPLE, MAILBOXES = "people", "mailboxes"
RIGHTS = {PEOPLE: Right.PERSON_MANAGE, MAILBOXES: Right.UNIT_MANAGE}
NEW, CHANGED, SAME, ERROR = "new", "changed", "same", "error"
#: field → (heading of the sample table, further headings that are understood).
COLUMNS: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    PEOPLE: {
        "name": (tr("Họ và tên"), ("ho ten", "ten", "name")),
        "email": (tr("Thư điện tử"), ("email", "e mail", "mail", "dia chi thu", "dia chi email")),
        "role": (tr("Vai trò"), ("quyen", "role")),
        "unit": (tr("Đơn vị"), ("ma don vi", "huyen", "unit")),
        "title": (tr("Chức vụ"), ("chuc danh", "title")),
        "phone": (tr("Điện thoại"), ("so dien thoai", "sdt", "phone")),
    },
    MAILBOXES: {
        "unit": (tr("Đơn vị"), ("ma", "ma don vi", "ten don vi", "huyen", "code")),
        "mailbox": (tr("Hộp thư"), ("thu dien tu", "email", "e mail", "mailbox")),
        "phone": (tr("Điện thoại"), ("so dien thoai", "sdt", "phone")),
    },
}
NEEDED = {PEOPLE: ("name", "email", "role"), MAILBOXES: ("unit", "mailbox")}
_MEDIA = {True: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", False: "text/csv"}


@dataclass(frozen=True, slots=True)
class Planned:
    """What would become of one row: action, whom it is about, what changes in words, and the values to write."""

    line: int
    action: str
    title: str
    words: tuple[str, ...] = ()
    values: Mapping[str, str | int | None] = field(default_factory=dict)


def keep(actor: Actor, kind: str, blob: Blob, name: str) -> StoredFile:
    """Keeps an uploaded table until it is confirmed or dropped; nobody but its uploader sees it. Raises Forbidden."""
    actor.need(RIGHTS[kind])
    with blob.path.open("rb") as stream:
        packed = stream.read(2) == b"PK"
    row = StoredFile(
        sha256=blob.sha256, size=blob.size, media_type=_MEDIA[packed], name=name[-255:], state="pending", uploaded_by_id=actor.id,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def kept(actor: Actor, kind: str, file_id: int) -> StoredFile:
    """A table that waits for the actor's word. Raises Forbidden, NotFound."""
    actor.need(RIGHTS[kind])
    mine = (StoredFile.id == file_id, StoredFile.state == "pending", StoredFile.uploaded_by_id == actor.id)
    found = db.session.scalar(select(StoredFile).where(*mine))
    if found is None:
        raise NotFound()
    return found


def rows_of(file: StoredFile, kind: str) -> list[tuple[int, dict[str, str]]]:
    """The table's rows by field, with their line numbers. Raises BadInput where it is no table or lacks a column."""
    return named(tables.read(store().path(file.sha256).read_bytes(), file.name), kind)


def named(rows: tables.Rows, kind: str) -> list[tuple[int, dict[str, str]]]:
    """Rows of cells as rows by field, blank ones left out; the first row that is not blank names the columns. Raises BadInput."""
    filled = [(line, row) for line, row in enumerate(rows, 1) if any(row)]
    if not filled:
        raise BadInput("import.no_rows")
    heads = [fold(cell) for cell in filled[0][1]]
    places = {key: _place(heads, title, others) for key, (title, others) in COLUMNS[kind].items()}
    missing = [COLUMNS[kind][key][0] for key in NEEDED[kind] if places[key] is None]
    if missing:
        raise BadInput("import.columns", missing=", ".join(f"“{title}”" for title in missing))
    if len(filled) == 1:
        raise BadInput("import.no_rows")
    return [(line, {key: row[at] if at is not None and at < len(row) else "" for key, at in places.items()}) for line, row in filled[1:]]


def _place(heads: list[str], title: str, others: tuple[str, ...]) -> int | None:
    return next((heads.index(name) for name in (fold(title), *others) if name in heads), None)


def check_plain(row: Mapping[str, str]) -> None:
    """Raises BadInput for a cell that a spreadsheet would run as a formula; it would run again wherever the list is exported."""
    for key, value in row.items():
        if value.startswith(("=", "@", "\t")) or (value[:1] in "+-" and value and not (key == "phone" and value[1:].replace(" ", "").isdigit())):
            raise BadInput("import.formula", value=value[:40])


def failed(line: int, title: str, error: BadInput) -> Planned:
    """The plan of a row that cannot be taken."""
    return Planned(line, ERROR, title, (i18n.words(error),))


def fingerprint(planned: list[Planned]) -> str:
    """What the preview showed, so that a confirmation writes that and nothing else."""
    return hashlib.sha256(repr([(p.line, p.action, p.words, sorted(p.values.items())) for p in planned]).encode()).hexdigest()[:32]


def counts(planned: list[Planned]) -> dict[str, int]:
    """How many rows of each action."""
    return {action: sum(p.action == action for p in planned) for action in (NEW, CHANGED, SAME, ERROR)}


def settle(actor: Actor, kind: str, file_id: int, planned: list[Planned], seen: str) -> None:
    """Marks the table as written. Raises Conflict where the plan is no longer what the actor saw, BadInput where it does nothing."""
    file, n = kept(actor, kind, file_id), counts(planned)
    if fingerprint(planned) != seen:
        raise Conflict("stale")
    if not n[NEW] + n[CHANGED]:
        raise BadInput("import.nothing")
    file.state = "ready"
    history.record(actor, f"import.{kind}", file_id=file.id, name=file.name, **n)


def drop(actor: Actor, kind: str, file_id: int) -> None:
    """Gives a table up; nothing of it is written. Raises Forbidden, NotFound."""
    kept(actor, kind, file_id).state = "rejected"


def sample(kind: str, rows: list[list[str]]) -> bytes:
    """An xlsx with the right headings, to fill in."""
    return tables.write([title for title, _ in COLUMNS[kind].values()], rows)

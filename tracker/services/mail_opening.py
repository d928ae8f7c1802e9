"""Opening stored messages: each taken apart and its attachments put on the disk, several at once, because the disk's syncs are what takes long."""
import io
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app

from tracker import i18n
from tracker.adapters import locks
from tracker.adapters.files import Blob, store
from tracker.adapters.mime import Letter, open_letter
from tracker.domain.errors import BadInput, TooLarge, Unavailable
from tracker.services import files

#: Files that are synced at once: a file system writes their journals together.
TOGETHER = 8
MOST_FILES = 100
Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Part:
    """An attachment: its bytes on the disk, or why it was refused."""

    name: str
    size: int
    blob: Blob | None
    refusal: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A message taken apart, its attachments on the disk."""

    letter: Letter
    parts: tuple[Part, ...]


def open_all(rows: Iterable[Any]) -> dict[int, Opened | Exception]:
    """Opens stored messages (rows with id, sha256, whole); one that cannot be opened gives its error. Raises Unavailable for a full disk."""
    rows = list(rows)
    return dict(zip([row.id for row in rows], together(_open, rows), strict=True))


def together(act: Callable[[Given], Made], given: Iterable[Given]) -> list[Made]:
    """Does the same with several at once, each in a context of the app, and gives the results in order."""
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]

    def inside(one: Given) -> Made:
        with app.app_context():
            return act(one)

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(inside, given))


def _open(row: Any) -> Opened | Exception:
    try:
        letter = open_letter(store().path(row.sha256).read_bytes(), row.whole)
        return Opened(letter, tuple(_take(one.name, one.data) for one in letter.attached[:MOST_FILES]))
    except Unavailable:
        raise
    except Exception as error:  # one bad message never stops the rest
        return error


def _take(name: str, data: bytes) -> Part:
    name = files.clean_name(name)
    try:
        locks.refuse(data, name)
        return Part(name, len(data), files.take(io.BytesIO(data), name), "")
    except (BadInput, TooLarge) as error:
        return Part(name, len(data), None, i18n.words(error))

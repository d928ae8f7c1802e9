"""Opening stored messages: each taken apart and its attachments put on the disk, several at once, because the disk's syncs are what takes long."""
import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Semaphore
from typing import Any, TypeVar

from flask import current_app

from tracker import i18n
from tracker.adapters import shut_files
from tracker.adapters.files import Blob, store
from tracker.adapters.mime import Letter, open_letter
from tracker.domain.errors import BadInput, TooLarge, Unavailable
from tracker.services import files

#: Files that are synced at once: a file system writes their journals together.
TOGETHER = 8
MOST_FILES = 100
#: Of a message's words, what is looked at and shown.
LONGEST_TEXT = 100_000
#: Messages from this size on are opened one at a time: each takes several times its size of memory.
HEAVY_BYTES = 4_000_000
#: The message stays as it is until its files can be looked at; the others are filed.
SCAN_LATER = "files.scan_later"
_HEAVY = Semaphore(1)
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
    """A message taken apart, its attachments on the disk and no longer in the letter."""

    letter: Letter
    parts: tuple[Part, ...]


def open_all(rows: Iterable[Any]) -> dict[int, Opened | Exception]:
    """Opens stored messages (rows with id, sha256, size, whole); one that cannot be opened gives its error. Raises Unavailable for a full disk."""
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


def ahead(act: Callable[[Given], Made], given: Iterable[Given]) -> Iterator[Made]:
    """What act makes of each thing given, in order: the next is made, in a context of the app, while the caller works on the one before.

    The things themselves are taken from `given` in the caller's own thread.
    """
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]

    def inside(one: Given) -> Made:
        with app.app_context():
            return act(one)

    with ThreadPoolExecutor(1) as pool:
        coming = deque[Future[Made]]()
        for one in given:
            coming.append(pool.submit(inside, one))
            if len(coming) > 1:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


def _open(row: Any) -> Opened | Exception:
    if row.size < HEAVY_BYTES:
        return _opened(row)
    with _HEAVY:
        return _opened(row)


def _opened(row: Any) -> Opened | Exception:
    try:
        letter = open_letter(store().path(row.sha256).read_bytes(), row.whole)
        parts = tuple(_take(one.name, one.data) for one in letter.attached[:MOST_FILES])
        return Opened(replace(letter, attached=(), text=letter.text[:LONGEST_TEXT]), parts)
    except Unavailable as error:
        if error.code == SCAN_LATER:
            return error
        raise
    except Exception as error:  # one bad message never stops the rest
        return error


def _take(name: str, data: bytes) -> Part:
    name = files.clean_name(name)
    try:
        shut_files.refuse(data, name)
        return Part(name, len(data), files.take(io.BytesIO(data), name), "")
    except (BadInput, TooLarge) as error:
        return Part(name, len(data), None, i18n.words(error))

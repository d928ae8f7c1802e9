"""A backup's file: a zip of named parts with a manifest of their SHA-256, written whole or not at all, and read with every part checked."""
import errno
import fcntl
import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from tracker import clock
from tracker.adapters.files import CHUNK, sync_folder
from tracker.domain.errors import BadInput, Conflict, Unavailable

MANIFEST = "manifest.json"
GATHERED = 256 * 1024
#: A manifest has a line per table and per content; one that says it is larger is no backup of ours.
LARGEST_MANIFEST = 512 * 1024 * 1024
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Writer:
    """Parts go in one after the other; each gives back its SHA-256 and size."""

    def __init__(self, target: zipfile.ZipFile) -> None:
        self._zip = target
        self._at = clock.local(clock.now()).timetuple()[:6]

    def add(self, name: str, pieces: Iterable[bytes], packed: bool = True) -> tuple[str, int]:
        """One part; packed: whether compressing it is worth the time (documents mostly are compressed already)."""
        digest, size = hashlib.sha256(), 0
        part = zipfile.ZipInfo(name, self._at)
        part.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        part.external_attr = 0o600 << 16
        with self._zip.open(part, "w", force_zip64=True) as out:
            for piece in _gathered(pieces):
                digest.update(piece)
                size += len(piece)
                out.write(piece)
        return digest.hexdigest(), size

    def finish(self, manifest: dict[str, Any]) -> None:
        """The list of everything, as the last part."""
        self.add(MANIFEST, [json.dumps(manifest, ensure_ascii=False, indent=1).encode()])


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are worth compressing: a line by itself costs more in calls than in work."""
    some, size = [], 0
    for piece in pieces:
        some.append(piece)
        size += len(piece)
        if size >= GATHERED:
            yield b"".join(some)
            some, size = [], 0
    yield b"".join(some)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new archive that is there under its name only when it is whole and on the disk; readable by its owner alone.

    Raises Conflict("backup.exists"), Conflict("backup.twice") where another one is being written there, BadInput("backup.folder"),
    Unavailable("files.disk_full").
    """
    if path.exists():
        raise Conflict("backup.exists", path=str(path))
    partly = path.with_name(f"{path.name}.part")
    try:
        handle = os.open(partly, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise BadInput("backup.folder", path=str(path.parent), reason=error.strerror or "") from error
    with os.fdopen(handle, "r+b") as out:
        try:
            fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict("backup.twice", path=str(path)) from error
        try:
            out.truncate()  # what a killed run may have left
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as target:
                yield Writer(target)
            out.flush()
            os.fsync(out.fileno())
            partly.replace(path)
        except BaseException as error:
            partly.unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno in NO_ROOM:
                raise Unavailable("files.disk_full", name=path.name) from error
            raise
    with suppress(OSError):  # a network share or a stick may know no such thing
        sync_folder(path.parent)


class Archive:
    """An archive that is open for reading."""

    def __init__(self, source: zipfile.ZipFile, name: str) -> None:
        self._zip, self._name = source, name
        self.manifest: dict[str, Any] = self._told()

    def _told(self) -> dict[str, Any]:
        try:
            if self._zip.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
                raise BadInput("backup.not_ours", name=self._name)
            manifest: dict[str, Any] = json.loads(self._zip.read(MANIFEST))
        except (KeyError, ValueError, zipfile.BadZipFile, OSError) as error:
            raise BadInput("backup.not_ours", name=self._name) from error
        return manifest

    def pieces(self, part: str) -> Iterator[bytes]:
        """The bytes of one part. Raises BadInput("backup.damaged") where they cannot be read."""
        try:
            with self._zip.open(part) as stream:
                while piece := stream.read(CHUNK):
                    yield piece
        except (KeyError, zipfile.BadZipFile, OSError, EOFError, ValueError, zlib.error) as error:
            raise self.damaged(part) from error

    def lines(self, part: str) -> Iterator[bytes]:
        """The lines of one part. Raises BadInput("backup.damaged")."""
        rest = b""
        for piece in self.pieces(part):
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
        if rest:
            raise self.damaged(part)

    def stream(self, part: str) -> IO[bytes]:
        """One part, to be copied elsewhere; a broken one raises zipfile.BadZipFile while it is read."""
        return self._zip.open(part)

    def check(self, part: str, sha256: str, size: int) -> None:
        """Raises BadInput("backup.damaged") unless the part is what was written."""
        digest, found = hashlib.sha256(), 0
        for piece in self.pieces(part):
            digest.update(piece)
            found += len(piece)
            if found > size:  # a part that unpacks without end is given up at once
                break
        if (digest.hexdigest(), found) != (sha256, size):
            raise self.damaged(part)

    def damaged(self, part: str) -> BadInput:
        """What to say of a part that is not as it was written."""
        return BadInput("backup.damaged", name=self._name, part=part)


@contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """An archive for reading. Raises BadInput("backup.not_ours") for a file that is none, or was cut short."""
    try:
        source = zipfile.ZipFile(io.BytesIO(b"") if path.is_dir() else path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadInput("backup.not_ours", name=path.name) from error
    with source:
        yield Archive(source, path.name)

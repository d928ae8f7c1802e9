"""Content-addressed file store in a folder: bytes lie under their SHA-256 and are never overwritten."""
import errno
import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import Flask, current_app

from tracker.adapters.scanner import Check
from tracker.domain.errors import BadInput, TooLarge, Unavailable

CHUNK = 1024 * 1024
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Blob:
    """Bytes that are safely on disk: hash in hex, size in bytes, and where they lie."""

    sha256: str
    size: int
    path: Path


class FileStore:
    """A folder of contents: <root>/<first two of the hash>/<hash>; half-written ones lie in <root>/incoming."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the content of this hash lies (it may not exist)."""
        return self.root / sha256[:2] / sha256

    def put(self, stream: IO[bytes], name: str, limit: int | None = None, check: Check | None = None) -> Blob:
        """Hashes while copying, syncs, and moves into place; call it before a transaction opens.

        limit in bytes; check: looks at the content before it has a place, and what it raises is raised. Raises TooLarge, BadInput("files.empty"),
        Unavailable("files.disk_full"); nothing stays behind then.
        """
        try:
            return self._put(stream, name, limit, check)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise Unavailable("files.disk_full", name=name) from error
            raise

    def _put(self, stream: IO[bytes], name: str, limit: int | None, check: Check | None) -> Blob:
        incoming = self.root / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=incoming)
        try:
            with os.fdopen(handle, "w+b") as target:
                sha256, size = _copy(stream, target, name, limit)
                target.flush()
                if check:
                    check(target, name)
                os.fsync(target.fileno())
            final = self.path(sha256)
            if not final.exists():
                final.parent.mkdir(parents=True, exist_ok=True)
                os.chmod(temporary, 0o440)
                os.replace(temporary, final)
                sync_folder(final.parent)
            else:
                os.utime(final)  # young again: the sweeper leaves it to the row that is about to come
            return Blob(sha256, size, final)
        finally:
            Path(temporary).unlink(missing_ok=True)

    def put_bytes(self, content: bytes, name: str) -> Blob:
        """Stores bytes that were made here (a compiled report)."""
        return self.put(io.BytesIO(content), name)

    def contents(self) -> Iterator[tuple[str, Path]]:
        """Every stored content: (hash, path); for the sweeper."""
        for folder in self.root.glob("[0-9a-f][0-9a-f]"):
            for path in folder.iterdir():
                yield path.name, path


def sync_folder(folder: Path) -> None:
    """A new name is on the disk only once its folder is; without this a power cut could leave a row without its content."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy(stream: IO[bytes], target: IO[bytes], name: str, limit: int | None) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if limit is not None and size > limit:
            raise TooLarge("files.too_large", name=name, limit=limit // MEGABYTE)
        digest.update(chunk)
        target.write(chunk)
    if not size:
        raise BadInput("files.empty", name=name)
    return digest.hexdigest(), size


def init_app(app: Flask, root: Path) -> None:
    """Gives the app its store."""
    app.extensions["files"] = FileStore(root)


def store() -> FileStore:
    """The store of the running app."""
    found: FileStore = current_app.extensions["files"]
    return found

"""Writers of one SQLite file take turns: the next goes on at once, where SQLite's own waiting sleeps longer the longer it has waited."""
import fcntl
import os
import threading
from contextlib import suppress

#: Longer than this nobody waits for the threads of the own process: SQLite's own lock, which holds in any case, then says what is wrong.
LONGEST = 20.0

_inside: dict[str, threading.Lock] = {}
_files: set[int] = set()


def _begin_anew() -> None:
    """In a forked process: the threads that would open these locks are not there, and its copies of the files would hold the turn of a dead parent."""
    _inside.clear()
    while _files:
        os.close(_files.pop())


os.register_at_fork(after_in_child=_begin_anew)


class Turn:
    """The right to write to the database file at path: first among the threads of this process, then among the processes."""

    def __init__(self, path: str) -> None:
        self._lock = _inside.setdefault(path, threading.Lock())
        self._file: int | None = None
        self._mine = self._lock.acquire(timeout=LONGEST)
        try:
            # Of each process one thread waits here, outside of Python's turn-taking; who came too late for that leaves it to SQLite.
            self._file = self._opened(path) if self._mine else None
            if self._file is not None:
                # Also where the file system knows no such locks.
                with suppress(OSError):
                    fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:  # a job's time limit reaches its thread while it waits: who gives up must not keep the place
            self.end()
            raise

    @staticmethod
    def _opened(path: str) -> int | None:
        """A file of its own, since closing the database's would drop the locks that SQLite itself has on it; opened anew each time, since threads
        and forked processes would share the lock of one. The lock ends with its process, however that ends. None where the disk refuses."""
        try:
            file = os.open(f"{path}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return None
        _files.add(file)
        return file

    def end(self) -> None:
        """Lets the next one go on."""
        if self._file is not None and self._file in _files:
            _files.remove(self._file)
            # Not left to the closing alone: a process forked meanwhile may hold a copy for a moment.
            with suppress(OSError):
                fcntl.flock(self._file, fcntl.LOCK_UN)
            os.close(self._file)
        if self._mine:
            self._lock.release()

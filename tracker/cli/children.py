"""One child process of `tracker serve`: started in a session of its own, ended together with everything it started."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tracker.adapters import logs

LOG_LIMIT = 20 * 1024 * 1024
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Part:
    """What to run: `label` is what the terminal calls it; `stdin` is given to it once (settings that must not show in `ps`)."""

    name: str
    label: str
    argv: Sequence[str]
    stdin: bytes = b""
    env: Mapping[str, str] = field(default_factory=dict)


def _end_with_parent() -> Callable[[], None] | None:
    """On Linux a child is told to end when its supervisor is killed outright; elsewhere nothing is done.

    Run between fork and exec, which is safe here because the supervisor has one thread.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _appending(log: Path) -> IO[bytes]:
    """The open log, or nothing where the disk takes no file: a restart must work then too."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        return log.open("ab")
    except OSError:
        return open(os.devnull, "ab")


class Child:
    """A running part; its process group outlives no call of `kill`."""

    def __init__(self, part: Part, log_dir: Path, env: Mapping[str, str]) -> None:
        self.part = part
        self.log = log_dir / f"{part.name}.log"
        with _appending(self.log) as out:
            self.process = subprocess.Popen(
                part.argv,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**env, **part.env},
                start_new_session=True,
                preexec_fn=_end_with_parent(),
            )
        self._give(part.stdin)

    def _give(self, data: bytes) -> None:
        pipe = self.process.stdin
        assert pipe is not None
        with contextlib.suppress(BrokenPipeError):
            pipe.write(data)
            pipe.close()

    @property
    def pid(self) -> int:
        """Its process id, which is also the id of its session and group."""
        return self.process.pid

    def ended(self) -> bool:
        """Whether the process itself has ended; what it started may still run."""
        return self.process.poll() is not None

    def signal(self, number: int) -> None:
        """Ask the process itself: each part ends its own helpers in good order."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    def kill(self) -> None:
        """End the whole group at once, also where the process itself has gone and left helpers behind."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()

    def last_lines(self, count: int = 6) -> list[str]:
        """The end of its log, for the terminal."""
        try:
            with self.log.open("rb") as source:
                source.seek(max(0, self.log.stat().st_size - 4000))
                return source.read().decode("utf-8", "replace").splitlines()[-count:]
        except OSError:
            return []

    def trim_log(self) -> None:
        """Keep one older log file; the child appends, so its file can be emptied under it. A full disk must not stop the watch."""
        with contextlib.suppress(OSError):
            if self.log.stat().st_size > LOG_LIMIT:
                logs.put_aside(self.log)

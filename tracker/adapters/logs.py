"""What is written to the logs: one line a message whatever it carries, and a log of its own for who tried to get in and what was refused."""
import logging
import os
import re
import shutil
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from tracker import clock

#: Who signs in and what is refused: no password, no token, no address that was only typed. Written to the part's log like everything else.
security = logging.getLogger("tracker.security")
_FORMAT = "%(asctime)sZ %(levelname)s %(name)s: %(message)s"
#: Ends of lines and other control characters, as they are written instead: a name or a path must not pass for another line of the log.
_ESCAPED = {n: f"\\x{n:02x}" for n in (*range(32), 127, *range(0x80, 0xA0)) if n != 9} | {10: "\\n", 13: "\\r", 0x2028: "\\u2028", 0x2029: "\\u2029"}


class Line(logging.LogRecord):
    """A message that stays on its line; the traceback after it keeps its own."""

    def getMessage(self) -> str:
        """The message with its values, control characters escaped."""
        return super().getMessage().translate(_ESCAPED)


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what standard error is now, not to what it was when this was made."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def formatter() -> logging.Formatter:
    """The one form of all lines: time in UTC, level, who says it, what."""
    made = logging.Formatter(_FORMAT, "%Y-%m-%dT%H:%M:%S")
    made.converter = time.gmtime
    return made


def init(level: int = logging.WARNING) -> None:
    """Sets it up for this process, lines of the libraries included; again does no harm, and never asks for less than before."""
    logging.setLogRecordFactory(Line)
    root = logging.getLogger()
    if not any(isinstance(handler, _Stderr) for handler in root.handlers):
        handler = _Stderr()
        handler.setFormatter(formatter())
        root.addHandler(handler)
    root.setLevel(min(root.level or level, level))
    security.setLevel(logging.INFO)


#: How a line of ours begins, and how much of a log is looked at for the first of them.
_DATED, _HEAD = re.compile(rb"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ", re.M), 65_536


def put_aside(log: Path) -> None:
    """Empties a log and keeps what it held, in the place of what was put aside before; whoever writes to it appends. A full disk stops nobody."""
    with suppress(OSError):
        aside = log.with_suffix(".log.1")
        aside.unlink(missing_ok=True)
        shutil.copyfile(log, aside)
        os.truncate(log, 0)


def forget_old(folder: Path, days: int) -> None:
    """Who signed in, when and from where, stands in these logs: no line of them is kept for longer than so many days.

    A log that began half of them ago is put aside; what was put aside as long ago goes. So no line younger than half the time is lost.
    """
    limit = clock.now() - timedelta(days=days) / 2
    for aside in folder.glob("*.log.1"):
        with suppress(OSError):
            if datetime.fromtimestamp(aside.stat().st_mtime, UTC) < limit:
                aside.unlink()
    for log in folder.glob("*.log"):
        began = _began(log)
        if began and began < limit:
            put_aside(log)


def _began(log: Path) -> datetime | None:
    """The time of a log's first line of ours; None where it has none, as have the logs of other programs, which know nobody who signs in."""
    try:
        with log.open("rb") as source:
            found = _DATED.search(source.read(_HEAD))
    except OSError:
        return None
    return datetime.fromisoformat(found[0].decode().strip()) if found else None

"""What is written to the logs: one line a message whatever it carries, and a log of its own for who tried to get in and what was refused."""
import logging
import sys
import time
from typing import TextIO

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

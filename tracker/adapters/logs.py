"""What is written to the logs: one line a message whatever it carries, and a log of its own for who tried to get in and what was refused."""
import logging
import sys
import time

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


def init() -> None:
    """Sets it up for this process; again does no harm."""
    logging.setLogRecordFactory(Line)
    if not security.handlers:
        handler = logging.StreamHandler(sys.stderr)
        formatter = logging.Formatter(_FORMAT, "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
        security.addHandler(handler)
        security.setLevel(logging.INFO)

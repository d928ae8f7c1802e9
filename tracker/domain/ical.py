"""A calendar as text (RFC 5545): all-day events in UTF-8, lines folded at 75 octets, the same events always giving the same bytes."""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75
#: How often a calendar program is asked to look again.
REFRESH = "PT3H"


@dataclass(frozen=True, slots=True)
class Entry:
    """One day to keep. uid: the same for the same thing for ever; version and changed_at: which state of it; busy time is never taken.

    cancelled: no longer to be done; it stays for a while, so that programs take it off.
    """

    uid: str
    on: date
    summary: str
    description: str
    url: str
    changed_at: datetime
    version: int
    cancelled: bool = False


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """The whole calendar. It asks for no time zone: an all-day event is the same day everywhere (RFC 5545, 3.3.4)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Don Doc//Han viec//VI", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"NAME:{_text(name)}",
             f"X-WR-CALNAME:{_text(name)}", "X-WR-TIMEZONE:Asia/Ho_Chi_Minh", f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}", f"X-PUBLISHED-TTL:{REFRESH}"]
    for entry in entries:
        lines += _event(entry)
    return b"".join(piece for line in [*lines, "END:VCALENDAR"] for piece in _folded(line))


def _event(entry: Entry) -> list[str]:
    changed = f"{entry.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return [
        "BEGIN:VEVENT", f"UID:{entry.uid}", f"DTSTAMP:{changed}", f"LAST-MODIFIED:{changed}", f"SEQUENCE:{entry.version}",
        f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}", f"DTEND;VALUE=DATE:{entry.on + timedelta(1):%Y%m%d}", f"SUMMARY:{_text(entry.summary)}",
        f"DESCRIPTION:{_text(entry.description)}", f"URL:{entry.url}", f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}", "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(value: str) -> str:
    """A value of type TEXT (RFC 5545, 3.3.11); control characters, which it may not hold, go."""
    plain = "".join(c for c in value.replace("\r\n", "\n").replace("\r", "\n") if c == "\n" or (c >= " " and c != "\x7f"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[bytes]:
    """The line as bytes, no piece longer than 75 octets and no letter cut in two (RFC 5545, 3.1)."""
    rest, space = line.encode(), b""
    while len(rest) > LONGEST_LINE - len(space):
        end = LONGEST_LINE - len(space)
        while rest[end] & 0b1100_0000 == 0b1000_0000:  # inside a letter
            end -= 1
        yield space + rest[:end] + b"\r\n"
        rest, space = rest[end:], b" "
    yield space + rest + b"\r\n"

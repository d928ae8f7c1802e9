"""A calendar by the rules of RFC 5545: lines, folding, escaping, all-day events; the same events give the same bytes."""
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.ical import Entry, calendar

AT = datetime(2026, 9, 8, 2, 30, tzinfo=UTC)


def entry(summary: str = "Hạn: Việc", description: str = "", cancelled: bool = False) -> Entry:
    return Entry("411.7@dondoc", date(2026, 12, 31), summary, description, "https://dondoc.example/assignments/7", AT, 3, cancelled)


def unfolded(content: bytes) -> list[str]:
    """The lines as a reader puts them together again (RFC 5545, 3.1)."""
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_an_event_is_a_whole_day_and_says_what_it_must() -> None:
    lines = unfolded(calendar("Việc phải làm, Hà Trung", [entry()]))
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Don Doc//Han viec//VI"] and lines[-2:] == ["END:VCALENDAR", ""]
    assert {"UID:411.7@dondoc", "DTSTAMP:20260908T023000Z", "DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101", "SEQUENCE:3", "STATUS:CONFIRMED",
            "TRANSP:TRANSPARENT", "SUMMARY:Hạn: Việc", "URL:https://dondoc.example/assignments/7"} < set(lines)
    assert "STATUS:CANCELLED" in unfolded(calendar("x", [entry(cancelled=True)]))
    assert calendar("x", [entry()]) == calendar("x", [entry()])


def test_what_means_something_in_the_format_is_escaped() -> None:
    lines = unfolded(calendar("a;b", [entry("a, b; c\\d", "một\r\nhai\x00\x07BEGIN:VEVENT")]))
    assert r"NAME:a\;b" in lines and r"SUMMARY:a\, b\; c\\d" in lines and r"DESCRIPTION:một\nhaiBEGIN:VEVENT" in lines
    assert lines.count("BEGIN:VEVENT") == 1


@given(st.text(max_size=400))
def test_no_line_is_too_long_and_no_letter_is_cut(text: str) -> None:
    content = calendar("Lịch", [entry(text, text)])
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert sum(line.startswith("SUMMARY:") for line in unfolded(content)) == 1
    assert b"\n" not in content.replace(b"\r\n", b"")

"""Any text at all: never a crash, spans inside the shown text, time in step with length."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reading import letters
from tests.reading.test_whole import UNITS
from tracker.reading import Reading, read

LETTERS = [letters.PROVINCE, letters.PARTY, letters.DECISION, letters.WRAPPED]
SCRAPS_OF = (
    "\t", "\n", "\n\n", "1. ", "- ", "a) ", "Số: ", "ngày ", "/", "(", ")",
    "Kính gửi: ", "Nơi nhận:", "./.", "trước ngày 31/12", "|", "I. ", "Điều 2. ", "\x00", "é", "ẹ\u0301", "🙂",
)
SCRAPS = st.sampled_from(SCRAPS_OF)


def spans(found: Reading) -> list[tuple[int, int]]:
    singles = [found.number, found.issued_on, found.place, found.parent, found.issuer, found.subject, found.urgency, found.secrecy]
    lists = [*found.recipients, *found.copies, *found.tasks, *found.deadlines, *found.findings, *found.warnings]
    if found.signatory:
        singles += [found.signatory.name, found.signatory.title]
    if found.report_to:
        lists += [*found.report_to.emails, *found.report_to.phones]
        singles.append(found.report_to.office)
    return [value.span for value in [*singles, *lists] if value is not None and value.span is not None]


def check(text: str) -> None:
    found = read(text, UNITS)
    for start, end in spans(found):
        assert 0 <= start <= end <= len(found.text)
    for deadline in found.deadlines:
        assert deadline.task in (None, "all") or 1 <= int(deadline.task) <= len(found.tasks)


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_arbitrary_text(text: str) -> None:
    check(text)


@given(st.sampled_from(LETTERS), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.1), SCRAPS), max_size=12))
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_mutated_letters(text: str, edits: list[tuple[float, float, str]]) -> None:
    for where, length, scrap in edits:
        at = int(where * len(text))
        text = text[:at] + scrap + text[at + int(length * len(text)) :]
    check(text)


@pytest.mark.parametrize(
    "unit",
    [
        "1. Thu gom rác; báo cáo trước ngày 25/8/2021.\n",
        "gửi về ",
        "đề nghị các ",
        "a",
        "1. ",
        "(",
        "- (HND xã ",
        "trước ",
        "Số: 1/",
        "ngày ",
        "A B C ",
        "để thực hiện, ",
        "\t|",
        "x@",
    ],
)
def test_time_grows_with_length_only(unit: str) -> None:
    head = letters.PROVINCE.split("1. Rà soát")[0]
    text = head + unit * (60_000 // len(unit)) + letters.PROVINCE
    began = time.process_time()
    read(text, UNITS)
    assert time.process_time() - began < 4

"""Codes that the database, addresses and stored reports keep, and how refusals are told apart: what was written once must be readable for good."""
import pytest

from tracker.domain import (
    access,
    clocks,
    deadlines,
    errors,
    indicators,
    letters,
    policies,
    progress,
    report,
    report_words,
    rhythm,
    standing,
    status,
)
from tracker.domain.report_counts import Happened

STORED = {
    status.State: "assigned acknowledged submitted returned accepted objected paused cancelled",
    status.DispatchState: "draft issued closed withdrawn",
    deadlines.Precision: "day month quarter year recurring event none",
    progress.Standing: "done_on_time done_late done_no_deadline open_in_time open_overdue open_no_deadline outside",
    indicators.Measure: "money count percent", indicators.Direction: "more less neutral", indicators.Column: "plan same actual cumulative",
    letters.Kind: "urge remind criticise", report.Kind: "province district", rhythm.Every: "month quarter half year", clocks.Holder: "unit province nobody",
}


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_a_code_stays_what_it_is(kind: type) -> None:
    assert [str(one) for one in kind] == STORED[kind].split()  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [status.Act, status.DispatchAct, access.Right, policies.Rank, *STORED], ids=lambda kind: kind.__name__)
def test_a_code_is_its_name_written_small(kind: type) -> None:
    """Whoever reads a table of the database needs no second list."""
    written = {str(one) for one in kind}  # type: ignore[attr-defined]
    assert {code.replace(".", "_").replace("-", "_") for code in written} == {one.name.lower() for one in kind}  # type: ignore[attr-defined]


@pytest.mark.parametrize(("refusal", "number"), [
    (errors.DomainError, 400), (errors.BadInput, 422), (errors.TooLarge, 413), (errors.Forbidden, 403), (errors.NotFound, 404), (errors.Conflict, 409),
    (errors.Unavailable, 503),
])
def test_a_refusal_has_the_answer_of_http_that_means_it(refusal: type[errors.DomainError], number: int) -> None:
    """RFC 9110, section 15."""
    made = refusal("a.code", n=1)
    assert (made.status, made.code, made.params, made.args) == (number, "a.code", {"n": 1}, ("a.code", {"n": 1}))
    assert (str(made), str(refusal("a.code"))) == ("a.code {'n': 1}", "a.code")


def test_what_is_not_found_needs_no_reason() -> None:
    assert (errors.NotFound().code, errors.NotFound().params) == ("not_found", {})


def test_an_actor_without_the_right_is_refused_with_a_code_that_has_words() -> None:
    with pytest.raises(errors.Forbidden) as refused:
        access.Actor(1, "A", access.Role.AUDITOR, None).need(access.Right.DISPATCH_ISSUE)
    assert refused.value.code == "forbidden"


def test_a_units_line_is_told_of_every_count_that_a_report_keeps_under_that_name() -> None:
    kept = report.counts_of(progress.Tally())
    assert [name for name, _ in standing.FIGURES if name not in kept] == [] and len(set(dict(standing.FIGURES).values())) == len(standing.FIGURES)
    assert list(standing.CONTESTABLE) == [*dict(standing.FIGURES), "rank", "remarks"]
    assert [standing.CONTESTABLE[name] for name in ("total", "open_overdue", "rank", "remarks")] == [
        "Tổng số việc được giao", "Còn mở, quá hạn", "Thứ hạng", "Nhận xét của tỉnh"]
    assert set(Happened().plain()) == {"asked", "granted", "refused", "days", "returns", "findings", "remedied", "waiting"}


@pytest.mark.parametrize(("text", "plain"), [
    ("V/v: đẩy mạnh  uỷ thác.", "đẩy mạnh uỷ thác"), ("Về việc kiểm tra", "kiểm tra"), ("về việc kiểm tra.", "kiểm tra"),
    ("Kiểm tra về việc", "Kiểm tra về việc")])
def test_a_subject_stands_after_its_words(text: str, plain: str) -> None:
    assert report_words.subject(text) == plain


@pytest.mark.parametrize(("text", "clean"), [
    ("Đã làm – “100%”", "Đã làm – “100%”"), ("Ho\u0302\u0323i", "Hội"), ("a\x00b\x0bc", "abc"),
    ("ho\u0300a\n\t1", "hòa\n\t1"),
    ("x\ue000\ufffey", "xy"), ("中 №", "中 №")])
def test_no_letter_stands_in_two_pieces_and_no_control_character_comes_through(text: str, clean: str) -> None:
    assert report_words.clean(text) == clean

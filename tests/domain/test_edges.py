"""The edges of small rules: the last value that is still taken and the first that is not, and what a refusal says of the value."""
from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from tests.domain import small_province
from tests.domain.small_province import AS_OF, CHECK, done, line, sep
from tracker.domain import amounts, briefing, deadlines, figures, letterheads, policies, report_words, status, svg
from tracker.domain import figure_assembly as assembly
from tracker.domain.badges import badge
from tracker.domain.calendar import Calendar
from tracker.domain.errors import BadInput, Conflict, DomainError
from tracker.domain.figure_assembly import Asked, Figure, Given, Period
from tracker.domain.indicators import Column, Indicator
from tracker.domain.policies import PolicyStep, Rank
from tracker.domain.progress import Tally
from tracker.domain.report_layout import Table
from tracker.domain.status import Act, DispatchAct, State


@pytest.mark.parametrize(("text", "code"), [
    ("1" * 19, "figure.large"), ("1e5", "figure.number"), ("1,1234567890", "figure.places"), ("1" * 41, "figure.number"), ("١٢", "figure.number")])
def test_a_number_that_cannot_be_taken_is_shown_again(text: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        amounts.typed(text)
    assert (refused.value.code, refused.value.params["text"]) == (code, text[:40])


def test_the_last_numbers_that_are_taken() -> None:
    assert amounts.typed("9" * 18) == D("9" * 18) and amounts.typed("1,123456789") == D("1.123456789")
    assert [amounts.typed(text) for text in ("—", "–", "-", "…", "x", "")] == [None] * 6
    assert [amounts.typed(text, "money", "one") for text in ("2 nghìn tỷ", "2 tỉ", "2 tr", "2 ngàn", "2 đ")] == [2 * 10**n for n in (12, 9, 6, 3, 0)]


def test_how_far_a_rounded_share_may_be_off() -> None:
    """One unit of the last digit written, and half a last digit of the part: 1/3 is 33.3, 33 or 34, not 35."""
    assert figures.rounding(D("5.4")) == D("0.1") and figures.rounding(D(93)) == 1 and figures.rounding(D("1E+2")) == 100
    assert figures.share_fits(D(1), D(4), D(26)) and not figures.share_fits(D(1), D(4), D("26.1")) and figures.share_fits(D(1), D(0), D(99))
    assert figures.share_fits(D(1), D(100), D(3), D(1)) and not figures.share_fits(D(1), D(100), D(4), D(1)) and not figures.share_fits(D(1), D(50), D(6), D(1))
    assert figures.parts_fit([D(1), D(2)], D(4), [D("0.5"), D("0.5")]) and not figures.parts_fit([D(1), D(2)], D("4.1"), [D("0.5"), D("0.5")])
    assert figures.slipped_part([D(5000), D(2)], D(7)) == 0 and figures.slipped_part([D(5), D(2)], D(7000)) is None


def test_what_grows_beyond_its_whole_and_what_is_too_small_to_be_told() -> None:
    assert figures.outgrew(D(10), D(1), D(9), D(2)) and not figures.outgrew(D(10), D(1), D(10), D(2)) and not figures.outgrew(D(10), D(2), D(9), D(2))
    assert figures.too_small(D(10000), D(1)) and not figures.too_small(D(10000), D(2)) and not figures.too_small(D(10000), D(0))


def test_a_date_before_the_day_of_issue_is_told_with_both_days() -> None:
    with pytest.raises(BadInput) as refused:
        deadlines.check_dates(sep(8), sep(6), sep(7))
    assert (refused.value.code, refused.value.params) == ("task.past_date", {"day": sep(6), "issued_on": sep(7)})
    deadlines.check_dates(sep(7), None, sep(7))


def test_an_act_that_the_table_does_not_know_is_told_with_the_state() -> None:
    for act, state, code, refused_by in (
            (Act.SUBMIT, "accepted", "assignment.state", status.after), (DispatchAct.ISSUE, "closed", "dispatch.state", status.dispatch_after)):
        with pytest.raises(Conflict) as refused:
            refused_by(state, act)  # type: ignore[operator]
        assert (refused.value.code, refused.value.params) == (code, {"state": state, "act": str(act)})


@pytest.mark.parametrize(("step", "taken"), [
    (PolicyStep(250, (Rank.OFFICER,)), True), (PolicyStep(251, (Rank.OFFICER,)), False), (PolicyStep(-251, (Rank.OFFICER,)), False),
    (PolicyStep(1, (Rank.OFFICER,), every=250), True), (PolicyStep(1, (Rank.OFFICER,), every=251), False), (PolicyStep(1, (Rank.OFFICER,), every=-1), False),
    (PolicyStep(1, ()), False), (PolicyStep(1, (Rank.OFFICER,), opening="x" * 300), True), (PolicyStep(1, (Rank.OFFICER,), opening="x" * 301), False),
])
def test_how_far_a_step_may_lie(step: PolicyStep, taken: bool) -> None:
    if taken:
        assert policies.checked([step]).steps[0].days == step.days
        return
    with pytest.raises(DomainError) as refused:
        policies.checked([step])
    assert refused.value.code.startswith("policy.")


def test_a_ladder_has_at_most_twelve_steps() -> None:
    steps = [PolicyStep(n, (Rank.OFFICER,)) for n in range(13)]
    assert len(policies.checked(steps[:12]).steps) == 12
    with pytest.raises(BadInput, match=r"^policy\.many_steps"):
        policies.checked(steps)
    assert policies.urgency_or_none("flash") == "flash" and policies.urgency_or_none("x") is None and policies.urgency_or_none(None) is None


def test_the_totals_of_a_form_hold_every_column() -> None:
    one, period = Indicator(1, "n", "Hộ", summed=True), Period(1, "2026-09", sep(20), sep(25))
    typed = {"plan": 5, "same": 4, "actual": 3, "cumulative": 9}
    given = [Figure(1, unit, "n", column, D(amount)) for unit in (1, 2) for column, amount in typed.items()]
    whole = Given([one], list(Column), [period], figures=[
        *given, Figure(1, None, "n", "bank", D(7)), Figure(None, None, "n", "baseline", D(2))])
    found = assembly.period_figures(whole, period, [Asked(1, "1", "A"), Asked(2, "2", "B")], sep(20))
    total, own = found.total("n"), found.units[0].cell("n")
    assert [total.of(column) for column in ("plan", "same", "actual", "cumulative")] == [10, 8, 6, 18] and (total.bank, total.baseline) == (7, 2)
    assert [own.of(column) for column in ("plan", "same", "actual", "cumulative")] == [5, 4, 3, 9] and not found.locked and found.units[0].signed_by == ""


def test_a_signature_in_anothers_place_has_two_lines_only_where_it_says_so() -> None:
    assert letterheads.signature("TM. BAN THƯỜNG VỤ PHÓ CHỦ TỊCH PHÓ TRƯỞNG BAN")[0] == "TM. BAN THƯỜNG VỤ"
    assert letterheads.letter_symbol("12/CV") == "/CV" and letterheads.letter_symbol("12/GM-SYT") == "/SYT" == letterheads.letter_symbol("12/HD-SYT")
    assert letterheads.spoken("MTTQ TỈNH X", "Tỉnh Y") == "Mặt trận Tổ quốc tỉnh Y"
    assert letterheads.spoken("HĐND TỈNH X", "Tỉnh Y").startswith("Hội đồng nhân dân")


def test_standings_that_reports_seldom_tell() -> None:
    upheld = line("392", CHECK, State.OBJECTED, objection_upheld=True)
    assert report_words.standing(upheld, AS_OF) == "không thuộc trách nhiệm, không tính"
    assert report_words.deadline(replace(upheld, due_on=None, review_on=None)) == "không hạn"
    assert report_words.standing(line("392", CHECK, State.PAUSED, paused_on=sep(1)), AS_OF) == "tạm dừng; quá hạn 1 ngày"
    assert report_words.standing(done("392", CHECK, sep(1), None), AS_OF) == "hoàn thành (không hạn)"
    assert report_words.workflow(line("392", CHECK, State.RETURNED)) == "trả lại"


def test_lateness_before_an_extension_stands_on_the_badge() -> None:
    assert badge("accepted", sep(5), sep(5), AS_OF, sep(15)).kind == "done" and badge("accepted", sep(5), sep(5), AS_OF, sep(15), 1).kind == "dlate"


def test_no_working_day_is_the_day_itself_and_tallies_add_up() -> None:
    assert Calendar().add(date(2026, 9, 5), 0) == date(2026, 9, 5) and Calendar().add(date(2026, 9, 4), 1) == date(2026, 9, 7)
    assert Tally(1, 2, 3) + Tally(1, 1, 1, outside=2) == Tally(2, 3, 4, outside=2)
    assert svg.escaped('<"&>') == "&lt;&quot;&amp;&gt;" and (svg.plain(1.50), svg.plain(10.0), svg.plain(0.004)) == ("1.5", "10", "0")


def test_the_pack_says_how_many_of_how_many_it_shows() -> None:
    data = small_province.period()

    def blocks(late: int) -> list[object]:
        return list(briefing.compose(replace(data, late=data.late[:1] * late), briefing.Meeting()).blocks)

    def told(late: int) -> list[str]:
        return [block.text for block in blocks(late) if "lượt nhiệm vụ đang quá hạn" in getattr(block, "text", "")]  # type: ignore[attr-defined]

    assert told(briefing.LONGEST)[0].endswith("đang quá hạn:") and told(briefing.LONGEST + 1)[0].endswith(f"; {briefing.LONGEST} việc lâu nhất:")
    assert "Không có nhiệm vụ đang quá hạn." in [getattr(block, "text", "") for block in blocks(0)]
    assert not any(isinstance(block, Table) and block.caption == "Nhiệm vụ đang quá hạn" for block in blocks(0))

"""Reports over a period, a unit and a field; versions that tell what changed; the clerk's words; stopping and trying again."""
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Factory
from tests.services.test_reports import ISSUED, TODAY, compiled, hand_in, issued, work
from tracker import clock
from tracker.adapters.files import store
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound, Unavailable
from tracker.domain.report_document import compose
from tracker.domain.report_period import PeriodData
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail
from tracker.models.reports import Report, ReportFile
from tracker.models.units import Unit
from tracker.services import dispatch_fields, report_edits, report_orders, reports, reviewing
from tracker.services import reports_compile as compiling
from tracker.services.report_period_facts import Wanted

AUGUST, LAST = date(2026, 8, 1), date(2026, 8, 31)
Stage = tuple[Dispatch, list[Unit], Actor]


@pytest.fixture
def stage(app: Flask, make: Factory) -> Stage:
    """Two units; one handed in late in September, which was accepted."""
    units, clerk = [make.unit(), make.unit()], make.actor()
    found = issued(make, units)
    first = make.assignments(found, units[0])
    late = hand_in(units[0], first[:1], date(2026, 9, 2))
    with clock.frozen(date(2026, 9, 4)), transaction():
        reviewing.accept(clerk, late, [first[0].id])
    return found, units, clerk


def over(clerk: Actor, wanted: Wanted) -> Report:
    with transaction():
        row = report_orders.over(clerk, wanted)
    assert work(row.id)
    return db.session.get_one(Report, row.id, populate_existing=True)


def fresh(report_id: int) -> Report:
    db.session.rollback()
    return db.session.get_one(Report, report_id, populate_existing=True)


def test_a_period_a_unit_and_a_field(stage: Stage, make: Factory) -> None:
    _, units, clerk = stage
    with clock.frozen(date(2026, 9, 6)):
        later = make.issued(units[:1], [(date(2026, 9, 7), None)], number="7-CV/HNDT")
    with transaction():
        dispatch_fields.choose(clerk, later.id, "  Tín   dụng ")
    month = reports.data(clerk, over(clerk, Wanted("period", AUGUST, LAST, TODAY)))
    assert isinstance(month, PeriodData)
    assert (month.total.counts.total, month.total.carried, [d.number for d in month.dispatches]) == (6, 0, ["931-CV/HNDT"])
    # In September five of them were still to be done, or were done in it; the new one is overdue by a day.
    now = reports.data(clerk, over(clerk, Wanted("period", date(2026, 9, 1), TODAY, TODAY)))
    assert isinstance(now, PeriodData)
    assert (now.total.counts.total, now.total.carried, len(now.overdue()), len(now.done_late())) == (7, 6, 2, 1)
    assert [(name, n) for name, n, _ in now.by_field] == [("Tín dụng", 1), ("Chưa ghi lĩnh vực", 1)]
    one = reports.data(clerk, over(clerk, Wanted("unit", AUGUST, TODAY, TODAY, unit_id=units[1].id)))
    assert isinstance(one, PeriodData)
    assert ([u.code for u in one.units], one.total.counts.total, units[1].name in compose(one).abstract) == ([units[1].code], 3, True)
    field = reports.data(clerk, over(clerk, Wanted("field", AUGUST, TODAY, TODAY, field="Tín dụng")))
    assert isinstance(field, PeriodData)
    assert [d.number for d in field.dispatches] == ["7-CV/HNDT"]
    own = reports.data(make.actor(Role.OFFICER, units[1]), over(clerk, Wanted("period", AUGUST, LAST, TODAY)))
    assert isinstance(own, PeriodData)
    assert ({unit.code for unit in own.units}, own.total.counts.total) == ({units[1].code}, 3)
    assert {row.scope for row in reports.listed(make.actor(Role.OFFICER, units[1]))} == {"period", "unit"}
    assert {row.scope for row in reports.listed(clerk, wanted=reports.Filter(scope="field"))} == {"field"}


@pytest.mark.parametrize(("wanted", "code"), [
    (Wanted("period", LAST, AUGUST, TODAY), "report.period"), (Wanted("period", date(2025, 1, 1), LAST, TODAY), "report.period"),
    (Wanted("period", AUGUST, LAST, TODAY + timedelta(1)), "report.cut_off"), (Wanted("unit", AUGUST, LAST, TODAY), "report.unit"),
    (Wanted("field", AUGUST, LAST, TODAY), "report.field"), (Wanted("period", date(2026, 7, 1), date(2026, 7, 9), TODAY), "report.nothing"),
])
def test_what_cannot_be_ordered(stage: Stage, wanted: Wanted, code: str) -> None:
    with pytest.raises(BadInput, match=code), transaction():
        report_orders.over(stage[2], wanted)


def test_a_unit_orders_nothing(stage: Stage, make: Factory) -> None:
    officer = make.actor(Role.OFFICER, stage[1][0])
    with pytest.raises(Forbidden), transaction():
        report_orders.over(officer, Wanted("period", AUGUST, LAST, TODAY))


def test_a_correction_is_a_new_version_that_tells_what_changed(stage: Stage, make: Factory) -> None:
    found, units, clerk = stage
    first = compiled(clerk, found.id)
    hash_before = first.sha256
    hand_in(units[1], make.assignments(found, units[1])[:1], date(2026, 9, 7))
    with transaction():
        second = report_orders.correct(clerk, first.id, "Bổ sung kết quả gửi muộn")
    with pytest.raises(Conflict, match="replaced"), transaction():
        report_orders.correct(clerk, first.id, "Lần nữa")
    assert work(second.id)
    second = fresh(second.id)
    assert (second.version, second.replaces_id, second.sha256 != hash_before) == (2, first.id, True)
    told = {(one["whose"], one["what"]): (one["before"], one["after"]) for one in second.changes or ()}
    assert told["Toàn tỉnh", "Đã gửi kết quả"] == ("1", "2")
    assert told[units[1].name, "Nhiệm vụ 1: Việc thứ 1: tình trạng"] == ("chưa tiếp nhận; quá hạn 8 ngày", "chờ duyệt; quá hạn 7 ngày")
    assert all(one["unit_code"] in ("", units[1].code) for one in second.changes or ())
    assert [(row.version, row.reason) for row in reports.versions(second)] == [(2, "Bổ sung kết quả gửi muộn"), (1, None)]
    assert fresh(first.id).sha256 == hash_before
    officer = make.actor(Role.OFFICER, units[0])
    assert [(row.id, row.replaced) for row in reports.listed(officer)] == [(second.id, False), (first.id, True)]


def test_the_clerks_words_stand_in_the_files_and_go_with_a_correction(stage: Stage, make: Factory) -> None:
    found, units, clerk = stage
    row = compiled(clerk, found.id)
    drafts = {line.sentence.key: line.sentence.text for line in report_edits.lines(clerk, row)}
    texts = {**drafts, "late.open": "Hai đơn vị đang chậm, nặng nhất là bão.", "ask.rest": ""}
    with transaction():
        assert report_edits.save(clerk, row.id, texts, "12", date(2026, 9, 9)) is True
    hash_before = fresh(row.id).sha256
    assert work(row.id)
    row = fresh(row.id)
    assert (row.state, row.sha256) == ("ready", hash_before)
    shown = compose(reports.data(clerk, row), report_edits.of(row.id), row.number or "")
    said = [block.text for block in shown.blocks if hasattr(block, "text")]
    assert "Hai đơn vị đang chậm, nặng nhất là bão." in said and drafts["ask.rest"] not in said
    assert (shown.number, "ngày 09 tháng 9 năm 2026" in shown.place_date) == ("12-BC/HNDT", True)
    with transaction():
        assert report_edits.save(clerk, row.id, texts, "12-BC/HNDT", date(2026, 9, 9)) is False
    hand_in(units[1], make.assignments(found, units[1])[:1], date(2026, 9, 7))
    with transaction():
        second = report_orders.correct(clerk, row.id, "Số liệu mới")
    work(second.id)
    stale = report_edits.stale(clerk, fresh(second.id))
    assert [(line.sentence.key, line.own) for line in stale] == [("late.open", "Hai đơn vị đang chậm, nặng nhất là bão.")]
    assert report_edits.of(second.id)["ask.rest"].text == ""
    with pytest.raises(Conflict, match="replaced"), transaction():
        report_edits.save(clerk, row.id, drafts, "", None)


def test_every_number_of_a_sentence_is_among_the_figures_it_names(stage: Stage) -> None:
    found, _, clerk = stage
    for row in (compiled(clerk, found.id), over(clerk, Wanted("period", AUGUST, TODAY, TODAY))):
        for line in report_edits.lines(clerk, row):
            for _, value in line.sentence.made_from:
                assert value in line.sentence.text or "%" in line.sentence.text or "–" in line.sentence.text, line.sentence


def test_stopping_one_that_waits_and_one_in_the_making(stage: Stage) -> None:
    found, _, clerk = stage
    with transaction():
        waiting, running = (reports.request_report(clerk, found.id, TODAY).id for _ in range(2))
    with transaction():
        claimed = compiling.claim(running)
    with transaction():
        report_orders.cancel(clerk, waiting)
        report_orders.cancel(clerk, running)
    assert (fresh(waiting).state, fresh(running).state) == ("cancelled", "running")
    assert claimed
    with transaction():
        assert compiling.progress(claimed, 1, 3) is False
    assert fresh(running).state == "cancelled"
    data = reports.data(clerk, compiled(clerk, found.id))
    with transaction():
        assert compiling.claim(waiting) is None and compiling.claim(running) is None
        assert compiling.record(claimed, data, []) is False
    assert db.session.scalar(select(func.count()).select_from(ReportFile).where(ReportFile.report_id.in_((waiting, running)))) == 0
    with pytest.raises(Conflict, match="over"), transaction():
        report_orders.cancel(clerk, running)
    with transaction():
        report_orders.retry(clerk, running)
    assert work(running)
    assert fresh(running).state == "ready"


def test_one_that_was_to_stop_and_lost_its_worker_is_stopped_by_the_sweep(stage: Stage) -> None:
    found, _, clerk = stage
    with transaction():
        row = reports.request_report(clerk, found.id, TODAY)
    with transaction():
        assert compiling.claim(row.id)
        report_orders.cancel(clerk, row.id)
    with clock.frozen(clock.now() + timedelta(minutes=5)), transaction():
        assert compiling.sweep() == 0
    assert fresh(row.id).state == "cancelled"


def test_a_failure_that_may_pass_is_tried_again_by_itself_and_one_that_does_not_is_not(stage: Stage) -> None:
    found, _, clerk = stage
    with transaction():
        row = reports.request_report(clerk, found.id, TODAY)
    at = clock.now()
    for rest in (*compiling.RESTS, None):
        with clock.frozen(at):
            with transaction():
                claimed = compiling.claim(row.id)
            assert claimed
            with transaction():
                compiling.fail(claimed, Unavailable("files.disk_full"))
            assert fresh(row.id).next_attempt_at == (at + rest if rest else None)
        if rest:
            at += rest
            with clock.frozen(at), transaction():
                assert compiling.sweep() == 1
    assert fresh(row.id).state == "failed"
    with transaction():
        report_orders.retry(clerk, row.id)
    with transaction():
        claimed = compiling.claim(row.id)
        assert claimed
        compiling.fail(claimed, NotFound())
    assert fresh(row.id).next_attempt_at is None


def test_a_period_report_is_mailed_where_it_is_told_to_and_only_once(stage: Stage) -> None:
    _, _, clerk = stage
    row = over(clerk, Wanted("period", AUGUST, LAST, TODAY))
    with pytest.raises(BadInput, match="no_address"), transaction():
        reports.send(clerk, row.id)
    for _ in range(2):
        with transaction():
            mail = reports.send(clerk, row.id, to="Lanhdao@tinh.example")
    assert db.session.scalar(select(func.count()).select_from(Mail).where(Mail.kind == "report")) == 1
    assert (mail.address, len(mail.files), "01/08/2026 đến 31/08/2026" in mail.subject) == ("lanhdao@tinh.example", len(compiling.FORMATS), True)


def test_the_same_cut_off_gives_the_same_files_a_month_later(stage: Stage) -> None:
    found, _, clerk = stage
    first = compiled(clerk, found.id, date(2026, 9, 5))
    with clock.frozen(TODAY + timedelta(30)):
        again = compiled(clerk, found.id, date(2026, 9, 5))
        assert again.sha256 == first.sha256
        for one, other in zip(reports.stored(clerk, first), reports.stored(clerk, again), strict=True):
            assert (one.name, store().path(one.sha256).read_bytes()) == (other.name, store().path(other.sha256).read_bytes())
    assert ISSUED < date(2026, 9, 5)


def test_words_that_no_report_can_bear_are_refused(stage: Stage) -> None:
    found, _, clerk = stage
    with transaction():
        waits = reports.request_report(clerk, found.id, TODAY)
    row = compiled(clerk, found.id)
    key = report_edits.lines(clerk, row)[0].sentence.key
    for report_id, texts, number, signed_on, code in (
        (waits.id, {}, "", None, "report.not_ready"), (row.id, {}, "9" * 61, None, "report.number"),
        (row.id, {}, "", TODAY - timedelta(days=1), "report.signed_on"), (row.id, {key: "x" * (report_edits.LONGEST + 1)}, "", None, "report.sentence"),
    ):
        with pytest.raises((BadInput, Conflict)) as refused, transaction():
            report_edits.save(clerk, report_id, texts, number, signed_on)
        assert refused.value.code == code
    for report_id, reason, code in ((row.id, " ", "report.reason"), (waits.id, "Thiếu", "report.not_ready")):
        with pytest.raises((BadInput, Conflict)) as refused, transaction():
            report_orders.correct(clerk, report_id, reason)
        assert refused.value.code == code
    with pytest.raises(Conflict, match=r"^report\.not_ready"), transaction():
        reports.send(clerk, waits.id)
    assert not report_edits.of(row.id)


def test_a_period_is_corrected_too_and_what_was_replaced_meanwhile_is_not_tried_again(stage: Stage) -> None:
    clerk = stage[2]
    row = over(clerk, Wanted("period", AUGUST, LAST, TODAY))
    with transaction():
        failed = report_orders.correct(clerk, row.id, "Bổ sung")
        report_orders.cancel(clerk, failed.id)
    with transaction():
        again = report_orders.correct(clerk, row.id, "Bổ sung")
    assert (again.version, again.period_from, again.as_of) == (2, AUGUST, TODAY)
    with pytest.raises(Conflict, match=r"^report\.replaced"), transaction():
        report_orders.retry(clerk, failed.id)


def test_the_list_goes_on_below_the_last_one_shown_and_a_dispatch_is_its_recipients_alone(stage: Stage, make: Factory) -> None:
    found, units, clerk = stage
    with transaction():
        first, second = (reports.request_report(clerk, found.id, TODAY) for _ in range(2))
    assert [row.id for row in reports.listed(clerk)] == [second.id, first.id] and [row.id for row in reports.listed(clerk, before=second.id)] == [first.id]
    assert reports.dispatch(make.actor(Role.OFFICER, units[0]), found.id).id == reports.dispatch(clerk, found.id).id == found.id
    with pytest.raises(NotFound):
        reports.dispatch(make.actor(Role.OFFICER, make.unit()), found.id)

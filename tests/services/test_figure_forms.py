"""A form of figures that is changed once it was asked: its periods keep their addresses and days, and what units worked in is never thrown away."""
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.factories import Factory
from tests.services.figures_made import DUE, PLAIN, Figures
from tests.services.test_figures_out import digests
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import Conflict, NotFound
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.figures import FormPeriod
from tracker.services import figure_communes, figure_forms, figure_nudges, figure_page, figure_paste, figure_table, figure_writing, indicators

LATER = DUE + timedelta(days=7)
MONTHLY = {"every": "month", "month": 1, "day": 20, "due_on": None}


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


def again(f: Figures, **more: object) -> None:
    """The form saved once more, as its page shows it but for what is changed."""
    with transaction():
        figure_forms.save(f.clerk, f.dispatch.id, f.form.id, replace(figure_forms.wanted_of(f.form), **more), f.form.version)  # type: ignore[arg-type]


def periods(f: Figures) -> list[tuple[int, str, date, date]]:
    rows = db.session.scalars(select(FormPeriod).where(FormPeriod.form_id == f.form.id).order_by(FormPeriod.key).execution_options(populate_existing=True))
    return [(row.id, row.key, row.due_on, row.cut_off_on) for row in rows]


def test_a_new_name_leaves_a_cut_off_that_was_put_off_where_it_is(make: Factory) -> None:
    f = Figures(make)
    with transaction():
        figure_forms.put_off(f.clerk, f.period.id, LATER)
    before = periods(f)
    again(f, title="Dư nợ uỷ thác quý III", sign="leader")
    assert periods(f) == before and before[0][3] == LATER


def test_new_days_keep_the_address_that_mails_name_and_are_told_anew(make: Factory) -> None:
    f = Figures(make)
    with transaction():
        figure_forms.save(f.clerk, f.dispatch.id, None, replace(f.wanted, title="Biểu khác"))
    ((period_id, *_),) = periods(f)
    thursday = DUE - timedelta(days=3)
    assert len(digests(thursday)) == 2
    again(f, due_on=LATER, lock_days=2)
    assert periods(f) == [(period_id, "once", LATER, LATER + timedelta(days=2))]
    assert len(digests(thursday + timedelta(days=7))) == 2


def test_a_month_that_nobody_handed_in_stays_owed(make: Factory) -> None:
    f = Figures(make, every="month")
    with clock.frozen(date(2026, 10, 25)):
        with transaction():
            figure_forms.open_due(f.form.id)
        again(f, title="Dư nợ hằng tháng")
        assert [key for _, key, *_ in periods(f)] == ["2026-09", "2026-10"]
        again(f, day=25)
        assert [due for _, _, due, _ in periods(f)] == [date(2026, 9, 25), date(2026, 10, 25)]


def test_how_often_it_is_asked_changes_only_while_nobody_has_typed(make: Factory) -> None:
    f = Figures(make)
    again(f, **MONTHLY)
    assert [(key, due) for _, key, due, _ in periods(f)] == [("2026-09", date(2026, 9, 20))]
    again(f, every="quarter", month=3)
    assert [key for _, key, *_ in periods(f)] == ["2026-Q3"]
    f.save(f.officers[0], PLAIN)
    for wanted in ({"every": "once", "due_on": DUE}, MONTHLY):
        with pytest.raises(Conflict, match=r"^form\.typed"):
            again(f, **wanted)
    assert [key for _, key, *_ in periods(f)] == ["2026-Q3"]


def test_once_figures_are_in_their_days_are_fixed_and_a_new_indicator_moves_none(make: Factory) -> None:
    f = Figures(make)
    f.hand_in(f.officers[0], PLAIN)
    for change in ({"due_on": LATER}, {"lock_days": 30}):
        with pytest.raises(Conflict, match=r"^form\.begun"):
            again(f, **change)
    with transaction():
        figure_forms.put_off(f.clerk, f.period.id, LATER)
        more = indicators.save(f.clerk, None, indicators.Wanted("so_to", "Số tổ", unit="tổ")).id
    again(f, indicator_ids=[*f.wanted.indicator_ids, more])
    assert [cut_off for *_, cut_off in periods(f)] == [LATER]
    assert [row.one.code for row in figure_page.page(f.officers[1], f.period.id).rows] == ["du_no", "no_qua_han", "ty_le", "ho_moi", "so_to"]


def test_the_form_of_a_draft_begins_when_it_is_saved_last_and_is_seen_by_who_drafts(make: Factory) -> None:
    f = Figures(make, every="month")
    with transaction() as session:
        session.execute(update(Dispatch).where(Dispatch.id == f.dispatch.id).values(state="draft", issued_at=None))
    with clock.frozen(date(2026, 11, 5)):
        again(f, title="Dư nợ hằng tháng")
        assert figure_table.table(f.clerk, f.period.id).dispatch.state == "draft"
    assert [key for _, key, *_ in periods(f)] == ["2026-11"]
    assert [line.title for line in figure_table.listed(f.clerk)] == ["Dư nợ hằng tháng"]
    for role in (Role.LEADER, Role.AUDITOR, Role.ADMIN):
        reader = make.actor(role)
        assert figure_table.listed(reader) == [] == figure_table.listed(reader, f.dispatch.id)
        with pytest.raises(NotFound):
            figure_table.table(reader, f.period.id)


def test_nobody_is_asked_to_fill_a_form_that_is_closed(make: Factory) -> None:
    f = Figures(make)
    with transaction():
        figure_forms.close(f.clerk, f.form.id)
    with pytest.raises(Conflict, match=r"^form\.closed"), transaction():
        figure_nudges.nudge(f.clerk, f.period.id, [f.units[0].id])


def test_a_pasted_row_may_begin_with_the_code_that_the_file_gives(make: Factory) -> None:
    f = Figures(make)
    place = figure_page.page(f.officers[0], f.period.id).place
    given = figure_writing.known(place)
    found = figure_paste.read("ho_moi\t12\nno_qua_han\t50\n", figure_writing.editable(given, given.periods[0], place.unit.id), given.columns)
    assert found.unknown == [] and found.cells == f.cells({"ho_moi": "12", "no_qua_han": "50"})


def test_what_the_province_asks_of_a_commune_itself_is_not_its_districts_to_see(make: Factory) -> None:
    f = Figures(make)
    commune = f.commune(f.units[0], "Xã Hà Long")
    with transaction() as session:
        session.add(DispatchRecipient(dispatch_id=f.dispatch.id, unit_id=commune.id, unit_name=commune.name, added_at=clock.now()))
    assert not figure_page.page(make.actor(Role.OFFICER, commune), f.period.id).place.commune
    assert figure_page.page(f.clerk, f.period.id, commune.id).place.unit.id == commune.id
    with pytest.raises(NotFound):
        figure_page.page(f.officers[0], f.period.id, commune.id)
    with transaction():
        figure_communes.open_to(f.officers[0], f.period.id)
    assert figure_page.page(f.officers[0], f.period.id, commune.id).place.unit.id == commune.id

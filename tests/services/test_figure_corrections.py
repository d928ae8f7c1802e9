"""After the cut-off: who may ask for what, and what the province writes for a unit that never handed anything in."""
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from tests.factories import Factory
from tests.services.figures_made import DUE, PLAIN, Figures
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.models.dispatches import Dispatch
from tracker.models.figures import FigureRequest
from tracker.services import figure_communes, figure_corrections, figure_files, figure_forms, figure_nudges, figure_page, figure_place, figure_table

LOCKED = datetime(2026, 9, 29, 9, tzinfo=clock.LOCAL)


@pytest.fixture
def f(sqlite_app: Flask) -> Figures:
    return Figures(Factory())


def ask(f: Figures, who: Actor, token: str = "t", reason: str = "Sót 8 hộ") -> int:
    with transaction():
        return figure_corrections.ask(who, f.period.id, token, reason).id


def test_what_cannot_be_asked_for(f: Figures) -> None:
    officer, period_id = f.officers[0], f.period.id
    commune = f.make.actor(Role.OFFICER, f.commune(f.units[0], "Xã Hà Long"))
    f.hand_in(officer, PLAIN)
    f.save(officer, {"ho_moi": "20"})
    with pytest.raises(Conflict, match=r"^correction\.early"):
        ask(f, officer)
    with pytest.raises(Conflict, match=r"^correction\.early"), transaction():
        figure_corrections.correct(f.clerk, period_id, f.units[0].id, {}, "Gõ nhầm")
    with transaction():
        figure_communes.open_to(officer, period_id)
    f.save(commune, {"ho_moi": "1"})
    with clock.frozen(LOCKED):
        with pytest.raises(NotFound):
            ask(f, commune)
        with pytest.raises(NotFound), transaction():
            figure_corrections.correct(f.clerk, period_id, commune.unit_id or 0, {}, "Gõ nhầm")
        with pytest.raises(Conflict, match=r"^sheet\.stale"):
            ask(f, officer, "another page")
        f.save(officer, {"ho_moi": "hai mươi"})
        with pytest.raises(BadInput, match=r"^correction\.unread"):
            ask(f, officer)
        f.save(officer, {"ho_moi": "20"})
        request_id = ask(f, officer)
        f.save(officer, {"ho_moi": "21"})
        with pytest.raises(Conflict, match=r"^correction\.waiting"):
            ask(f, officer)
        with pytest.raises(NotFound), transaction():
            figure_corrections.withdraw(f.officers[1], request_id)
        with pytest.raises(NotFound), transaction():
            figure_corrections.decide(f.clerk, 999, True, "")
        with pytest.raises(BadInput, match=r"^correction\.answer"), transaction():
            figure_corrections.decide(f.clerk, request_id, False, " ")
        with transaction():
            figure_corrections.decide(f.clerk, request_id, False, "Số cũ đúng")
        with pytest.raises(Conflict, match=r"^correction\.decided"), transaction():
            figure_corrections.decide(f.clerk, request_id, True, "")
        assert figure_table.table(f.clerk, period_id).figures.units[0].cell("ho_moi").actual == 12


def test_who_never_handed_in_has_by_a_granted_request(f: Figures) -> None:
    """What was taken out of the form while the request waited is passed over."""
    officer = f.officers[0]
    with clock.frozen(LOCKED):
        f.save(officer, {"du_no": "5.000", "ho_moi": "20"})
        request_id = ask(f, officer, reason="Mạng hỏng đến hôm nay")
        with transaction():
            figure_forms.save(f.clerk, f.dispatch.id, f.form.id, replace(figure_forms.wanted_of(f.form), indicator_ids=[f.ids["ho_moi"]]), f.form.version)
        (shown,) = figure_table.table(f.clerk, f.period.id).waiting
        assert [(line.name, line.before, line.after) for line in shown.lines] == [("Số hộ vay mới", "trống", "20")]
        with transaction():
            figure_corrections.decide(f.clerk, request_id, True, "")
        found = figure_table.table(f.clerk, f.period.id).figures
        assert [unit.name for unit in found.missing] == [f.units[1].name] and found.units[0].cell("ho_moi").actual == 20
        assert db.session.get_one(FigureRequest, request_id).decided_by_name == f.clerk.name
        with transaction():
            assert figure_corrections.correct(f.clerk, f.period.id, f.units[0].id, {f"{f.ids['ho_moi']}.actual": "22"}, "Gõ nhầm") == 1
        page = figure_page.page(officer, f.period.id)
        assert page.handed is not None and page.handed.by == officer.name and page.rows[0].fields[-1].text == "22"


def test_communes_are_opened_by_their_district_while_there_is_time(f: Figures) -> None:
    officer = f.officers[0]
    people = [f.make.actor(Role.OFFICER, f.commune(f.units[0], name)) for name in ("Xã Hà Long", "Xã Hà Sơn")]
    for _ in range(2):
        with transaction():
            assert figure_communes.open_to(officer, f.period.id) == 2
    with pytest.raises(NotFound), transaction():
        figure_communes.open_to(people[0], f.period.id)
    with pytest.raises(NotFound):
        figure_communes.below(people[0], f.period.id, people[0].unit_id or 0)
    with clock.frozen(LOCKED), pytest.raises(Conflict, match=r"^sheet\.locked"), transaction():
        figure_communes.open_to(f.officers[1], f.period.id)


def test_who_is_reminded_of_a_form(f: Figures) -> None:
    def nudge(units: list[int], message: str = "", who: Actor | None = None) -> object:
        with transaction():
            return figure_nudges.nudge(who or f.clerk, f.period.id, units, message)

    with pytest.raises(Forbidden):
        nudge([f.units[0].id], who=f.officers[0])
    with pytest.raises(BadInput, match=r"^form\.no_unit"):
        nudge([999])
    with pytest.raises(BadInput, match=r"^nudge\.long"):
        nudge([f.units[0].id], "x" * 1001)
    with transaction() as session:
        session.execute(update(Dispatch).where(Dispatch.id == f.dispatch.id).values(state="closed", ended_at=clock.now()))
    with pytest.raises(Conflict, match=r"^dispatch\.state"):
        nudge([f.units[0].id])


def test_a_period_that_is_none_or_of_others(f: Figures) -> None:
    stranger = f.make.actor(Role.OFFICER, f.make.unit())
    with pytest.raises(NotFound):
        figure_place.period_of(999)
    for who, unit_id in ((stranger, None), (stranger, f.units[0].id), (f.clerk, 999), (f.clerk, stranger.unit_id)):
        with pytest.raises(NotFound):
            figure_place.find(who, f.period.id, unit_id)
    with pytest.raises(NotFound):
        figure_table.latest_period(f.clerk, 999)
    for act in (lambda: figure_forms.get(f.clerk, 999), lambda: figure_forms.put_off(f.clerk, 999, DUE + timedelta(9))):
        with pytest.raises(NotFound), transaction():
            act()
    with transaction():
        assert figure_forms.open_due(999) == 0
    with pytest.raises(BadInput):
        figure_files.read(f.officers[0], f.period.id, b"khong phai bang", "a.xlsx")


def test_a_form_of_one_task_asks_who_is_charged_with_it(f: Figures) -> None:
    task_id = f.make.assignments(f.dispatch)[0].task_id
    with transaction():
        figure_forms.save(f.clerk, f.dispatch.id, f.form.id, replace(figure_forms.wanted_of(f.form), task_id=task_id), f.form.version)
    assert f.hand_in(f.officers[0], PLAIN).done
    with pytest.raises(NotFound):
        figure_page.page(f.make.actor(Role.OFFICER, f.make.unit()), f.period.id)

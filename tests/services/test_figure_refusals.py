"""What the catalogue of indicators and the forms of figures refuse, with the field that is to be mended; and the second factor's turns."""
from dataclasses import replace
from datetime import date

import pyotp
import pytest
from flask import Flask

from tests.factories import Factory
from tests.services.figures_made import Figures
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import BadInput, Conflict, DomainError, Forbidden, NotFound
from tracker.models.dispatches import Dispatch
from tracker.models.people import Person
from tracker.services import figure_forms, indicators, pause_list, pauses, recovery, two_factor
from tracker.services.pauses import Wanted


@pytest.fixture
def made(sqlite_app: Flask) -> Figures:
    return Figures(Factory())


def test_an_indicator_that_cannot_be_entered_names_its_field(made: Figures) -> None:
    row, good = indicators.get(made.clerk, made.ids["ho_moi"])
    wrong = [
        ({"code": "1 x"}, "indicator.code", "code"), ({"code": "du_no"}, "indicator.taken", "code"), ({"code": "ho_khac"}, "indicator.code_used", "code"),
        ({"name": "  "}, "indicator.name", "name"), ({"name": "x" * 201}, "indicator.name", "name"), ({"measure": "weight"}, "indicator.choice", "measure"),
        ({"direction": "up"}, "indicator.choice", "measure"), ({"period": "day"}, "indicator.choice", "measure"),
        ({"measure": "money", "scale": "dozen"}, "indicator.choice", "measure"), ({"decimals": -1}, "indicator.decimals", "decimals"),
        ({"decimals": 99}, "indicator.decimals", "decimals"), ({"formula": "du_no", "equals": "du_no"}, "indicator.both", "equals"),
        ({"formula": "khong_co"}, "indicator.unknown", "formula"), ({"equals": "khong_co + 1"}, "indicator.unknown", "equals"),
    ]
    for change, code, field in wrong:
        with pytest.raises(BadInput) as refused, transaction():
            indicators.save(made.clerk, row.id, replace(good, **change), row.version)  # type: ignore[arg-type]
        assert (refused.value.code, refused.value.params["field"]) == (code, field), change
    for stale, version, who, refusal in ((row.id, 0, made.clerk, Conflict), (999, 1, made.clerk, NotFound), (row.id, 1, made.officers[0], Forbidden)):
        with pytest.raises(refusal), transaction():
            indicators.save(who, stale, good, version)
    with transaction():
        saved = indicators.save(made.clerk, row.id, replace(good, name=" Hộ   mới ", measure="percent", scale="million", group=""), row.version)
    assert (saved.name, saved.scale, saved.summed, saved.group_id, saved.folded) == ("Hộ mới", "one", False, None, "ho moi")


def test_an_indicator_that_others_are_derived_from_stays(made: Figures) -> None:
    with pytest.raises(Conflict, match=r"^indicator\.in_formula"), transaction():
        indicators.retire(made.clerk, made.ids["du_no"])
    with transaction():
        indicators.retire(made.clerk, made.ids["ty_le"])
        indicators.retire(made.clerk, made.ids["du_no"])
    assert indicators.get(made.clerk, made.ids["du_no"])[0].retired_at == clock.now()
    with transaction():
        indicators.retire(made.clerk, made.ids["du_no"], retired=False)
    assert indicators.get(made.clerk, made.ids["du_no"])[0].retired_at is None


def test_groups_change_places(made: Figures) -> None:
    first, second = [group_id for group_id, _ in indicators.groups()]
    for group_id, up, order in ((second, True, [second, first]), (second, True, [second, first]), (second, False, [first, second])):
        with transaction():
            indicators.move_group(made.clerk, group_id, up)
        assert [found for found, _ in indicators.groups()] == order
    with pytest.raises(NotFound), transaction():
        indicators.move_group(made.clerk, 999, up=True)


def test_a_form_that_cannot_be_asked_names_its_field(made: Figures) -> None:
    def save(version: int | None = None, dispatch_id: int | None = None, form_id: int | None = None, **change: object) -> None:
        form = made.form.id if form_id is None else form_id
        with transaction():
            figure_forms.save(made.clerk, dispatch_id or made.dispatch.id, form, replace(made.wanted, **change),  # type: ignore[arg-type]
                              made.form.version if version is None else version)

    wrong = [
        ({"title": " "}, "form.title", "title"), ({"title": "x" * 999}, "form.title", "title"), ({"indicator_ids": []}, "form.indicators", "indicators"),
        ({"columns": ("plan",)}, "form.columns", "columns"), ({"columns": ("actual", "other")}, "form.columns", "columns"),
        ({"jump": 0}, "form.numbers", "jump"), ({"jump": 1001}, "form.numbers", "jump"), ({"lock_days": 91}, "form.numbers", "jump"),
        ({"sign": "nobody"}, "form.numbers", "jump"), ({"due_on": None}, "form.due", "due_on"), ({"every": "week"}, "form.every", "every"),
        ({"indicator_ids": [999]}, "form.retired", "indicators"),
    ]
    for change, code, field in wrong:
        with pytest.raises(BadInput) as refused:
            save(**change)  # type: ignore[arg-type]
        assert (refused.value.code, refused.value.params["field"]) == (code, field), change
    other = made.make.issued(made.units)
    refusals: list[tuple[dict[str, object], type[DomainError]]] = [
        ({"task_id": 999}, NotFound), ({"version": 99}, Conflict), ({"dispatch_id": other.id}, NotFound), ({"dispatch_id": 999}, NotFound)]
    for change, refusal in refusals:
        with pytest.raises(refusal):
            save(**change)  # type: ignore[arg-type]
    with transaction():
        found = db.session.get_one(Dispatch, other.id)
        found.state, found.ended_at = "closed", clock.now()
    with pytest.raises(Conflict, match=r"^dispatch\.state"):
        save(dispatch_id=other.id, form_id=0)
    assert [title for _, title in figure_forms.head(made.clerk, made.dispatch.id).tasks] == ["1. Việc thứ 1", "2. Việc thứ 2"]
    assert replace(figure_forms.wanted_of(made.form), columns=tuple(made.form.columns), indicator_ids=made.wanted.indicator_ids, day=20, month=1) == made.wanted
    with pytest.raises(NotFound):
        figure_forms.head(made.clerk, 999)


def test_pauses_stand_in_the_list_of_what_they_are(sqlite_app: Flask) -> None:
    make = Factory()
    unit, clerk = make.unit(), make.actor()
    dispatch = make.issued([unit], number="1-CV/HNDT")
    with transaction():
        planned = pauses.plan(clerk, Wanted(date(2026, 10, 1), date(2026, 10, 5), "storm", "Bão", unit.id, dispatch.id)).id
        pauses.plan(clerk, Wanted(date(2026, 9, 8), date(2026, 9, 9), "storm", "Bão"))
    lists = pause_list.lists(clerk)
    assert [line.id for line in lists.planned] == [planned] and [line.state for line in lists.running] == ["beginning"] and lists.ended == []
    assert lists.planned[0].scope == f"{unit.name}, 1-CV/HNDT" and lists.running[0].scope == "Mọi đơn vị, mọi công văn" and lists.planned[0].by == clerk.name
    found = pause_list.one(planned)
    assert found and (found.reason, found.state) == ("Bão", "planned") and pause_list.one(999) is None and pause_list.units(planned) == []
    assert [(one.until_on.day, one.number, one.begun) for one in pause_list.of_unit(unit.id)] == [(9, "", False), (5, "1-CV/HNDT", False)]
    assert pause_list.running() == [] and pause_list.of_assignment(1) is None and pause_list.followed(clerk) == [(dispatch.id, "1-CV/HNDT: Việc thử")]
    with transaction():
        pauses.end(clerk, planned, found.version)
    assert [line.state for line in pause_list.lists(clerk).ended] == ["dropped"]
    with pytest.raises(Forbidden):
        pause_list.lists(make.actor(Role.OFFICER, unit))


def test_the_second_factor_is_begun_confirmed_replaced_and_turned_off(sqlite_app: Flask) -> None:
    make = Factory()
    clerk, admin = make.actor(), make.actor(Role.ADMIN)
    with transaction():
        two_factor.begin(clerk)
    person = db.session.get_one(Person, clerk.id)
    first = two_factor.secret(person)
    assert two_factor.qr(person).startswith(b"<svg")
    with pytest.raises(BadInput), transaction():
        two_factor.confirm(clerk, "000000" if pyotp.TOTP(first).at(clock.now()) != "000000" else "111111", [])
    with transaction():
        assert two_factor.confirm(clerk, pyotp.TOTP(first).at(clock.now()), recovery.make()[:1]) == 1
    for again in (lambda: two_factor.begin(clerk), lambda: two_factor.confirm(clerk, "1", [])):
        with pytest.raises(Conflict, match=r"^totp\.on"), transaction():
            again()
    assert two_factor.without(admin)["province_clerk"] == 0 and recovery.left(clerk.id or 0) == 1
    with transaction():
        assert two_factor.replace(clerk) == 2
    db.session.expire_all()
    assert two_factor.secret(person) != first and recovery.left(clerk.id or 0) == 0 and two_factor.without(admin)["province_clerk"] == 1
    with transaction():
        two_factor.turn_off(clerk)
    db.session.expire_all()
    assert person.totp_secret is None
    with pytest.raises(Conflict, match=r"^totp\.must"), transaction():
        two_factor.turn_off(admin)
    with pytest.raises(Forbidden):
        two_factor.without(clerk)

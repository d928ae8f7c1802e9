"""Whom a dispatch may go to: those who exist on the day, a saved group, and ticks that are all units."""
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.errors import BadInput, NotFound
from tracker.models.dispatches import Dispatch
from tracker.models.units import RecipientGroup, Unit
from tracker.services import recipients


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


def ended(unit: Unit, on: date) -> None:
    with transaction() as session:
        session.get_one(Unit, unit.id).valid_to = on


def test_where_there_are_districts_no_more_the_communes_are_charged(make: Factory) -> None:
    district = make.unit()
    assert [one.id for one in recipients.of_day()] == [district.id]
    ended(district, date(2026, 9, 7))
    assert recipients.of_day() == [] and [one.id for one in recipients.of_day(date(2026, 9, 7))] == [district.id]
    with transaction() as session:
        commune = Unit(code="1", level="commune", name="Xã Hà Bắc", short_name="Hà Bắc", folded="xa ha bac", parent_id=district.id)
        session.add(commune)
    assert [one.name for one in recipients.of_day()] == ["Xã Hà Bắc"]


def test_a_draft_leaves_out_units_that_are_no_more(make: Factory) -> None:
    here, gone, other = make.unit(), make.unit(), make.unit()
    ended(gone, date(2026, 9, 7))
    draft = Dispatch(to_units=[here.id, gone.id], created_at=clock.now(), updated_at=clock.now())
    assert [one.id for one in recipients.of_draft(draft)] == [here.id]
    draft.to_units = None
    assert [one.id for one in recipients.of_draft(draft)] == [here.id, other.id]


def test_a_saved_group_is_found_by_its_name_and_gives_its_units(make: Factory) -> None:
    unit = make.unit()
    with transaction() as session:
        full, empty = RecipientGroup(name="Miền núi", units=[session.get_one(Unit, unit.id)]), RecipientGroup(name="Ven biển")
        session.add_all([full, empty])
    assert recipients.groups() == [(full.id, "Miền núi"), (empty.id, "Ven biển")]
    assert recipients.members(recipients.group_named("Miền núi")) == [unit.id]


@pytest.mark.parametrize(("call", "code"), [
    (lambda: recipients.group_named("Không có"), "group.unknown"), (lambda: recipients.members(999), "not_found"),
    (lambda: recipients.members(1), "recipients.none"), (lambda: recipients.checked([]), "recipients.none"), (lambda: recipients.checked([999]), "not_found"),
])
def test_what_names_nobody_is_refused(make: Factory, call: Callable[[], object], code: str) -> None:
    with transaction() as session:
        session.add(RecipientGroup(id=1, name="Chưa có ai"))
    with pytest.raises((BadInput, NotFound)) as refused:
        call()
    assert refused.value.code == code


def test_ticks_count_once_each(make: Factory) -> None:
    one, other = make.unit(), make.unit()
    assert recipients.checked([other.id, one.id, other.id]) == [one.id, other.id] and db.session.get(Unit, one.id)

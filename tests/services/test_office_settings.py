"""What the office sets for itself: kept with its history, refused beyond its bounds, and never half."""
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import Factory
from tracker.db import db, transaction
from tracker.domain.access import OPERATOR, Role
from tracker.domain.errors import BadInput
from tracker.models.events import Event
from tracker.services import office, standing


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


@pytest.mark.parametrize(("keep", "value", "code"), [
    *((office.set_link_days, days, "office.link_days") for days in (None, 0, 91)),
    *((office.set_review_days, days, "office.review_days") for days in (None, 0, 61)),
    *((standing.set_contest_days, days, "office.contest_days") for days in (None, 0, 31)),
    (office.set_alert_address, "trực máy", "person.email"), (office.rename, office.Names(style="khác"), "office.style"),
])
def test_what_lies_beyond_its_bounds_is_refused(make: Factory, keep: Callable[..., None], value: object, code: str) -> None:
    with pytest.raises(BadInput) as refused, transaction():
        keep(OPERATOR, value)
    assert (refused.value.code, "field" in refused.value.params) == (code, True)
    assert (office.link_days(), office.review_days(), standing.contest_days(), office.alert_address()) == (30, 5, 5, "") and not events()


def events() -> list[tuple[str, object, object]]:
    return [(row.kind, row.data["before"], row.data["after"]) for row in db.session.scalars(select(Event).order_by(Event.id))]


def test_each_change_says_what_stood_before(make: Factory) -> None:
    with transaction():
        office.set_link_days(OPERATOR, 90)
        office.set_review_days(OPERATOR, 1)
        standing.set_contest_days(OPERATOR, 30)
        office.set_alert_address(OPERATOR, " Truc.May@tinh.example ")
        office.set_alert_address(OPERATOR, " ")
        office.set_two_factor_roles(OPERATOR, [Role.CLERK])
    assert (office.link_days(), office.review_days(), standing.contest_days(), office.alert_address()) == (90, 1, 30, "")
    assert office.two_factor_roles() == {Role.ADMIN, Role.CLERK}  # the administrator's is never given up
    assert events() == [
        ("office.link_days", 30, 90), ("office.review_days", 5, 1), ("office.contest_days", 5, 30), ("office.alert_address", "", "truc.may@tinh.example"),
        ("office.alert_address", "truc.may@tinh.example", ""), ("office.two_factor_roles", ["administrator"], ["administrator", "province_clerk"]),
    ]

"""By which rules the office's documents are laid out: as the dispatch says, or as is set for the office; on both databases."""
import pytest
from flask import Flask

from tests.factories import Factory
from tracker.db import transaction
from tracker.domain import profiles
from tracker.domain.access import Role
from tracker.domain.errors import BadInput
from tracker.services import office, office_head


def test_the_layout_is_the_dispatchs_own_until_another_is_set(app: Flask, make: Factory) -> None:
    dispatch, admin = make.issued([make.unit()]), make.actor(Role.ADMIN)
    with transaction():
        dispatch.number, dispatch.text, dispatch.issuer = "15-CV/TU", "TỈNH ỦY THANH HÓA\tĐẢNG CỘNG SẢN VIỆT NAM", "TỈNH ỦY THANH HÓA"
    assert (office_head.above(dispatch).style, office_head.above(dispatch).star) == (profiles.PARTY, True)
    with transaction():
        office.rename(admin, office.Names(style=profiles.STATE))
    assert (office_head.above(dispatch).style, office_head.above(dispatch).star) == (profiles.STATE, False)
    with pytest.raises(BadInput, match="office.style"), transaction():
        office.rename(admin, office.Names(style="baroque"))
    assert office.names().style == profiles.STATE

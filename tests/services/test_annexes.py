"""Annexes of a draft come and go until it is issued; bytes go with the last row that names them."""
from io import BytesIO

import pytest
from flask import Flask

from tests.factories import Factory
from tests.services.test_intake import TEXT, bring, rows
from tracker.db import db, transaction
from tracker.domain.access import Actor
from tracker.domain.errors import BadInput, Conflict, NotFound, TooLarge
from tracker.models.dispatches import Dispatch, DispatchFile
from tracker.services import annexes, intake


def names(dispatch: Dispatch) -> list[str]:
    return list(db.session.scalars(db.select(DispatchFile.label).filter_by(dispatch_id=dispatch.id).order_by(DispatchFile.position)))


def add(actor: Actor, dispatch: Dispatch, *files: tuple[bytes, str]) -> None:
    taken = intake.take_annexes([(BytesIO(content), name) for content, name in files])
    with transaction():
        annexes.add(actor, dispatch.id, taken)


def test_annexes_are_added_behind_the_others_and_taken_away(app: Flask, make: Factory) -> None:
    clerk = make.actor()
    dispatch = bring(clerk, TEXT.encode(), "cv.txt", [(BytesIO(b"Mau 1"), "mau1.txt")])
    add(clerk, dispatch, (b"Mau 2", "mau2.txt"), (b"Mau 3", "mau3.txt"))
    assert names(dispatch) == ["mau1.txt", "mau2.txt", "mau3.txt"] and rows() == (1, 4, 4)
    second = db.session.scalars(db.select(DispatchFile).filter_by(label="mau2.txt")).one()
    with transaction():
        assert annexes.remove(clerk, dispatch.id, second.file_id) == "mau2.txt"
    assert names(dispatch) == ["mau1.txt", "mau3.txt"] and rows() == (1, 3, 3)
    with pytest.raises(NotFound), transaction():
        annexes.remove(clerk, dispatch.id, second.file_id)


def test_content_that_another_row_names_stays(app: Flask, make: Factory) -> None:
    clerk = make.actor()
    dispatch = bring(clerk, TEXT.encode(), "cv.txt")
    add(clerk, dispatch, (TEXT.encode(), "ban-sao.txt"))
    copy = db.session.scalars(db.select(DispatchFile)).one()
    with transaction():
        annexes.remove(clerk, dispatch.id, copy.file_id)
    assert rows() == (1, 1, 1)


def test_a_refused_annex_leaves_nothing_behind(app: Flask, make: Factory) -> None:
    clerk = make.actor()
    dispatch = bring(clerk, TEXT.encode(), "cv.txt")
    before = rows()
    with pytest.raises(BadInput, match="document.unsupported"):
        intake.take_annexes([(BytesIO(b"Mau"), "mau.txt"), (BytesIO(b"MZ\x90\x00" + b"\0" * 200), "mau.exe")])
    with pytest.raises(TooLarge):
        intake.take_annexes([(BytesIO(b"x" * (26 * 1024 * 1024)), "to.txt")])
    with pytest.raises(BadInput, match="annexes.none"):
        add(clerk, dispatch)
    assert rows() == before


def test_an_issued_dispatch_keeps_its_annexes(app: Flask, make: Factory) -> None:
    clerk, issued = make.actor(), make.issued([make.unit()])
    with pytest.raises(Conflict):
        add(clerk, issued, (b"Mau", "mau.txt"))

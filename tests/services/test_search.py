"""Search: accents and spelling do not matter, and nobody finds what they may not see."""
import pytest
from flask import Flask

from tests.factories import REVIEW, Factory
from tracker import clock
from tracker.db import transaction
from tracker.domain.access import Actor, Role
from tracker.models.dispatches import Dispatch
from tracker.models.tasks import Task
from tracker.reading.folding import fold
from tracker.services import issuing, search


def named(dispatch: Dispatch, subject: str) -> None:
    """Gives the dispatch a subject and the folded text that goes with it."""
    with transaction() as session:
        found = session.get_one(Dispatch, dispatch.id)
        found.short_subject, found.folded = subject, fold(f"{dispatch.number} {subject}")


@pytest.mark.parametrize("text", ["931-CV/HNDT", "931/cv-hndt", "931 cv", "931cvhndt", "uỷ thác", "UY THAC", "thác những tháng"])
def test_a_dispatch_is_found_however_it_is_spelt(app: Flask, make: Factory, text: str) -> None:
    dispatch = make.issued([make.unit()], number="931-CV/HNDT")
    other = make.issued([make.unit()], number="12-KH/HNDT")
    named(dispatch, "Uỷ thác những tháng cuối năm")
    named(other, "Vệ sinh môi trường")
    assert [found.id for found in search.search(make.actor(), text).dispatches] == [dispatch.id]


def test_a_number_at_its_beginning_comes_first(app: Flask, make: Factory) -> None:
    unit = make.unit()
    wanted, later = make.issued([unit], number="93-CV/HNDT"), make.issued([unit], number="1293-CV/HNDT")
    named(wanted, "Một")
    named(later, "Hai")
    assert [found.number for found in search.search(make.actor(), "93").dispatches] == ["93-CV/HNDT", "1293-CV/HNDT"]


def test_a_unit_finds_its_own_only(app: Flask, make: Factory) -> None:
    ours, theirs = make.unit("Huyện Hà Trung"), make.unit("Huyện Quan Sơn")
    both, foreign, clerk = make.issued([ours, theirs], number="1-CV"), make.issued([theirs], number="2-CV"), make.actor()
    for dispatch in (both, foreign):
        named(dispatch, "Thu hồi nợ xấu")
    finding(clerk, both, theirs.id, "Nợ xấu tăng 138 triệu đồng")
    finding(clerk, both, ours.id, "Nợ xấu ở xã Hà Bình")
    now = clock.now()
    with transaction() as session:
        session.add(Dispatch(number="3-CV", short_subject="Nợ xấu", folded="3 cv no xau", created_at=now, updated_at=now))
    officer = make.actor(Role.OFFICER, ours)
    mine = search.search(officer, "no xau")
    assert [found.number for found in mine.dispatches] == ["1-CV"]
    assert [(found.title, found.assignment_id is not None) for found in mine.tasks] == [("Nợ xấu ở xã Hà Bình", True)]
    assert [found.number for found in search.search(clerk, "no xau").dispatches] == ["3-CV", "2-CV", "1-CV"]
    assert len(search.search(clerk, "no xau").tasks) == 2
    assert [found.number for found in search.search(make.actor(Role.AUDITOR), "no xau").dispatches] == ["2-CV", "1-CV"]
    assert search.search(officer, "huyen so").units == []


def finding(clerk: Actor, dispatch: Dispatch, unit_id: int, title: str) -> None:
    """A shortcoming that the dispatch names for one unit."""
    with transaction() as session:
        task = Task(dispatch_id=dispatch.id, kind="finding", position=90, title=title, text=title, review_on=REVIEW, to_all=False)
        session.add(task)
        session.flush()
        issuing.assign(clerk, issuing.rows_of(dispatch.id, [task], {task.id: {unit_id: "lead"}}))


def test_units_are_the_provinces_and_short_words_look_for_nothing(app: Flask, make: Factory) -> None:
    unit = make.unit()
    assert [found.id for found in search.search(make.actor(), unit.folded).units] == [unit.id]
    assert search.search(make.actor(), " x ").too_short
    assert search.search(make.actor(), "100%_").total == 0

"""The matrix of units × dispatches: each cell the most urgent truth with its counts, sums that add up, clusters, few queries however large."""
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert

from tests.factories import Factory
from tests.services.test_overview import queries
from tests.services.test_reviewing import hand_in
from tracker import clock
from tracker.db import transaction
from tracker.domain.access import Role
from tracker.domain.errors import Forbidden
from tracker.domain.status import State
from tracker.models.dispatches import Dispatch
from tracker.models.extensions import Extension
from tracker.models.tasks import Task
from tracker.models.units import RecipientGroup, Unit, group_units
from tracker.services import issuing, matrix_clusters, matrix_dispatches, reviewing
from tracker.services.matrix_dispatches import Cell, Wanted, grid

LATE, SOON, FAR, REVIEW = date(2026, 8, 31), date(2026, 9, 11), date(2026, 11, 30), date(2026, 10, 15)


def test_each_cell_is_the_most_urgent_truth_and_the_sums_add_up(app: Flask, make: Factory) -> None:
    bad, good, clerk = make.unit("Hà Trung"), make.unit("Yên Định"), make.actor()
    first = make.issued([bad, good], [(LATE, None), (SOON, None), (None, REVIEW)])
    second = make.issued([good], [(SOON, None), (FAR, None)], state=State.ACKNOWLEDGED)
    rows = make.assignments(first, good)
    submission_id = hand_in(good, rows, LATE)
    with transaction():
        reviewing.accept(clerk, submission_id, [row.id for row in rows[:2]])
    found = grid(clerk, Wanted())
    cells = {line.name: line.cells for line in found.lines}
    assert cells["Hà Trung"] == {first.id: Cell("over", 1, 0, 3, 8)}
    assert cells["Yên Định"] == {first.id: Cell("wait", 1, 2, 3), second.id: Cell("soon", 1, 0, 2, 3)}
    assert (found.total, found.done, found.late, found.findings) == (8, 2, 1, 0)
    assert found.counts == {"over": 1, "wait": 1, "soon": 1}
    assert found.sums[first.id] == Cell("over", 1, 2, 6)


@pytest.mark.parametrize(("state", "due", "kind"), [
    (State.RETURNED, FAR, "ret"), (State.ASSIGNED, FAR, "new"), (State.ASSIGNED, None, "new"), (State.ACKNOWLEDGED, FAR, "ack"),
    (State.ACKNOWLEDGED, None, "none"), (State.RETURNED, LATE, "over"), (State.ACCEPTED, LATE, "done"), (State.ACKNOWLEDGED, SOON, "soon"),
    (State.OBJECTED, LATE, "ask"), (State.PAUSED, LATE, "pause"),
])
def test_every_state_has_its_kind(sqlite_app: Flask, make: Factory, state: State, due: date | None, kind: str) -> None:
    dispatch = make.issued([make.unit()], [(due, None if due else REVIEW)])
    row = make.assignments(dispatch)[0]
    held = state in (State.OBJECTED, State.PAUSED)
    with transaction() as session:
        one = session.merge(row)
        one.state, one.fix_by = state, FAR if state == State.RETURNED else None
        one.submitted_on = one.accepted_on = clock.today() if state == State.ACCEPTED else None
        one.held_state, one.held_on = (State.ASSIGNED, LATE) if held else (None, None)
        if held or state == State.ACCEPTED:
            one.chase_on = None
    (line,) = grid(make.actor(), Wanted()).lines
    assert line.cells[dispatch.id].kind == kind
    assert line.late == (kind == "over")


def test_days_late_before_an_extension_stay(app: Flask, make: Factory) -> None:
    dispatch = make.issued([make.unit()], [(LATE, None), (LATE - timedelta(days=1), None)])
    row = make.assignments(dispatch)[0]
    with transaction() as session:
        session.merge(row).late_before = 5
        session.add(Extension(
            assignment_id=row.id, dispatch_id=dispatch.id, unit_id=row.unit_id, state="granted", batch="b", due_before=LATE, wished_on=LATE, granted_on=LATE,
            replaced_on=LATE, category="weather", reason="Bão", asked_at=clock.now(), decided_at=clock.now()))
    (line,) = grid(make.actor(), Wanted()).lines
    assert line.cells[dispatch.id] == Cell("over", 2, 0, 2, 13)


def test_findings_are_counted_and_named_apart(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    dispatch = make.issued([unit], [(SOON, None)])
    with transaction() as session:
        task = Task(dispatch_id=dispatch.id, kind="finding", position=99, title="Nợ", text="x", review_on=REVIEW, to_all=False)
        session.add(task)
        session.flush()
        issuing.assign(clerk, issuing.rows_of(dispatch.id, [task], {task.id: {unit.id: "lead"}}))
    found = grid(clerk, Wanted())
    assert (found.total, found.findings) == (2, 1)


def test_which_dispatches_and_which_units(app: Flask, make: Factory) -> None:
    north, south, clerk = make.unit("Quan Sơn"), make.unit("Nga Sơn"), make.actor()
    old, new = make.issued([north], [(LATE, None)]), make.issued([north, south], [(SOON, None)])
    with transaction() as session:
        session.get_one(Dispatch, old.id).issued_on = date(2026, 5, 4)
    ended = make.issued([south], [(FAR, None)])
    with transaction() as session:
        one = session.get_one(Dispatch, ended.id)
        one.state, one.ended_at = "closed", clock.now()

    def across(**asked: object) -> set[int]:
        return {row.id for row in grid(clerk, Wanted(**asked)).dispatches}  # type: ignore[arg-type]

    def down(**asked: object) -> list[str]:
        found = grid(clerk, Wanted(**asked))  # type: ignore[arg-type]
        assert found.total == 3
        return [line.name for line in found.shown]

    assert across() == {old.id, new.id}
    assert across(ended=True) == {old.id, new.id, ended.id}
    assert (across(first=date(2026, 9, 1)), across(last=date(2026, 6, 1)), across(last=date(2026, 1, 1))) == ({new.id}, {old.id}, set())
    assert down() == down(sort="late") == ["Quan Sơn", "Nga Sơn"]
    assert down(sort="name") == ["Nga Sơn", "Quan Sơn"]
    assert (down(sort="order"), down(sort="done")) == (["Quan Sơn", "Nga Sơn"], ["Quan Sơn", "Nga Sơn"])
    assert down(kind="over") == down(name="quan") == down(unit_id=north.id) == ["Quan Sơn"]


def test_only_so_many_across_the_latest_first(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix_dispatches, "MOST", 1)
    unit = make.unit()
    make.issued([unit])
    newest = make.issued([unit])
    found = grid(make.actor(), Wanted())
    assert ([row.id for row in found.dispatches], found.found) == ([newest.id], 2)


def test_clusters_are_the_smallest_group_then_the_district_above(app: Flask, make: Factory) -> None:
    north, south, lone = make.unit("Quan Sơn"), make.unit("Nga Sơn"), make.unit("Đông Sơn")
    commune = Unit(code="99001", level="commune", name="Xã Một", short_name="Một", folded="xa mot", parent_id=lone.id)
    with transaction() as session:
        session.add(commune)
        session.add_all([RecipientGroup(id=5, name="Cả ba"), RecipientGroup(id=6, name="Miền núi"), RecipientGroup(id=7, name="Trống")])
        session.flush()
        members = [(5, north.id), (5, south.id), (5, 0), (6, north.id)]
        session.execute(insert(group_units), [{"group_id": group, "unit_id": unit} for group, unit in members if unit])
    clerk = make.actor()
    make.issued([north, south, lone, commune], [(LATE, None)])
    found = grid(clerk, Wanted(clustered=True, sort="order"))
    assert [(one.name, [line.name for line in one.lines], one.late) for one in found.clusters] == [
        ("Cả ba", ["Nga Sơn"], 1), ("Miền núi", ["Quan Sơn"], 1), ("Đông Sơn", ["Một"], 1), (matrix_clusters.OUTSIDE, ["Đông Sơn"], 1)]
    assert [one.name for one in grid(clerk, Wanted()).clusters] == [""]
    assert [line.name for line in grid(clerk, Wanted(group_id=6)).shown] == ["Quan Sơn"]


def test_it_costs_seven_queries_however_large_and_is_the_provinces(app: Flask, make: Factory) -> None:
    units = [make.unit() for _ in range(9)]
    for _ in range(3):
        make.issued(units, [(LATE, None)] * 3)
    clerk = make.actor()
    assert queries(lambda: grid(clerk, Wanted(clustered=True, group_id=1))) <= 7
    with pytest.raises(Forbidden):
        grid(make.actor(Role.OFFICER, units[0]), Wanted())

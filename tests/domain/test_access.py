"""Who may do what, written out beside the code: a change of rights must be made here too, on purpose."""
import pytest

from tracker.domain.access import DISTRICT_ROLES, MACHINE, OPERATOR, PROVINCE_ROLES, RIGHTS, Actor, Right, Role
from tracker.domain.errors import Forbidden, NotFound

#: One line a right; marks in the order clerk, leader, officer, district leader, administrator, auditor.
TABLE = """
work.read           x x x x x x
dispatch.draft      x - - - - -
dispatch.issue      x - - - - -
assignment.answer   - - x x - -
assignment.review   x x - - - -
request.decide      x x - - - -
reminder.read       x x - - x x
reminder.send       x x - - - -
report.read         x x x x x x
report.compile      x x - - - -
unit.read_all       x x - - x x
unit.manage         x - - - x -
person.manage       - - - - x -
letter.write        x x - - - -
mail.triage         x - - - - -
sent_mail.read      - - - - x x
settings.manage     - - - - x -
history.read        - - - - x x
"""
ROLES = ("province_clerk", "province_leader", "district_officer", "district_leader", "administrator", "auditor")
TRUTH = {
    (role, cells[0]): mark == "x" for cells in (line.split() for line in TABLE.strip().splitlines()) for role, mark in zip(ROLES, cells[1:], strict=True)
}


def test_the_table_names_every_role_and_right_there_is() -> None:
    assert set(TRUTH) == {(str(role), str(right)) for role in Role for right in Right}
    assert set(RIGHTS) == set(Role)


@pytest.mark.parametrize(("role", "right"), TRUTH)
def test_each_role_has_each_right_or_not(role: str, right: str) -> None:
    actor = Actor(id=1, name="Ai", role=Role(role), unit_id=1)
    assert actor.can(Right(right)) is TRUTH[role, right]
    if TRUTH[role, right]:
        actor.need(Right(right))
    else:
        with pytest.raises(Forbidden):
            actor.need(Right(right))


def test_an_auditor_changes_nothing() -> None:
    assert all(right.value.partition(".")[2] in ("read", "read_all") for right in RIGHTS[Role.AUDITOR])
    assert {right for right in Right if right.value.partition(".")[2] in ("read", "read_all")} == RIGHTS[Role.AUDITOR]


@pytest.mark.parametrize("role", Role)
def test_a_foreign_units_objects_are_not_found_by_districts_only(role: Role) -> None:
    actor = Actor(id=1, name="Ai", role=role, unit_id=7)
    actor.need_unit(7)
    assert actor.sees_all_units is (role in PROVINCE_ROLES)
    for foreign in (8, None):
        if role in DISTRICT_ROLES:
            with pytest.raises(NotFound):
                actor.need_unit(foreign)
        else:
            actor.need_unit(foreign)


def test_a_district_person_without_a_unit_sees_nothing() -> None:
    with pytest.raises(NotFound):
        Actor(id=1, name="Ai", role=Role.OFFICER, unit_id=None).need_unit(None)


def test_machine_and_operator_stand_for_a_clerk_and_an_administrator() -> None:
    assert (MACHINE.id, MACHINE.role, OPERATOR.id, OPERATOR.role) == (None, Role.CLERK, None, Role.ADMIN)

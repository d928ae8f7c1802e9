"""The organisation tree, saved groups and the office's settings; on both databases."""
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import OPERATOR, Role
from tracker.domain.errors import BadInput, Forbidden, NotFound
from tracker.models.events import Event
from tracker.models.units import RecipientGroup, Unit
from tracker.services import groups, office, units


def load(path: Path = units.SHIPPED) -> int:
    with transaction():
        return units.load_units(path)


def test_the_shipped_province_loads_once(app: Flask) -> None:
    assert load() == 1 + 27 + 559
    assert load() == 0
    by_level = dict(db.session.execute(select(Unit.level, func.count()).group_by(Unit.level)).all())
    assert by_level == {"province": 1, "district": 27, "commune": 559}
    names = dict(db.session.execute(select(Unit.code, Unit.short_name).where(Unit.level == "district")).all())
    assert (names["392"], names["380"], names["381"], names["407"]) == ("Hà Trung", "TP Thanh Hóa", "TX Bỉm Sơn", "TX Nghi Sơn")
    orphans = select(func.count()).select_from(Unit).where(Unit.parent_id.is_(None))
    assert db.session.scalar(orphans) == 1
    assert db.session.scalars(select(Unit.folded).where(Unit.code == "386")).one() == "huyen ba thuoc"


def test_loading_again_keeps_what_people_changed_and_adds_what_is_new(app: Flask, tmp_path: Path) -> None:
    load()
    with transaction():
        unit = units.by_code("392")
        units.change(OPERATOR, unit.id, mailbox="HaTrung@huyen.example", phone="", valid_from=None, valid_to=None)
    more = tmp_path / "more.csv"
    more.write_text("code,level,name,parent_code\n392,district,Huyện Khác Tên,38\n999,commune,Xã Mới,392\n", encoding="utf-8-sig")
    assert load(more) == 1
    assert (units.by_code("392").name, units.by_code("392").mailbox) == ("Huyện Hà Trung", "hatrung@huyen.example")
    assert units.by_code("999").parent_id == units.by_code("392").id
    with pytest.raises(BadInput):
        units.by_code("000")


def test_units_are_found_without_accents(app: Flask) -> None:
    load()
    for search in ("ba thuoc", "BÁ THƯỚC", "  bá  thuoc ", "386"):
        assert units.found(OPERATOR, search)[0].code == "386"
    assert {line.level for line in units.found(OPERATOR, "dong son")} == {"district", "commune"}
    assert [line.code for line in units.found(OPERATOR, "dien lu")] and units.found(OPERATOR, "dien lu")[0].parent == "Bá Thước"
    assert units.found(OPERATOR, "100%") == units.found(OPERATOR, "_") == units.found(OPERATOR, "không có đâu") == []


def test_a_merged_unit_leaves_the_list_but_not_the_books(app: Flask) -> None:
    load()
    dong_son = units.by_code("405").id
    with transaction():
        units.change(OPERATOR, dong_son, mailbox="", phone="", valid_from=None, valid_to=clock.today() - timedelta(days=1))
    assert len(units.districts(OPERATOR)) == len(units.choices(OPERATOR)) == 26
    assert [line.code for line in units.districts(OPERATOR, gone=True)] == ["405"]
    with clock.frozen(clock.today() - timedelta(days=1)):
        assert len(units.districts(OPERATOR)) == 27


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"mailbox": "khong phai"}, "person.email"), ({"phone": "1" * 41}, "unit.phone"),
        ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, "unit.dates"),
    ],
)
def test_wrong_facts_of_a_unit_are_refused(app: Flask, make: Factory, values: dict[str, object], code: str) -> None:
    unit = make.unit()
    with pytest.raises(BadInput, match=code), transaction():
        units.change(OPERATOR, unit.id, **({"mailbox": "", "phone": "", "valid_from": None, "valid_to": None} | values))


def test_a_change_is_told_once_and_only_when_something_changed(app: Flask, make: Factory) -> None:
    unit = make.unit()
    for _ in range(2):
        with transaction():
            units.change(OPERATOR, unit.id, mailbox="moi@huyen.example", phone="0237", valid_from=None, valid_to=None)
    told = db.session.scalars(select(Event)).one()
    assert (told.unit_id, told.data["after"]["mailbox"]) == (unit.id, "moi@huyen.example")


def test_a_district_sees_its_own_unit_only(app: Flask, make: Factory) -> None:
    ours, theirs = make.unit(), make.unit()
    officer = make.actor(Role.OFFICER, ours)
    assert units.get(officer, ours.id).id == ours.id
    with pytest.raises(NotFound):
        units.get(officer, theirs.id)
    for act in (lambda: units.districts(officer), lambda: units.found(officer, "a"), lambda: units.choices(officer), lambda: groups.lines(officer)):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Forbidden):
        units.change(officer, ours.id, mailbox="", phone="", valid_from=None, valid_to=None)


def test_groups_are_made_changed_and_removed(app: Flask, make: Factory) -> None:
    clerk, first, second = make.actor(Role.CLERK), make.unit(), make.unit()
    with transaction():
        group = groups.save(clerk, None, "  Miền   núi ", [first.id, second.id])
    assert [(line.name, line.count) for line in groups.lines(clerk)] == [("Miền núi", 2)]
    with transaction():
        groups.save(clerk, group.id, "Miền núi", [second.id])
    assert [unit.id for unit in groups.get(clerk, group.id).units] == [second.id]
    wrong = (("", [first.id], "group.name"), ("Miền núi", [first.id], "group.taken"), ("Khác", [], "group.empty"), ("Khác", [999], "group.empty"))
    for name, ids, code in wrong:
        with pytest.raises(BadInput, match=code), transaction():
            groups.save(clerk, None, name, ids)
    with pytest.raises(BadInput, match="group.empty"), transaction():
        groups.save(clerk, None, "Cả tỉnh", [make.province.id])
    with transaction():
        groups.remove(clerk, group.id)
    assert db.session.scalar(select(func.count(RecipientGroup.id))) == 0
    with pytest.raises(NotFound):
        groups.get(clerk, group.id)


def test_settings_are_the_administrators_alone(app: Flask, make: Factory) -> None:
    for role in set(Role) - {Role.ADMIN}:
        actor = make.actor(role, make.unit())
        for act in (
            lambda actor=actor: office.rename(actor, office.Names()), lambda actor=actor: office.set_allow_zip(actor, True),
            lambda actor=actor: office.set_review_days(actor, 3),
        ):
            with pytest.raises(Forbidden):
                act()


def test_names_and_switches_are_kept(app: Flask, make: Factory) -> None:
    admin = make.actor(Role.ADMIN)
    assert (office.names(), office.allow_zip()) == (office.Names(), False)
    with transaction():
        office.rename(admin, office.Names(name="Hội Nông dân tỉnh", place="Thanh Hóa"))
        office.set_allow_zip(admin, True)
    assert (office.names().name, office.names().place, office.allow_zip()) == ("Hội Nông dân tỉnh", "Thanh Hóa", True)
    with pytest.raises(BadInput, match="office.long"), transaction():
        office.rename(admin, office.Names(name="x" * 201))

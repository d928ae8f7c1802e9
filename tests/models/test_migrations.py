"""Migrations on both databases: one head, up and down, and the tables they make are the models' own."""
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import CheckConstraint, Connection, func, inspect, select, text

from tests.conftest import settings_for
from tests.databases import admin, on
from tests.factories import Factory
from tracker import clock
from tracker.adapters import word_index
from tracker.app import ROOT, create_app
from tracker.db import db
from tracker.models.assignments import Assignment, Tally
from tracker.services import tally


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The app on a database without a single table."""
    url, server, name = "", "", f"e{uuid4().hex}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        admin(server, f'CREATE DATABASE "{name}"')
        url = on(server, name)
    app = create_app(settings_for(tmp_path, url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if server:
        admin(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def tables() -> set[str]:
    """What stands beside the models' own is the index of words, which each database keeps in its own way."""
    return {name for name in inspect(db.engine).get_table_names() if name != "alembic_version" and not name.startswith(word_index.TABLE)}


def test_there_is_one_line_of_revisions_from_nothing() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    assert len(scripts.get_heads()) == 1 and len(scripts.get_bases()) == 1
    line = list(scripts.walk_revisions())
    assert [revision.revision for revision in reversed(line)] == [f"{n:04}" for n in range(1, len(line) + 1)]
    assert all(len(revision.nextrev) <= 1 for revision in line)


def test_up_down_to_nothing_and_up_again(empty: Flask) -> None:
    flask_migrate.upgrade()
    assert tables() == set(db.metadata.tables)
    flask_migrate.downgrade(revision="base")
    assert tables() == set()
    flask_migrate.upgrade()
    assert tables() == set(db.metadata.tables)


def test_every_single_step_down_can_be_taken_up_again(empty: Flask) -> None:
    flask_migrate.upgrade()
    for _ in ScriptDirectory(str(ROOT / "migrations")).walk_revisions():
        before = tables()
        flask_migrate.downgrade()
        flask_migrate.upgrade(revision="+1")
        assert tables() == before
        flask_migrate.downgrade()
    assert tables() == set()


def test_the_tables_are_the_models(empty: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={
            "compare_type": True, "compare_server_default": True,
            "include_name": lambda name, kind, _: kind != "table" or not name.startswith(word_index.TABLE),
        })
        assert compare_metadata(context, db.metadata) == []
        for table in db.metadata.tables:
            assert made_checks(connection, table) == wanted_checks(table), table
            assert made_indexes(connection, table) == wanted_indexes(table), table


def test_what_notes_changes_for_search_is_there_after_any_migration(empty: Flask) -> None:
    """SQLite makes altered tables anew, and drops their triggers with the old ones."""
    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        assert word_index.missing(connection) == []
        drop = "DROP TRIGGER search_note_tasks_insert"
        connection.exec_driver_sql(drop if connection.dialect.name == "sqlite" else f"{drop} ON tasks")
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert word_index.missing(connection) == []


def wanted_checks(table: str) -> dict[str, str]:
    """Rules of the models: name → its condition as letters alone, because every database writes it its own way."""
    return {str(c.name): _letters(str(c.sqltext)) for c in db.metadata.tables[table].constraints if isinstance(c, CheckConstraint)}


def made_checks(connection: Connection, table: str) -> dict[str, str]:
    found = {str(c["name"]): _letters(c["sqltext"]) for c in inspect(connection).get_check_constraints(table)}
    if connection.dialect.name == "sqlite":
        return found
    # PostgreSQL rewrites conditions ("in" becomes "= any"): the names must do, the words are held on SQLite.
    return {name: wanted_checks(table).get(name, text) for name, text in found.items()}


def _letters(condition: str) -> str:
    return "".join(condition.lower().split())


def wanted_indexes(table: str) -> dict[str, tuple[list[str], bool]]:
    """Indexes of the models: name → columns in order, and whether it holds some rows only."""
    return {
        str(index.name): ([column.name for column in index.columns], index.dialect_options["sqlite"]["where"] is not None)
        for index in db.metadata.tables[table].indexes
    }


def made_indexes(connection: Connection, table: str) -> dict[str, tuple[list[str], bool]]:
    kind = connection.dialect.name
    return {
        str(index["name"]): ([str(name) for name in index["column_names"]], index.get("dialect_options", {}).get(f"{kind}_where") is not None)
        for index in inspect(connection).get_indexes(table)
        if not index.get("duplicates_constraint")
    }


def test_both_databases_hold_the_same_rows_in_each_partial_index() -> None:
    for table in db.metadata.tables.values():
        for index in table.indexes:
            where = [str(index.dialect_options[kind]["where"]) for kind in ("sqlite", "postgresql")]
            assert where[0] == where[1], index.name


def test_rows_stay_where_nothing_is_to_do_and_do_not_stand_in_the_way_of_going_back(empty: Flask) -> None:
    flask_migrate.upgrade()
    with clock.frozen(clock.now()):
        make = Factory()
        make.person()
        make.issued([make.unit(), make.unit()])
    flask_migrate.upgrade()
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 4
    assert tally.stored() == tally.counted()
    db.session.remove()
    flask_migrate.downgrade(revision="base")
    assert tables() == set()
    flask_migrate.upgrade()
    assert db.session.scalar(select(func.count()).select_from(Tally)) == 0


def test_a_filled_database_of_the_first_release_loses_nothing(empty: Flask) -> None:
    """SQLite makes changed tables anew: what points to their rows must stay."""
    flask_migrate.upgrade()
    with clock.frozen(clock.now()):
        make = Factory()
        make.person()
        make.issued([make.unit(), make.unit()])
    before = {table: _count(table) for table in ("assignments", "tasks", "dispatches", "dispatch_recipients", "people")}
    assert before["assignments"] == 4 and all(before.values())
    db.session.remove()
    flask_migrate.downgrade(revision="0001")
    assert {table: _count(table) for table in before} == before
    flask_migrate.upgrade()
    assert {table: _count(table) for table in before} == before


def _count(table: str) -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(text(table))).scalar_one())

"""Runs migrations on the app's own engine, online only."""
from alembic import context
from sqlalchemy import Connection

from tracker.adapters import word_index
from tracker.db import db, prepare_engine

config = context.config


def run(connection: Connection) -> None:
    """Migrates over one connection, in one transaction; what notes changes for search is made anew where a table was."""
    context.configure(connection=connection, target_metadata=db.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
        word_index.install(connection)


def set_foreign_keys(connection: Connection, on: bool) -> None:
    """SQLite alters a table by making it anew and dropping the old one, and a drop deletes what points to it: not while keys are held.

    The pragma counts only outside of a transaction, so it goes to the driver's own connection.
    """
    driver = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and driver is not None:
        driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}").close()


def check_foreign_keys(connection: Connection) -> None:
    """What was not watched meanwhile is looked at whole before it is kept."""
    if connection.dialect.name == "sqlite" and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
        raise RuntimeError(f"rows without what they point to: {broken[:5]}")


def run_on_the_apps_own() -> None:
    """Migrates the database of the settings, and keeps it."""
    prepare_engine(db.engine)
    with db.engine.connect() as connection:
        set_foreign_keys(connection, False)
        try:
            run(connection)
            check_foreign_keys(connection)
            connection.commit()
        finally:
            connection.rollback()
            set_foreign_keys(connection, True)


# A restore migrates inside its own transaction, and keeps everything together or nothing.
if given := config.attributes.get("connection"):
    run(given)
else:
    run_on_the_apps_own()

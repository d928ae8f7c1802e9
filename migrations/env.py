"""Runs migrations on the app's own engine, online only."""
from alembic import context
from sqlalchemy import Connection

from tracker.db import db, prepare_engine

config = context.config


def run(connection: Connection) -> None:
    """Migrates over one connection, in one transaction."""
    context.configure(connection=connection, target_metadata=db.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


prepare_engine(db.engine)
with db.engine.connect() as connection:
    run(connection)
    connection.commit()

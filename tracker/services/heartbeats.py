"""Signs of life of the machine's parts: when each was last heard of."""
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.db import db
from tracker.models.office import Heartbeat


def beat(name: str) -> None:
    """Notes that the part (worker, beat, plan) is alive now; the caller holds the transaction."""
    db.session.merge(Heartbeat(name=name, at=clock.now()))


def last(name: str) -> datetime | None:
    """When the part was last heard of, None for never."""
    return db.session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))


def claim(name: str, every: timedelta) -> bool:
    """Whether this process may do what is done once in a while: of several that ask, the first since the last time. The caller holds the transaction."""
    insert = sqlite.insert if db.session.connection().dialect.name == "sqlite" else postgresql.insert
    now = clock.now()
    if db.session.scalar(insert(Heartbeat).values(name=name, at=now).on_conflict_do_nothing().returning(Heartbeat.name)):
        return True
    again = update(Heartbeat).where(Heartbeat.name == name, Heartbeat.at <= now - every).values(at=now).returning(Heartbeat.name)
    return db.session.scalar(again.execution_options(synchronize_session=False)) is not None


def noted(prefix: str) -> dict[str, datetime]:
    """What is noted under a prefix, and since when: the rest of each name, and its time."""
    rows = db.session.execute(select(Heartbeat.name, Heartbeat.at).where(Heartbeat.name.startswith(prefix, autoescape=True)))
    return {row.name.removeprefix(prefix): row.at for row in rows}


def forget(names: Sequence[str]) -> None:
    """Takes notes away."""
    db.session.execute(delete(Heartbeat).where(Heartbeat.name.in_(names)))

"""Signs of life of the machine's parts: when each was last heard of."""
from datetime import datetime

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.models.office import Heartbeat


def beat(name: str) -> None:
    """Notes that the part (worker, beat, plan) is alive now; the caller holds the transaction."""
    db.session.merge(Heartbeat(name=name, at=clock.now()))


def last(name: str) -> datetime | None:
    """When the part was last heard of, None for never."""
    return db.session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))

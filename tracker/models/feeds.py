"""Addresses by which a unit's people look at its deadlines in a calendar of their own, without signing in."""
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId


class CalendarFeed(WithId, Base):
    """One secret address of one unit's deadlines; only the hash of its secret is kept. label: whose or which calendar it is for."""

    __tablename__ = "calendar_feeds"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    label: Mapped[str] = mapped_column(String(80))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

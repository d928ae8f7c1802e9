"""History: append-only, who did what, when, on what, before and after."""
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId


class Event(WithId, Base):
    """nhật ký. kind: dotted verb (assignment.accept); data: before, after, and what a sentence about it needs."""

    __tablename__ = "events"

    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    person_name: Mapped[str] = mapped_column(String(120))
    dispatch_id: Mapped[int | None] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __table_args__ = (
        Index("ix_events_assignment_id", "assignment_id", "id"),
        Index("ix_events_dispatch_id", "dispatch_id", "id"),
        Index("ix_events_unit_id", "unit_id", "id"),
        Index("ix_events_person_id", "person_id", "id"),
        # From which number to which a stretch of days goes.
        Index("ix_events_at", "at", "id"),
    )

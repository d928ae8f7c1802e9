"""Saved views: a filtered list under a name."""
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId


class SavedView(WithId, Base):
    """bộ lọc đã lưu. path: the list's address with its filters, nothing of what it shows; unit_id: the office that it is shared with (shared)."""

    __tablename__ = "saved_views"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(80))
    path: Mapped[str] = mapped_column(String(500))
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_saved_views_person_id", "person_id"), Index("ix_saved_views_unit_id", "unit_id", "shared"))

"""Sổ văn bản đến: the running number that each document of a unit gets when it comes in."""
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId


class Arrival(WithId, Base):
    """One line of the register. number runs in each year from 1 without a gap, and is never given twice.

    What stood on the document is kept here too (number and day of its own, signatory, trích yếu), because a submission can be taken back and its
    line in the register stays; submission_id is null then. kind: that of its first file, "none" where it came without one.
    """

    __tablename__ = "arrivals"

    year: Mapped[int]
    number: Mapped[int]
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id", ondelete="SET NULL"), unique=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    unit_name: Mapped[str] = mapped_column(String(200))
    arrived_at: Mapped[datetime] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(30))
    document_number: Mapped[str | None] = mapped_column(String(60))
    document_date: Mapped[date | None]
    signatory: Mapped[str | None] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(String(200))

    __table_args__ = (
        UniqueConstraint("year", "number"),
        Index("ix_arrivals_unit_id", "unit_id", "year", "number"),
        Index("ix_arrivals_kind", "year", "kind", "number"),
    )

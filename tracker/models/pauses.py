"""Stop-the-clock: for a time nothing is owed, by one unit or by all, of one dispatch or of every one."""
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId

#: Why the clock stands still, in the order shown.
PAUSE_REASONS = ("storm", "epidemic", "waiting_province", "other")


class Pause(WithId, Base):
    """tạm dừng from from_on to until_on, both days included; unit_id null: all units; dispatch_id null: every dispatch.

    begun_at: when it took effect for all that it covers (a later from_on waits for its day), and then assignments and units: how many those
    were; ended_on: the first day on which the clock runs again.
    """

    __tablename__ = "pauses"

    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    dispatch_id: Mapped[int | None] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"))
    category: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(1000))
    from_on: Mapped[date]
    until_on: Mapped[date]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    assignments: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    units: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("category in (" + ", ".join(f"'{reason}'" for reason in PAUSE_REASONS) + ")", name="category"),
        CheckConstraint("from_on <= until_on", name="days"),
        Index("ix_pauses_running", "until_on", "id", sqlite_where=text("ended_on is null"), postgresql_where=text("ended_on is null")),
    )


class PausedAssignment(WithId, Base):
    """One assignment while a pause holds it: its clock stood from from_on until before resumed_on, and its date moved by so many days.

    Of several pauses that cover an assignment one holds it at a time: never are two of its rows open (resumed_on null).
    """

    __tablename__ = "paused_assignments"

    pause_id: Mapped[int] = mapped_column(ForeignKey("pauses.id", ondelete="CASCADE"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"), index=True)
    from_on: Mapped[date]
    resumed_on: Mapped[date | None]
    shifted_days: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        UniqueConstraint("pause_id", "assignment_id", "from_on"),
        Index(
            "uq_paused_assignments_open", "assignment_id", unique=True, sqlite_where=text("resumed_on is null"),
            postgresql_where=text("resumed_on is null"),
        ),
        Index("ix_paused_assignments_open", "pause_id", "id", sqlite_where=text("resumed_on is null"), postgresql_where=text("resumed_on is null")),
    )

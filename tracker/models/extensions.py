"""Extensions: a unit's request for a later date and the province's decision; the original date is never overwritten."""
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId

#: Why a unit asks for more time, in the order shown.
EXTENSION_REASONS = ("weather", "staff", "waiting", "data", "workload", "other")


class Extension(WithId, Base):
    """gia hạn of one assignment. due_before: the date in force when it was asked; late_before: whole days late on that day, which stay.

    granted_on: the date given (it may differ from wished_on); replaced_on: the date in force that it replaced, which undoing gives back and an
    earlier day's report counts by. batch: one press that asked for several at once, decided together or apart. mail_id: the mail that tells
    the unit; while it is held back the decision can be taken back.
    """

    __tablename__ = "extensions"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"), index=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    state: Mapped[str] = mapped_column(String(10), default="asked")
    batch: Mapped[str] = mapped_column(String(40))
    due_before: Mapped[date]
    late_before: Mapped[int] = mapped_column(default=0)
    wished_on: Mapped[date]
    category: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(2000))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"), index=True)
    channel: Mapped[str] = mapped_column(String(10), default="web")
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    granted_on: Mapped[date | None]
    replaced_on: Mapped[date | None]
    decision: Mapped[str | None] = mapped_column(String(2000))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id"), index=True)

    __table_args__ = (
        CheckConstraint("state in ('asked', 'granted', 'refused', 'taken_back')", name="state"),
        CheckConstraint("category in (" + ", ".join(f"'{reason}'" for reason in EXTENSION_REASONS) + ")", name="category"),
        CheckConstraint("channel in ('web', 'mail', 'link')", name="channel"),
        CheckConstraint("(state = 'asked') = (decided_at is null)", name="decided"),
        CheckConstraint("(state = 'granted') = (granted_on is not null) and (granted_on is null) = (replaced_on is null)", name="granted"),
        CheckConstraint("state <> 'refused' or decision is not null", name="refused"),
        Index("uq_extensions_asked", "assignment_id", unique=True, sqlite_where=text("state = 'asked'"), postgresql_where=text("state = 'asked'")),
        Index("ix_extensions_decided_at", "decided_at"),
        Index("ix_extensions_waiting", "asked_at", "id", sqlite_where=text("state = 'asked'"), postgresql_where=text("state = 'asked'")),
    )

"""Objections: a unit says that a task is not its responsibility, and a named person of the province decides."""
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId


class Objection(WithId, Base):
    """đề nghị xem lại ("không thuộc trách nhiệm"). suggestion: which body the unit thinks is charged; decider_id: who decides.

    mail_id: the mail that tells the unit of the decision; while it is held back the decision can be taken back.
    """

    __tablename__ = "objections"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"), index=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    state: Mapped[str] = mapped_column(String(10), default="raised")
    reason: Mapped[str] = mapped_column(String(2000))
    suggestion: Mapped[str] = mapped_column(String(300), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"), index=True)
    channel: Mapped[str] = mapped_column(String(10), default="web")
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    raised_at: Mapped[datetime]
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decision: Mapped[str | None] = mapped_column(String(2000))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id"), index=True)

    __table_args__ = (
        CheckConstraint("state in ('raised', 'upheld', 'dismissed', 'taken_back')", name="state"),
        CheckConstraint("channel in ('web', 'mail', 'link')", name="channel"),
        CheckConstraint("(state = 'raised') = (decided_at is null)", name="decided"),
        CheckConstraint("state <> 'dismissed' or decision is not null", name="dismissed"),
        Index("uq_objections_raised", "assignment_id", unique=True, sqlite_where=text("state = 'raised'"), postgresql_where=text("state = 'raised'")),
        Index("ix_objections_decided_at", "decided_at"),
        Index("ix_objections_waiting", "raised_at", "id", sqlite_where=text("state = 'raised'"), postgresql_where=text("state = 'raised'")),
    )

"""What each unit is told of a consolidated report (its own line, rank, remarks), and what it says against it."""
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId


class ReportNotice(Base):
    """A consolidated report that was told to its units: once, with the last day to contest it and the person who answers."""

    __tablename__ = "report_notices"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True)
    told_at: Mapped[datetime]
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    contest_until: Mapped[date]
    answerer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class UnitNotice(Base):
    """One unit's own line of a report, frozen: its counts, its place among of_units units (none where nothing was asked of it), and the
    province's remarks; mail_id: the mail that told it."""

    __tablename__ = "unit_notices"

    report_id: Mapped[int] = mapped_column(ForeignKey("report_notices.report_id", ondelete="CASCADE"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, index=True)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    rank: Mapped[int | None]
    of_units: Mapped[int]
    remarks: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id"), index=True)


class Contest(WithId, Base):
    """ý kiến về số liệu báo cáo: a unit says that figures of its line (keys of domain.standing.FIGURES) are wrong, and a named person answers.

    target_on: by when the province means to answer. upheld: answer says what is corrected, and a new report is compiled.
    """

    __tablename__ = "contests"

    report_id: Mapped[int] = mapped_column(ForeignKey("report_notices.report_id", ondelete="CASCADE"))
    dispatch_id: Mapped[int | None] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    figures: Mapped[list[str]] = mapped_column(JSON, default=list)
    reason: Mapped[str] = mapped_column(String(2000))
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    raised_at: Mapped[datetime]
    target_on: Mapped[date]
    answerer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answer: Mapped[str | None] = mapped_column(String(2000))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id"), index=True)

    __table_args__ = (
        CheckConstraint("state in ('open', 'upheld', 'dismissed')", name="state"),
        CheckConstraint("(state = 'open') = (answered_at is null)", name="answered_at"),
        CheckConstraint("state = 'open' or answer is not null", name="answer"),
        Index("ix_contests_report_id", "report_id", "unit_id"),
        Index("uq_contests_open", "report_id", "unit_id", unique=True, sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
        Index("ix_contests_waiting", "target_on", "id", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
        Index("ix_contests_answered_at", "answered_at"),
    )

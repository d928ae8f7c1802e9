"""Compiled reports: a row with status and progress, the figures it was made from, and its files; and when to compile again."""
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, WithId
from tracker.models.files import StoredFile


class Report(WithId, Base):
    """báo cáo tổng hợp of one dispatch with its data cut-off (as_of, chốt số liệu); data and sha256 make it reproducible."""

    __tablename__ = "reports"

    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"))
    as_of: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default="queued")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    sha256: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str | None] = mapped_column(Text)
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("report_schedules.id", ondelete="SET NULL"))
    mail_wanted: Mapped[bool] = mapped_column(default=False)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]

    files: Mapped[list["ReportFile"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    __table_args__ = (
        CheckConstraint("state in ('queued', 'running', 'ready', 'failed')", name="state"),
        CheckConstraint("state <> 'ready' or sha256 is not null", name="sha256"),
        Index("ix_reports_dispatch_id", "dispatch_id", "id"),
        Index("ix_reports_state", "state"),
        UniqueConstraint("schedule_id", "as_of"),
    )


class ReportFile(WithId, Base):
    """One rendered file of a report: the province's (unit_id null) or one district's, in one format."""

    __tablename__ = "report_files"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    format: Mapped[str] = mapped_column(String(4))
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))

    file: Mapped[StoredFile] = relationship()

    __table_args__ = (
        CheckConstraint("format in ('docx', 'pdf', 'xlsx')", name="format"),
        UniqueConstraint("report_id", "unit_id", "format"),
    )


class ReportSchedule(WithId, Base):
    """When a dispatch's report is compiled and mailed by itself; next_on is the next day, null when switched off."""

    __tablename__ = "report_schedules"

    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"), unique=True)
    every: Mapped[str] = mapped_column(String(10))
    next_on: Mapped[date | None] = mapped_column(index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (CheckConstraint("every in ('weekly', 'monthly', 'quarterly')", name="every"),)

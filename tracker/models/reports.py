"""Compiled reports: a row with status and progress, the figures it was made from, its edits and its files; and when to compile again."""
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, WithId
from tracker.models.files import StoredFile

#: What a report is about: one dispatch; or what was issued in a period, of every unit and field, of one unit, of one field.
SCOPES = ("dispatch", "period", "unit", "field")
#: A consolidated report, or the pack for a meeting (gói giao ban).
KINDS = ("report", "briefing")
FORMATS = ("docx", "pdf", "xlsx", "csv")
RHYTHMS = ("weekly", "monthly", "quarterly", "half_year", "year")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(value) for value in values)})"


class Scoped:
    """What a report, or a schedule of them, is about: exactly the column of its scope is filled."""

    kind: Mapped[str] = mapped_column(String(10), default="report", server_default="report")
    scope: Mapped[str] = mapped_column(String(10), default="dispatch", server_default="dispatch")
    dispatch_id: Mapped[int | None] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    field: Mapped[str | None] = mapped_column(String(80))


def _about() -> tuple[CheckConstraint, ...]:
    """The checks that every scoped table has."""
    return (
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint(_one_of("scope", SCOPES), name="scope"),
        CheckConstraint("(scope = 'dispatch') = (dispatch_id is not null)", name="dispatch"),
        CheckConstraint("(scope = 'unit') = (unit_id is not null)", name="unit"),
        CheckConstraint("(scope = 'field') = (field is not null)", name="field"),
    )


class Report(WithId, Scoped, Base):
    """báo cáo tổng hợp with its data cut-off (as_of, chốt số liệu); data and sha256 make it reproducible.

    period_from, period_to: the days of issue that it takes in (null where it is about one dispatch). version grows with every correction;
    replaces_id: the version before, reason: why it was compiled again, changes: what differs from it. prepared_on: the day it was compiled,
    number and signed_on: what the signed document bears; none of these is in data. meeting_at: the meeting that a pack is for.
    attempts only grows, tries counts the claims since it was last ordered; next_attempt_at: when a failed one is tried again by itself.
    cancel_wanted: the worker stops before its next part. mail_to: where it goes (null: the dispatch's report-to address).
    """

    __tablename__ = "reports"

    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    as_of: Mapped[date]
    meeting_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default="queued")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    sha256: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id", ondelete="SET NULL"))
    reason: Mapped[str | None] = mapped_column(String(500))
    changes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    number: Mapped[str | None] = mapped_column(String(60))
    signed_on: Mapped[date | None]
    prepared_on: Mapped[date | None]
    cancel_wanted: Mapped[bool] = mapped_column(default=False, server_default=false())
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("report_schedules.id", ondelete="SET NULL"))
    mail_wanted: Mapped[bool] = mapped_column(default=False)
    mail_to: Mapped[str | None] = mapped_column(String(254))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    next_attempt_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    files: Mapped[list["ReportFile"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    __table_args__ = (
        *_about(),
        CheckConstraint("state in ('queued', 'running', 'ready', 'failed', 'cancelled')", name="state"),
        CheckConstraint("state <> 'ready' or sha256 is not null", name="sha256"),
        CheckConstraint("scope = 'dispatch' or (period_from is not null and period_to is not null)", name="period"),
        CheckConstraint("period_from <= period_to", name="days"),
        Index("ix_reports_dispatch_id", "dispatch_id", "id"),
        Index("ix_reports_state", "state"),
        Index("ix_reports_unit_id", "unit_id"),
        # A version is replaced by one other; what failed or was stopped does not stand in the way.
        Index(
            "uq_reports_replaces_id", "replaces_id", unique=True, sqlite_where=text("state in ('queued', 'running', 'ready')"),
            postgresql_where=text("state in ('queued', 'running', 'ready')"),
        ),
        UniqueConstraint("schedule_id", "as_of"),
    )


class ReportEdit(WithId, Base):
    """One sentence of a report's narrative as the clerk wrote it, apart from what was drafted; empty text leaves it out.

    key: the sentence's own (domain.report_narrative); drafted: the sentence that it stands for, so that a changed draft is noticed.
    """

    __tablename__ = "report_edits"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    drafted: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("report_id", "key"),)


class ReportFile(WithId, Base):
    """One rendered file of a report: the province's (unit_id null) or one district's, in one format."""

    __tablename__ = "report_files"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    format: Mapped[str] = mapped_column(String(4))
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))

    file: Mapped[StoredFile] = relationship()

    __table_args__ = (
        CheckConstraint(_one_of("format", FORMATS), name="format"),
        UniqueConstraint("report_id", "unit_id", "format"),
    )


class ReportSchedule(WithId, Scoped, Base):
    """When a report compiles and mails itself: one dispatch's, or office-wide; next_on is the next day, null when switched off.

    cut_day: the day of the month (1 to 28), or of the week (1 Monday to 7), that closes a period, null for its last day; send_after: so many
    working days after the cut-off it is compiled and sent. address: where it goes (null: the dispatch's own). A pack for a meeting is made
    hours_before the meeting's time on that day.
    """

    __tablename__ = "report_schedules"

    every: Mapped[str] = mapped_column(String(10))
    cut_day: Mapped[int | None]
    send_after: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    meeting_time: Mapped[time | None]
    hours_before: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    address: Mapped[str | None] = mapped_column(String(254))
    next_on: Mapped[date | None] = mapped_column(index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        *_about(),
        CheckConstraint(_one_of("every", RHYTHMS), name="every"),
        CheckConstraint("cut_day between 1 and 28", name="cut_day"),
        CheckConstraint("send_after between 0 and 30", name="send_after"),
        UniqueConstraint("dispatch_id", "kind"),
    )

"""Tasks of a dispatch and, while it is a draft, the units they are meant for."""
from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, WithId
from tracker.domain.deadlines import Precision


class Task(WithId, Base):
    """nhiệm vụ, or a finding (tồn tại nêu đích danh) that belongs to one unit.

    span_start/span_end: the characters of Dispatch.text it came from (both null for one added by hand).
    due_on is the last day in time; without it review_on must stand once issued. why: the words and rule the date came from.
    evidence: kinds asked for (values of EVIDENCE_KINDS). cancelled: taken out by an amendment.
    given_on: the day it came into the issued dispatch (an amendment, a new period), null where it went out with it.
    rhythm: how a recurring task repeats (domain.rhythm.Rhythm as JSON), on the task that the dispatch names; series_id: on each later
    period's task, that first one; period: the period's key ("2026-11", "2026-Q4", "2026-H2", "2026"), so that none is opened twice.
    """

    __tablename__ = "tasks"

    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10), default="task")
    position: Mapped[int]
    label: Mapped[str | None] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text)
    span_start: Mapped[int | None]
    span_end: Mapped[int | None]
    precision: Mapped[str] = mapped_column(String(10), default=Precision.NONE)
    due_on: Mapped[date | None]
    review_on: Mapped[date | None]
    why: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[list[str]] = mapped_column(JSON, default=list)
    doubts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    to_all: Mapped[bool] = mapped_column(default=True)
    cancelled: Mapped[bool] = mapped_column(default=False)
    given_on: Mapped[date | None]
    rhythm: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    period: Mapped[str | None] = mapped_column(String(10))

    units: Mapped[list["TaskUnit"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    __table_args__ = (
        CheckConstraint("kind in ('task', 'finding')", name="kind"),
        CheckConstraint("precision in (" + ", ".join(f"'{p}'" for p in Precision) + ")", name="precision"),
        UniqueConstraint("series_id", "period"),
        CheckConstraint("series_id is null or period is not null", name="period"),
        CheckConstraint("(span_start is null) = (span_end is null)", name="span"),
        Index("ix_tasks_dispatch_id_position", "dispatch_id", "position"),
        Index("ix_tasks_rhythm", "dispatch_id", sqlite_where=sql("rhythm is not null"), postgresql_where=sql("rhythm is not null")),
        Index("ix_tasks_due_on", "due_on", "id", sqlite_where=sql("due_on is not null"), postgresql_where=sql("due_on is not null")),
        Index("ix_tasks_review_on", "review_on", "id", sqlite_where=sql("due_on is null"), postgresql_where=sql("due_on is null")),
    )


class TaskUnit(Base):
    """A unit chosen for a task in the draft, with its role; with Task.to_all every recipient leads and rows here only change roles."""

    __tablename__ = "task_units"

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(10), default="lead")

    __table_args__ = (CheckConstraint("role in ('lead', 'coordinate')", name="role"),)

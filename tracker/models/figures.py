"""Figures asked of units: forms, their periods, each unit's sheet, every change of a figure, and requests to correct after the cut-off."""
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Dialect, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from tracker.db import Base, WithId


class Exact(TypeDecorator[Decimal]):
    """A decimal that keeps every digit on either database (SQLite's numbers are floating ones); nothing is ever computed with it in SQL."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class FigureForm(WithId, Base):
    """biểu số liệu of a dispatch, or of one of its tasks.

    columns: values of domain.indicators.Column, in order. rhythm: domain.rhythm.Rhythm as JSON, null for once; lock_days: so many days after the due
    date figures are locked (chốt số liệu). jump: percent of change against the last period that asks for a word. sign: who hands in
    (officer), or whether a district leader must. closed_at: no further period opens and nothing more is handed in.
    """

    __tablename__ = "figure_forms"

    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    columns: Mapped[list[str]] = mapped_column(JSON, default=list)
    rhythm: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    lock_days: Mapped[int] = mapped_column(default=5)
    jump: Mapped[int] = mapped_column(default=50)
    sign: Mapped[str] = mapped_column(String(10), default="officer")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("sign in ('officer', 'leader')", name="sign"),
        CheckConstraint("jump between 1 and 1000", name="jump"),
        CheckConstraint("lock_days between 0 and 90", name="lock_days"),
    )


class FormIndicator(Base):
    """One indicator of a form, in its place; definition: the catalogue's entry as it was when it was added, so that what was asked never changes."""

    __tablename__ = "figure_form_indicators"

    form_id: Mapped[int] = mapped_column(ForeignKey("figure_forms.id", ondelete="CASCADE"), primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"), primary_key=True, index=True)
    position: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    added_at: Mapped[datetime]


class FormPeriod(WithId, Base):
    """kỳ: key as domain.rhythm names it, or "once". cut_off_on: the last day on which a unit changes its figures freely; whether it has passed is
    computed. moved: [{"at": moment, "was": day}] of each time that it was put off.
    """

    __tablename__ = "figure_periods"

    form_id: Mapped[int] = mapped_column(ForeignKey("figure_forms.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date]
    cut_off_on: Mapped[date]
    opened_at: Mapped[datetime]
    moved: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)

    __table_args__ = (UniqueConstraint("form_id", "key"), CheckConstraint("cut_off_on >= due_on", name="cut_off"),
                      Index("ix_figure_periods_due_on", "due_on"))


class FigureSheet(WithId, Base):
    """What one unit has typed for one period. draft: {"cells": {"<indicator>.<column>": text}, "notes": {"<indicator>": text}} as typed and not handed
    in; to_sign_at: it waits for the leader's signature; communes_at: a district has opened the period to its communes. editor and version as for Submission.
    """

    __tablename__ = "figure_sheets"

    period_id: Mapped[int] = mapped_column(ForeignKey("figure_periods.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    editor: Mapped[str | None] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    to_sign_at: Mapped[datetime | None]
    communes_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("period_id", "unit_id"), Index("ix_figure_sheets_unit_id", "unit_id", "period_id"))


class FigureHandIn(WithId, Base):
    """One handing-in of a sheet, append-only; signed_by_id: the leader who signed it."""

    __tablename__ = "figure_hand_ins"

    period_id: Mapped[int] = mapped_column(ForeignKey("figure_periods.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    by_name: Mapped[str] = mapped_column(String(120))
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    signed_by_name: Mapped[str] = mapped_column(String(120), default="")
    at: Mapped[datetime]

    __table_args__ = (Index("ix_figure_hand_ins_period_id", "period_id", "unit_id", "id"), Index("ix_figure_hand_ins_unit_id", "unit_id"))


class FigureRequest(WithId, Base):
    """đề nghị sửa số liệu sau chốt: cells: {"<indicator>.<column>": amount as text or null}, decided by the province."""

    __tablename__ = "figure_requests"

    period_id: Mapped[int] = mapped_column(ForeignKey("figure_periods.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="asked")
    cells: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(1000))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked_by_name: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(1000), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state in ('asked', 'granted', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'asked') = (decided_at is null)", name="decided_at"),
    )


class FigureChange(WithId, Base):
    """One figure as it became, append-only: the last one of a cell is what it stands at, and what it stood at on any day before.

    A cell is (form, period, unit, indicator, field); period_id null: for the whole form (a baseline); unit_id null: the whole province. field: a Column,
    "baseline" (what the dispatch says, with its span) or "bank" (a total that the bank tells). kind: given (by the province), handed_in, correction.
    """

    __tablename__ = "figure_changes"

    form_id: Mapped[int] = mapped_column(ForeignKey("figure_forms.id", ondelete="CASCADE"))
    period_id: Mapped[int | None] = mapped_column(ForeignKey("figure_periods.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"), index=True)
    field: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))
    before: Mapped[Decimal | None] = mapped_column(Exact)
    after: Mapped[Decimal | None] = mapped_column(Exact)
    explanation: Mapped[str] = mapped_column(String(1000), default="")
    reason: Mapped[str] = mapped_column(String(1000), default="")
    span_start: Mapped[int | None]
    span_end: Mapped[int | None]
    request_id: Mapped[int | None] = mapped_column(ForeignKey("figure_requests.id", ondelete="CASCADE"))
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("kind in ('given', 'handed_in', 'correction')", name="kind"),
        CheckConstraint("field in ('plan', 'same', 'actual', 'cumulative', 'baseline', 'bank')", name="field"),
        CheckConstraint("kind <> 'correction' or reason <> ''", name="reason"),
        CheckConstraint("(span_start is null) = (span_end is null)", name="span"),
        Index("ix_figure_changes_cell", "form_id", "period_id", "unit_id", "indicator_id", "field", "id"),
    )


class FigureReminder(Base):
    """Who was told by a digest that a form is due or late, at which step, once."""

    __tablename__ = "figure_reminders"

    period_id: Mapped[int] = mapped_column(ForeignKey("figure_periods.id", ondelete="CASCADE"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    recipient: Mapped[str] = mapped_column(String(20), primary_key=True)
    step: Mapped[str] = mapped_column(String(10), primary_key=True)
    on_day: Mapped[date]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id", ondelete="SET NULL"), index=True)

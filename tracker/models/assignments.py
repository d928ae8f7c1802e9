"""Assignments: one task × one unit, the thing that is tracked, and the running count of them."""
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, WithId
from tracker.domain.status import State
from tracker.models.dispatches import Dispatch
from tracker.models.tasks import Task
from tracker.models.units import Unit


class Assignment(WithId, Base):
    """nhiệm vụ giao. due_on is the date in force, original_due_on what was issued; deadline_version grows with every new date.

    chase_on: the day the next reminders are counted towards (fix_by of a returned one, else due_on, else review_on); null when
    nothing is owed. held_state and held_on: while it is objected to or paused, the state before and the day the clock
    stopped, else null. upheld: cancelled because the objection to it was upheld. late_before: whole days late when
    the extensions granted so far were asked; they stay beside whatever is late by the new date. submitted_on/accepted_on: local days of the latest round
    and of acceptance; accepted rows keep the submitted_on of the round that was accepted.
    """

    __tablename__ = "assignments"

    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"))
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    role: Mapped[str] = mapped_column(String(10), default="lead")
    state: Mapped[str] = mapped_column(String(12), default=State.ASSIGNED)
    due_on: Mapped[date | None]
    original_due_on: Mapped[date | None]
    review_on: Mapped[date | None]
    fix_by: Mapped[date | None]
    chase_on: Mapped[date | None]
    deadline_version: Mapped[int] = mapped_column(default=1)
    round: Mapped[int] = mapped_column(default=0)
    acknowledged_at: Mapped[datetime | None]
    submitted_on: Mapped[date | None]
    submitted_at: Mapped[datetime | None]
    accepted_on: Mapped[date | None]
    return_reason: Mapped[str | None] = mapped_column(String(2000))
    held_state: Mapped[str | None] = mapped_column(String(12))
    held_on: Mapped[date | None]
    upheld: Mapped[bool] = mapped_column(default=False, server_default=false())
    late_before: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    result: Mapped[str | None] = mapped_column(String(4000))
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    dispatch: Mapped[Dispatch] = relationship()
    task: Mapped[Task] = relationship()
    unit: Mapped[Unit] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("task_id", "unit_id"),
        CheckConstraint("state in (" + ", ".join(f"'{state}'" for state in State) + ")", name="state"),
        CheckConstraint("role in ('lead', 'coordinate')", name="role"),
        CheckConstraint("due_on is not null or review_on is not null", name="dated"),
        CheckConstraint("(state = 'accepted') = (accepted_on is not null)", name="accepted_on"),
        CheckConstraint("state not in ('submitted', 'accepted') or submitted_on is not null", name="submitted_on"),
        CheckConstraint(
            "(state in ('objected', 'paused')) = (held_state is not null) and (held_state is null) = (held_on is null)", name="held"
        ),
        CheckConstraint("(state in ('assigned', 'acknowledged', 'returned')) = (chase_on is not null)", name="chase_on"),
        Index("ix_assignments_owed", "unit_id", "chase_on", "id", sqlite_where=text("chase_on is not null"), postgresql_where=text("chase_on is not null")),
        # Carries what the longest overdue are found by, so that reading ends with the last that is wanted.
        Index(
            "ix_assignments_chase_on", "chase_on", "due_on", "dispatch_id", sqlite_where=text("chase_on is not null"),
            postgresql_where=text("chase_on is not null"),
        ),
        Index("ix_assignments_waiting", "submitted_at", "id", sqlite_where=text("state = 'submitted'"), postgresql_where=text("state = 'submitted'")),
        # Carries what counts per dispatch and unit need, so that they never touch the rows.
        Index("ix_assignments_dispatch_id", "dispatch_id", "unit_id", "state", "due_on"),
        Index("ix_assignments_fix_by", "fix_by", "dispatch_id", sqlite_where=text("state = 'returned'"), postgresql_where=text("state = 'returned'")),
        Index("ix_assignments_unit_id", "unit_id", "updated_at"),
        # What is owed without a deadline, for the list of those who keep silent.
        Index(
            "ix_assignments_undated", "dispatch_id", "unit_id", "submitted_on", sqlite_where=text("chase_on is not null and due_on is null"),
            postgresql_where=text("chase_on is not null and due_on is null"),
        ),
    )


class Tally(Base):
    """How many assignments of a unit stand in one state with one due date: kept in step by services.tally, so that counts never scan history.

    state: see services.tally.key; due_on: the date in force, NO_DATE where there is none or where lateness is frozen.
    """

    __tablename__ = "tallies"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(20), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]

    # Kept in the order of its key: a count over all units then reads one run of pages.
    __table_args__ = ({"sqlite_with_rowid": False},)

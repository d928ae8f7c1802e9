"""Reminder policies: which steps a dispatch's reminders take and who is addressed at each; and what a clerk held back from one day's plan."""
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId


class Policy(WithId, Base):
    """lịch nhắc: kind (of dispatch) and urgency say whom it is for, null for any; steps: list of domain.policies.PolicyStep as JSON.

    One made for a single dispatch (own) is named by Dispatch.policy_id only and never chosen for another.
    """

    __tablename__ = "policies"

    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str | None] = mapped_column(String(40))
    urgency: Mapped[str | None] = mapped_column(String(12))
    own: Mapped[bool] = mapped_column(default=False)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("urgency in ('urgent', 'very_urgent', 'flash')", name="urgency"),
        Index("uq_policies_kind_urgency", "kind", "urgency", "own"),
    )


class PlanHold(WithId, Base):
    """Something that a clerk took out of the plan of one day: all of it, one unit's, one dispatch's or one assignment's part.

    drop: the step is passed over for good (the ledger says so); else it is only put off to the next plan.
    """

    __tablename__ = "plan_holds"

    day: Mapped[date] = mapped_column(index=True)
    drop: Mapped[bool] = mapped_column(default=False)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    dispatch_id: Mapped[int | None] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

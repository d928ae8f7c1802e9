"""Dispatches: the document, its annexes, and the recipient list frozen on the day of issue."""
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, WithId
from tracker.models.files import StoredFile
from tracker.models.units import Unit


class Dispatch(WithId, Base):
    """công văn. text is what is shown and what spans point into; reading keeps the reader's own values beside the clerk's.

    to_units: while it is a draft, the ids of the units it is meant for, null for every district of the day (DispatchRecipient holds the
    frozen list once issued). urgency: khẩn, thượng khẩn, hoả tốc as the reader or the clerk says, which chooses the reminder policy; policy_id:
    the policy in force for it (null: the office's own for its kind). extension_days, extension_times: the most that extensions may add and
    how often one may be granted (null: no cap). field: lĩnh vực, by which reports of a period are put
    together; field_set_at: when it last changed once issued. revision counts amendments
    (1 on issue); version is the optimistic lock that turns a stale write into a page that says so.
    """

    __tablename__ = "dispatches"

    state: Mapped[str] = mapped_column(String(10), default="draft")
    kind: Mapped[str | None] = mapped_column(String(40))
    number: Mapped[str | None] = mapped_column(String(60))
    issued_on: Mapped[date | None]
    issuer: Mapped[str | None] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(Text, default="")
    short_subject: Mapped[str] = mapped_column(String(120), default="")
    folded: Mapped[str] = mapped_column(Text, default="")
    recipients: Mapped[list[str]] = mapped_column(JSON, default=list)
    to_units: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    signatory_name: Mapped[str | None] = mapped_column(String(120))
    signatory_title: Mapped[str | None] = mapped_column(String(200))
    report_to_office: Mapped[str | None] = mapped_column(String(300))
    report_to_email: Mapped[str | None] = mapped_column(String(254))
    text: Mapped[str] = mapped_column(Text, default="")
    original_text: Mapped[str] = mapped_column(Text, default="")
    reading: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    source_sha256: Mapped[str] = mapped_column(String(64), default="", index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    urgency: Mapped[str | None] = mapped_column(String(12))
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policies.id"), index=True)
    field: Mapped[str | None] = mapped_column(String(80))
    field_set_at: Mapped[datetime | None]
    extension_days: Mapped[int | None]
    extension_times: Mapped[int | None]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    issued_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    destroyed_at: Mapped[datetime | None]
    sample: Mapped[bool] = mapped_column(default=False)

    file: Mapped[StoredFile | None] = relationship()

    __table_args__ = (
        CheckConstraint("state in ('draft', 'issued', 'closed', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'draft') = (issued_at is null)", name="issued_at"),
        CheckConstraint("(state in ('closed', 'withdrawn')) = (ended_at is not null)", name="ended_at"),
        CheckConstraint("state <> 'withdrawn' or ended_reason is not null", name="withdraw_reason"),
        CheckConstraint("urgency in ('urgent', 'very_urgent', 'flash')", name="urgency"),
        Index("ix_dispatches_state_issued_on", "state", "issued_on"),
        Index("ix_dispatches_number", "number"),
    )


class DispatchFile(WithId, Base):
    """phụ lục, biểu mẫu: further files that go out with the dispatch."""

    __tablename__ = "dispatch_files"

    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))
    label: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(default=0)

    file: Mapped[StoredFile] = relationship()


class DispatchRecipient(Base):
    """One unit of the frozen recipient list, with its name as it was on the day of issue."""

    __tablename__ = "dispatch_recipients"

    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    unit_name: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()

    __table_args__ = (Index("ix_dispatch_recipients_unit_id", "unit_id", "dispatch_id"),)



"""The outbox: every mail is a row written with the act that causes it, and workers send rows; reminders are the ledger of what was told."""
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId

MAIL_STATES = ("queued", "sending", "sent", "failed", "cancelled", "skipped")


class Mail(WithId, Base):
    """One message to one address. not_before holds it back (undo); next_attempt_at is when a failed try is taken up again.

    dedupe_key: unique where set (for a digest "digest:<person>:<day>"), so that planning twice writes nothing twice.
    bounced_at/bounce: a bounce message that came back for it, and its words; confirmed_at: the first time that somebody acted through a signed
    link in it. files: ids of stored files to attach. smtp_code/last_error: the server's last words. failed = permanent, shown to the clerk.
    """

    __tablename__ = "mails"

    kind: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(10), default="queued")
    address: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    dispatch_id: Mapped[int | None] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(300))
    body_text: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    files: Mapped[list[int]] = mapped_column(JSON, default=list)
    headers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    dedupe_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    message_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    claim: Mapped[str | None] = mapped_column(String(40))
    sent_at: Mapped[datetime | None]
    smtp_code: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(String(500))
    bounced_at: Mapped[datetime | None]
    bounce: Mapped[str | None] = mapped_column(String(500))
    confirmed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state in (" + ", ".join(f"'{state}'" for state in MAIL_STATES) + ")", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at is not null)", name="sent_at"),
        Index(
            "ix_mails_due", "next_attempt_at", "id",
            sqlite_where=text("state in ('queued', 'sending')"), postgresql_where=text("state in ('queued', 'sending')"),
        ),
        # A unit's mails are read page by page in the order of their ids.
        Index("ix_mails_unit_id", "unit_id", "id"),
        Index("ix_mails_bounced", "unit_id", "bounced_at", sqlite_where=text("bounced_at is not null"), postgresql_where=text("bounced_at is not null")),
        # How many receipts went where in the last day.
        Index("ix_mails_receipts", "created_at", "address", sqlite_where=text("kind = 'receipt'"), postgresql_where=text("kind = 'receipt'")),
        Index(
            "ix_mails_failed", "id", sqlite_where=text("state in ('failed', 'skipped')"), postgresql_where=text("state in ('failed', 'skipped')"),
        ),
    )


class Reminder(WithId, Base):
    """nhắc việc: one entry of the ledger. step: a key of domain.policies.PolicyStep, or "nudge" for one by hand, counted by sequence.

    recipient: "p<person id>" or "u<unit id>" for a unit's duty mailbox; deadline_version is never null, so that a new date opens
    the ladder anew and the same one never repeats.
    """

    __tablename__ = "reminders"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"), index=True)
    recipient: Mapped[str] = mapped_column(String(20))
    step: Mapped[str] = mapped_column(String(12))
    deadline_version: Mapped[int]
    sequence: Mapped[int] = mapped_column(default=0)
    on_day: Mapped[date]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id"))
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    message: Mapped[str | None] = mapped_column(String(1000))

    __table_args__ = (
        UniqueConstraint("assignment_id", "recipient", "step", "deadline_version", "sequence"),
        Index("ix_reminders_unit_id", "unit_id", "on_day"),
        # Carries what a page of mails tells of their steps.
        Index("ix_reminders_mail_id", "mail_id", "step"),
        Index("ix_reminders_unmailed", "unit_id", "on_day", sqlite_where=text("mail_id is null"), postgresql_where=text("mail_id is null")),
        Index(
            "ix_reminders_listed", "recipient", "dispatch_id", sqlite_where=text("recipient in ('letter', 'criticism')"),
            postgresql_where=text("recipient in ('letter', 'criticism')"),
        ),
        Index("ix_reminders_nudge", "id", sqlite_where=text("step = 'nudge'"), postgresql_where=text("step = 'nudge'")),
    )


class ReminderPlan(Base):
    """The plan of one day, made once; counts say what it did, for the home page and the ledger."""

    __tablename__ = "reminder_plans"

    day: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

"""Incoming mail: every message as it came, where it was found, what it was recognised as, and what became of it."""
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId

INCOMING_STATES = ("taken", "filed", "confirm", "triage", "aside")
#: What a message is: a person's answer, an automatic answer, a bounce, mail of a list, our own, or too broken or large to say.
NATURES = ("answer", "automatic", "bounce", "list", "own", "unreadable")


class Mailbox(WithId, Base):
    """One folder of one IMAP account. What lies at or below last_uid (under this uidvalidity) has a row; problem: the last failure's words."""

    __tablename__ = "mailboxes"

    name: Mapped[str] = mapped_column(String(254), unique=True)
    uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    polled_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(String(500))


class IncomingMail(WithId, Base):
    """thư đến. sha256: of the raw message, which lies in the file store (of the headers alone where whole is false: it was too large).

    taken: stored, not yet looked at; filed: evidence of a submission; confirm: waits for the unit's own word; triage: waits for the clerk;
    aside: needs nothing (automatic, a bounce, not for us). signals: what spoke for a unit or dispatch, each with its words.
    """

    __tablename__ = "incoming_mails"

    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    whole: Mapped[bool] = mapped_column(default=True)
    message_id: Mapped[str] = mapped_column(String(300), default="")
    source: Mapped[str] = mapped_column(String(10))
    received_at: Mapped[datetime]
    sender: Mapped[str] = mapped_column(String(254), default="")
    sender_name: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(String(500), default="")
    sent_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default="taken")
    nature: Mapped[str | None] = mapped_column(String(12))
    trust: Mapped[str | None] = mapped_column(String(10))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    dispatch_id: Mapped[int | None] = mapped_column(ForeignKey("dispatches.id", ondelete="SET NULL"))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id", ondelete="SET NULL"))
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id", ondelete="SET NULL"))
    signals: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    body: Mapped[str] = mapped_column(Text, default="")
    rest: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("sha256", "message_id"),
        CheckConstraint("state in (" + ", ".join(f"'{state}'" for state in INCOMING_STATES) + ")", name="state"),
        CheckConstraint("nature in (" + ", ".join(f"'{nature}'" for nature in NATURES) + ")", name="nature"),
        CheckConstraint("trust in ('token', 'signed', 'known', 'none')", name="trust"),
        CheckConstraint("source in ('imap', 'lmtp', 'hand')", name="source"),
        CheckConstraint("state <> 'filed' or (unit_id is not null and dispatch_id is not null)", name="filed"),
        Index("ix_incoming_mails_taken", "id", sqlite_where=text("state = 'taken'"), postgresql_where=text("state = 'taken'")),
        Index("ix_incoming_mails_state", "state", "id"),
        Index("ix_incoming_mails_unit_id", "unit_id", "id"),
        Index("ix_incoming_mails_dispatch_id", "dispatch_id", "id"),
        Index("ix_incoming_mails_message_id", "message_id"),
    )


class Found(WithId, Base):
    """Where a message was found: one folder's UID under one UIDVALIDITY; the same message may be found again elsewhere."""

    __tablename__ = "found_mails"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id", ondelete="CASCADE"))
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming_mails.id", ondelete="CASCADE"), index=True)

    __table_args__ = (UniqueConstraint("mailbox_id", "uidvalidity", "uid"),)


class IncomingFile(WithId, Base):
    """One attachment: stored as a file, or refused with the reason."""

    __tablename__ = "incoming_files"

    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming_mails.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    refusal: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (CheckConstraint("(file_id is null) = (refusal is not null)", name="refusal"),)


class KnownSender(WithId, Base):
    """'Always file this sender to this unit': an address that a clerk has confirmed."""

    __tablename__ = "known_senders"

    address: Mapped[str] = mapped_column(String(254), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

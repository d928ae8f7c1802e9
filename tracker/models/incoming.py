"""Incoming mail: every message as it came, where it was found, what it was recognised as, and what became of it."""
from datetime import date, datetime
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
    attention: reading (it stands in triage while its files are read, and is decided by itself then), doubt (filed, but what was read since
    speaks against it) or secret (a file carries a mark of secrecy: since secret_at nobody opens it, until a clerk decides or its time is up).
    removed_at: its content was removed on purpose, the bytes named by sha256 and those of its files are gone. proposed: what triage ticks
    beforehand (dispatch_ids, assignment_ids). turn: how often its filing was taken back.
    submission_id: the first of its submissions, all of them are in Filing.
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
    attention: Mapped[str | None] = mapped_column(String(10))
    proposed: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    turn: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    secret_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("sha256", "message_id"),
        CheckConstraint("state in (" + ", ".join(f"'{state}'" for state in INCOMING_STATES) + ")", name="state"),
        CheckConstraint("nature in (" + ", ".join(f"'{nature}'" for nature in NATURES) + ")", name="nature"),
        CheckConstraint("trust in ('token', 'signed', 'known', 'none')", name="trust"),
        CheckConstraint("source in ('imap', 'lmtp', 'hand')", name="source"),
        CheckConstraint("state <> 'filed' or (unit_id is not null and dispatch_id is not null)", name="filed"),
        Index("ix_incoming_mails_taken", "id", sqlite_where=text("state = 'taken'"), postgresql_where=text("state = 'taken'")),
        Index("ix_incoming_mails_state", "state", "id"),
        Index("ix_incoming_mails_attention", "id", sqlite_where=text("attention is not null"), postgresql_where=text("attention is not null")),
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
    """One attachment: stored as a file, or refused with the reason.

    read_state: null where there is nothing to read, waits, reads (a worker is at it, since read_at), done, failed (read_problem says why).
    reading: what the dispatch reader found, see services.mail_reading.
    """

    __tablename__ = "incoming_files"

    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming_mails.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    refusal: Mapped[str | None] = mapped_column(String(500))
    read_state: Mapped[str | None] = mapped_column(String(8))
    read_at: Mapped[datetime | None]
    read_tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    read_problem: Mapped[str | None] = mapped_column(String(300))
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (
        CheckConstraint("(file_id is null) = (refusal is not null)", name="refusal"),
        Index(
            "ix_incoming_files_unread", "id", sqlite_where=text("read_state in ('waits', 'reads')"),
            postgresql_where=text("read_state in ('waits', 'reads')"),
        ),
    )


class Filing(Base):
    """One submission that a message was filed as; a message that answers several dispatches has one for each."""

    __tablename__ = "filings"

    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming_mails.id", ondelete="CASCADE"), primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True, index=True)


class AwayNote(WithId, Base):
    """What an automatic answer said: who of the unit is away, until when if it said so. Over after until_on (or ends_on, where none was said)."""

    __tablename__ = "away_notes"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming_mails.id", ondelete="CASCADE"), unique=True)
    address: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200), default="")
    words: Mapped[str] = mapped_column(String(500))
    until_on: Mapped[date | None]
    ends_on: Mapped[date]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        Index("ix_away_notes_open", "unit_id", "ends_on", sqlite_where=text("ended_at is null"), postgresql_where=text("ended_at is null")),
    )


class KnownSender(WithId, Base):
    """'Always file this sender to this unit': an address that a clerk has confirmed."""

    __tablename__ = "known_senders"

    address: Mapped[str] = mapped_column(String(254), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

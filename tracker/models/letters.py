"""Formal letters: công văn đôn đốc, nhắc nhở, phê bình, drafted from the late list and issued as documents of the dispatch."""
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, WithId

LETTER_KINDS = ("urge", "remind", "criticise")


class Letter(WithId, Base):
    """One letter to one or several late units. lines: the annex frozen when drafted or refreshed (domain.letters.Line as JSON), for the
    day as_of; units: those that are ticked, so that a line of another unit stays out.

    A draft has no files; an issued one has its number, day, signatory and both files, and never changes, but for the scan of the signed paper.
    """

    __tablename__ = "letters"

    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    number: Mapped[str | None] = mapped_column(String(60))
    dated_on: Mapped[date | None]
    subject: Mapped[str] = mapped_column(String(300), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    signer_title: Mapped[str] = mapped_column(String(200), default="")
    signer_name: Mapped[str] = mapped_column(String(120), default="")
    as_of: Mapped[date]
    reply_by: Mapped[date | None]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    docx_file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"), index=True)
    pdf_file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"), index=True)
    signed_file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    issued_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    units: Mapped[list["LetterUnit"]] = relationship(cascade="all, delete-orphan", passive_deletes=True, order_by="LetterUnit.unit_id")

    __table_args__ = (
        CheckConstraint("kind in (" + ", ".join(f"'{kind}'" for kind in LETTER_KINDS) + ")", name="kind"),
        CheckConstraint("state in ('draft', 'issued')", name="state"),
        CheckConstraint("(state = 'issued') = (issued_at is not null)", name="issued_at"),
        CheckConstraint("state = 'draft' or (number is not null and dated_on is not null and pdf_file_id is not null)", name="issued"),
        Index("ix_letters_dispatch_id", "dispatch_id", "id"),
        # The register of what went out is read by day.
        Index("ix_letters_dated_on", "dated_on", "id"),
    )


class LetterUnit(Base):
    """A unit that a letter addresses: it alone sees the letter, once it is issued."""

    __tablename__ = "letter_units"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, index=True)

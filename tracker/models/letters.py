"""Formal letters: công văn đôn đốc, nhắc nhở, phê bình, drafted from the late list and issued as documents of the dispatch."""
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId

LETTER_KINDS = ("urge", "remind", "criticise")


class Letter(WithId, Base):
    """One letter to one or several late units. lines: the annex frozen when drafted or refreshed: unit, task, due date and days late on as_of.

    A draft has no files; an issued one has its number, day, signatory and both files, and never changes.
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
    unit_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    docx_file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    pdf_file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    signed_file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    issued_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("kind in (" + ", ".join(f"'{kind}'" for kind in LETTER_KINDS) + ")", name="kind"),
        CheckConstraint("state in ('draft', 'issued')", name="state"),
        CheckConstraint("(state = 'issued') = (issued_at is not null)", name="issued_at"),
        CheckConstraint("state = 'draft' or (number is not null and dated_on is not null and pdf_file_id is not null)", name="issued"),
        Index("ix_letters_dispatch_id", "dispatch_id", "id"),
    )

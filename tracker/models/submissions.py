"""What a unit hands in at one time, its evidence, and the province's reviews; every round is kept."""
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, WithId
from tracker.models.files import StoredFile

#: What may be asked for and handed in as evidence, in the order shown.
EVIDENCE_KINDS = ("implementing_document", "report", "minutes", "photo", "table", "other")


class Submission(WithId, Base):
    """báo cáo kết quả. number/dated_on/signatory: the district's implementing document. One draft per unit and dispatch.

    editor: the opened page (a random token) that saved last, so that a save or a submission whose answer was lost on the line
    can be sent again without counting as somebody else's. machine_read: the implementing document's facts were read from the file that came by mail.
    """

    __tablename__ = "submissions"

    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    channel: Mapped[str] = mapped_column(String(10), default="web")
    number: Mapped[str | None] = mapped_column(String(60))
    dated_on: Mapped[date | None]
    signatory: Mapped[str | None] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text, default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    submitted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    editor: Mapped[str | None] = mapped_column(String(40))
    machine_read: Mapped[bool] = mapped_column(default=False, server_default=false())

    items: Mapped[list["SubmissionItem"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    evidence: Mapped[list["Evidence"]] = relationship(cascade="all, delete-orphan", passive_deletes=True, order_by="Evidence.id")

    __table_args__ = (
        CheckConstraint("state in ('draft', 'submitted')", name="state"),
        CheckConstraint("(state = 'submitted') = (submitted_at is not null)", name="submitted_at"),
        CheckConstraint("channel in ('web', 'mail', 'link')", name="channel"),
        Index("uq_submissions_draft", "dispatch_id", "unit_id", unique=True, sqlite_where=text("state = 'draft'"), postgresql_where=text("state = 'draft'")),
        Index("ix_submissions_unit_id", "unit_id", "submitted_at"),
        Index("ix_submissions_dispatch_id", "dispatch_id", "unit_id"),
        Index("ix_submissions_submitted_at", "submitted_at"),
    )


class SubmissionItem(WithId, Base):
    """The answer to one assignment in one submission; round counts the rounds of that assignment from 1 (0 in a draft).

    chosen: whether a draft's item goes with the next submission; always true once submitted.
    """

    __tablename__ = "submission_items"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"), index=True)
    result: Mapped[str] = mapped_column(String(4000), default="")
    round: Mapped[int] = mapped_column(default=0)
    chosen: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (UniqueConstraint("submission_id", "assignment_id"),)


evidence_items = Table(
    "evidence_items",
    Base.metadata,
    Column("evidence_id", ForeignKey("evidence.id", ondelete="CASCADE"), primary_key=True),
    Column("assignment_id", ForeignKey("assignments.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Evidence(WithId, Base):
    """tài liệu minh chứng: one file of a submission and the assignments it answers (evidence_items)."""

    __tablename__ = "evidence"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30), default="implementing_document")
    created_at: Mapped[datetime]

    file: Mapped[StoredFile] = relationship()

    __table_args__ = (CheckConstraint("kind in (" + ", ".join(f"'{kind}'" for kind in EVIDENCE_KINDS) + ")", name="kind"),)


class Review(WithId, Base):
    """duyệt / trả lại: the province's verdict on one assignment's round; undone_at marks one taken back before the mail left."""

    __tablename__ = "reviews"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"), index=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(2000))
    fix_by: Mapped[date | None]
    due_on_before: Mapped[date | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id"))
    undone_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("verdict in ('accepted', 'returned')", name="verdict"),
        CheckConstraint("verdict <> 'returned' or (reason is not null and fix_by is not null)", name="reason"),
        Index("ix_reviews_at", "at"),
    )

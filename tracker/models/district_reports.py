"""A district's own report on one dispatch (báo cáo kết quả thực hiện): its editions from draft to sent, and the scans of the signed paper."""
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId


class DistrictReport(WithId, Base):
    """One edition of a unit's report. sections: the words as they stand (domain.district_report.Section as JSON), drafted: the same as the
    machine wrote them, so that what was changed by hand is known; facts: the unit's data of the day as_of, with the tables that go with it.

    waiting: the officer has asked the unit's leader to sign. signed_for: an officer signed in the leader's name, because the unit's leader has
    no account. A sent one has its number, day, signatory and both files, sha256 is the hash of all that it says, and it never changes.
    """

    __tablename__ = "district_reports"

    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    edition: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    as_of: Mapped[date]
    number: Mapped[str | None] = mapped_column(String(60))
    dated_on: Mapped[date | None]
    signer_title: Mapped[str] = mapped_column(String(200), default="")
    signer_name: Mapped[str] = mapped_column(String(120), default="")
    sections: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    drafted: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime | None]
    sent_back: Mapped[str | None] = mapped_column(Text)
    sent_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    sent_back_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    docx_file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"), index=True)
    pdf_file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"), index=True)
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    sent_at: Mapped[datetime | None]
    signed_for: Mapped[bool] = mapped_column(default=False)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id", ondelete="SET NULL"), index=True)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("state in ('draft', 'waiting', 'sent')", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at is not null)", name="sent_at"),
        CheckConstraint("state <> 'waiting' or asked_at is not null", name="asked_at"),
        CheckConstraint(
            "state <> 'sent' or (number is not null and dated_on is not null and docx_file_id is not null and pdf_file_id is not null "
            "and sha256 is not null)", name="sent",
        ),
        UniqueConstraint("dispatch_id", "unit_id", "edition"),
        # Of one unit and dispatch at most one edition is being written.
        Index(
            "uq_district_reports_open", "dispatch_id", "unit_id", unique=True, sqlite_where=text("state <> 'sent'"),
            postgresql_where=text("state <> 'sent'"),
        ),
        Index("ix_district_reports_waiting", "unit_id", "id", sqlite_where=text("state <> 'sent'"), postgresql_where=text("state <> 'sent'")),
    )


class DistrictReportScan(WithId, Base):
    """A scan of the signed paper that was added to a sent report; an earlier one stays beside it."""

    __tablename__ = "district_report_scans"

    report_id: Mapped[int] = mapped_column(ForeignKey("district_reports.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), index=True)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]

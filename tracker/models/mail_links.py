"""Signed links in mails: what a mail lets its reader do for one unit and one dispatch without signing in."""
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId

LINK_PURPOSES = ("acknowledge", "upload", "extend", "object")


class MailLink(WithId, Base):
    """One link: its token is the signed key; opened_at: the page was asked for (which changes nothing), used_at: somebody acted first."""

    __tablename__ = "mail_links"

    mail_id: Mapped[int] = mapped_column(ForeignKey("mails.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(32), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("purpose in (" + ", ".join(f"'{purpose}'" for purpose in LINK_PURPOSES) + ")", name="purpose"),
        Index("ix_mail_links_mail_id", "mail_id", "dispatch_id"),
        Index("ix_mail_links_unit_id", "unit_id", "dispatch_id"),
    )

"""Stored files: the bytes lie under their SHA-256 in the file store, the row says what they are."""
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId


class StoredFile(WithId, Base):
    """One upload; several rows may share one content (sha256). Never overwritten, never altered.

    Only a ready one is ever given to anybody; pending: held back, because it may be secret; rejected: removed on purpose, its content is gone
    (services.removal). Its name says so then, wherever it is listed.
    """

    __tablename__ = "files"

    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(10), default="ready")
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("state in ('pending', 'ready', 'rejected')", name="state"),)

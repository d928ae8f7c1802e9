"""Biên bản huỷ: what was destroyed on purpose, by whom and why; what it was is kept as a list, never its content."""
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId

#: A document marked secret that came by mail; past their period: a dispatch's files, messages that came in, texts of mails that were sent.
DESTROYED_KINDS = ("secret", "dispatch", "mail", "sent")


class Destruction(WithId, Base):
    """One act of destroying. listed: a line for each thing (what, and the names, sizes and hashes of its files), cut where count says more.

    size: bytes of the contents that went; by_name: who, also where the machine did it by itself.
    """

    __tablename__ = "destructions"

    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(10))
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    by_name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(500), default="")
    count: Mapped[int]
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    listed: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)

    __table_args__ = (CheckConstraint("kind in (" + ", ".join(f"'{kind}'" for kind in DESTROYED_KINDS) + ")", name="kind"),)

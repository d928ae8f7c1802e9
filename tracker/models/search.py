"""What search looks through: one entry for each thing that can be found, and what has changed since it was last looked at."""
from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId

#: Also the order of entries of one day, and the number that stands in their ids.
ENTRY_KINDS = ("mail", "evidence", "task", "dispatch")
_BIG = BigInteger().with_variant(Integer, "sqlite")


class SearchEntry(Base):
    """One thing that can be found. id: its day, kind and object in one number, so that the newest are found first (services.search_entries.key).

    marks: words of ours by which it is narrowed and shown (kind, who may see it, unit, dispatch, state, year), parted by spaces. What the index
    holds of it follows from number, title, text and marks alone (search_entries.words), because it can only be taken out by naming it again.
    file_state: of evidence, whether its file is still to be read, or secret; tries: how often that was begun.
    """

    __tablename__ = "search_entries"

    id: Mapped[int] = mapped_column(_BIG, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10))
    object_id: Mapped[int]
    dispatch_id: Mapped[int | None]
    number: Mapped[str] = mapped_column(String(60), default="")
    title: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    marks: Mapped[str] = mapped_column(Text, default="")
    file_state: Mapped[str | None] = mapped_column(String(8))
    tries: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        UniqueConstraint("kind", "object_id"),
        CheckConstraint("kind in (" + ", ".join(f"'{kind}'" for kind in ENTRY_KINDS) + ")", name="kind"),
        CheckConstraint("file_state in ('waits', 'done', 'failed', 'secret')", name="file_state"),
        Index("ix_search_entries_dispatch_id", "dispatch_id"),
        Index("ix_search_entries_unread", "id", sqlite_where=sql("file_state = 'waits'"), postgresql_where=sql("file_state = 'waits'")),
    )


class SearchChange(WithId, Base):
    """Something that was added, changed or removed since the index was last brought up to date; written by the database itself (triggers).

    kind: an entry's, or "submission" or "file" for all evidence of it. Several rows may name one thing; each goes when what it names has been looked at.
    """

    __tablename__ = "search_changes"

    kind: Mapped[str] = mapped_column(String(12))
    object_id: Mapped[int]

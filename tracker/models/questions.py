"""Hỏi – đáp: what a unit asks about a dispatch or one of its tasks, and every answer that the province has given to it."""
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId

AUDIENCES = ("unit", "all")


class Question(WithId, Base):
    """One question of one unit; task_id: the task it is about, null for the dispatch as a whole. withdrawn: the unit needs no answer any more.

    answered_at: when the answer that holds now was given; every new one moves the version.
    """

    __tablename__ = "questions"

    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id", ondelete="CASCADE"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    text: Mapped[str] = mapped_column(String(2000))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("state in ('open', 'answered', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'answered') = (answered_at is not null)", name="answered_at"),
        Index("ix_questions_dispatch_id", "dispatch_id", "id"),
        Index("ix_questions_unit_id", "unit_id", "id"),
        Index("ix_questions_open", "asked_at", "id", sqlite_where=sql("state = 'open'"), postgresql_where=sql("state = 'open'")),
    )


class QuestionAnswer(WithId, Base):
    """One answer as it was given; an edited or withdrawn one stays with the moment it ended. audience: the asking unit alone, or all recipients."""

    __tablename__ = "question_answers"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(4000))
    audience: Mapped[str] = mapped_column(String(4))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    by: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(120))

    __table_args__ = (
        CheckConstraint("audience in ('unit', 'all')", name="audience"),
        Index("uq_question_answers_current", "question_id", unique=True, sqlite_where=sql("ended_at is null"), postgresql_where=sql("ended_at is null")),
    )

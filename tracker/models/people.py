"""People who sign in, their sessions and second factor, and the single-use links that let them choose a password."""
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId
from tracker.domain.access import Role


class Person(WithId, Base):
    """người dùng: the e-mail is kept in lower case; session_epoch grows to sign out everywhere; left_at marks who has gone."""

    __tablename__ = "people"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str | None] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    #: Sealed by services.keys; rows of earlier releases hold it as it is until a regular job seals it.
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]
    session_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    #: Of pages, "vi" or "en"; None: never chosen.
    language: Mapped[str | None] = mapped_column(String(2))
    sample: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("role in (" + ", ".join(f"'{role}'" for role in Role) + ")", name="role"),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )


class AccessLink(WithId, Base):
    """One invitation or reset link: only the hash of its secret is kept; used_at makes it single use."""

    __tablename__ = "access_links"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(10))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("purpose in ('invite', 'reset')", name="purpose"),)


class SignIn(WithId, Base):
    """One session: the hash of its key, where it began, last use to the hour. Ended, its cookie opens nothing any more, wherever it was copied to."""

    __tablename__ = "sign_ins"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(45))
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RecoveryCode(WithId, Base):
    """mã dự phòng: opens the second step once where the telephone is lost. start, its first letters, tells which hash to compare with."""

    __tablename__ = "recovery_codes"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    start: Mapped[str] = mapped_column(String(4))
    code_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Absence(WithId, Base):
    """nghỉ, đi vắng: from_on to until_on, both days included; the stand-in gets the person's reminders meanwhile."""

    __tablename__ = "absences"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    stand_in_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    from_on: Mapped[date]
    until_on: Mapped[date] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("from_on <= until_on", name="days"), CheckConstraint("person_id <> stand_in_id", name="other"))

"""The organisation tree and named groups of units; a unit is known by its code, never by its name."""
from datetime import date

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, WithId


class Unit(WithId, Base):
    """đơn vị: province, district or commune, valid from / to; mailbox is the duty mailbox, apart from any person."""

    __tablename__ = "units"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    level: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(100))
    folded: Mapped[str] = mapped_column(String(200), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    mailbox: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (CheckConstraint("level in ('province', 'district', 'commune')", name="level"),)


group_units = Table(
    "recipient_group_units",
    Base.metadata,
    Column("group_id", ForeignKey("recipient_groups.id", ondelete="CASCADE"), primary_key=True),
    Column("unit_id", ForeignKey("units.id"), primary_key=True, index=True),
)


class RecipientGroup(WithId, Base):
    """nhóm nơi nhận: a named set of units that a clerk can pick when issuing."""

    __tablename__ = "recipient_groups"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    sample: Mapped[bool] = mapped_column(default=False)
    units: Mapped[list[Unit]] = relationship(secondary=group_units, order_by=Unit.id)

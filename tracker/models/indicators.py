"""The catalogue of indicators (danh mục chỉ tiêu) and their groups."""
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, WithId


class IndicatorGroup(WithId, Base):
    """nhóm chỉ tiêu: a heading with its place in the order."""

    __tablename__ = "indicator_groups"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    sample: Mapped[bool] = mapped_column(default=False)


class IndicatorRow(WithId, Base):
    """chỉ tiêu, as domain.indicators.Indicator says; kept in the base unit (đồng for money). Never deleted: retired_at takes it out of new forms.

    period: how often it is usually asked (once, or a rhythm's every). version: the optimistic lock.
    """

    __tablename__ = "indicators"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(250))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("indicator_groups.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    measure: Mapped[str] = mapped_column(String(10))
    unit: Mapped[str] = mapped_column(String(40), default="")
    scale: Mapped[str] = mapped_column(String(10), default="one")
    period: Mapped[str] = mapped_column(String(10), default="month")
    direction: Mapped[str] = mapped_column(String(10), default="neutral")
    decimals: Mapped[int] = mapped_column(default=0)
    formula: Mapped[str | None] = mapped_column(String(300))
    equals: Mapped[str | None] = mapped_column(String(300))
    summed: Mapped[bool] = mapped_column(default=True)
    flows: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    sample: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("measure in ('money', 'count', 'percent')", name="measure"),
        CheckConstraint("scale in ('one', 'million', 'billion')", name="scale"),
        CheckConstraint("scale = 'one' or measure = 'money'", name="scale_of_money"),
        CheckConstraint("period in ('once', 'month', 'quarter', 'half', 'year')", name="period"),
        CheckConstraint("direction in ('more', 'less', 'neutral')", name="direction"),
        CheckConstraint("decimals between 0 and 6", name="decimals"),
        CheckConstraint("formula is null or equals is null", name="formula"),
    )

"""The organisation tree as the reader wants it."""
from sqlalchemy import select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.models.units import Unit
from tracker.reading import UnitRow


def unit_rows() -> list[UnitRow]:
    """Every unit, past and present: the reader itself picks those of the dispatch's day."""
    parent = aliased(Unit)
    columns = select(Unit.code, Unit.name, Unit.level, parent.code, Unit.valid_from, Unit.valid_to).outerjoin(parent, parent.id == Unit.parent_id)
    return [UnitRow(*row) for row in db.session.execute(columns.order_by(Unit.id))]

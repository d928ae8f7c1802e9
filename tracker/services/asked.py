"""The requests that were made about one assignment, for its page: what was asked, why, and what the province said."""
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.i18n import EXTENSION_REASONS
from tracker.models.extensions import Extension
from tracker.models.files import StoredFile
from tracker.models.objections import Objection
from tracker.models.people import Person


@dataclass(frozen=True, slots=True)
class Request:
    """One request, waiting or answered. row: its columns; by: who asked; decider: who decides or has decided; reason_kind: words."""

    kind: str
    row: Row
    reason_kind: str = ""

    @property
    def waits(self) -> bool:
        """Whether the province has not answered yet."""
        return self.row.state in ("asked", "raised")


_ASKER, _DECIDER = aliased(Person), aliased(Person)


def _columns(table: Any, by: Any, decider: Any, *columns: Any) -> Select:
    return (
        select(
            table.id, table.state, table.reason, table.file_id, table.decision, table.decided_at, table.channel, StoredFile.name.label("file_name"),
            _ASKER.name.label("by"), _DECIDER.name.label("decider"), *columns,
        )
        .outerjoin(StoredFile, StoredFile.id == table.file_id).outerjoin(_ASKER, _ASKER.id == by).outerjoin(_DECIDER, _DECIDER.id == decider)
        .order_by(table.id.desc())
    )


_EXTENSIONS = _columns(
    Extension, Extension.asked_by_id, Extension.decided_by_id, Extension.asked_at.label("at"), Extension.category, Extension.wished_on,
    Extension.granted_on, Extension.due_before, Extension.replaced_on, Extension.late_before,
)
_OBJECTIONS = _columns(
    Objection, Objection.raised_by_id, Objection.decider_id, Objection.raised_at.label("at"), Objection.suggestion,
)


def of_assignment(assignment_id: int) -> list[Request]:
    """The assignment's requests, the latest first."""
    asked = [
        Request("extension", row, EXTENSION_REASONS[row.category])
        for row in db.session.execute(_EXTENSIONS.where(Extension.assignment_id == assignment_id))
    ]
    raised = [Request("objection", row) for row in db.session.execute(_OBJECTIONS.where(Objection.assignment_id == assignment_id))]
    return sorted([*asked, *raised], key=lambda one: one.row.at, reverse=True)

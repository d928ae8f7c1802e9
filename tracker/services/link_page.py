"""What the page behind a signed link shows: the tasks of its one dispatch, which of them its act can still be done for, and what was done."""
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from tracker.db import db
from tracker.domain.status import OWED, State
from tracker.models.assignments import Assignment
from tracker.models.extensions import Extension
from tracker.models.objections import Objection
from tracker.services import answer_page, people
from tracker.services.answer_page import Page
from tracker.services.link_acts import Link


@dataclass(frozen=True)
class LinkPage:
    """The page. able: ids of tasks for which the act can be done; phone: the province's, for a link that works no more."""

    link: Link
    tasks: Page | None
    able: frozenset[int]
    phone: str | None

    @property
    def used_up(self) -> bool:
        """Whether nothing is left to do through this link."""
        return not self.link.trouble and not self.able


def page(link: Link) -> LinkPage:
    """The page of a link; one that works no more shows nothing of the unit."""
    province = people.province()
    phone = province.phone if province else None
    if link.trouble:
        return LinkPage(link, None, frozenset(), phone)
    return LinkPage(link, answer_page.fresh(link.actor, link.dispatch_id), frozenset(_able(link)), phone)


def _able(link: Link) -> Any:
    ours = (Assignment.dispatch_id == link.dispatch_id, Assignment.unit_id == link.unit_id)
    return db.session.scalars(select(Assignment.id).where(*ours, *CONDITIONS[link.purpose]))


def _none(kind: Any, state: str) -> ColumnElement[bool]:
    return ~exists().where(kind.assignment_id == Assignment.id, kind.state == state)


#: Which tasks each act can be done for; the services have the last word.
CONDITIONS: dict[str, tuple[ColumnElement[bool], ...]] = {
    "acknowledge": (Assignment.state == State.ASSIGNED,),
    "upload": (Assignment.state.in_({*OWED, State.PAUSED}),),
    "extend": (Assignment.state.in_(OWED), Assignment.due_on.is_not(None), _none(Extension, "asked")),
    "object": (Assignment.state.in_(OWED), _none(Objection, "dismissed")),
}

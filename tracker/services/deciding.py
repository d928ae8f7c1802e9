"""What deciding about extensions and about objections has in common: the chosen requests, locked, and the decision written on each."""
from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.models.extensions import Extension
from tracker.models.objections import Objection
from tracker.services import request_mails

LONGEST_DECISION = 2000
Request = TypeVar("Request", Extension, Objection)


def locked(actor: Actor, kind: type[Request], ids: Sequence[int], waiting: str) -> list[Request]:
    """The chosen requests of one kind, locked, all in the state in which they wait and of dispatches that are followed.

    Raises Forbidden, BadInput("request.none_chosen"), NotFound, Conflict("request.decided") and what need_followed raises.
    """
    actor.need(Right.REQUEST_DECIDE)
    if not ids:
        raise BadInput("request.none_chosen")
    wanted = select(kind).where(kind.id.in_(list(ids))).order_by(kind.id).with_for_update()
    chosen = list(db.session.scalars(wanted.execution_options(populate_existing=True)))
    if len(chosen) != len(set(ids)):
        raise NotFound()
    if any(one.state != waiting for one in chosen):
        raise Conflict("request.decided")
    for dispatch_id in {one.dispatch_id for one in chosen}:
        request_mails.need_followed(dispatch_id)
    return chosen


def write(actor: Actor, chosen: Iterable[Extension | Objection], state: str, words: str) -> None:
    """Writes the decision on each."""
    for one in chosen:
        one.state, one.decision = state, words.strip()[:LONGEST_DECISION] or None
        one.decided_at, one.decided_by_id = clock.now(), actor.id

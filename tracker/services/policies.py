"""Reminder policies as the office keeps them: by kind and urgency of a dispatch, or for one dispatch alone."""
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.policies import DEFAULT, Ladder, PolicyStep, Rule, as_json, checked, chosen, from_json, in_order, urgency_or_none
from tracker.domain.status import DispatchState
from tracker.domain.wording import tr
from tracker.models.dispatches import Dispatch
from tracker.models.policies import Policy
from tracker.services import history
from tracker.services.agenda import DEFAULT_NAME

#: How the office's policies and those of single dispatches are listed: so many at most.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class InForce:
    """The policy that a dispatch follows; id None: the built-in one. own: made for this dispatch alone; picked: chosen for it by hand."""

    id: int | None
    name: str
    ladder: Ladder
    own: bool = False
    picked: bool = False


def office(actor: Actor) -> list[Policy]:
    """The office's policies, the most particular first. Raises Forbidden."""
    actor.need(Right.REMINDER_READ)
    rows = {row.id: row for row in db.session.scalars(select(Policy).where(Policy.own.is_(False)).order_by(Policy.id).limit(SHOWN))}
    return [rows[rule.id] for rule in in_order(Rule(row.id, row.kind, row.urgency) for row in rows.values())]


def of_dispatches(actor: Actor) -> list[Any]:
    """Dispatches in force with a policy chosen for them: id, number, short_subject, policy_id, name, own. Raises Forbidden."""
    actor.need(Right.REMINDER_READ)
    columns = select(Dispatch.id, Dispatch.number, Dispatch.short_subject, Policy.id.label("policy_id"), Policy.name, Policy.own)
    query = columns.join(Policy, Policy.id == Dispatch.policy_id).where(Dispatch.state != DispatchState.WITHDRAWN)
    return list(db.session.execute(query.order_by(Dispatch.id.desc()).limit(SHOWN)))


def get(actor: Actor, policy_id: int) -> Policy:
    """One policy. Raises Forbidden, NotFound."""
    actor.need(Right.REMINDER_READ)
    policy = db.session.get(Policy, policy_id)
    if policy is None:
        raise NotFound()
    return policy


def in_force(dispatch: Dispatch) -> InForce:
    """What a dispatch's reminders go by now."""
    rules = [Rule(row.id, row.kind, row.urgency) for row in db.session.execute(select(Policy.id, Policy.kind, Policy.urgency).where(Policy.own.is_(False)))]
    policy_id = chosen(dispatch.policy_id, dispatch.kind, dispatch.urgency, rules)
    policy = db.session.get(Policy, policy_id) if policy_id is not None else None
    if policy is None:
        return InForce(None, DEFAULT_NAME, DEFAULT)
    return InForce(policy.id, policy.name, from_json(policy.steps), policy.own, dispatch.policy_id is not None)


def save(
    actor: Actor, policy_id: int | None, *, name: str, kind: str | None, urgency: str | None, steps: Iterable[PolicyStep], version: int | None = None,
) -> Policy:
    """Keeps a new policy of the office, or changes one (of a dispatch alone: its name and steps). Steps already told stay told.

    Raises Forbidden, NotFound, BadInput for steps that make no ladder, a name or a place that is taken, Conflict("stale").
    """
    actor.need(Right.REMINDER_SEND)
    ladder, name = checked(steps), " ".join(name.split())
    if not name or len(name) > 120:
        raise BadInput("policy.name", field="name")
    policy = get(actor, policy_id) if policy_id is not None else Policy(version=0, own=False, kind=kind, urgency=urgency_or_none(urgency))
    if version is not None and policy.version != version:
        raise Conflict("stale")
    if not policy.own:
        _refuse_taken(policy_id, kind, urgency)
        policy.kind, policy.urgency = kind or None, urgency_or_none(urgency)
    before = policy.steps if policy_id is not None else []
    policy.name, policy.steps, policy.updated_at, policy.version = name, as_json(ladder), clock.now(), policy.version + 1
    db.session.add(policy)
    db.session.flush()
    history.record(actor, "policy.save", dispatch_id=_dispatch_of(policy), target_id=policy.id, name=name, before=before, after=policy.steps)
    return policy


def _refuse_taken(policy_id: int | None, kind: str | None, urgency: str | None) -> None:
    same = select(Policy.id).where(
        Policy.own.is_(False), Policy.id != (policy_id or 0), Policy.kind.is_not_distinct_from(kind or None),
        Policy.urgency.is_not_distinct_from(urgency_or_none(urgency)),
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise BadInput("policy.taken", field="kind")


def _dispatch_of(policy: Policy) -> int | None:
    return db.session.scalar(select(Dispatch.id).where(Dispatch.policy_id == policy.id).limit(1)) if policy.own else None


def remove(actor: Actor, policy_id: int) -> None:
    """Takes a policy out; the dispatches that followed it go by the office's next fitting one. Raises Forbidden, NotFound."""
    actor.need(Right.REMINDER_SEND)
    policy = get(actor, policy_id)
    history.record(actor, "policy.remove", dispatch_id=_dispatch_of(policy), target_id=policy.id, name=policy.name, before=policy.steps)
    db.session.execute(update(Dispatch).where(Dispatch.policy_id == policy_id).values(policy_id=None))
    db.session.delete(policy)
    db.session.flush()


def of_dispatch(actor: Actor, dispatch_id: int) -> Dispatch:
    """An issued dispatch, for looking at its policy. Raises Forbidden, NotFound."""
    actor.need(Right.REMINDER_READ)
    dispatch = db.session.get(Dispatch, dispatch_id)
    if dispatch is None or dispatch.state == DispatchState.DRAFT:
        raise NotFound()
    return dispatch


def pick(actor: Actor, dispatch_id: int, policy_id: int | None, urgency: str | None) -> None:
    """Has a dispatch follow one of the office's policies (None: whichever fits it) and sets how urgent it is.

    A policy of its own that is given up goes. Raises Forbidden, NotFound.
    """
    actor.need(Right.REMINDER_SEND)
    dispatch = of_dispatch(actor, dispatch_id)
    before, given_up = in_force(dispatch), dispatch.policy_id
    if policy_id is not None and policy_id != given_up and get(actor, policy_id).own:
        raise NotFound()
    dispatch.policy_id, dispatch.urgency = policy_id, urgency_or_none(urgency)
    db.session.flush()
    if given_up is not None and given_up != policy_id and (old := db.session.get(Policy, given_up)) is not None and old.own:
        db.session.delete(old)
    history.record(actor, "policy.pick", dispatch_id=dispatch_id, before=before.name, name=in_force(dispatch).name)


def own(actor: Actor, dispatch_id: int) -> Policy:
    """A policy for this dispatch alone, to begin with a copy of what it follows now; the one it has where there is one already.

    Raises Forbidden, NotFound.
    """
    actor.need(Right.REMINDER_SEND)
    dispatch = of_dispatch(actor, dispatch_id)
    now = in_force(dispatch)
    if now.own and now.id is not None:
        return get(actor, now.id)
    name = tr("riêng cho {number}", number=dispatch.number or tr('công văn chưa có số'))[:120]
    policy = Policy(name=name, own=True, steps=as_json(now.ladder), updated_at=clock.now(), version=1)
    db.session.add(policy)
    db.session.flush()
    dispatch.policy_id = policy.id
    history.record(actor, "policy.own", dispatch_id=dispatch_id, target_id=policy.id, name=policy.name, before=now.name)
    return policy

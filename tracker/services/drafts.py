"""The draft of a dispatch: its head, whom it is meant for, its text where a person has to type it, and throwing it away."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.policies import urgency_or_none
from tracker.domain.status import DispatchState
from tracker.domain.wording import tr
from tracker.models.dispatches import Dispatch, DispatchFile
from tracker.models.files import StoredFile
from tracker.models.tasks import Task
from tracker.services import doubts, draft_making, history, intake, recipients

KINDS = (tr("công văn"), tr("chỉ thị"), tr("kế hoạch"), tr("thông báo"), tr("hướng dẫn"), tr("quyết định"), tr("công điện"))


@dataclass(frozen=True, slots=True)
class Head:
    """The head's values as the clerk has them."""

    kind: str
    number: str
    issued_on: date | None
    issuer: str
    subject: str
    signatory_name: str
    signatory_title: str
    report_to_office: str
    report_to_email: str
    urgency: str = ""
    field: str = ""


LIMITS = {"field": 80, "kind": 40, "number": 60, "issuer": 300, "signatory_name": 120, "signatory_title": 200, "report_to_office": 300, "report_to_email": 254}


def get(actor: Actor, dispatch_id: int) -> Dispatch:
    """A draft, for looking at. Raises Forbidden, NotFound, Conflict("dispatch.issued") once it is issued."""
    actor.need(Right.DISPATCH_DRAFT)
    return _draft(db.session.get(Dispatch, dispatch_id))


def change(actor: Actor, dispatch_id: int, version: int | None = None) -> Dispatch:
    """A draft, locked for one change, its version raised. version: what the page was made from, None where it does not matter.

    Raises as `get` does, and Conflict("stale") where somebody has changed it since.
    """
    actor.need(Right.DISPATCH_DRAFT)
    dispatch = _draft(db.session.get(Dispatch, dispatch_id, with_for_update={"of": Dispatch}, populate_existing=True))
    if version is not None and dispatch.version != version:
        raise Conflict("stale")
    dispatch.version += 1
    dispatch.updated_at = clock.now()
    return dispatch


def _draft(found: Dispatch | None) -> Dispatch:
    if found is None:
        raise NotFound()
    if found.state != DispatchState.DRAFT:
        raise Conflict("dispatch.issued", number=found.number or "")
    return found


def save_head(actor: Actor, dispatch_id: int, version: int, head: Head) -> Dispatch:
    """Writes the head. Raises BadInput("draft.too_long", "draft.email")."""
    dispatch = change(actor, dispatch_id, version)
    for name, limit in LIMITS.items():
        if len(getattr(head, name)) > limit:
            raise BadInput("draft.too_long", limit=limit, field=name)
    if head.report_to_email and ("@" not in head.report_to_email or any(c.isspace() for c in head.report_to_email)):
        raise BadInput("draft.email", address=head.report_to_email)
    written = {name: getattr(head, name) or None for name in (*LIMITS, "issued_on")} | {"subject": head.subject, "urgency": urgency_or_none(head.urgency)}
    doubts.settle_head(dispatch, [name for name, value in written.items() if value != getattr(dispatch, name)])
    for name, value in written.items():
        setattr(dispatch, name, value)
    draft_making.index(dispatch)
    return dispatch


def to_everyone(actor: Actor, dispatch_id: int, version: int) -> Dispatch:
    """Means the draft for every district of the day of issue."""
    dispatch = change(actor, dispatch_id, version)
    dispatch.to_units = None
    return dispatch


def to_units(actor: Actor, dispatch_id: int, version: int, units: Sequence[int]) -> Dispatch:
    """Means the draft for these units only. Raises BadInput("recipients.none"), NotFound."""
    dispatch = change(actor, dispatch_id, version)
    dispatch.to_units = recipients.checked(units)
    return dispatch


def type_text(actor: Actor, dispatch_id: int, version: int, text: str) -> Dispatch:
    """Takes the text that a person typed in place of an unreadable file and reads it anew: the tasks so far are replaced.

    Raises BadInput("intake.no_text"), BadInput("intake.secret").
    """
    if not text.strip():
        raise BadInput("intake.no_text")
    dispatch = change(actor, dispatch_id, version)
    reading = intake.read_text(text)
    db.session.execute(delete(Task).where(Task.dispatch_id == dispatch.id))
    draft_making.fill(dispatch, reading)
    history.record(actor, "dispatch.typed", dispatch_id=dispatch.id, tasks=len(reading.tasks))
    return dispatch


def discard(actor: Actor, dispatch_id: int) -> None:
    """Throws a draft away with its files; an issued dispatch is never deleted."""
    dispatch = change(actor, dispatch_id)
    ids = [dispatch.file_id, *db.session.scalars(select(DispatchFile.file_id).where(DispatchFile.dispatch_id == dispatch.id))]
    files = list(db.session.scalars(select(StoredFile).where(StoredFile.id.in_([one for one in ids if one]))))
    number = dispatch.number
    db.session.delete(dispatch)
    db.session.flush()
    for file in files:
        db.session.delete(file)
    intake.forget_after_commit([file.sha256 for file in files])
    history.record(actor, "dispatch.discard", number=number, files=[file.name for file in files])

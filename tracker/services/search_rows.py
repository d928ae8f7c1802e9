"""What was found, as it stands now: the last word on who may see it is the tables' own, whatever the index still holds."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select

from tracker.db import read
from tracker.domain.access import Actor, Right
from tracker.domain.wording import joined, tr
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingMail
from tracker.models.search import SearchEntry
from tracker.models.submissions import Evidence, Submission
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.reading.search_words import Asked, Piece, excerpt
from tracker.services.search_entries import day_of


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. path: its page; note: what else tells it apart; state: its dispatch's; excerpt: its words around those looked for."""

    kind: str
    id: int
    day: date
    title: str
    path: str
    note: str
    state: str
    dispatch_id: int | None
    number: str
    excerpt: Sequence[Piece] = ()


def load(actor: Actor, entry_ids: Sequence[int], question: Asked) -> list[Hit]:
    """The entries that the actor may see, in the order given; those that are gone or not the actor's are left out."""
    if not entry_ids:
        return []
    columns = (SearchEntry.id, SearchEntry.kind, SearchEntry.object_id, SearchEntry.title, SearchEntry.text)
    entries = {row.id: row for row in read(select(*columns).where(SearchEntry.id.in_(entry_ids)))}
    by_kind: dict[str, list[int]] = {}
    for row in entries.values():
        by_kind.setdefault(row.kind, []).append(row.object_id)
    live = {(kind, row.id): row for kind, ids in by_kind.items() for row in _LOADERS[kind](actor, ids)}
    ordered = [(entries[id], live.get((entries[id].kind, entries[id].object_id))) for id in entry_ids if id in entries]
    return [_hit(actor, entry, row, question) for entry, row in ordered if row is not None]


def _hit(actor: Actor, entry: Any, row: Any, question: Asked) -> Hit:
    title, path, note = _SHOWN[entry.kind](actor, row)
    text = entry.text or entry.title
    return Hit(
        entry.kind, entry.object_id, day_of(entry.id), title, path, note, row.state or "", row.dispatch_id, row.number or "", excerpt(text, question),
    )


def dispatches(actor: Actor, ids: Sequence[int]) -> list[Any]:
    """Those of the dispatches that the actor may see."""
    columns = (Dispatch.id, Dispatch.number, Dispatch.short_subject, Dispatch.subject, Dispatch.state, Dispatch.id.label("dispatch_id"))
    return list(read(_visible(actor, select(*columns)).where(Dispatch.id.in_(ids))))


def _visible(actor: Actor, wanted: Any) -> Any:
    """Drafts for who drafts; the others for the province and for the units they went to."""
    if actor.sees_all_units:
        return wanted if actor.can(Right.DISPATCH_DRAFT) else wanted.where(Dispatch.state != "draft")
    ours = and_(DispatchRecipient.dispatch_id == Dispatch.id, DispatchRecipient.unit_id == actor.unit_id)
    return wanted.join(DispatchRecipient, ours).where(Dispatch.state != "draft")


def _tasks(actor: Actor, ids: Sequence[int]) -> list[Any]:
    columns: tuple[Any, ...] = (Task.id, Task.title, Task.kind, Task.dispatch_id, Dispatch.number, Dispatch.state)
    wanted = select(*columns).join(Dispatch, Dispatch.id == Task.dispatch_id)
    if not actor.sees_all_units:
        ours = and_(Assignment.task_id == Task.id, Assignment.unit_id == actor.unit_id, Assignment.state != "cancelled")
        wanted = wanted.add_columns(Assignment.id.label("assignment_id")).join(Assignment, ours)
    return list(read(wanted.where(Task.id.in_(ids), Task.cancelled.is_(False), Dispatch.state != "draft")))


def _evidence(actor: Actor, ids: Sequence[int]) -> list[Any]:
    columns = (Evidence.id, StoredFile.name, Submission.id.label("submission_id"), Submission.number.label("own_number"), Submission.dispatch_id,
               Dispatch.number, Dispatch.state, Unit.short_name.label("unit"))
    wanted = select(*columns).join(Submission, Submission.id == Evidence.submission_id).join(StoredFile, StoredFile.id == Evidence.file_id)
    wanted = wanted.join(Dispatch, Dispatch.id == Submission.dispatch_id).join(Unit, Unit.id == Submission.unit_id)
    if not actor.sees_all_units:
        wanted = wanted.where(Submission.unit_id == actor.unit_id)
    return list(read(wanted.where(Evidence.id.in_(ids), Submission.state == "submitted", StoredFile.state == "ready")))


def _mails(actor: Actor, ids: Sequence[int]) -> list[Any]:
    if not actor.can(Right.MAIL_TRIAGE):
        return []
    columns = (IncomingMail.id, IncomingMail.subject, IncomingMail.sender, IncomingMail.sender_name, IncomingMail.dispatch_id, Dispatch.number,
               Dispatch.state, Unit.short_name.label("unit"))
    wanted = select(*columns).outerjoin(Dispatch, Dispatch.id == IncomingMail.dispatch_id).outerjoin(Unit, Unit.id == IncomingMail.unit_id)
    return list(read(wanted.where(IncomingMail.id.in_(ids))))


def _show_dispatch(actor: Actor, row: Any) -> tuple[str, str, str]:
    name = joined(" · ", filter(None, (row.number or tr("Chưa có số"), row.short_subject or row.subject)))
    return name, f"/dispatches/{row.id}/draft" if row.state == "draft" else f"/dispatches/{row.id}", ""


def _show_task(actor: Actor, row: Any) -> tuple[str, str, str]:
    own = f"/assignments/{row.assignment_id}" if not actor.sees_all_units else f"/dispatches/{row.dispatch_id}/matrix"
    return row.title, own, tr("tồn tại nêu đích danh") if row.kind == "finding" else ""


def _show_evidence(actor: Actor, row: Any) -> tuple[str, str, str]:
    told = (tr("số {own_number}", own_number=row.own_number) if row.own_number else "", row.unit if actor.sees_all_units else "")
    return row.name, f"/submissions/{row.submission_id}", joined(" · ", filter(None, told))


def _show_mail(actor: Actor, row: Any) -> tuple[str, str, str]:
    return row.subject or tr("Thư không có tiêu đề"), f"/mail/{row.id}", " · ".join(filter(None, (row.sender_name or row.sender, row.unit)))


_LOADERS: dict[str, Callable[[Actor, Sequence[int]], list[Any]]] = {"dispatch": dispatches, "task": _tasks, "evidence": _evidence, "mail": _mails}
_SHOWN: dict[str, Callable[[Actor, Any], tuple[str, str, str]]] = {
    "dispatch": _show_dispatch, "task": _show_task, "evidence": _show_evidence, "mail": _show_mail,
}

"""Correcting a draft by picking words in its text: a value of the head, a task's term or words, or a new task."""
import re
from collections.abc import Callable
from typing import Any

from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.errors import BadInput, NotFound
from tracker.domain.wording import tr
from tracker.models.dispatches import Dispatch
from tracker.models.tasks import Task
from tracker.reading.folding import squash
from tracker.reading.picked import picked_day, picked_deadline
from tracker.services import doubts, draft_making, draft_tasks, draft_undo, series
from tracker.services.drafts import LIMITS, change

#: A value of the head → the name under which the reading keeps its place.
HEAD = {
    "number": "number", "issued_on": "issued_on", "subject": "subject", "issuer": "issuer", "signatory_name": "signatory", "signatory_title": "title",
    "report_to_office": "report_to", "report_to_email": "email",
}
#: An address among other words ("Hộp thư: …").
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]+")
#: What words can become of a task.
OF_TASK = ("due_on", "text")


def pick(actor: Actor, dispatch_id: int, version: int, field: str, start: int, end: int, task_id: int = 0) -> tuple[Dispatch, Task | None]:
    """Takes the words of text[start:end] as this value; gives the draft and the task concerned, if one is.

    field: a key of HEAD, one of OF_TASK (then task_id names it), or "task" for a new one. Raises BadInput("pick.empty", "pick.day",
    "pick.deadline", "draft.too_long", "draft.email", "task.too_long"), NotFound, Conflict("stale").
    """
    dispatch = change(actor, dispatch_id, version)
    start, end = _tight(dispatch.text, start, end)
    if field in HEAD:
        _head(dispatch, field, start, end)
        return dispatch, None
    makers: dict[str, Callable[[], Task]] = {
        "due_on": lambda: _due(dispatch, task_id, start, end), "text": lambda: _words(dispatch, task_id, start, end),
        "task": lambda: _new(dispatch, start, end),
    }
    if field not in makers:
        raise NotFound()
    if field != "due_on" and end - start > draft_tasks.LONGEST_TEXT:
        raise BadInput("task.too_long", title=draft_making.TITLE, text=draft_tasks.LONGEST_TEXT)
    return dispatch, makers[field]()


def _tight(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the blanks at its ends. Raises BadInput("pick.empty")."""
    start, end = max(start, 0), min(end, len(text))
    words = text[start:end]
    if not words.strip():
        raise BadInput("pick.empty")
    start += len(words) - len(words.lstrip())
    return start, start + len(words.strip())


def _head(dispatch: Dispatch, field: str, start: int, end: int) -> None:
    words = squash(dispatch.text[start:end])
    value: Any = words
    if field == "issued_on":
        value = picked_day(words)
        if value is None:
            raise BadInput("pick.day", text=draft_making.shorten(words, 60))
    elif field in LIMITS and len(words) > LIMITS[field]:
        raise BadInput("draft.too_long", limit=LIMITS[field], field=field)
    if field == "report_to_email":
        value = _address(words)
    setattr(dispatch, field, value)
    dispatch.reading = {**dispatch.reading, "spans": dispatch.reading.get("spans", {}) | {HEAD[field]: [start, end]}}
    doubts.settle_head(dispatch, [field])
    draft_making.index(dispatch)


def _address(words: str) -> str:
    """The one address in the words; blanks that a scan put round its @ are closed. Raises BadInput("draft.email")."""
    found = _ADDRESS.findall(re.sub(r"\s*@\s*", "@", words))
    if len(found) != 1:
        raise BadInput("draft.email", address=draft_making.shorten(words, 60))
    return str(found[0]).strip(".").lower()


def _task(dispatch: Dispatch, task_id: int) -> Task:
    found = db.session.get(Task, task_id)
    if found is None or found.dispatch_id != dispatch.id or found.cancelled:
        raise NotFound()
    return found


def _due(dispatch: Dispatch, task_id: int, start: int, end: int) -> Task:
    task, words = _task(dispatch, task_id), squash(dispatch.text[start:end])
    term = picked_deadline(words, dispatch.issued_on)
    if term is None:
        raise BadInput("pick.deadline", text=draft_making.shorten(words, 60))
    draft_undo.remember(dispatch, tr("đổi hạn mục {position}", position=task.position))
    for name, value in series.dates_of(term, task.text).items():
        setattr(task, name, value)
    doubts.settle_task(task, ("deadline.",))
    return task


def _words(dispatch: Dispatch, task_id: int, start: int, end: int) -> Task:
    task = _task(dispatch, task_id)
    draft_undo.remember(dispatch, tr("đổi nội dung mục {position}", position=task.position))
    task.text = dispatch.text[start:end].strip()
    task.title, task.span_start, task.span_end = draft_making.shorten(task.text, draft_tasks.SHORT_TITLE), start, end
    doubts.settle_task(task, ("item",))
    return task


def _new(dispatch: Dispatch, start: int, end: int) -> Task:
    """A task of these words, in the place among the others where they stand in the text."""
    draft_undo.remember(dispatch, tr("thêm một mục"))
    text = dispatch.text[start:end]
    row = [task for task in draft_tasks.tasks_of(dispatch.id) if task.kind == "task"]
    before = sum(1 for task in row if (task.span_start if task.span_start is not None else start) <= start)
    for later in row[before:]:
        later.position += 1
    term = picked_deadline(text, dispatch.issued_on)
    task = Task(
        dispatch_id=dispatch.id, position=before + 1, title=draft_making.shorten(text, draft_tasks.SHORT_TITLE), text=text, span_start=start, span_end=end,
        evidence=list(draft_making.USUAL_EVIDENCE), **series.dates_of(term, text),
    )
    db.session.add(task)
    db.session.flush()
    draft_tasks.renumber(dispatch.id)
    return task

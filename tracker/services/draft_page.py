"""What the draft page shows: the plan as it stands, the places a person must look at, and earlier dispatches that look the same."""
from dataclasses import dataclass
from typing import Any

from tracker.domain.access import Actor
from tracker.domain.wording import joined, tr
from tracker.i18n import EVIDENCE
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.tasks import Task
from tracker.services import draft_undo, drafts, intake, issue_plan, office_days, recipients
from tracker.services.dispatch_page import files_of
from tracker.services.intake import Earlier
from tracker.services.issue_plan import Plan
from tracker.services.recipients import Recipient
from tracker.services.why import day_off


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place for a person to decide. name: of draft_doubts.accept; anchor: where it is on the page; span: where in the text, if anywhere."""

    name: str
    anchor: str
    short: str
    text: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True)
class DraftPage:
    """The whole page.

    undo: the step that can be taken back, in words; chosen: per task id the units ticked for it with their role; undated: tasks without any date;
    off: per task id the day off (Chủ nhật, Quốc khánh) on which its deadline falls.
    """

    dispatch: Dispatch
    plan: Plan
    tasks: list[Task]
    findings: list[Task]
    deleted: list[Task]
    files: list[StoredFile]
    earlier: list[Earlier]
    notices: list[Doubt]
    task_doubts: list[Doubt]
    undo: str
    chosen: dict[int, dict[int, str]]
    everyone: list[Recipient]
    groups: list[tuple[int, str]]
    undated: int
    off: dict[int, str]

    @property
    def state(self) -> str:
        """ready, queued, reading or failed."""
        return str(self.dispatch.reading.get("state", "ready"))


def page(actor: Actor, dispatch_id: int) -> DraftPage:
    """Everything the page needs. Raises as drafts.get does."""
    dispatch = drafts.get(actor, dispatch_id)
    plan = issue_plan.plan(dispatch)
    live = sorted(plan.tasks + plan.left_out, key=lambda task: (task.kind == "finding", task.position, task.id))
    return DraftPage(
        dispatch=dispatch, plan=plan, tasks=[t for t in live if t.kind == "task"], findings=[t for t in live if t.kind == "finding"],
        deleted=plan.deleted, files=files_of(dispatch), earlier=intake.earlier(dispatch),
        notices=_notices(dispatch.reading), task_doubts=_task_doubts(live), undo=draft_undo.last(dispatch), chosen=plan.chosen,
        everyone=plan.recipients if dispatch.to_units is None else recipients.of_day(), groups=recipients.groups(),
        undated=sum(1 for task in live if not task.due_on and not task.review_on), off=_off(live),
    )


def _off(tasks: list[Task]) -> dict[int, str]:
    days = {task.id: task.due_on for task in tasks if task.due_on}
    # A year with a slip of the hand (3026) is one year more, and not all those up to it.
    known = [day for year in sorted({day.year for day in days.values()}) for day in office_days.days(year)]
    return {task_id: name for task_id, day in days.items() if (name := day_off(day, known))}


def _notices(reading: dict[str, Any]) -> list[Doubt]:
    """What the reader warns of, and its doubts about the head, without those that a person has found right."""
    found, accepted = [], set(reading.get("accepted", []))
    for number, notice in enumerate(reading.get("found", {}).get("warnings", []), 1):
        if f"notice-{number}" not in accepted:
            found.append(_doubt(f"notice-{number}", f"canh-bao-{number}", notice["text"], notice.get("span")))
    for field, text in reading.get("doubts", {}).items():
        found.append(_doubt(f"head-{field}", f"canh-bao-{field}", text, reading.get("spans", {}).get(field)))
    return found


def _doubt(name: str, anchor: str, text: str, span: list[int] | None) -> Doubt:
    return Doubt(name, anchor, shorter(text), text, (span[0], span[1]) if span else None)


def _task_doubts(tasks: list[Task]) -> list[Doubt]:
    return [
        Doubt(f"task-{task.id}", f"t{task.position}", tr("mục {position}: {doubt}", position=task.position, doubt=shorter(doubt['text'])), doubt["text"])
        for task in tasks for doubt in task.doubts
    ]


def shorter(text: str) -> str:
    """A doubt as a link's words: one clause, no full stop."""
    line = " ".join(text.split()).rstrip(".")
    line = line if len(line) <= 70 else line[:69].rsplit(" ", 1)[0] + "…"
    return line[:1].lower() + line[1:]


def units_words(task: Task, chosen: dict[int, str], plan: Plan, everyone: list[Recipient]) -> str:
    """Whom a task goes to, in a few words: all, one by name, or how many."""
    charged = plan.charges.get(task.id, {})
    names = {unit.id: unit.short_name for unit in (*everyone, *plan.recipients)}
    coordinating = sum(1 for role in charged.values() if role == "coordinate")
    tail = tr(", {coordinating} phối hợp", coordinating=coordinating) if coordinating else ""
    if not task.to_all and len(chosen) == 1:
        (only,) = chosen
        return names.get(only, tr("1 đơn vị")) + tail
    return tr("{charged} đơn vị{tail}", charged=len(charged), tail=tail) if charged else tr("chưa chọn đơn vị")


def evidence_words(kinds: list[str]) -> str:
    """The evidence asked for, in words."""
    return joined(", ", [EVIDENCE[kind] for kind in kinds if kind in EVIDENCE]) if kinds else tr("không yêu cầu minh chứng")

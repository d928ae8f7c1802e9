"""One mail per unit about a dispatch that was issued, amended or withdrawn: rows of the outbox, written many at once."""
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from tracker.adapters import jobs
from tracker.adapters.render import TaskLine
from tracker.db import db
from tracker.models.dispatches import Dispatch, DispatchFile
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.models.tasks import Task
from tracker.services import links, mail_links, outbox
from tracker.services.issue_plan import Address, Plan
from tracker.services.mail_links import Maker
from tracker.services.recipients import Recipient


def dispatch_files(dispatch: Dispatch) -> list[int]:
    """Ids of the original and its annexes, in order: what goes out with the mail."""
    annexes = select(DispatchFile.file_id).where(DispatchFile.dispatch_id == dispatch.id).order_by(DispatchFile.position, DispatchFile.id)
    return ([dispatch.file_id] if dispatch.file_id else []) + list(db.session.scalars(annexes))


def dated(day: date | None) -> str:
    """dd/mm/yyyy, nothing for none."""
    return day.strftime("%d/%m/%Y") if day else ""


def date_words(due_on: date | None, review_on: date | None) -> str:
    """How a task's date is said in a mail: its deadline, or that it has none and when the province looks again."""
    return f"hạn {dated(due_on)}" if due_on else f"không hạn, tỉnh xem lại ngày {dated(review_on)}"


def task_line(task: Task, role: str) -> TaskLine:
    """One task as a mail lists it: title, date, role where it is not the lead, and why this date."""
    details = ["phối hợp thực hiện" if role == "coordinate" else "", f"vì sao: {task.why}" if task.due_on and task.why else ""]
    return TaskLine(task.title, "new" if task.due_on else "none", date_words(task.due_on, task.review_on), " · ".join(filter(None, details)))


def head(dispatch: Dispatch) -> dict[str, Any]:
    """What every mail about a dispatch names."""
    return {
        "number": dispatch.number or "không số", "kind": dispatch.kind or "công văn", "subject": dispatch.subject, "short_subject": dispatch.short_subject,
        "issuer": dispatch.issuer or "", "issued_on": dispatch.issued_on, "url": links.absolute("dispatch", id=dispatch.id),
    }


def tell_issued(dispatch: Dispatch, plan: Plan) -> int:
    """Queues the mails that hand out a dispatch: each unit's own tasks and findings only. Gives how many rows were written."""
    files, shared, maker, rows = dispatch_files(dispatch), head(dispatch), mail_links.Maker(), []
    # Held here, the files are found in the session for every mail; it would forget them and ask the database 27 times.
    held = list(db.session.scalars(select(StoredFile).where(StoredFile.id.in_(files))))
    for unit in plan.recipients:
        mine = [(task, plan.charges[task.id][unit.id]) for task in plan.tasks if unit.id in plan.charges[task.id]]
        context = shared | {
            "unit": unit.name,
            "tasks": [task_line(task, role) for task, role in mine if task.kind == "task"],
            "findings": [task_line(task, role) for task, role in mine if task.kind == "finding"],
        }
        rows += unit_rows("issued", unit, plan.addresses[unit.id], dispatch.id, context, files, maker)
    del held
    return send_all(rows)


def unit_rows(
    kind: str, unit: Recipient, addresses: list[Address], dispatch_id: int, context: Mapping[str, Any], files: list[int], maker: Maker | None = None,
) -> list[dict[str, Any]]:
    """The rows for one unit: one for its mailbox (or per officer where it has none), or a skipped one that tells why.

    maker: of signed links, where the mail asks for anything; each row then brings its "offers" along, for `send_all`.
    """
    rows = []
    for address in addresses or [Address("", unit.name)]:
        offers = [maker.offer(dispatch_id, context["number"])] if maker else []
        row = outbox.row(
            kind, address=address.email, name=address.name, person_id=address.person_id, unit_id=unit.id, dispatch_id=dispatch_id,
            files=files, context={**context, "offers": offers},
        )
        rows.append(row | {"offers": offers})
    return rows


def send_all(rows: list[dict[str, Any]]) -> int:
    """Writes the rows in one go and wakes one worker after the commit, which sends them all over one connection; gives their number."""
    if not rows:
        return 0
    offered = [(row["message_id"], row.pop("offers", [])) for row in rows]
    db.session.execute(insert(Mail), rows)
    mail_links.keep(offered)
    jobs.enqueue("mail.sweep")
    return len(rows)

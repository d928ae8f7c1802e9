"""What the reader doubted of a draft's values, and how a doubt ends when a person writes the value."""
from collections.abc import Iterable

from tracker.models.dispatches import Dispatch
from tracker.models.tasks import Task

#: Under which doubt of the reading a head value stands where the names differ.
DOUBT_OF = {"signatory_name": "signatory", "signatory_title": "signatory", "report_to_office": "report_to", "report_to_email": "report_to"}


def settle_head(dispatch: Dispatch, names: Iterable[str]) -> None:
    """A person has written these values of the head: what the reader doubted of them is past."""
    past = {DOUBT_OF.get(name, name) for name in names}
    doubts = dispatch.reading.get("doubts", {})
    if past & set(doubts):
        dispatch.reading = {**dispatch.reading, "doubts": {key: words for key, words in doubts.items() if key not in past}}


def settle_task(task: Task, codes: tuple[str, ...]) -> None:
    """The same for a task; codes: how the codes of the doubts begin."""
    if any(doubt["code"].startswith(codes) for doubt in task.doubts):
        task.doubts = [doubt for doubt in task.doubts if not doubt["code"].startswith(codes)]

"""How a reading is judged against what the clerk made of it."""
from typing import Any

from tracker.reading.accuracy import Accuracy


def task(start: int, end: int, due: str | None = None, doubted: bool = False) -> dict[str, Any]:
    return {"span": [start, end], "due_on": due, "doubted": doubted}


def test_values_are_right_wrong_or_missed_and_flags_are_counted() -> None:
    found = Accuracy()
    read = {"head": {"number": "12-CV/HNDT", "issuer": "Hội tỉnh", "subject": None}, "tasks": [], "doubts": ["issuer"]}
    found.add(read, {"head": {"number": "12 - CV/HNDT", "issuer": "Hội Nông dân", "subject": "Việc mới"}, "tasks": []})
    number, issuer, subject = (found.fields[name] for name in ("number", "issuer", "subject"))
    assert (number.right, number.share) == (1, 1.0)
    assert (issuer.wrong, issuer.flagged_wrong) == (1, 1)
    assert (subject.missed, subject.share) == (1, 0.0)
    assert found.fields["kind"].share is None and found.caught()["flagged_wrong"] == 1


def test_tasks_are_judged_by_their_boundaries_and_dates_only_where_the_reader_gave_one() -> None:
    found = Accuracy()
    read = {"head": {}, "tasks": [task(0, 10, "2026-09-30"), task(11, 20), task(21, 30, "2026-10-01", doubted=True), task(31, 40)]}
    added = {"span": None, "due_on": None}
    final = {"head": {}, "tasks": [task(0, 10, "2026-09-30"), task(11, 20, "2026-12-01"), task(21, 30, "2026-10-02"), task(31, 35), added]}
    found.add(read, final)
    tasks, deadlines = found.fields["tasks"], found.fields["deadlines"]
    assert (tasks.right, tasks.wrong, tasks.missed) == (3, 1, 2)
    assert (deadlines.right, deadlines.wrong, deadlines.flagged_wrong) == (1, 1, 1)

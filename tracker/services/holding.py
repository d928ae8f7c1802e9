"""Releasing a held assignment: its dates move by the days that the clock stood still, in the same act that gives its state back."""
from datetime import date
from typing import Any

from tracker.domain.holds import held_days, shifted
from tracker.models.assignments import Assignment


def released(assignment: Assignment, resumed_on: date) -> dict[str, Any]:
    """Columns to set with the act that ends a hold (resume, dismiss, take back, or handing in while paused); the original date stays.

    resumed_on: the first day on which the clock runs again. Empty where nothing was held or no day has passed.
    """
    since = assignment.held_on
    if since is None or not held_days(since, resumed_on):
        return {}
    moved = {name: shifted(getattr(assignment, name), since, resumed_on) for name in ("due_on", "review_on", "fix_by")}
    return {**moved, "deadline_version": assignment.deadline_version + 1}

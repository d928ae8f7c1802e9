"""All pages of dispatches: importing the modules adds their views to the one blueprint."""
from tracker.web import (
    dispatches_amend,
    dispatches_annexes,
    dispatches_draft,
    dispatches_draft_forms,
    dispatches_draft_marks,
    dispatches_issue,
    dispatches_new,
    dispatches_series,
    matrix,
)
from tracker.web.dispatches import blueprint

__all__ = [
    "blueprint", "dispatches_amend", "dispatches_annexes", "dispatches_draft", "dispatches_draft_forms", "dispatches_draft_marks", "dispatches_issue",
    "dispatches_new", "dispatches_series", "matrix",
]

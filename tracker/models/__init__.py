"""Tables and constraints, one noun a file; a foreign key points only upward. Importing this package registers every table."""
from tracker.models import (
    assignments,
    contests,
    dispatches,
    district_reports,
    events,
    extensions,
    figures,
    files,
    incoming,
    indicators,
    letters,
    mail_links,
    mails,
    objections,
    office,
    pauses,
    people,
    policies,
    reports,
    submissions,
    tasks,
    units,
)

__all__ = [
    "assignments", "contests", "dispatches", "district_reports", "events", "extensions", "figures", "files", "incoming", "indicators",
    "letters", "mail_links", "mails", "objections", "office", "pauses", "people", "policies", "reports", "submissions", "tasks", "units",
]

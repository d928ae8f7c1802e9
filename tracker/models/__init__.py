"""Tables and constraints, one noun a file; a foreign key points only upward. Importing this package registers every table."""
from tracker.models import (
    arrivals,
    assignments,
    contests,
    dispatches,
    district_reports,
    events,
    extensions,
    feeds,
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
    questions,
    reports,
    submissions,
    tasks,
    units,
)

__all__ = [
    "arrivals", "assignments", "contests", "dispatches", "district_reports", "events", "extensions", "feeds", "figures", "files", "incoming", "indicators",
    "letters", "mail_links", "mails", "objections", "office", "pauses", "people", "policies", "questions", "reports", "submissions", "tasks", "units",
]

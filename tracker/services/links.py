"""Links for mails and reports: built from PUBLIC_URL, because a worker has no request to build them from."""
from urllib.parse import quote

from flask import current_app

#: name → path with placeholders; a test holds every entry equal to the app's own URL map.
PATHS: dict[str, str] = {
    "home": "/",
    "login": "/login",
    "account": "/account",
    "invite": "/invite/{token}",
    "reset": "/reset/{token}",
    "dispatches": "/dispatches",
    "dispatch": "/dispatches/{id}",
    "answer": "/dispatches/{id}/answer",
    "matrix": "/dispatches/{id}/matrix",
    "dispatch_reports": "/dispatches/{id}/reports",
    "assignment": "/assignments/{id}",
    "submissions": "/submissions",
    "submission": "/submissions/{id}",
    "reviews": "/reviews",
    "review": "/reviews/{id}",
    "reminders": "/reminders",
    "sent_mail": "/sent-mail",
    "unit": "/units/{id}",
    "questions": "/questions",
    "question": "/questions/{id}",
    "reports": "/reports",
    "report": "/reports/{id}",
    "letter": "/letters/{id}",
    "unit_reports": "/dispatches/{id}/unit-reports",
    "unit_report": "/unit-reports/{id}",
    "report_own": "/reports/{id}/own",
    "contests": "/contests",
    "figures": "/figures/{id}",
    "file": "/files/{id}",
    "incoming_correct": "/mail/correct/{token}",
    "incoming_confirm": "/mail/confirm/{token}",
    "calendar_feed": "/calendar/feed/{token}.ics",
    "mail_link": "/link/{token}",
}


def path(name: str, **values: object) -> str:
    """The path of a page on this site; raises KeyError for an unknown name or a missing value."""
    return PATHS[name].format(**{key: quote(str(value), safe="") for key, value in values.items()})


def absolute(name: str, **values: object) -> str:
    """The full address of a page, for a mail or a document; raises KeyError as `path` does."""
    base: str = current_app.extensions["settings"].public_url
    return base + path(name, **values)

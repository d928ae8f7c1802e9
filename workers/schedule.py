"""When beat wakes the regular jobs; an order that nobody took in time expires before the next one comes."""

from __future__ import annotations

from typing import Any

from celery.schedules import schedule


def _every(task: str, seconds: int) -> dict[str, Any]:
    return {"task": task, "schedule": schedule(seconds), "options": {"expires": seconds - 1}}


SCHEDULE: dict[str, dict[str, Any]] = {
    "health.beat": _every("health.beat", 30),
    "health.watch": _every("health.watch", 60),
    "reports.sweep": _every("reports.sweep", 60),
    "reports.schedule": _every("reports.schedule", 600),
    "mail.sweep": _every("mail.sweep", 10),
    "reminders.plan": _every("reminders.plan", 60),
    "incoming.poll": _every("incoming.poll", 60),
    "incoming.file": _every("incoming.file", 60),
    "incoming.read": _every("incoming.read", 60),
    "files.sweep": _every("files.sweep", 600),
    "recurring.open": _every("recurring.open", 600),
    "dispatches.sweep": _every("dispatches.sweep", 60),
    "pauses.turn": _every("pauses.turn", 600),
    "people.reseal": _every("people.reseal", 600),
    "registers.number": _every("registers.number", 300),
    "reviews.remind": _every("reviews.remind", 600),
    "search.index": _every("search.index", 10),
    "search.read": _every("search.read", 30),
}

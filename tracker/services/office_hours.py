"""Office hours (giờ hành chính): when reminders may leave; never at night, on a weekend or a holiday."""
import re
from datetime import datetime, time, timedelta

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput
from tracker.models.office import Setting
from tracker.services import history
from tracker.services.calendar import working_calendar

KEY = "reminders.hours"
FROM, UNTIL = time(7, 30), time(17, 0)
#: Mails that keep them. What a person sends by hand leaves at once, and hoả tốc at any time on any day.
KINDS = ("digest", "leader_digest", "province_digest")


def hours() -> tuple[time, time]:
    """From when until when reminders leave on working days, as set by the office."""
    kept = db.session.get(Setting, KEY)
    return (time.fromisoformat(kept.value["from"]), time.fromisoformat(kept.value["until"])) if kept else (FROM, UNTIL)


def set_hours(actor: Actor, begin: str, end: str) -> None:
    """Keeps other hours (HH:MM). Raises Forbidden; BadInput for what is no time, or an end before the beginning."""
    actor.need(Right.REMINDER_SEND)
    try:
        first, last = (_time(typed.strip()) for typed in (begin, end))
    except ValueError:
        raise BadInput("policy.hours", field="from") from None
    if first >= last:
        raise BadInput("policy.hours", field="until")
    before = hours()
    db.session.merge(Setting(key=KEY, value={"from": f"{first:%H:%M}", "until": f"{last:%H:%M}"}))
    history.record(actor, "policy.hours", before=f"{before[0]:%H:%M}–{before[1]:%H:%M}", after=f"{first:%H:%M}–{last:%H:%M}")


def _time(typed: str) -> time:
    """Hours and minutes alone: of seconds nothing would be kept, and a time with a zone compares with none without. Raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", typed):
        raise ValueError(typed)
    return time.fromisoformat(typed.zfill(5))


def is_open(moment: datetime | None = None) -> bool:
    """Whether reminders may leave at a moment (now by default)."""
    local = clock.local(moment or clock.now())
    first, last = hours()
    return first <= local.time() < last and working_calendar(local.date()).is_working(local.date())


def opens_at(moment: datetime | None = None) -> datetime:
    """The moment itself within office hours, else when they begin next."""
    local = clock.local(moment or clock.now())
    if is_open(local):
        return local
    calendar, (first, _) = working_calendar(local.date()), hours()
    day = local.date() if local.time() < first else local.date() + timedelta(days=1)
    return datetime.combine(calendar.on_or_after(day), first, clock.LOCAL)

"""What the office sets for itself: its names on documents, its days off, what it takes in."""
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import delete, select

from tracker import clock
from tracker.adapters import holidays
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput
from tracker.models.office import CalendarDay, Setting
from tracker.services import history
from tracker.services.people import clean_email

LONGEST = 200
#: How long a signed link in a mail works, and the most that may be chosen.
LINK_DAYS, MOST_LINK_DAYS = 30, 90


@dataclass(frozen=True, slots=True)
class Names:
    """The letterhead of the office's own documents; an empty value leaves it to the dispatch that a report is about."""

    name: str = ""
    parent: str = ""
    place: str = ""
    signer_title: str = ""
    signer_name: str = ""


def _get(key: str, default: Any) -> Any:
    found = db.session.get(Setting, key)
    return default if found is None else found.value


def _put(key: str, value: Any) -> None:
    db.session.merge(Setting(key=key, value=value))


def names() -> Names:
    """The office's names as they stand."""
    kept = _get("office.names", {})
    return Names(**{field.name: str(kept.get(field.name, "")) for field in fields(Names)})


def rename(actor: Actor, new: Names) -> None:
    """Keeps the names. Raises Forbidden; BadInput for one that is too long."""
    actor.need(Right.SETTINGS_MANAGE)
    for key, value in asdict(new).items():
        if len(value) > LONGEST:
            raise BadInput("office.long", field=key, most=LONGEST)
    before = asdict(names())
    _put("office.names", asdict(new))
    history.record(actor, "office.names", before=before, after=asdict(new))


def allow_zip() -> bool:
    """Whether zip files are taken as evidence: as set here, else as the environment says."""
    return bool(_get("files.allow_zip", current_app.extensions["settings"].allow_zip))


def set_allow_zip(actor: Actor, allowed: bool) -> None:
    """Opens or closes uploads of zip files. Raises Forbidden."""
    actor.need(Right.SETTINGS_MANAGE)
    before = allow_zip()
    _put("files.allow_zip", allowed)
    history.record(actor, "office.allow_zip", before=before, after=allowed)


def link_days() -> int:
    """For how many days a signed link in a mail works."""
    return int(_get("mail_links.days", LINK_DAYS))


def set_link_days(actor: Actor, days: int | None) -> None:
    """Sets it; shortened, it holds for links in earlier mails too. Raises Forbidden, BadInput("office.link_days")."""
    actor.need(Right.SETTINGS_MANAGE)
    if days is None or not 1 <= days <= MOST_LINK_DAYS:
        raise BadInput("office.link_days", field="link_days", most=MOST_LINK_DAYS)
    before = link_days()
    _put("mail_links.days", days)
    history.record(actor, "office.link_days", before=before, after=days)


def alert_address() -> str:
    """Who is mailed when a part of the machine fails; empty for nobody."""
    return str(_get("watch.address", ""))


def set_alert_address(actor: Actor, address: str) -> None:
    """Sets it; empty for nobody. Raises Forbidden, BadInput("person.email")."""
    actor.need(Right.SETTINGS_MANAGE)
    before, address = alert_address(), clean_email(address, "alert_address") if address.strip() else ""
    _put("watch.address", address)
    history.record(actor, "office.alert_address", before=before, after=address)


@dataclass(frozen=True, slots=True)
class Day:
    """One day that differs from the plain week; own: set by the office, not by the national calendar."""

    day: date
    working: bool
    name: str
    own: bool


def days(year: int) -> list[Day]:
    """The days of a year that differ from the plain week, the office's own over the national ones, in order."""
    found = {day: Day(day, False, name, False) for day, name in holidays.of_year(year).items()}
    found.update({day: Day(day, True, "Làm bù", False) for day in holidays.worked_in(year)})
    own = select(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    found.update({row.day: Day(row.day, row.working, row.name, True) for row in db.session.scalars(own)})
    return sorted(found.values(), key=lambda day: day.day)


def set_day(actor: Actor, day: date, working: bool, name: str) -> None:
    """Makes a day off or worked; dates already issued do not move. Raises Forbidden; BadInput for a day long ago or far off."""
    actor.need(Right.SETTINGS_MANAGE)
    if abs(day.year - clock.today().year) > 5:
        raise BadInput("office.day_far", field="day")
    db.session.merge(CalendarDay(day=day, working=working, name=name.strip()[:120]))
    history.record(actor, "office.day", day=day.isoformat(), after=working)


def drop_day(actor: Actor, day: date) -> None:
    """Gives a day back to the national calendar. Raises Forbidden."""
    actor.need(Right.SETTINGS_MANAGE)
    db.session.execute(delete(CalendarDay).where(CalendarDay.day == day))
    history.record(actor, "office.day_dropped", day=day.isoformat())

"""What the office sets for itself: its names on documents, what it takes in, how long it gives itself to review; days off: office_days."""
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from flask import current_app

from tracker.db import db
from tracker.domain import profiles
from tracker.domain.access import Actor, Right, Role
from tracker.domain.errors import BadInput
from tracker.models.office import Setting
from tracker.services import history
from tracker.services.people import clean_email

LONGEST = 200
#: How long a signed link in a mail works, and the most that may be chosen.
LINK_DAYS, MOST_LINK_DAYS = 30, 90
#: Within how many working days the province means to answer what units hand in or ask for, and the most that may be chosen.
REVIEW_DAYS, MOST_REVIEW_DAYS = 5, 60
#: The key under which stand the roles that must have a second factor.
TWO_FACTOR = "two_factor.roles"


@dataclass(frozen=True, slots=True)
class Names:
    """The letterhead of the office's own documents; an empty value leaves it to the dispatch that a report is about. style: a key of profiles.STYLES."""

    name: str = ""
    parent: str = ""
    place: str = ""
    signer_title: str = ""
    signer_name: str = ""
    style: str = ""


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
    """Keeps the names. Raises Forbidden; BadInput for one that is too long, or a layout that there is not."""
    actor.need(Right.SETTINGS_MANAGE)
    if new.style not in dict(profiles.STYLES):
        raise BadInput("office.style", field="style")
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


def two_factor_roles() -> frozenset[Role]:
    """The roles that must have a second factor; administrators always."""
    return frozenset({Role.ADMIN, *(Role(role) for role in _get(TWO_FACTOR, []))})


def set_two_factor_roles(actor: Actor, roles: Iterable[Role]) -> None:
    """Sets them. Raises Forbidden."""
    actor.need(Right.SETTINGS_MANAGE)
    before, after = sorted(two_factor_roles()), sorted({*roles, Role.ADMIN})
    _put(TWO_FACTOR, after)
    history.record(actor, "office.two_factor_roles", before=before, after=after)


def alert_address() -> str:
    """Who is mailed when a part of the machine fails; empty for nobody."""
    return str(_get("watch.address", ""))


def set_alert_address(actor: Actor, address: str) -> None:
    """Sets it; empty for nobody. Raises Forbidden, BadInput("person.email")."""
    actor.need(Right.SETTINGS_MANAGE)
    before, address = alert_address(), clean_email(address, "alert_address") if address.strip() else ""
    _put("watch.address", address)
    history.record(actor, "office.alert_address", before=before, after=address)


def review_days() -> int:
    """Within how many working days the province means to answer what a unit handed in or asked for."""
    return int(_get("review.days", REVIEW_DAYS))


def set_review_days(actor: Actor, days: int | None) -> None:
    """Sets it. Raises Forbidden, BadInput("office.review_days")."""
    actor.need(Right.SETTINGS_MANAGE)
    if days is None or not 1 <= days <= MOST_REVIEW_DAYS:
        raise BadInput("office.review_days", field="review_days", most=MOST_REVIEW_DAYS)
    before = review_days()
    _put("review.days", days)
    history.record(actor, "office.review_days", before=before, after=days)

"""Invitation and reset links: signed, expiring, good for one use; only a hash of the secret is kept."""
import hashlib
import secrets
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select, update

from tracker import clock, i18n
from tracker.db import db
from tracker.domain.access import Actor, Right, Role
from tracker.domain.errors import NotFound
from tracker.models.people import AccessLink, Person
from tracker.models.units import Unit
from tracker.services import history, keys, links, outbox, passwords, people, sign_in

INVITE, RESET = "invite", "reset"
LASTS = {INVITE: timedelta(days=7), RESET: timedelta(hours=1)}
#: A link that is not (or no longer) good: one answer for forged, unknown, used and expired ones.
GONE = "link.gone"


def _signer(purpose: str) -> URLSafeSerializer:
    """The signature keeps guesses away from the database, and an invitation from passing for a reset."""
    return URLSafeSerializer(**keys.link_signing(), salt=f"access-link {purpose}")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def make(person: Person, purpose: str) -> str:
    """A new link's token; earlier unused links of the person end, so that only the newest mail works."""
    now, secret = clock.now(), secrets.token_urlsafe(32)
    unused = (AccessLink.person_id == person.id, AccessLink.used_at.is_(None))
    db.session.execute(update(AccessLink).where(*unused).values(used_at=now))
    db.session.add(
        AccessLink(person_id=person.id, purpose=purpose, secret_hash=_hash(secret), created_at=now, expires_at=now + LASTS[purpose])
    )
    return str(_signer(purpose).dumps(secret))


def owner(purpose: str, token: str) -> Person:
    """Whose link this is, as long as it is good; changes nothing, for mail scanners open every link. Raises NotFound(link.gone)."""
    link = _good(purpose, token)
    return db.session.get_one(Person, link.person_id)


def _good(purpose: str, token: str) -> AccessLink:
    try:
        secret = str(_signer(purpose).loads(token))
    except BadSignature as error:
        raise NotFound(GONE) from error
    good = (AccessLink.used_at.is_(None), AccessLink.expires_at > clock.now(), Person.left_at.is_(None))
    wanted = select(AccessLink).join(Person, Person.id == AccessLink.person_id)
    link = db.session.scalar(wanted.where(AccessLink.secret_hash == _hash(secret), AccessLink.purpose == purpose, *good))
    if link is None:
        raise NotFound(GONE)
    return link


def redeem(purpose: str, token: str, password_hash: str) -> Person:
    """Uses the link up and keeps the password; all sessions of the person end. Raises NotFound(link.gone), for the later of two at once too."""
    link = _good(purpose, token)
    used = update(AccessLink).where(AccessLink.id == link.id, AccessLink.used_at.is_(None)).values(used_at=clock.now())
    if db.session.execute(used).rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound(GONE)
    person = db.session.get_one(Person, link.person_id)
    person.password_hash = password_hash
    sign_in.end_all_sessions(person)
    history.record(people.as_actor(person), f"person.{purpose}_used", unit_id=person.unit_id, target_id=person.id)
    return person


def new_hash(purpose: str, token: str, password: str) -> str:
    """The hash of the password chosen through a good link. Raises NotFound, BadInput. Slow by intent; reads only."""
    return passwords.hashed(password, owner(purpose, token).email)


def invite(actor: Actor, person_id: int) -> str:
    """Mails an invitation, or a fresh one; gives its address, for an administrator to hand over where mail fails. Raises Forbidden, NotFound."""
    actor.need(Right.PERSON_MANAGE)
    person = people.get(actor, person_id)
    if person.left_at:
        raise NotFound()
    url = _send(person, INVITE, by_name=actor.name)
    history.record(actor, "person.invite", unit_id=person.unit_id, target_id=person.id)
    return url


def ask_reset(email: str) -> None:
    """Mails a reset link where the address is somebody's; otherwise nothing happens, and the page says the same."""
    person = db.session.scalar(select(Person).where(Person.email == email.strip().lower(), Person.left_at.is_(None)))
    if person is None:
        return
    # Somebody who never chose a password has an invitation to answer: the reset is the same road.
    _send(person, RESET, by_name="")


def address(person: Person, purpose: str) -> str:
    """The full address of a new link."""
    return links.absolute(purpose, token=make(person, purpose))


def _send(person: Person, purpose: str, by_name: str) -> str:
    url = address(person, purpose)
    unit = db.session.get(Unit, person.unit_id) if person.unit_id else None
    context = {
        "person_name": person.name, "email": person.email, "url": url, "by_name": by_name, "role": i18n.ROLES[Role(person.role)],
        "unit_name": unit.name if unit else "", "until": clock.local(clock.now() + LASTS[purpose]),
    }
    outbox.queue(purpose, address=person.email, name=person.name, context=context, person_id=person.id, unit_id=person.unit_id)
    return url

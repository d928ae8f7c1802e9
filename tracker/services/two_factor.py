"""Two-factor sign-in by TOTP (RFC 6238): the secret, its QR code, codes that work once, and who must have it."""
import io
import re
from base64 import b32decode, b32encode

import pyotp
import segno
from sqlalchemy import func, or_, select, update

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right, Role
from tracker.domain.errors import BadInput, Conflict
from tracker.models.people import Person
from tracker.services import history, keys, office, people, recovery, sign_in
from tracker.services.recovery import Made

STEP = 30
#: Steps besides the present one whose codes are taken: clocks of telephones drift, and typing takes its time (RFC 6238, 5.2 and 6).
NEAR = (-1, 1)
ISSUER = "Đôn Đốc"
SEAL = "totp"
#: A secret as earlier releases kept it: base32, as the telephone gets it.
_BARE = re.compile(r"[A-Z2-7]{32}")


def required(person: Person) -> bool:
    """Whether the person's role must have it; the sample's people play."""
    return not person.sample and Role(person.role) in office.two_factor_roles()


def secret(person: Person) -> str:
    """The person's secret as a telephone takes it, empty for none, and for one that no key opens any more."""
    kept = person.totp_secret or ""
    if _BARE.fullmatch(kept):
        return kept
    opened = keys.unseal(SEAL, person.id, kept)
    return b32encode(opened[0]).decode() if opened else ""


def _sealed(person_id: int, plain: str) -> str:
    return keys.seal(SEAL, person_id, b32decode(plain))


def _step_of(plain: str, code: str) -> int | None:
    """The time step a code belongs to, None for a wrong one."""
    now = int(clock.now().timestamp()) // STEP
    totp = pyotp.TOTP(plain)
    return next((now + by for by in (0, *NEAR) if pyotp.utils.strings_equal(totp.at((now + by) * STEP), code)), None)


def use_code(person_id: int, code: str) -> None:
    """Takes a code and marks its step as used, in one statement, so that of two that come at once one fails. Raises BadInput."""
    person = db.session.get_one(Person, person_id)
    plain = secret(person)
    step = _step_of(plain, re.sub(r"\s", "", code)) if plain else None
    if step is None:
        raise BadInput("totp.wrong", field="code")
    unused = or_(Person.totp_last_step.is_(None), Person.totp_last_step < step)
    taken = db.session.execute(update(Person).where(Person.id == person_id, unused).values(totp_last_step=step))
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise BadInput("totp.used", field="code")


def reseal() -> int:
    """Seals what earlier releases kept open, or an earlier key sealed; gives how many secrets no key opens. A second run finds nothing to do."""
    lost = 0
    for id, secret_kept in db.session.execute(select(Person.id, Person.totp_secret).where(Person.totp_secret.is_not(None))).all():
        kept = secret_kept or ""
        opened = (b32decode(kept), False) if _BARE.fullmatch(kept) else keys.unseal(SEAL, id, kept)
        lost += opened is None
        if opened and not opened[1]:
            fresh = keys.seal(SEAL, id, opened[0])
            db.session.execute(update(Person).where(Person.id == id, Person.totp_secret == kept).values(totp_secret=fresh))
    return lost


def begin(actor: Actor) -> None:
    """Gives the actor a secret to put into a phone; it counts only once a code has confirmed it. Raises Conflict where one is in use."""
    person = db.session.get_one(Person, actor.id)
    if person.totp_confirmed_at:
        raise Conflict("totp.on")
    if not secret(person):
        person.totp_secret = _sealed(person.id, pyotp.random_base32())


def qr(person: Person) -> bytes:
    """The secret as a QR code in SVG; on no page but the person's own and only until it is confirmed."""
    uri = pyotp.TOTP(secret(person)).provisioning_uri(name=person.email, issuer_name=ISSUER)
    out = io.BytesIO()
    # Black on white whatever the theme: many phones do not read a reversed code.
    segno.make(uri, error="m").save(out, kind="svg", scale=5, border=3, dark="#000", light="#fff", xmldecl=False, title="Mã QR")
    return out.getvalue()


def confirm(actor: Actor, code: str, codes: list[Made]) -> int:
    """Turns two-factor on with a first code, and keeps the recovery codes; other sessions end. Gives the new epoch. Raises BadInput, Conflict."""
    person = db.session.get_one(Person, actor.id)
    if person.totp_confirmed_at:
        raise Conflict("totp.on")
    use_code(person.id, code)
    person.totp_confirmed_at = clock.now()
    recovery.keep(person.id, codes)
    sign_in.end_all_sessions(person)
    history.record(actor, "person.two_factor_on", unit_id=actor.unit_id, target_id=person.id)
    db.session.flush()
    db.session.refresh(person)
    return person.session_epoch


def without(actor: Actor) -> dict[str, int]:
    """How many people of each role have not turned it on, for who sets whom it is asked of. Raises Forbidden."""
    actor.need(Right.SETTINGS_MANAGE)
    missing = (Person.left_at.is_(None), Person.sample.is_(False), Person.totp_confirmed_at.is_(None))
    by_role = select(Person.role, func.count(Person.id).label("total")).where(*missing).group_by(Person.role)
    counted = {row.role: row.total for row in db.session.execute(by_role)}
    return {str(role): counted.get(role, 0) for role in Role}


def _forget(person: Person) -> None:
    person.totp_secret = person.totp_confirmed_at = person.totp_last_step = None
    recovery.forget(person.id)


def turn_off(actor: Actor) -> None:
    """Turns the actor's own two-factor off, once a code was taken. Raises Conflict for a role that must have it."""
    person = db.session.get_one(Person, actor.id)
    if required(person):
        raise Conflict("totp.must")
    _forget(person)
    history.record(actor, "person.two_factor_off", unit_id=actor.unit_id, target_id=person.id)


def replace(actor: Actor) -> int:
    """Another telephone takes the place of the present one, once a code was taken: the secret and the codes are new. Gives the new epoch."""
    person = db.session.get_one(Person, actor.id)
    _forget(person)
    person.totp_secret = _sealed(person.id, pyotp.random_base32())
    sign_in.end_all_sessions(person)
    history.record(actor, "person.two_factor_replaced", unit_id=actor.unit_id, target_id=person.id)
    db.session.flush()
    db.session.refresh(person)
    return person.session_epoch


def reset(actor: Actor, person_id: int) -> None:
    """An administrator's way back in for somebody who lost the phone; the person's sessions end. Raises Forbidden, NotFound."""
    actor.need(Right.PERSON_MANAGE)
    person = people.get(actor, person_id)
    _forget(person)
    sign_in.end_all_sessions(person)
    history.record(actor, "person.two_factor_reset", unit_id=person.unit_id, target_id=person.id)

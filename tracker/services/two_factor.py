"""Two-factor sign-in by TOTP (RFC 6238): the secret, its QR code, and codes that work once."""
import io
import re

import pyotp
import segno
from sqlalchemy import or_, update

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right, Role
from tracker.domain.errors import BadInput, Conflict
from tracker.models.people import Person
from tracker.services import history, people, sign_in

STEP = 30
ISSUER = "Đôn Đốc"


def _step_of(secret: str, code: str) -> int | None:
    """The time step a code belongs to, one before and one after the present allowed for (phone clocks drift); None for a wrong one."""
    now = int(clock.now().timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    return next((step for step in (now, now - 1, now + 1) if pyotp.utils.strings_equal(totp.at(step * STEP), code)), None)


def use_code(person_id: int, code: str) -> None:
    """Takes a code and marks its step as used, in one statement, so that of two that come at once one fails. Raises BadInput."""
    person = db.session.get_one(Person, person_id)
    step = _step_of(person.totp_secret, re.sub(r"\s", "", code)) if person.totp_secret else None
    if step is None:
        raise BadInput("totp.wrong", field="code")
    unused = or_(Person.totp_last_step.is_(None), Person.totp_last_step < step)
    taken = db.session.execute(update(Person).where(Person.id == person_id, unused).values(totp_last_step=step))
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise BadInput("totp.used", field="code")


def begin(actor: Actor) -> None:
    """Gives the actor a secret to put into a phone; it counts only once a code has confirmed it. Raises Conflict where one is in use."""
    person = db.session.get_one(Person, actor.id)
    if person.totp_confirmed_at:
        raise Conflict("totp.on")
    if not person.totp_secret:
        person.totp_secret = pyotp.random_base32()


def qr(person: Person) -> bytes:
    """The secret as a QR code in SVG; on no page but the person's own and only until it is confirmed."""
    uri = pyotp.TOTP(person.totp_secret or "").provisioning_uri(name=person.email, issuer_name=ISSUER)
    out = io.BytesIO()
    # Black on white whatever the theme: many phones do not read a reversed code.
    segno.make(uri, error="m").save(out, kind="svg", scale=5, border=3, dark="#000", light="#fff", xmldecl=False, title="Mã QR")
    return out.getvalue()


def confirm(actor: Actor, code: str) -> int:
    """Turns two-factor on with a first code; other sessions end. Gives the new epoch. Raises BadInput, Conflict."""
    person = db.session.get_one(Person, actor.id)
    if person.totp_confirmed_at:
        raise Conflict("totp.on")
    use_code(person.id, code)
    person.totp_confirmed_at = clock.now()
    sign_in.end_all_sessions(person)
    history.record(actor, "person.two_factor_on", unit_id=actor.unit_id, target_id=person.id)
    db.session.flush()
    db.session.refresh(person)
    return person.session_epoch


def _forget(person: Person) -> None:
    person.totp_secret = person.totp_confirmed_at = person.totp_last_step = None


def turn_off(actor: Actor, code: str) -> None:
    """Turns the actor's own two-factor off, against a code. Raises BadInput, and Conflict for administrators, who must have it."""
    person = db.session.get_one(Person, actor.id)
    if person.role == Role.ADMIN and not person.sample:
        raise Conflict("totp.must")
    use_code(person.id, code)
    _forget(person)
    history.record(actor, "person.two_factor_off", unit_id=actor.unit_id, target_id=person.id)


def reset(actor: Actor, person_id: int) -> None:
    """An administrator's way back in for somebody who lost the phone; the person's sessions end. Raises Forbidden, NotFound."""
    actor.need(Right.PERSON_MANAGE)
    person = people.get(actor, person_id)
    _forget(person)
    sign_in.end_all_sessions(person)
    history.record(actor, "person.two_factor_reset", unit_id=person.unit_id, target_id=person.id)

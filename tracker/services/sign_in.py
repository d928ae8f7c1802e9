"""Signing in and out: who the password belongs to, and the epoch by which every session of a person ends at once."""
from dataclasses import dataclass

from sqlalchemy import select, update

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, NotFound
from tracker.models.people import Person
from tracker.services import history, passwords, sessions


@dataclass(frozen=True)
class Proof:
    """A password that matched: whose, at which epoch, whether a code must follow, and a stronger hash to keep if one is due."""

    person_id: int
    epoch: int
    second_factor: bool
    fresh_hash: str | None = None


def by_password(email: str, password: str) -> Proof | None:
    """Whose password this is, None for anything else: unknown, gone, not yet invited and wrong are never told apart.

    Only reads, and takes its time: call it outside a write transaction, which would keep every other writer waiting.
    """
    columns = (Person.id, Person.password_hash, Person.session_epoch, Person.totp_confirmed_at)
    row = db.session.execute(select(*columns).where(Person.email == email.strip().lower(), Person.left_at.is_(None))).first()
    if not passwords.matches(row.password_hash if row else None, password) or row is None:
        return None
    return Proof(row.id, row.session_epoch, row.totp_confirmed_at is not None, passwords.refreshed(row.password_hash, password))


def known(email: str) -> int | None:
    """Whose address this is, for the log alone: what was typed is not logged, for people type passwords there too."""
    return db.session.scalar(select(Person.id).where(Person.email == email.strip().lower()))


def record(proof: Proof) -> None:
    """Notes the sign-in and keeps the stronger hash."""
    values: dict[str, object] = {"last_login_at": clock.now()}
    if proof.fresh_hash:
        values["password_hash"] = proof.fresh_hash
    db.session.execute(update(Person).where(Person.id == proof.person_id).values(**values))


def end_all_sessions(person: Person) -> None:
    """Every session of the person ends with its next request, in all browsers."""
    person.session_epoch = Person.session_epoch + 1  # by the database: two acts at once must both count
    sessions.end_all(person.id)


def prove(actor: Actor, password: str, field: str = "proof") -> None:
    """Raises BadInput with the field unless this is the actor's own password: asked again before what opens accounts is changed."""
    if not passwords.matches(db.session.get_one(Person, actor.id).password_hash, password):
        raise BadInput("password.old", field=field)


def everywhere(actor: Actor, person_id: int | None = None) -> None:
    """Signs the actor out in every browser, or, for an administrator, somebody else. Raises Forbidden, NotFound."""
    if person_id is not None and person_id != actor.id:
        actor.need(Right.PERSON_MANAGE)
    person = db.session.get(Person, person_id or actor.id)
    if person is None:
        raise NotFound()
    end_all_sessions(person)
    history.record(actor, "person.sign_out_everywhere", unit_id=person.unit_id, target_id=person.id)


def own_hash(actor: Actor, old: str, new: str) -> str:
    """The hash of the actor's new password, once the old one has been shown. Raises BadInput. Reads only; slow by intent."""
    prove(actor, old, "old")
    return passwords.hashed(new, db.session.get_one(Person, actor.id).email)


def change_password(actor: Actor, new_hash: str) -> int:
    """Keeps the new hash and ends all sessions; gives the new epoch, for the session that may stay."""
    person = db.session.get_one(Person, actor.id)
    person.password_hash = new_hash
    end_all_sessions(person)
    history.record(actor, "person.password", unit_id=actor.unit_id, target_id=actor.id)
    db.session.flush()
    db.session.refresh(person)
    return person.session_epoch

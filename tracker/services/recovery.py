"""Recovery codes: ten that each open the second step once, for who has lost the telephone; shown when they are made and never again."""
import re
import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func, select, update

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.errors import BadInput
from tracker.models.people import Person, RecoveryCode
from tracker.services import history, people

#: Figures alone, for the keypad of a telephone and for keyboards that turn aa into â: thirteen that nobody sees are 43 bits, each guess an Argon2id.
COUNT, LENGTH, START = 10, 16, 3
#: OWASP's least for Argon2id: ten hashes are made at a time, of codes that nobody chose.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@dataclass(frozen=True, slots=True)
class Made:
    """A new code: what is shown of it, and what is kept."""

    shown: str
    start: str
    code_hash: str


def _plain(typed: str) -> str:
    return re.sub(r"[\s.\-–]", "", typed)


def looks_like_one(typed: str) -> bool:
    """Whether this was meant for a recovery code and not for the six figures of a telephone."""
    return len(_plain(typed)) > 8


def make() -> list[Made]:
    """New codes, not kept yet. Takes its time: call it outside a transaction."""
    starts: set[str] = set()
    while len(starts) < COUNT:
        starts.add(_figures(START))
    made = [start + _figures(LENGTH - START) for start in sorted(starts)]
    return [Made("-".join(re.findall("....", code)), code[:START], _hasher.hash(code)) for code in made]


def _figures(count: int) -> str:
    return f"{secrets.randbelow(10**count):0{count}}"


def keep(person_id: int, made: list[Made]) -> None:
    """Puts the codes in the place of all earlier ones."""
    forget(person_id)
    now = clock.now()
    db.session.add_all(RecoveryCode(person_id=person_id, start=one.start, code_hash=one.code_hash, created_at=now) for one in made)


def forget(person_id: int) -> None:
    """No code of the person works any more."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


def left(person_id: int) -> int:
    """How many codes can still be used."""
    return db.session.scalar(select(func.count(RecoveryCode.id)).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))) or 0


def match(person_id: int, typed: str) -> int | None:
    """Which unused code this is, None for none. Takes its time: call it outside a transaction."""
    code = _plain(typed)
    mine = (RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None), RecoveryCode.start == code[:START])
    row = db.session.execute(select(RecoveryCode.id, RecoveryCode.code_hash).where(*mine)).first()
    try:
        return row.id if row and len(code) == LENGTH and _hasher.verify(row.code_hash, code) else None
    except (VerifyMismatchError, InvalidHashError):
        return None


def use(person_id: int, code_id: int | None) -> None:
    """Uses the code up, in one statement, so that of two that come at once one fails. Raises BadInput for none and for a used one."""
    unused = (RecoveryCode.id == code_id, RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    if code_id is None or db.session.execute(update(RecoveryCode).where(*unused).values(used_at=clock.now())).rowcount != 1:  # type: ignore[attr-defined]
        raise BadInput("totp.recovery_wrong", field="code")
    person = db.session.get_one(Person, person_id)
    history.record(people.as_actor(person), "person.recovery_used", unit_id=person.unit_id, target_id=person_id, left=left(person_id))


def renew(actor: Actor, made: list[Made]) -> None:
    """New codes for the actor; the earlier ones end."""
    keep(actor.id or 0, made)
    history.record(actor, "person.recovery_made", unit_id=actor.unit_id, target_id=actor.id)

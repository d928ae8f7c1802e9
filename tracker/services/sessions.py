"""Sessions one by one: where each began, when it was last used, and its end before its time."""
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.errors import NotFound
from tracker.models.people import SignIn
from tracker.services import history

#: A session ends when nothing was asked for so long (a lunch break is two hours), and at the latest so long after signing in:
#: offices share machines. NIST SP 800-63B asks for 12 hours too, and for 30 minutes of rest, after which forms would be lost at every visit.
IDLE, LONGEST = timedelta(hours=3), timedelta(hours=12)
#: No session lives as long; what began before need not be remembered.
REMEMBERED = timedelta(days=2)
#: The last use is kept to the hour, so that reading pages writes once an hour and not at each of them.
GRAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One open session as a page shows it; own for the one that asks."""

    id: int
    browser: str
    address: str
    began_at: datetime
    seen_at: datetime
    own: bool


def key_hash(key: str) -> str:
    """What is kept of a session's key, so that whoever reads the table learns of no session."""
    return hashlib.sha256(key.encode()).hexdigest()


def begin(person_id: int, browser: str, address: str) -> str:
    """A new session of the person; gives its key, which only its cookie holds."""
    now, key = clock.now(), secrets.token_urlsafe(16)
    forget_old()
    db.session.add(SignIn(person_id=person_id, key_hash=key_hash(key), browser=browser[:60], address=address[:45], began_at=now, seen_at=_hour(now)))
    return key


def forget_old() -> None:
    """Who signed in where goes from the table with the sessions themselves; a regular job asks for it too, for days on which nobody signs in."""
    db.session.execute(delete(SignIn).where(SignIn.began_at < clock.now() - REMEMBERED))


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def is_stale(seen_at: datetime) -> bool:
    """Whether a use now belongs to another hour than the one noted."""
    return clock.now() - seen_at >= GRAIN


def note_use(session_id: int) -> None:
    """Moves the last use on to this hour."""
    db.session.execute(update(SignIn).where(SignIn.id == session_id).values(seen_at=_hour(clock.now())))


def of_person(person_id: int, own_key: str = "") -> list[Line]:
    """Sessions that are open, the latest first; whoever calls has made sure that the actor may see them."""
    now, own = clock.now(), key_hash(own_key)
    alive = (SignIn.ended_at.is_(None), SignIn.began_at > now - LONGEST, SignIn.seen_at > now - IDLE - GRAIN)
    wanted = select(SignIn).where(SignIn.person_id == person_id, *alive)
    return [Line(one.id, one.browser, one.address, one.began_at, max(one.began_at, one.seen_at), one.key_hash == own)
            for one in db.session.scalars(wanted.order_by(SignIn.id.desc()))]


def end(key: str) -> None:
    """The session of this key ends for good: its cookie, wherever it was copied to, opens nothing any more."""
    db.session.execute(update(SignIn).where(SignIn.key_hash == key_hash(key)).values(ended_at=clock.now()))


def own(actor: Actor, session_id: int) -> SignIn:
    """One open session of the actor's. Raises NotFound for anybody else's and for one that is over."""
    found = db.session.get(SignIn, session_id)
    if found is None or found.person_id != actor.id or found.ended_at:
        raise NotFound()
    return found


def end_one(actor: Actor, session_id: int) -> None:
    """Ends one session of the actor's own. Raises NotFound, as own() does."""
    one = own(actor, session_id)
    one.ended_at = clock.now()
    history.record(actor, "person.session_ended", unit_id=actor.unit_id, target_id=actor.id, browser=one.browser)


def end_all(person_id: int) -> None:
    """All sessions of the person are over; the epoch in their cookies ends them, this keeps the list true."""
    db.session.execute(update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None)).values(ended_at=clock.now()))

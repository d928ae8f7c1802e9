"""Who is signed in: one query a request turns the session into an Actor, as long as the session lasts."""
from datetime import timedelta

from flask import Flask, session
from flask_login import LoginManager, UserMixin
from sqlalchemy import bindparam, exists, select

from tracker import clock
from tracker.db import read
from tracker.domain.access import Actor, Role
from tracker.models.people import EndedSession, Person
from tracker.models.units import Unit
from tracker.services import sign_in
from tracker.web import language

login_manager = LoginManager()
#: What a session carries beside the person: the epoch it began in, its own key, and when it began (seconds).
EPOCH, KEY, BEGAN = "epoch", "key", "began"
#: A session ends when nothing was asked for so long (a lunch break is two hours), and at the latest so long after signing in:
#: offices share machines. NIST SP 800-63B asks for 12 hours too, and for 30 minutes of rest, after which forms would be lost at every visit.
IDLE, LONGEST = timedelta(hours=3), timedelta(hours=12)

_WHO = (
    select(Person.id, Person.name, Person.role, Person.unit_id, Person.email, Person.session_epoch, Person.totp_confirmed_at, Person.sample, Person.language,
           Unit.name.label("unit_name"))
    .outerjoin(Unit, Unit.id == Person.unit_id)
    .where(Person.id == bindparam("id"), Person.left_at.is_(None), ~exists().where(EndedSession.key_hash == bindparam("key_hash")))
)


class SignedIn(UserMixin):
    """The person of this session, as Flask-Login wants it."""

    def __init__(self, actor: Actor, must_set_up: bool = False) -> None:
        self.actor = actor
        #: An administrator without two-factor may do nothing before it is on; the sample's one plays.
        self.must_set_up = must_set_up

    def get_id(self) -> str:
        return str(self.actor.id)

    @property
    def role(self) -> Role:
        return self.actor.role

    @property
    def name(self) -> str:
        return self.actor.name

    @property
    def unit_name(self) -> str:
        return self.actor.unit_name


@login_manager.user_loader
def load(person_id: str) -> SignedIn | None:
    """The session's person, or None once they have left, signed out here or everywhere (the epoch has grown), or stayed too long."""
    if clock.now().timestamp() - session.get(BEGAN, clock.now().timestamp()) > LONGEST.total_seconds():
        return None
    row = read(_WHO, {"id": int(person_id), "key_hash": sign_in.key_hash(session.get(KEY, ""))}).first()
    if row is None or session.get(EPOCH) != row.session_epoch:
        return None
    language.prefer(row.language)
    actor = Actor(row.id, row.name, Role(row.role), row.unit_id, row.email, row.unit_name or "")
    return SignedIn(actor, must_set_up=actor.role == Role.ADMIN and row.totp_confirmed_at is None and not row.sample)


def init_app(app: Flask) -> None:
    """Sets up Flask-Login on the app."""
    login_manager.init_app(app)

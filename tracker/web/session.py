"""Who is signed in: one query a request turns the session into an Actor, as long as the session lasts."""
import hashlib
from datetime import datetime

from flask import Flask, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin
from sqlalchemy import and_, bindparam, select

from tracker import clock
from tracker.db import read, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import DomainError
from tracker.models.office import Setting
from tracker.models.people import Person, SignIn
from tracker.models.units import Unit
from tracker.services import office, sessions
from tracker.web import browser, language

login_manager = LoginManager()
#: What a session carries beside the person: the epoch it began in, its own key, and when it began (seconds).
EPOCH, KEY, BEGAN = "epoch", "key", "began"

_MUST = select(Setting.value).where(Setting.key == office.TWO_FACTOR).scalar_subquery()
_WHO = (
    select(Person.id, Person.name, Person.role, Person.unit_id, Person.email, Person.session_epoch, Person.totp_confirmed_at, Person.sample, Person.language,
           Unit.name.label("unit_name"), SignIn.id.label("session_id"), SignIn.seen_at, SignIn.ended_at, _MUST.label("must"))
    .outerjoin(Unit, Unit.id == Person.unit_id)
    .outerjoin(SignIn, and_(SignIn.key_hash == bindparam("key_hash"), SignIn.person_id == Person.id))
    .where(Person.id == bindparam("id"), Person.left_at.is_(None))
)


class Cookie(SecureCookieSessionInterface):
    """The session's cookie, signed with HMAC-SHA-256."""

    digest_method = staticmethod(hashlib.sha256)


class SignedIn(UserMixin):
    """The person of this session, as Flask-Login wants it."""

    def __init__(self, actor: Actor, must_set_up: bool = False, session_id: int | None = None, seen_at: datetime | None = None) -> None:
        self.actor = actor
        #: Whose role must have a second factor may do nothing before it is on; the sample's people play.
        self.must_set_up = must_set_up
        self.session_id = session_id
        self.seen_at = seen_at

    def get_id(self) -> str:
        return str(self.actor.id)

    def note_use(self) -> None:
        """Keeps that the session was used in this hour: one write an hour, and none where nothing can be written."""
        if self.session_id is None or self.seen_at is None or not sessions.is_stale(self.seen_at):
            return
        try:
            with transaction():
                sessions.note_use(self.session_id)
        except DomainError:
            return  # a full disk must not keep people from reading

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
    if clock.now().timestamp() - session.get(BEGAN, clock.now().timestamp()) > sessions.LONGEST.total_seconds():
        return None
    row = read(_WHO, {"id": int(person_id), "key_hash": sessions.key_hash(session.get(KEY, ""))}).first()
    if row is None or row.ended_at or session.get(EPOCH) != row.session_epoch:
        return None
    language.prefer(row.language)
    actor = Actor(row.id, row.name, Role(row.role), row.unit_id, row.email, row.unit_name or "")
    must = not row.sample and row.totp_confirmed_at is None and (actor.role == Role.ADMIN or actor.role in (row.must or ()))
    return SignedIn(actor, must, row.session_id, row.seen_at)


def renew(person_id: int, epoch: int) -> None:
    """Gives the session a new key, noted with the browser and the address; in a transaction. What a copied cookie knew is worth nothing after it."""
    session[EPOCH], session[KEY] = epoch, sessions.begin(person_id, browser.words(request.headers.get("User-Agent", "")), request.remote_addr or "")


def init_app(app: Flask) -> None:
    """Sets up the cookie and Flask-Login on the app."""
    app.session_interface = Cookie()
    login_manager.init_app(app)

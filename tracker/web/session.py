"""Who is signed in: one query a request turns the session into an Actor."""
from flask import Flask, session
from flask_login import LoginManager, UserMixin
from sqlalchemy import bindparam, select

from tracker.db import read
from tracker.domain.access import Actor, Role
from tracker.models.people import Person
from tracker.models.units import Unit

login_manager = LoginManager()
EPOCH = "epoch"

_WHO = (
    select(Person.id, Person.name, Person.role, Person.unit_id, Person.email, Person.session_epoch, Person.totp_confirmed_at, Person.sample,
           Unit.name.label("unit_name"))
    .outerjoin(Unit, Unit.id == Person.unit_id)
    .where(Person.id == bindparam("id"), Person.left_at.is_(None))
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
    """The session's person, or None once they have left or signed out everywhere (the epoch has grown)."""
    row = read(_WHO, {"id": int(person_id)}).first()
    if row is None or session.get(EPOCH) != row.session_epoch:
        return None
    actor = Actor(row.id, row.name, Role(row.role), row.unit_id, row.email, row.unit_name or "")
    return SignedIn(actor, must_set_up=actor.role == Role.ADMIN and row.totp_confirmed_at is None and not row.sample)


def init_app(app: Flask) -> None:
    """Sets up Flask-Login on the app."""
    login_manager.init_app(app)

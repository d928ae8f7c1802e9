"""Invitation and reset links: good once, for a while, for one purpose; and what the mails say."""
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import NotFound
from tracker.models.mails import Mail
from tracker.models.people import AccessLink, Person
from tracker.services import access_links, passwords
from tracker.services.access_links import INVITE, RESET

PASSWORD = "lúa chín vàng đồng"


@pytest.fixture
def person(app: Flask, make: Factory) -> Person:
    return make.person(Role.OFFICER, make.unit())


def made(person: Person, purpose: str = INVITE) -> str:
    with transaction():
        return access_links.make(person, purpose)


def redeem(purpose: str, token: str) -> None:
    with transaction():
        access_links.redeem(purpose, token, "a hash")


def test_a_link_is_good_once(person: Person) -> None:
    token = made(person)
    assert access_links.owner(INVITE, token).id == person.id
    assert access_links.owner(INVITE, token).id == person.id
    redeem(INVITE, token)
    db.session.rollback()
    kept = db.session.get_one(Person, person.id, populate_existing=True)
    assert (kept.password_hash, kept.session_epoch) == ("a hash", 1)
    for act in (lambda: redeem(INVITE, token), lambda: access_links.owner(INVITE, token), lambda: access_links.new_hash(INVITE, token, PASSWORD)):
        with pytest.raises(NotFound, match="link.gone"):
            act()


@pytest.mark.parametrize(("purpose", "lasts"), [(INVITE, timedelta(days=7)), (RESET, timedelta(hours=1))])
def test_a_link_expires(person: Person, purpose: str, lasts: timedelta) -> None:
    token, start = made(person, purpose), clock.now()
    with clock.frozen(start + lasts - timedelta(seconds=1)):
        assert access_links.owner(purpose, token)
    with clock.frozen(start + lasts), pytest.raises(NotFound):
        redeem(purpose, token)


def test_only_the_newest_link_works(person: Person) -> None:
    old, new = made(person), made(person, RESET)
    with pytest.raises(NotFound):
        redeem(INVITE, old)
    redeem(RESET, new)


@pytest.mark.parametrize("damage", ["", "x", "{}x", "x{}", "{}.x"])
def test_a_forged_link_is_not_found(person: Person, damage: str) -> None:
    token = made(person)
    with pytest.raises(NotFound):
        access_links.owner(INVITE, damage.format(token))
    with pytest.raises(NotFound):
        access_links.owner(RESET, token)


def test_only_a_hash_is_kept(person: Person) -> None:
    token = made(person)
    row = db.session.scalars(select(AccessLink)).one()
    assert len(row.secret_hash) == 64 and row.secret_hash not in token and token not in repr(vars(row))


def test_an_invitation_names_who_and_what_and_where(app: Flask, make: Factory, person: Person) -> None:
    admin = make.actor(Role.ADMIN)
    with transaction():
        url = access_links.invite(admin, person.id)
    mail = db.session.scalars(select(Mail)).one()
    assert (mail.address, mail.person_id, mail.state) == (person.email, person.id, "queued")
    assert url in mail.body_text and url in mail.body_html and "15/09/2026" in mail.body_text
    assert admin.name in mail.body_text and "cán bộ huyện" in mail.body_text
    assert access_links.owner(INVITE, url.rsplit("/", 1)[1]).id == person.id


def test_a_reset_is_mailed_to_people_only(person: Person, make: Factory) -> None:
    gone = make.person(Role.CLERK, left_at=clock.now())
    for email in ("khong-ai@tinh.example", gone.email, "", f" {person.email.upper()} "):
        with transaction():
            access_links.ask_reset(email)
    mail = db.session.scalars(select(Mail)).one()
    assert mail.address == person.email and "/reset/" in mail.body_text
    assert db.session.scalar(select(func.count(AccessLink.id))) == 1


def test_who_has_left_cannot_use_a_link(person: Person) -> None:
    token = made(person)
    with transaction() as session:
        session.get_one(Person, person.id).left_at = clock.now()
    with pytest.raises(NotFound):
        redeem(INVITE, token)


def test_a_chosen_password_opens_the_account(person: Person) -> None:
    token = made(person)
    kept = access_links.new_hash(INVITE, token, PASSWORD)
    assert passwords.matches(kept, PASSWORD)

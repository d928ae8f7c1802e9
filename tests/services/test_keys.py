"""One key, many uses: mailed links outlive a changed key and the earlier way of signing, seals open for their owner and purpose alone."""
import hashlib
from pathlib import Path

import pytest
from flask import Flask
from itsdangerous import Signer, URLSafeSerializer, URLSafeTimedSerializer
from sqlalchemy import select

from tests.conftest import settings_for
from tests.factories import Factory
from tracker.config import ConfigError, Settings
from tracker.db import db, transaction
from tracker.domain.errors import NotFound
from tracker.models.people import AccessLink, Person
from tracker.services import access_links, keys, mail_links, mail_receipts, reply_tokens, two_factor

OLD, OLDER = "o" * 32, "p" * 32
MESSAGE_ID = "<" + "ab" * 16 + "@tinh.example>"


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    """Factories on the SQLite app."""
    return Factory()


def rekeyed(app: Flask, tmp_path: Path, **keys: str) -> None:
    """The same app after its key was changed."""
    app.extensions["settings"] = settings_for(tmp_path, **keys)


def test_new_links_are_signed_with_sha_256(sqlite_app: Flask, make: Factory) -> None:
    person = make.person()
    with transaction():
        token = access_links.make(person, access_links.RESET)
    strict = URLSafeSerializer("k" * 32, salt="access-link reset", signer_kwargs={"digest_method": hashlib.sha256})
    assert len(strict.loads(token)) == 43
    assert URLSafeTimedSerializer("k" * 32, salt=mail_receipts._SALTS["confirm"], signer_kwargs={"digest_method": hashlib.sha256}).loads(
        mail_receipts.link_token(5, "confirm")) == 5


def test_links_that_an_earlier_release_mailed_work_until_they_expire(sqlite_app: Flask, make: Factory) -> None:
    person, secret = make.person(), "s" * 43
    with transaction():
        access_links.make(person, access_links.RESET)
        db.session.execute(AccessLink.__table__.update().values(secret_hash=hashlib.sha256(secret.encode()).hexdigest()))  # type: ignore[attr-defined]
    mailed = URLSafeSerializer("k" * 32, salt="access-link reset").dumps(secret)  # HMAC-SHA-1, the library's way
    assert access_links.owner(access_links.RESET, mailed).id == person.id
    with pytest.raises(NotFound):
        access_links.owner(access_links.INVITE, mailed)
    assert mail_receipts.read_token(URLSafeTimedSerializer("k" * 32, salt=mail_receipts._SALTS["confirm"]).dumps(7), "confirm") == 7


def test_what_an_earlier_key_signed_is_proven_while_it_is_named(sqlite_app: Flask, tmp_path: Path, make: Factory) -> None:
    rekeyed(sqlite_app, tmp_path, SECRET_KEY=OLD)
    person = make.person()
    with transaction():
        reset = access_links.make(person, access_links.RESET)
    receipt, reply = mail_receipts.link_token(5, "confirm"), reply_tokens.address(MESSAGE_ID, "hop@tinh.example")
    link = Signer(OLD, salt="mail-link", digest_method=hashlib.sha256).sign("abc").decode()
    for named, known in (({}, False), ({"SECRET_KEY_OLD": f"{OLDER} {OLD}"}, True)):
        rekeyed(sqlite_app, tmp_path, **named)
        assert (mail_receipts.read_token(receipt, "confirm") == 5, reply_tokens.read((reply,)) is not None) == (known, known)
        for ask in (lambda: access_links.owner(access_links.RESET, reset), lambda: mail_links.key_of(link)):
            if known:
                assert ask()
            else:
                with pytest.raises(NotFound):
                    ask()


def test_an_earlier_key_is_as_long_as_any(tmp_path: Path) -> None:
    assert settings_for(tmp_path, SECRET_KEY_OLD=f" {OLD}  {OLDER} ").secret_key_old == (OLD, OLDER)
    with pytest.raises(ConfigError, match="SECRET_KEY_OLD"):
        Settings.from_env({"TRACKER_HOME": str(tmp_path), "SECRET_KEY_OLD": f"{OLD} ngắn"})


def test_a_seal_opens_for_its_owner_and_purpose_alone(sqlite_app: Flask) -> None:
    sealed = keys.seal("totp", 5, b"bi mat")
    assert keys.unseal("totp", 5, sealed) == (b"bi mat", True) and sealed != keys.seal("totp", 5, b"bi mat")
    assert keys.unseal("totp", 6, sealed) is None and keys.unseal("khac", 5, sealed) is None
    for broken in ("", "khong phai", sealed[:-4] + "AAAA", "A" * 64):
        assert keys.unseal("totp", 5, broken) is None


def test_open_secrets_and_those_of_an_earlier_key_are_sealed_anew(sqlite_app: Flask, tmp_path: Path, make: Factory) -> None:
    plain = make.person(totp_secret="B" * 32)
    rekeyed(sqlite_app, tmp_path, SECRET_KEY=OLD)
    other = make.person()
    with transaction():
        two_factor.begin(make.as_actor(other))
    secret = two_factor.secret(db.session.get_one(Person, other.id, populate_existing=True))
    rekeyed(sqlite_app, tmp_path)
    with transaction():
        assert two_factor.reseal() == 1  # no key opens the other's
    assert two_factor.secret(db.session.get_one(Person, other.id, populate_existing=True)) == ""
    rekeyed(sqlite_app, tmp_path, SECRET_KEY_OLD=OLD)
    with transaction():
        assert two_factor.reseal() == 0
    rekeyed(sqlite_app, tmp_path)
    with transaction():
        assert two_factor.reseal() == 0
    kept = {row.id: row for row in db.session.scalars(select(Person).where(Person.totp_secret.is_not(None)).execution_options(populate_existing=True))}
    assert {len(row.totp_secret or "") for row in kept.values()} == {64}
    assert (two_factor.secret(kept[plain.id]), two_factor.secret(kept[other.id])) == ("B" * 32, secret)

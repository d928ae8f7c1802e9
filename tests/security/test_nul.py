"""A character that PostgreSQL keeps in no text is refused with words on either database, wherever it stands."""
from flask import Flask

from tests.conftest import Browser
from tests.factories import Factory
from tests.web.test_account import post
from tracker.domain.access import Role


def test_a_nul_is_no_crash(app: Flask) -> None:
    person = Factory().person(Role.ADMIN)
    client = Browser(app)
    assert post(client, "/login", email="a\x00b@tinh.example", password="x\x00y").status_code in (400, 422)
    assert post(client, "/forgot", email="a\x00b@tinh.example").status_code in (200, 400)
    with client.session_transaction() as session:
        session["_user_id"], session["epoch"] = str(person.id), 0
    for page in ("/people?q=a%00b", "/search?q=ab%00c", "/units?q=a%00b", "/dispatches?q=a%00b", "/people?standing=%00"):
        assert client.get(page).status_code < 500

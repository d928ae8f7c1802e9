"""Guarded files over HTTP: an attachment under its own name, never sniffed, cached only with asking back."""
from io import BytesIO
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Factory
from tests.samples import PDF
from tracker.adapters.files import store
from tracker.db import transaction
from tracker.domain.access import Role
from tracker.models.people import Person
from tracker.services import files

NAME = "Báo cáo “quý III”.pdf"


def _signed_in(client: FlaskClient, person: Person) -> FlaskClient:
    with client.session_transaction() as session:
        session["_user_id"], session["epoch"] = str(person.id), 0
    return client


def test_a_file_goes_out_as_an_attachment_with_its_name_and_hash(sqlite_app: Flask, client: FlaskClient) -> None:
    make = Factory()
    person = make.person(Role.OFFICER, make.unit())
    blob = files.take(BytesIO(PDF), NAME)
    with transaction() as session:
        row = files.receive(make.as_actor(person), blob, NAME)
        session.flush()
    assert client.get(f"/files/{row.id}").status_code == 302
    _signed_in(client, person)
    answer = client.get(f"/files/{row.id}")
    assert answer.data == PDF and answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment") and quote(NAME) in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["ETag"] == f'"{blob.sha256}"' and "private" in answer.headers["Cache-Control"]
    assert client.get(f"/files/{row.id}", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    answer.close()
    _signed_in(client, make.person(Role.OFFICER, make.unit()))
    assert client.get(f"/files/{row.id}").status_code == 404 and client.get("/files/999").status_code == 404


def test_bytes_that_are_gone_are_told_in_words(sqlite_app: Flask, client: FlaskClient) -> None:
    make = Factory()
    person = make.person(Role.OFFICER, make.unit())
    blob = files.take(BytesIO(PDF), NAME)
    with transaction() as session:
        row = files.receive(make.as_actor(person), blob, NAME)
        session.flush()
    store().path(blob.sha256).unlink()
    answer = _signed_in(client, person).get(f"/files/{row.id}")
    assert answer.status_code == 404 and "báo quản trị viên" in answer.get_data(as_text=True)

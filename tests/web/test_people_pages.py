"""The office's own pages over HTTP: people, units, groups, settings, imports."""
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.factories import Factory
from tests.web.test_account import PASSWORD, post
from tracker.db import db
from tracker.domain.access import Role
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.models.people import Person
from tracker.models.units import RecipientGroup, Unit
from tracker.services import office, passwords


@pytest.fixture
def here(sqlite_app: Flask) -> Factory:
    """Factories on the SQLite app."""
    return Factory()


@pytest.fixture
def admin(client: FlaskClient, here: Factory) -> Person:
    """An administrator, signed in."""
    person = here.person(Role.ADMIN, password_hash=passwords.hashed(PASSWORD, ""))
    with client.session_transaction() as session:
        session["_user_id"], session["epoch"] = str(person.id), 0
    return person


def count(column: object) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]


def test_inviting_shows_errors_on_the_form_with_what_was_typed(client: FlaskClient, here: Factory, admin: Person) -> None:
    refused = post(client, "/people/new", name="Lê Thị Đào", email="khong-phai", role="district_officer", unit="", title="Văn phòng")
    assert refused.status_code == 422 and "viết chưa đúng" in refused.text
    assert 'value="Lê Thị Đào"' in refused.text and 'value="Văn phòng"' in refused.text and 'selected>Cán bộ huyện' in refused.text
    assert (count(Person.id), count(Mail.id)) == (1, 0)
    unit = here.unit("Huyện Bá Thước")
    made = post(client, "/people/new", name="Lê Thị Đào", email="dao@huyen.example", role="district_officer", unit=str(unit.id))
    assert made.status_code == 302 and (count(Person.id), count(Mail.id)) == (2, 1)
    listed = client.get("/people?q=le thi dao").text
    assert "Lê Thị Đào" in listed and "chưa nhận lời mời" in listed
    assert "Không có ai khớp" in client.get("/people?q=zzz").text
    assert client.get("/people?standing=left").status_code == 200


def test_leaving_asks_first_and_then_hands_over(client: FlaskClient, here: Factory, admin: Person) -> None:
    unit = here.unit()
    leaver, successor = here.person(Role.OFFICER, unit, password_hash="x"), here.person(Role.OFFICER, unit)
    page = f"/people/{leaver.id}"
    asked = post(client, page, f"{page}/leave", successor=str(successor.id))
    assert asked.status_code == 200 and "Tài khoản bị khoá ngay" in asked.text
    assert db.session.get_one(Person, leaver.id, populate_existing=True).left_at is None
    token = re.search(r'name="csrf_token" value="([^"]+)"', asked.text)[1]  # type: ignore[index]
    assert f'name="successor" value="{successor.id}"' in asked.text
    done = client.post(f"{page}/leave", data={"csrf_token": token, "confirmed": "1", "successor": str(successor.id)})
    assert done.status_code == 302
    db.session.rollback()
    gone = db.session.get_one(Person, leaver.id, populate_existing=True)
    assert gone.left_at is not None and gone.successor_id == successor.id
    assert f"bàn giao cho {successor.name}" in client.get(page).text
    assert post(client, page, f"{page}/return").status_code == 302
    assert client.get(page).status_code == 200


def test_changing_and_resetting_a_person(client: FlaskClient, here: Factory, admin: Person) -> None:
    person = here.person(Role.CLERK, password_hash="x", totp_secret="B" * 32, totp_confirmed_at=admin.created_at)
    page, same = f"/people/{person.id}", {"email": person.email, "name": "Tên Mới", "role": "auditor", "unit": ""}
    assert post(client, page, proof=PASSWORD, **same).status_code == 302
    assert post(client, page, **(same | {"role": "vua"})).status_code == 422
    asked = post(client, page, f"{page}/two-factor")
    assert "gọi lại số đã biết" in asked.text
    assert post(client, page, f"{page}/two-factor", proof="không phải").status_code == 422
    assert post(client, page, f"{page}/two-factor", proof=PASSWORD).status_code == 302
    assert post(client, page, f"{page}/invite").status_code == 302
    db.session.rollback()
    kept = db.session.get_one(Person, person.id, populate_existing=True)
    assert (kept.name, kept.role, kept.totp_secret, count(Mail.id)) == ("Tên Mới", "auditor", None, 1)


def upload(client: FlaskClient, page: str, data: bytes, name: str):  # type: ignore[no-untyped-def]
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)[1]  # type: ignore[index]
    # Encoded here: the client's own way leaves a temporary file open for a large one.
    boundary, body = encode_multipart({"csrf_token": token, "table": FileStorage(io.BytesIO(data), name)})
    return client.post(page, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def test_importing_shows_first_and_writes_after(client: FlaskClient, here: Factory, admin: Person) -> None:
    here.unit("Huyện Bá Thước")
    table = "\ufeffHọ tên;Email;Vai trò;Huyện\nLê Đào;dao@x.example;cán bộ huyện;ba thuoc\n<b>Sai</b>;sai;cán bộ huyện;ba thuoc\n"
    answer = upload(client, "/people/import", table.encode(), "danh sách.csv")
    assert answer.status_code == 302 and count(Person.id) == 1
    preview = client.get(answer.location)
    assert "Lê Đào" in preview.text and "1 dòng mới" in preview.text and "&lt;b&gt;Sai" in preview.text
    seen = re.search(r'name="seen" value="(\w+)"', preview.text)[1]  # type: ignore[index]
    assert post(client, answer.location, seen="khac").status_code == 409 and count(Person.id) == 1
    assert post(client, answer.location, seen=seen).headers["Location"] == "/people"
    assert (count(Person.id), count(Mail.id)) == (2, 1)
    assert client.get(answer.location).status_code == 404


def test_dropping_a_table_writes_nothing(client: FlaskClient, here: Factory, admin: Person) -> None:
    unit = here.unit("Huyện Bá Thước", mailbox=None)
    answer = upload(client, "/units/import", b"Ma don vi,Hop thu\nba thuoc,moi@x.example\n", "a.csv")
    assert post(client, answer.location, drop="1").headers["Location"] == "/units/import"
    assert db.session.get_one(Unit, unit.id, populate_existing=True).mailbox is None


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.csv", "không có dòng nào"), (b"%PDF-1.4", "a.pdf", "Chỉ đọc tệp CSV hoặc Excel"), (b"PK\x03\x04", "a.xlsx", ""),
        ("Họ tên;Email;Vai trò\nLê;a@x.example;cán bộ\n".encode("utf-16-le"), "a.csv", "UTF-8"), (b"a;b\n1;2\n", "a.csv", "Không thấy cột"),
        (b"x" * 3_000_000, "a.csv", "quá lớn"),
    ],
)
def test_a_bad_table_is_refused_with_words_and_not_kept(client: FlaskClient, here: Factory, admin: Person, data: bytes, name: str, words: str) -> None:
    answer = upload(client, "/people/import", data, name)
    assert answer.status_code == 422 and words in answer.text
    assert count(StoredFile.id) == 0


def test_no_file_at_all_is_said(client: FlaskClient, here: Factory, admin: Person) -> None:
    refused = post(client, "/people/import")
    assert refused.status_code == 422 and "Chưa chọn tệp" in refused.text


def test_sample_tables_can_be_taken_and_given_back(client: FlaskClient, here: Factory, admin: Person) -> None:
    here.unit("Huyện Bá Thước")
    for page in ("/people/import/sample.xlsx", "/units/import/sample.xlsx"):
        assert client.get(page).headers["Content-Disposition"].startswith("attachment")
    answer = upload(client, "/units/import", client.get("/units/import/sample.xlsx").data, "hop-thu.xlsx")
    assert "không đổi" in client.get(answer.location).text


def test_a_units_facts_are_edited(client: FlaskClient, here: Factory, admin: Person) -> None:
    unit = here.unit("Huyện Bá Thước", mailbox=None)
    page = f"/units/{unit.id}/edit"
    refused = post(client, page, mailbox="a@x.example", phone="0237", valid_from="31/2/2026")
    assert refused.status_code == 422 and 'value="31/2/2026"' in refused.text
    assert post(client, page, mailbox="Thu@Huyen.example", phone="0237", valid_from="", valid_to="1/3/2030").status_code == 302
    shown = client.get(f"/units/{unit.id}").text
    assert "thu@huyen.example" in shown and "01/03/2030" in shown
    assert "Huyện Bá Thước" in client.get("/units?q=ba+thuoc").text and "Không có đơn vị nào khớp" in client.get("/units?q=zzz").text


def test_groups_are_made_and_removed_after_asking(client: FlaskClient, here: Factory, admin: Person) -> None:
    first, second = here.unit(), here.unit()
    assert "Chưa có nhóm nào" in client.get("/groups").text
    refused = post(client, "/groups/new", name="Miền núi")
    assert refused.status_code == 422 and 'value="Miền núi"' in refused.text and "chưa có đơn vị nào" in refused.text
    assert post(client, "/groups/new", name="Miền núi", units=[str(first.id), str(second.id)]).status_code == 302  # type: ignore[arg-type]
    group = db.session.scalars(select(RecipientGroup.id)).one()
    assert "Xoá nhóm “Miền núi”?" in post(client, f"/groups/{group}", f"/groups/{group}/remove").text
    assert post(client, f"/groups/{group}", f"/groups/{group}/remove", confirmed="1").status_code == 302
    assert count(RecipientGroup.id) == 0


def test_settings_are_kept(client: FlaskClient, here: Factory, admin: Person) -> None:
    assert post(client, "/settings", "/settings/names", name="Hội Nông dân tỉnh", place="Thanh Hóa").status_code == 302
    assert post(client, "/settings", "/settings/files", allow_zip="1").status_code == 302
    refused = post(client, "/settings", "/settings/review", review_days="0")
    assert refused.status_code == 422 and "từ 1 đến 60" in refused.text
    assert post(client, "/settings", "/settings/review", review_days="7").status_code == 302
    db.session.rollback()
    assert (office.names().place, office.allow_zip(), office.review_days()) == ("Thanh Hóa", True, 7)
    assert 'value="7"' in client.get("/settings").text

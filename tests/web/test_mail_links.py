"""The pages behind signed links: a gateway that looks changes nothing, a press on the page acts, and a link that is over says what to do."""
import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from tests.factories import Factory
from tests.samples import PDF
from tracker import clock
from tracker.adapters.files import store
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.assignments import Assignment
from tracker.models.events import Event
from tracker.models.extensions import Extension
from tracker.models.files import StoredFile
from tracker.models.mail_links import MailLink
from tracker.models.mails import Mail
from tracker.models.objections import Objection
from tracker.models.people import Person
from tracker.models.submissions import Submission
from tracker.services import mail_links, nudges
from tracker.web.limits import limiter

TODAY = date(2026, 9, 8)
PURPOSES = ("acknowledge", "upload", "extend", "object")


class Reader:
    """Whoever holds the mail that a unit got about a dispatch: a browser without a person, and the paths of the links."""

    def __init__(self, app: Flask) -> None:
        self.app, self.make = app, Factory()
        self.unit, self.other = self.make.unit("Huyện Thọ Xuân"), self.make.unit("Huyện Bá Thước")
        self.dispatch = self.make.issued([self.unit, self.other], [(TODAY + timedelta(5), None), (TODAY - timedelta(2), None)], "931-CV/HNDT")
        self.make.issued([self.unit], [(TODAY + timedelta(5), None)], "777-CV/HNDT")
        self.ids = [row.id for row in self.make.assignments(self.dispatch, self.unit)]
        self.clerk = self.make.person()
        with transaction():
            nudges.nudge(self.make.as_actor(self.clerk), self.dispatch.id, [self.unit.id])
        mail = db.session.scalars(select(Mail)).one()
        found = re.findall(r"/link/\S+", mail.body_text)
        self.paths = dict(zip(("upload", "acknowledge", "extend", "object"), found, strict=True))
        self.client: FlaskClient = app.test_client()

    def open(self, purpose: str) -> str:
        answer = self.client.get(self.paths[purpose])
        assert answer.status_code == 200
        return unescape(answer.get_data(as_text=True))

    def press(self, purpose: str, **form: object) -> TestResponse:
        page = self.open(purpose)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        opened = re.search(r'name="page" value="([^"]+)"', page)
        values = {"csrf_token": token[1] if token else "", "page": opened[1] if opened else ""}
        return self.client.post(self.paths[purpose], data=values | form)

    def sign_in(self, person: Person) -> None:
        with self.client.session_transaction() as session:
            session["_user_id"], session["epoch"] = str(person.id), 0


@pytest.fixture
def reader(sqlite_app: Flask) -> Iterator[Reader]:
    yield Reader(sqlite_app)
    with sqlite_app.app_context():
        limiter.reset()


def counts() -> dict[str, int]:
    db.session.rollback()
    acted = select(func.count()).select_from(MailLink).where(MailLink.used_at.is_not(None))
    found = {model.__name__: db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Event, Submission, Extension, Objection, StoredFile)}
    return {**found, "used": db.session.scalar(acted) or 0, "files": sum(path.is_file() for path in store().root.rglob("*"))}


def states(reader: Reader) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Assignment.state).where(Assignment.id.in_(reader.ids)).order_by(Assignment.id)))


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_gateway_that_looks_into_links_changes_nothing(reader: Reader, purpose: str) -> None:
    before, path = counts(), reader.paths[purpose]
    for _ in range(3):
        assert reader.client.head(path).status_code == 200
    assert db.session.scalar(select(func.count()).select_from(MailLink).where(MailLink.opened_at.is_not(None))) == 0
    for _ in range(3):
        assert reader.client.get(path).status_code == 200
    # A gateway that goes as far as to post has no token of the page.
    assert reader.client.post(path).status_code == 400
    assert reader.client.post(path, data={"pick": str(reader.ids[0]), "result-1": "x", "csrf_token": "doan"}).status_code == 400
    for method in ("put", "delete", "patch"):
        assert getattr(reader.client, method)(path).status_code == 405
    assert counts() == before and states(reader) == ["assigned"] * 2
    opened = db.session.scalars(select(MailLink.purpose).where(MailLink.opened_at.is_not(None))).all()
    assert opened == [purpose]


def test_acknowledging_by_one_press(reader: Reader) -> None:
    assert "Tiếp nhận 2 việc" in reader.open("acknowledge")
    answer = reader.press("acknowledge")
    assert answer.status_code == 303 and answer.headers["Location"] == reader.paths["acknowledge"]
    page = reader.open("acknowledge")
    assert "Đã tiếp nhận 2 việc" in page and "Công văn này đã được tiếp nhận qua liên kết này lúc 08/09/2026 09:00" in page
    assert states(reader) == ["acknowledged"] * 2 and "<form" not in page


def test_handing_in_with_files_on_one_form(reader: Reader) -> None:
    first, second = reader.ids
    assert all(f'name="pick" value="{id}"' in reader.open("upload") for id in reader.ids)
    answer = reader.press(
        "upload", pick=[str(first), str(second)], number="45/HD", dated_on="07/09/2026", signatory="Lê Văn Thắng",
        files=[(BytesIO(PDF), "45-hd.pdf"), (BytesIO(PDF + b"\n"), "phu-luc.pdf")],
    )
    assert answer.status_code == 303
    db.session.rollback()
    row = db.session.scalars(select(Submission)).one()
    assert (row.channel, row.number, row.dated_on, len(row.evidence)) == ("link", "45/HD", date(2026, 9, 7), 2)
    assert states(reader) == ["submitted"] * 2
    assert "Đã nộp 2 việc" in reader.open("upload") and "Không còn việc nào" in reader.open("upload")


@pytest.mark.parametrize(("form", "status", "words"), [
    ({}, 422, "Chưa chọn"), ({"pick": True}, 422, "Việc thứ 1"), ({"pick": True, "result": "x" * 4001}, 422, "4000"),
    ({"pick": True, "result": "Xong.", "dated_on": "hôm qua"}, 422, "hôm qua"),
    ({"pick": True, "files": (b"MZ" + b"\0" * 99, "bao cao.pdf")}, 422, "bao cao.pdf"), ({"pick": True, "files": (b"", "rong.pdf")}, 422, "rong.pdf"),
])
def test_what_cannot_be_taken_is_said_on_the_page_and_nothing_is_kept(reader: Reader, form: dict[str, object], status: int, words: str) -> None:
    before, sent = counts(), {"signatory": "Lê Văn Thắng", "dated_on": form.get("dated_on", "")}
    if "pick" in form:
        sent |= {"pick": str(reader.ids[0]), f"result-{reader.ids[0]}": form.get("result", "")}
    if "files" in form:
        content, name = form["files"]  # type: ignore[misc]
        sent["files"] = (BytesIO(content), name)
    answer = reader.press("upload", **sent)
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == status and words in page and "Lê Văn Thắng" in page
    assert counts() == before


def test_asking_for_time_and_objecting(reader: Reader) -> None:
    first, second = reader.ids
    refused = reader.press("extend", pick=str(first), wished_on="", category="weather", reason="Mưa lũ.")
    assert refused.status_code == 422 and counts()["Extension"] == 0
    answer = reader.press("extend", pick=str(first), wished_on="20/09/2026", category="weather", reason="Mưa lũ chia cắt đường.")
    assert answer.status_code == 303 and "Đã gửi đề nghị gia hạn 1 việc" in reader.open("extend")
    answer = reader.press("object", pick=str(second), reason="Việc của ngành khác.", files=(BytesIO(PDF), "can-cu.pdf"))
    assert answer.status_code == 303 and "Đã báo 1 việc" in reader.open("object")
    assert counts()["Extension"] == counts()["Objection"] == 1 and states(reader) == ["assigned", "objected"]


def test_the_page_shows_this_dispatch_and_nobody_who_is_signed_in(reader: Reader) -> None:
    reader.sign_in(reader.clerk)
    for purpose in PURPOSES:
        page = reader.open(purpose)
        assert "931-CV/HNDT" in page and "Huyện Thọ Xuân" in page
        for hidden in ("777-CV/HNDT", "Huyện Bá Thước", reader.clerk.name, reader.unit.mailbox or "?", "<nav", "<script"):
            assert hidden not in page, (purpose, hidden)
    reader.press("acknowledge")
    db.session.rollback()
    told = db.session.scalars(select(Event).where(Event.kind == "assignment.acknowledge")).first()
    assert told and told.person_id is None and told.person_name.startswith("Huyện Thọ Xuân (qua liên kết trong thư gửi")


def test_the_address_is_kept_from_others(reader: Reader) -> None:
    for path in (*reader.paths.values(), "/link/la-lam", reader.paths["upload"] + "x"):
        headers = reader.client.get(path).headers
        assert headers["Referrer-Policy"] == "same-origin" and "noindex" in headers["X-Robots-Tag"] and headers["Cache-Control"] == "no-store"
    page = reader.open("upload")
    assert 'content="noindex' in page and not re.search(r'(href|src|action)="(https?:)?//', page)


def test_a_press_over_https_is_believed_with_its_referrer_alone(sqlite_app: Flask) -> None:
    """A stricter Referrer-Policy than same-origin would take the origin from the form, and every press would be refused."""
    reader, home = Reader(sqlite_app), "https://dondoc.example"
    page = reader.client.get(reader.paths["acknowledge"], base_url=home).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]  # type: ignore[index]
    sent = {"data": {"csrf_token": token}, "base_url": home}
    assert reader.client.post(reader.paths["acknowledge"], **sent).status_code == 400  # type: ignore[arg-type]
    foreign = {"Referer": "https://khac.example/"}
    assert reader.client.post(reader.paths["acknowledge"], headers=foreign, **sent).status_code == 400  # type: ignore[arg-type]
    own = {"Referer": home + reader.paths["acknowledge"]}
    assert reader.client.post(reader.paths["acknowledge"], headers=own, **sent).status_code == 303  # type: ignore[arg-type]


@pytest.mark.parametrize(("values", "words"), [
    ({"expires_at": clock.local(clock.now()).replace(year=2020)}, "đã hết hạn"), ({"revoked_at": clock.now()}, "đã được thu hồi"),
])
def test_a_link_that_is_over_says_what_to_do(reader: Reader, values: dict[str, object], words: str) -> None:
    with transaction() as session:
        session.execute(update(MailLink).values(**values))
        reader.make.province.phone = "0237 385 1234"
        session.merge(reader.make.province)
    for purpose in PURPOSES:
        for answer in (reader.client.get(reader.paths[purpose]), _post_without_page(reader, purpose)):
            page = unescape(answer.get_data(as_text=True))
            assert answer.status_code == 410 and words in page and 'href="/login"' in page and "0237 385 1234" in page
            assert "Việc thứ" not in page and "931-CV" not in page


def _post_without_page(reader: Reader, purpose: str) -> TestResponse:
    """With a token of this browser's session, as from a page that was opened while the link worked."""
    page = reader.client.get("/login").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]  # type: ignore[index]
    return reader.client.post(reader.paths[purpose], data={"csrf_token": token, "pick": str(reader.ids[0])})


def test_presses_are_throttled(reader: Reader) -> None:
    answers = [reader.press("upload").status_code for _ in range(12)]
    assert answers[:10] == [422] * 10 and answers[10:] == [429] * 2


def test_a_long_unit_name_fits_the_history(sqlite_app: Flask) -> None:
    reader = Reader(sqlite_app)
    with transaction() as session:
        reader.unit.name = "Ban Chỉ đạo phòng thủ dân sự " * 5
        session.merge(reader.unit)
    assert reader.press("acknowledge").status_code == 303
    assert all(len(name) <= 120 for name in db.session.scalars(select(Event.person_name)))


def test_links_are_taken_back_on_pages_of_unit_and_dispatch(reader: Reader) -> None:
    reader.app.config["WTF_CSRF_ENABLED"] = False
    reader.sign_in(reader.clerk)
    for path in (f"/units/{reader.unit.id}/links", f"/dispatches/{reader.dispatch.id}/links"):
        assert f'href="{path}"' in reader.client.get(path.removesuffix("/links")).get_data(as_text=True)
        with transaction() as session:
            session.execute(update(MailLink).values(revoked_at=None))
        assert "4 liên kết không cần đăng nhập, trong 1 thư" in reader.client.get(path).get_data(as_text=True)
        assert reader.client.post(path).status_code == 303
        assert "Không có liên kết nào trong thư đang dùng được" in reader.client.get(path).get_data(as_text=True)
        assert reader.client.get(reader.paths["upload"]).status_code == 410


@pytest.mark.parametrize(("role", "seen"), [(Role.AUDITOR, False), (Role.ADMIN, True)])
def test_whoever_reads_mail_to_check_cannot_act_by_its_links(reader: Reader, role: Role, seen: bool) -> None:
    reader.sign_in(reader.make.person(role))
    mail_id = db.session.scalar(select(Mail.id))
    page = reader.client.get(f"/sent-mail/{mail_id}").get_data(as_text=True)
    assert "Gửi kết quả" in page and (reader.paths["upload"] in page) is seen
    masked = mail_links.masked(reader.make.actor(role), f"http://x.example{reader.paths['upload']} và nữa")
    assert masked.endswith(" và nữa") and ("…" in masked) is not seen

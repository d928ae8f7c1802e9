"""Pages of districts' own reports, as people press them: an officer writes, the leader signs, the province sees who has sent and who has not."""
import io
import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import Factory
from tests.services.test_overview import queries
from tests.web.test_letters import post, sign_in, token
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.dispatches import Dispatch
from tracker.models.district_reports import DistrictReport
from tracker.models.mails import Mail
from tracker.models.units import Unit
from tracker.services import district_report_list, people

TODAY = date(2026, 9, 8)


@pytest.fixture
def make(sqlite_app: Flask) -> Factory:
    return Factory()


@pytest.fixture
def units(make: Factory) -> list[Unit]:
    return [make.unit("Huyện Hà Trung"), make.unit("Huyện Nga Sơn")]


@pytest.fixture
def dispatch(make: Factory, units: list[Unit]) -> int:
    with clock.frozen(TODAY - timedelta(days=10)):
        found = make.issued(units, [(date(2026, 9, 3), None), (None, date(2026, 12, 1))], number="931-CV/HNDT")
    with transaction() as session:
        row = session.get_one(Dispatch, found.id)
        row.signatory_title, row.report_to_email = "T/M BAN THƯỜNG VỤ PHÓ CHỦ TỊCH", "tonghop@tinh.example"
    return found.id


def latest() -> DistrictReport:
    db.session.rollback()
    return db.session.scalars(select(DistrictReport).order_by(DistrictReport.id.desc()).execution_options(populate_existing=True)).first()  # type: ignore[return-value]


def fields(found: DistrictReport, **more: object) -> dict[str, object]:
    texts = {f"text-{one['key']}": one["text"] for one in found.sections}
    return {
        "version": found.version, "number": "12", "dated_on": "08/09/2026", "signer_title": found.signer_title, "signer_name": found.signer_name, **texts,
        **more,
    }


def test_an_officer_writes_the_leader_signs_the_province_reads(client: FlaskClient, make: Factory, dispatch: int, units: list[Unit]) -> None:
    officer, leader = make.person(Role.OFFICER, units[0]), make.person(Role.DISTRICT_LEADER, units[0], title="Chủ tịch")
    own = f"/dispatches/{dispatch}/unit-reports"
    sign_in(client, officer)
    assert own in client.get(f"/dispatches/{dispatch}").text and "Soạn báo cáo" in client.get(own).text
    here = post(client, own, own).headers["Location"]
    shown = client.get(here).text
    assert "Tổng số nhiệm vụ được giao: 2." in shown and f'value="{leader.name}"' in shown and "T/M BAN THƯỜNG VỤ CHỦ TỊCH" in shown
    assert "Lưu và trình lãnh đạo ký" in shown and "xem trước khi ký" not in shown
    for path, kind in ((f"{here}/pages/1", "image/png"), (f"{here}/draft.pdf", "application/pdf"), (f"{here}/draft.docx", "application/vnd.openxml")):
        got = client.get(path)
        assert got.status_code == 200 and got.mimetype.startswith(kind)
    post(client, here, here, **fields(latest(), do="ask", **{"text-hard": "Thiếu cán bộ."}))
    assert "Chờ Nguyễn Văn" in client.get(here).text and "Rút lại để sửa" in client.get(here).text
    assert post(client, here, here, **fields(latest())).status_code == 409
    sign_in(client, leader)
    assert "Báo cáo chờ anh chị ký" in client.get("/").text
    assert "Chờ anh chị ký" in client.get(here).text
    assert post(client, here, f"{here}/send-back", word="").status_code == 422
    post(client, here, f"{here}/send-back", word="Ghi rõ hai xã.")
    sign_in(client, officer)
    assert "Ghi rõ hai xã." in client.get(here).text and "Ghi rõ hai xã." in client.get(own).text
    post(client, here, here, **fields(latest(), do="ask"))
    sign_in(client, leader)
    assert post(client, here, here, **fields(latest(), do="sign")).headers["Location"] == f"{here}/sign"
    look = client.get(f"{here}/sign").text
    assert "Ký và gửi báo cáo số 12-BC/HND?" in look and "tonghop@tinh.example" in look and "Việc thứ 1" in look
    task = re.search(r'name="task" value="(\d+)"', look)
    assert task
    version = latest().version
    done = post(client, f"{here}/sign", f"{here}/sign", version=version, task=task[1])
    assert done.headers["Location"] == here
    page = client.get(here).text
    assert "Đã gửi tỉnh báo cáo số 12-BC/HND, thư đang gửi tới tonghop@tinh.example. Đã nộp luôn 1 việc." in page
    again = post(client, here, f"{here}/sign", version=version)
    assert again.status_code == 303 and len(mails("unit_report")) == 1
    attached = client.post(f"{here}/scan", data={"csrf_token": token(client, here), "file": (io.BytesIO(PNG), "da-ky.png")})
    assert attached.status_code == 303 and "da-ky.png" in client.get(here).text
    sign_in(client, make.person(Role.CLERK))
    whole = client.get(own).text
    assert "Đã gửi 1 / 2 đơn vị" in whole and "12-BC/HND" in whole and "có bản chụp" in whole
    read = client.get(here).text
    assert "gửi tỉnh báo cáo số 12-BC/HND" in read and "trình lãnh đạo ký" not in read and "Ghi rõ hai xã" not in read
    with client.get(f"/files/{latest().pdf_file_id}") as file:
        assert file.status_code == 200
    sign_in(client, make.person(Role.OFFICER, units[1]))
    assert client.get(here).status_code == client.get(f"/files/{latest().pdf_file_id}").status_code == 404


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082")


def mails(kind: str) -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(select(Mail).where(Mail.kind == kind)))


def test_a_stale_save_says_so_and_keeps_what_was_typed(client: FlaskClient, make: Factory, dispatch: int, units: list[Unit]) -> None:
    sign_in(client, make.person(Role.OFFICER, units[0]))
    own = f"/dispatches/{dispatch}/unit-reports"
    here = post(client, own, own).headers["Location"]
    old = latest()
    post(client, here, here, **fields(old, **{"text-hard": "Người kia viết."}))
    refused = post(client, here, here, **fields(old, **{"text-hard": "Lời của tôi."}))
    assert refused.status_code == 409 and "Người khác vừa lưu bản này" in refused.text
    assert "Lời của tôi." in refused.text and "Người kia viết." in refused.text
    version = re.search(r'name="version" value="(\d+)"', refused.text)
    assert version and int(version[1]) == latest().version
    assert post(client, here, here, **fields(old, version=version[1], **{"text-hard": "Lời của tôi."})).status_code == 303
    assert {one["key"]: one["text"] for one in latest().sections}["hard"] == "Lời của tôi."
    quiet = client.post(here, data={"csrf_token": token(client, here), **fields(latest())}, headers={"X-Autosave": "1"})
    assert quiet.status_code == 204 and quiet.headers["X-Version"] == str(latest().version)
    wrong = post(client, here, here, **fields(latest(), dated_on="hôm qua", **{"text-hard": "Còn đây."}))
    assert wrong.status_code == 422 and "Không hiểu ngày" in wrong.text and "Còn đây." in wrong.text


def test_without_a_leaders_account_the_officer_signs_for_the_leader_and_it_is_said(
    client: FlaskClient, make: Factory, dispatch: int, units: list[Unit],
) -> None:
    sign_in(client, make.person(Role.OFFICER, units[0]))
    own = f"/dispatches/{dispatch}/unit-reports"
    here = post(client, own, own).headers["Location"]
    assert "chưa có tài khoản lãnh đạo" in client.get(here).text
    post(client, here, here, **fields(latest(), signer_name="Bà Lan", do="sign", number=""))
    assert "Chưa có số báo cáo" in client.get(f"{here}/sign").text
    post(client, here, here, **fields(latest(), signer_name="Bà Lan", do="sign"))
    assert "Ký thay mặt lãnh đạo" in client.get(f"{here}/sign").text
    post(client, f"{here}/sign", f"{here}/sign", version=latest().version)
    assert "Cán bộ gửi thay mặt lãnh đạo (Bà Lan)" in client.get(here).text
    assert "Soạn bản thay thế" in client.get(here).text
    second = post(client, here, own).headers["Location"]
    assert second != here and "bản thứ 2" in client.get(second).text
    assert "Soạn lại từ số liệu hôm nay" in client.get(f"{second}/anew").text
    assert post(client, second, f"{second}/anew", version=latest().version, key="general").status_code == 303
    assert "không lấy lại được" in post(client, second, f"{second}/discard").text.lower()
    assert post(client, second, f"{second}/discard", confirmed="1").headers["Location"] == own
    sign_in(client, make.person(Role.CLERK))
    assert "cán bộ gửi thay" in client.get(own).text


def test_the_province_asks_those_who_have_not_sent_once_a_day(client: FlaskClient, make: Factory, dispatch: int, units: list[Unit]) -> None:
    sign_in(client, make.person(Role.CLERK))
    own = f"/dispatches/{dispatch}/unit-reports"
    assert "chưa gửi" in client.get(own).text
    assert "Nhắc 2 đơn vị nộp báo cáo?" in post(client, own, f"{own}/ask", unit_id=[units[0].id, 999999]).text
    told = post(client, own, f"{own}/ask", confirmed="1", unit_id=[units[0].id, 999999])
    assert told.status_code == 303 and "Đang gửi thư nhắc 1 đơn vị" in client.get(own).text
    post(client, own, f"{own}/ask", confirmed="1", unit_id=units[0].id)
    assert "Hôm nay đã nhắc Huyện Hà Trung" in client.get(own).text and len(mails("report_wanted")) == 1
    post(client, own, f"{own}/ask")
    assert "Hãy đánh dấu ít nhất một đơn vị" in client.get(own).text
    assert "nhắc 1 đơn vị nộp báo cáo" in client.get(f"/dispatches/{dispatch}").text
    assert f"{own}" in client.get(f"/dispatches/{dispatch}").text
    sign_in(client, make.person(Role.AUDITOR))
    assert "Nhắc 1 đơn vị" not in client.get(own).text


def test_the_list_of_many_units_costs_few_queries(sqlite_app: Flask, make: Factory) -> None:
    many = [make.unit() for _ in range(166)]
    found = make.issued(many, number="7-CV/HNDT")
    clerk = people.as_actor(make.person(Role.CLERK))
    assert queries(lambda: district_report_list.page(clerk, found.id)) <= 4

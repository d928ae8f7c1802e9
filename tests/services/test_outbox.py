"""The outbox: one row per mail, written with the act, in three parts that cannot be broken by what they carry."""
from datetime import timedelta

import pytest
from flask import Flask
from jinja2 import UndefinedError
from sqlalchemy import func, select

from tests.factories import Factory
from tracker import clock
from tracker.adapters.render import TaskLine
from tracker.db import db, transaction
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.services import outbox

CONTEXT = {
    "number": "931-CV/HNDT", "subject": "Việc <b>thử</b>", "total": 2, "unit_name": "Huyện Số 1", "message": "Đề nghị gửi & báo cáo ngay.",
    "by_name": "Nguyễn Thu Vân", "tasks": [TaskLine("Việc <i>một</i>", "over", "quá hạn 8 ngày", "hạn 31/08"), TaskLine("Việc hai")],
    "more": 0, "url": "http://127.0.0.1:8000/dispatches/1",
}


def queue(**more: object) -> Mail:
    with transaction():
        return outbox.queue("nudge", **{"address": "u1@huyen.example", "name": "Huyện Số 1", "context": CONTEXT, **more})


def test_a_mail_is_rendered_in_three_parts_and_due_at_once(app: Flask) -> None:
    mail = queue()
    assert mail.subject == "[931-CV/HNDT] Đôn đốc: còn 2 việc chưa gửi kết quả - Huyện Số 1"
    assert (mail.state, mail.next_attempt_at, mail.attempts) == ("queued", clock.now(), 0)
    assert mail.message_id and mail.message_id.endswith("@tinh.example>")
    order = ["Kính gửi Huyện Số 1", "Đề nghị gửi", "Nguyễn Thu Vân", "quá hạn 8 ngày", "Việc hai", "dispatches/1", "gửi tự động"]
    for body in (mail.body_text, mail.body_html.partition("<main>")[2]):
        assert [body.index(part) for part in order] == sorted(body.index(part) for part in order)
    assert "Việc <i>một</i>" in mail.body_text and "gửi & báo cáo" in mail.body_text
    assert "Việc &lt;i&gt;một&lt;/i&gt;" in mail.body_html and "gửi &amp; báo cáo" in mail.body_html


def test_a_subject_is_one_line_whatever_it_carries(app: Flask) -> None:
    mail = queue(context=CONTEXT | {"number": "931\r\nBcc: ai@khac.example", "unit_name": "x" * 400})
    assert "\n" not in mail.subject and "\r" not in mail.subject and len(mail.subject) <= 200


@pytest.mark.parametrize("address", [None, "", "  ", "khong-co-a-cong", "a@b@c", "a b@c.example", "x@y.example\nBcc: z@y.example"])
def test_a_mail_without_a_usable_address_is_kept_as_skipped_with_the_reason(app: Flask, address: str | None) -> None:
    mail = queue(address=address)
    assert (mail.state, mail.address) == ("skipped", "")
    assert mail.last_error and "Hãy" in mail.last_error


def test_the_same_key_is_written_once(app: Flask) -> None:
    first, second = queue(dedupe_key="digest:1:2026-09-08"), queue(dedupe_key="digest:1:2026-09-08")
    assert first.id == second.id
    assert db.session.scalar(select(func.count()).select_from(Mail)) == 1


def test_a_delayed_mail_waits(app: Flask) -> None:
    assert queue(delay=timedelta(minutes=10)).next_attempt_at == clock.now() + timedelta(minutes=10)


def test_a_hole_in_the_context_is_an_error_and_writes_nothing(app: Flask) -> None:
    with pytest.raises(UndefinedError):
        queue(context={key: value for key, value in CONTEXT.items() if key != "message"})
    assert db.session.scalar(select(func.count()).select_from(Mail)) == 0


def test_files_are_attached_up_to_the_limit_and_linked_above_it(app: Flask, make: Factory) -> None:
    small, large = (
        StoredFile(sha256=letter * 64, size=size, media_type="application/pdf", name=f"{letter}.pdf", created_at=clock.now())
        for letter, size in (("a", 5_000_000), ("b", 3_000_000))
    )
    with transaction() as session:
        session.add_all([small, large])
    assert queue(files=[small.id]).files == [small.id]
    both = queue(files=[small.id, large.id])
    assert both.files == []
    for body in (both.body_text, both.body_html):
        assert f"http://127.0.0.1:8000/files/{small.id}" in body and "b.pdf" in body


def test_many_new_mails_order_one_sweep_and_a_key_that_is_there_stays_out(app: Flask) -> None:
    rows = [outbox.row("nudge", address=f"u{n}@huyen.example", context=CONTEXT, dedupe_key=f"k{n % 4}") for n in range(5)]
    ordered = []
    for some in (rows, [outbox.row("nudge", address="x@huyen.example", context=CONTEXT)]):
        with transaction() as session:
            outbox.add(some)
            ordered.append(len(session.info["after_commit"]))
    assert db.session.scalar(select(func.count()).select_from(Mail)) == 5 and ordered == [1, 1]

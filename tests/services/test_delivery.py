"""Sending: each answer of a real server leads to the state it should, and no row is sent twice or forgotten."""
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import NOW
from tests.mail_server import CLOSE, HANG, MailServer, eventually
from tests.services.test_outbox import CONTEXT
from tracker import clock
from tracker.adapters import smtp
from tracker.adapters.files import store
from tracker.db import db, transaction
from tracker.domain.errors import Unavailable
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.services import delivery, outbox


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as started:
        yield started


@pytest.fixture(autouse=True)
def _sends_there(app: Flask, server: MailServer) -> None:
    object.__setattr__(app.extensions["settings"], "smtp_url", server.url)


def queue(address: str, **more: object) -> int:
    with transaction():
        return outbox.queue("nudge", **{"address": address, "name": "Huyện Số 1", "context": CONTEXT, **more}).id


def stored(mail_id: int) -> Mail:
    db.session.rollback()
    return db.session.get_one(Mail, mail_id)


def test_a_sent_mail_says_what_its_row_says(app: Flask, server: MailServer) -> None:
    mail_id = queue("u1@huyen.example")
    assert delivery.deliver(transaction, mail_id).sent == 1
    row, (message,) = stored(mail_id), server.messages()
    assert (row.state, row.sent_at, row.smtp_code, row.attempts, row.claim) == ("sent", clock.now(), 250, 1, None)
    assert message["Message-ID"] == row.message_id and message["Auto-Submitted"] == "auto-generated"
    assert str(message["To"]) == "Huyện Số 1 <u1@huyen.example>" and str(message["Subject"]) == row.subject
    assert message["From"].addresses[0].addr_spec == "dondoc@tinh.example"
    assert message["Date"].datetime == NOW
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == row.body_text
    assert message.get_body(("html",)).get_content().replace("\r\n", "\n").strip() == row.body_html.strip()


def test_a_second_run_sends_nothing(app: Flask, server: MailServer) -> None:
    mail_id = queue("u1@huyen.example")
    delivery.deliver(transaction, mail_id)
    delivery.deliver(transaction, mail_id)
    delivery.drain(transaction)
    assert server.addresses == ["u1@huyen.example"]


@pytest.mark.parametrize(("answer", "code"), [(450, 450), (452, 452), (("data", 450), 450), (421, 421)])
def test_a_temporary_refusal_is_tried_again_on_the_written_delays(app: Flask, server: MailServer, answer: object, code: int) -> None:
    server.answers["u1@huyen.example"] = answer
    mail_id = queue("u1@huyen.example")
    moment = NOW
    for n, delay in enumerate(delivery.DELAYS, 1):
        with clock.frozen(moment):
            assert delivery.drain(transaction).later == 1
            row = stored(mail_id)
            assert (row.state, row.attempts, row.smtp_code, row.next_attempt_at) == ("queued", n, code, moment + delay)
            assert row.last_error and "." in row.last_error
        with clock.frozen(moment + delay - timedelta(seconds=1)):
            assert delivery.drain(transaction).tried == 0
        moment += delay
    with clock.frozen(moment):
        assert delivery.drain(transaction).failed == 1
    assert stored(mail_id).state == "failed"
    assert sum(delivery.DELAYS, timedelta(0)) > timedelta(days=4)


@pytest.mark.parametrize("answer", [550, 552, ("data", 554)])
def test_a_permanent_refusal_fails_at_once_and_stops_nobody_else(app: Flask, server: MailServer, answer: object) -> None:
    server.answers["u1@huyen.example"] = answer
    first, second = queue("u1@huyen.example"), queue("u2@huyen.example")
    outcome = delivery.drain(transaction)
    assert (outcome.sent, outcome.failed, server.addresses, server.connections) == (1, 1, ["u2@huyen.example"], 1)
    assert (stored(first).state, stored(first).attempts) == ("failed", 1)
    assert "5." in (stored(first).last_error or "")
    assert stored(second).state == "sent"


@pytest.mark.parametrize("answer", [CLOSE, HANG, 421])
def test_a_mail_that_breaks_the_connection_does_not_hold_up_the_next(
    app: Flask, server: MailServer, answer: object, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smtp.Connection.__init__, "__defaults__", (0.5,))
    server.answers["u1@huyen.example"] = answer
    first, second = queue("u1@huyen.example"), queue("u2@huyen.example")
    delivery.drain(transaction)
    assert (stored(first).state, stored(first).attempts, stored(second).state) == ("queued", 1, "sent")


@pytest.mark.parametrize("answer", [CLOSE, HANG])
def test_a_connection_that_breaks_twice_puts_all_off(app: Flask, server: MailServer, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp.Connection.__init__, "__defaults__", (0.5,))
    server.answers |= {"u0@huyen.example": answer, "u1@huyen.example": answer}
    queue("u0@huyen.example")
    first, second = queue("u1@huyen.example"), queue("u2@huyen.example")
    assert delivery.drain(transaction).later == 3
    assert (stored(first).state, stored(first).attempts, stored(first).smtp_code) == ("queued", 1, None)
    assert (stored(second).state, stored(second).attempts) == ("queued", 0)
    with clock.frozen(NOW + timedelta(minutes=1)):
        server.answers.clear()
        assert delivery.drain(transaction).sent == 3


def test_a_server_that_is_away_costs_no_mail(app: Flask, server: MailServer) -> None:
    object.__setattr__(app.extensions["settings"], "smtp_url", "smtp://127.0.0.1:1")
    ids = [queue(f"u{n}@huyen.example") for n in range(30)]
    outcome = delivery.drain(transaction)
    assert (outcome.later, outcome.failed) == (30, 0)
    assert {stored(n).state for n in ids} == {"queued"}
    assert "không nối được" in (stored(ids[0]).last_error or "")


def test_without_a_configured_server_nothing_is_claimed(app: Flask) -> None:
    object.__setattr__(app.extensions["settings"], "smtp_url", None)
    mail_id = queue("u1@huyen.example")
    with pytest.raises(Unavailable):
        delivery.drain(transaction)
    assert stored(mail_id).state == "queued"


def test_a_batch_uses_one_connection(app: Flask, server: MailServer) -> None:
    for n in range(45):
        queue(f"u{n}@huyen.example")
    assert delivery.drain(transaction).sent == 45
    assert server.connections == 1 and len(set(server.addresses)) == 45


def test_a_delayed_or_cancelled_mail_stays(app: Flask, server: MailServer) -> None:
    held, undone = queue("u1@huyen.example", delay=timedelta(minutes=10)), queue("u2@huyen.example")
    with transaction() as session:
        session.execute(update(Mail).where(Mail.id == undone).values(state="cancelled"))
    assert delivery.drain(transaction).tried == 0
    assert delivery.deliver(transaction, held).tried == 0
    with clock.frozen(NOW + timedelta(minutes=10)):
        assert delivery.drain(transaction).sent == 1


@pytest.mark.parametrize(("claim", "age", "taken"), [("elsewhere:1:x", 9, 0), ("elsewhere:1:x", 11, 1), ("dead", 0, 1)])
def test_a_claim_of_a_worker_that_is_gone_is_taken_up(app: Flask, server: MailServer, claim: str, age: int, taken: int) -> None:
    mail_id = queue("u1@huyen.example")
    claim = f"{delivery._machine()}:4194304:x" if claim == "dead" else claim
    with transaction() as session:
        session.execute(update(Mail).values(state="sending", claim=claim, claimed_at=NOW - timedelta(minutes=age), attempts=1))
    assert delivery.drain(transaction).sent == taken
    assert stored(mail_id).attempts == 1 + taken


def test_attachments_leave_with_their_names(app: Flask, server: MailServer) -> None:
    blob = store().put_bytes(b"%PDF-1.7 noi dung", "a.pdf")
    file = StoredFile(sha256=blob.sha256, size=blob.size, media_type="application/pdf", name="Công văn 931.pdf", created_at=clock.now())
    with transaction() as session:
        session.add(file)
    queue("u1@huyen.example", files=[file.id])
    delivery.drain(transaction)
    (attached,) = server.messages()[0].iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("Công văn 931.pdf", b"%PDF-1.7 noi dung")


def test_a_file_that_is_gone_fails_its_mail_only(app: Flask, server: MailServer) -> None:
    file = StoredFile(sha256="f" * 64, size=3, media_type="application/pdf", name="a.pdf", created_at=clock.now())
    with transaction() as session:
        session.add(file)
    bad, good = queue("u1@huyen.example", files=[file.id]), queue("u2@huyen.example")
    delivery.drain(transaction)
    assert [stored(n).state for n in (bad, good)] == ["failed", "sent"]


def test_header_lines_cannot_be_smuggled_in(app: Flask, server: MailServer) -> None:
    queue("u1@huyen.example", name="Huyện\r\nBcc: ai@khac.example")
    delivery.drain(transaction)
    (message,) = server.messages()
    assert message["Bcc"] is None and server.addresses == ["u1@huyen.example"]


def test_no_transaction_is_open_while_the_server_is_slow(app: Flask, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    send = smtp.Connection.send

    def watched(self: smtp.Connection, mail: smtp.Outgoing) -> None:
        seen.append(db.session().in_transaction())
        send(self, mail)

    monkeypatch.setattr(smtp.Connection, "send", watched)
    queue("u1@huyen.example")
    queue("u2@huyen.example")
    delivery.drain(transaction)
    assert seen == [False, False]
    eventually(lambda: db.session.scalars(select(Mail.state).distinct()).all() == ["sent"])


@pytest.mark.parametrize("state", ["pending", "rejected"])
def test_a_file_that_was_held_back_or_removed_since_goes_to_nobody(app: Flask, server: MailServer, state: str) -> None:
    blob = store().put_bytes(b"Noi dung co dau mat", "mat.txt")
    kept = StoredFile(sha256=blob.sha256, size=blob.size, media_type="text/plain", name="mat.txt", created_at=clock.now())
    with transaction() as session:
        session.add(kept)
    mail_id = queue("u1@huyen.example", files=[kept.id])
    with transaction() as session:
        session.execute(update(StoredFile).where(StoredFile.id == kept.id).values(state=state))
    if state == "rejected":
        blob.path.unlink()
    assert delivery.deliver(transaction, mail_id).sent == 1
    (message,) = server.messages()
    assert list(message.iter_attachments()) == [] and stored(mail_id).body_text[:20] in message.get_body(("plain",)).get_content()


def test_a_run_ends_where_it_was_told_to_and_files_beyond_the_limit_stay(app: Flask, server: MailServer) -> None:
    blob = store().put_bytes(b"Phu luc", "phu-luc.txt")
    kept = StoredFile(sha256=blob.sha256, size=blob.size, media_type="text/plain", name="phu-luc.txt", created_at=clock.now())
    with transaction() as session:
        session.add(kept)
    first = queue("u1@huyen.example", files=[kept.id])
    later = [queue(f"u{n}@huyen.example") for n in range(2, delivery.BATCH + 4)]
    object.__setattr__(app.extensions["settings"], "mail_attach_limit", 1)
    assert delivery.drain(transaction, limit=1).sent == delivery.BATCH
    (message,) = [one for one in server.messages() if "u1@huyen.example" in str(one["To"])]
    assert list(message.iter_attachments()) == [] and stored(first).state == "sent" and stored(later[-1]).state == "queued"


def test_a_batch_that_took_too_long_leaves_the_rest_to_the_next(app: Flask, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "BATCH_SECONDS", -1.0)
    mail_id = queue("u1@huyen.example")
    assert delivery.drain(transaction).tried == 0
    row = stored(mail_id)
    assert (row.state, row.attempts, row.claim, row.last_error) == ("queued", 0, None, None) and row.next_attempt_at == NOW

"""Every file that enters is scanned by a real clamd: what is infected never enters, and nothing is taken unseen or lost while clamd is away."""
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests import letters_in
from tests.clamd_server import MARK, Clamd, infected
from tests.conftest import settings_for
from tests.factories import Factory
from tests.samples import PDF
from tests.services.test_incoming import BOX, Post, count
from tests.services.test_watch import ADDRESS, alive, planned
from tracker import clock
from tracker.adapters import scanner
from tracker.adapters.files import store
from tracker.config import ConfigError
from tracker.db import db, transaction
from tracker.domain.access import OPERATOR, Role
from tracker.domain.errors import BadInput, Unavailable
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingFile, IncomingMail
from tracker.models.mails import Mail
from tracker.models.submissions import Evidence
from tracker.services import files, incoming, intake, machine_page, mail_filing, mail_reading, office, watch

BAD = infected(PDF)


@pytest.fixture(scope="module")
def clamd() -> Iterator[Clamd]:
    with Clamd(longest=30) as server:
        yield server


@pytest.fixture
def scanned(app: Flask, clamd: Clamd) -> Flask:
    scanner.init_app(app, clamd.url)
    object.__setattr__(app.extensions["settings"], "clamd_url", clamd.url)
    return app


@pytest.fixture
def post(scanned: Flask, make: Factory) -> Post:
    return Post(scanned, make)


def on_disk() -> list[Path]:
    return [path for path in store().root.rglob("*") if path.is_file()]


def parts(row: IncomingMail) -> dict[str, str]:
    found = db.session.execute(select(IncomingFile.name, IncomingFile.refusal).where(IncomingFile.incoming_id == row.id))
    return {one.name: one.refusal or "" for one in found}


def test_an_upload_that_is_infected_is_refused_with_what_to_do_and_leaves_nothing(scanned: Flask) -> None:
    blob = files.take(BytesIO(PDF), "sach.pdf")
    assert blob.path.read_bytes() == PDF
    with pytest.raises(BadInput) as error:
        files.take(BytesIO(BAD), "doc.pdf")
    assert error.value.code == "files.infected" and error.value.params["name"] == "doc.pdf"
    assert on_disk() == [blob.path]


def test_a_dispatch_or_one_of_its_annexes_is_refused_whole(scanned: Flask) -> None:
    words = BytesIO(b"So: 931-CV/HNDT\nKinh gui: cac huyen\n")
    for main, annex in (((BytesIO(BAD), "cv.pdf"), None), ((words, "cv.txt"), [(BytesIO(BAD), "phu-luc.pdf")])):
        with pytest.raises(BadInput) as error:
            intake.take(main, annex)
        assert error.value.code == "files.infected"
    with pytest.raises(BadInput):
        intake.take_annexes([(BytesIO(PDF), "a.pdf"), (BytesIO(BAD), "b.pdf")])
    assert on_disk() == []


def test_nothing_is_taken_while_the_scanner_is_away(scanned: Flask) -> None:
    scanner.init_app(scanned, "unix:///nowhere/clamd.sock")
    with pytest.raises(Unavailable) as error:
        files.take(BytesIO(PDF), "sach.pdf")
    assert error.value.code == "files.scan_later" and error.value.status == 503 and on_disk() == []


def test_of_a_mail_only_what_is_clean_is_filed_and_the_receipt_names_the_rest(post: Post) -> None:
    raw = letters_in.gmail(post.reply_to, files=(("47-CV.pdf", PDF), ("hoa-don.pdf", BAD)))
    row = post.take(raw)
    assert row.state == "filed" and post.states() == ["submitted"] * 2 and count(Evidence) == 1
    assert "mã độc" in parts(row)["hoa-don.pdf"] and not parts(row)["47-CV.pdf"]
    (receipt,) = post.receipts()
    assert "Chưa nhận được: Tệp “hoa-don.pdf” có mã độc" in receipt.body_text and "gửi lại" in receipt.body_text
    # The raw message stays as it came; the attachment exists nowhere else, so that no page can give it.
    assert {path.read_bytes() for path in on_disk()} == {raw, PDF}
    assert list(db.session.scalars(select(StoredFile.name))) == ["47-CV.pdf"]


@pytest.mark.parametrize("shape", ["winmail", "forwarded"])
def test_files_within_files_of_a_mail_are_scanned(post: Post, monkeypatch: pytest.MonkeyPatch, shape: str) -> None:
    if shape == "winmail":
        monkeypatch.setattr(letters_in, "PDF", BAD)
        raw = letters_in.outlook(post.reply_to)
        name = "Văn bản chỉ đạo.pdf"
    else:
        message = message_from_bytes(letters_in.gmail(post.reply_to, files=()), policy=policy.default)
        message.add_attachment(message_from_bytes(letters_in.gmail(BOX, files=(("trong.pdf", BAD),)), policy=policy.default))
        raw = message.as_bytes()
        name = "trong.pdf"
    row = post.take(raw)
    assert "mã độc" in parts(row)[name] and count(Evidence) == 0 and row.state == "triage"
    assert not any(MARK in path.read_bytes() for path in on_disk() if path.name != row.sha256)
    (receipt,) = post.receipts()
    assert f"Tệp “{name}” có mã độc" in receipt.body_text and "không cần gửi lại" not in receipt.body_text


def test_mail_waits_while_the_scanner_is_away_and_is_filed_later(post: Post, clamd: Clamd) -> None:
    for n in range(3):
        with transaction():
            incoming.add([incoming.keep(letters_in.gmail(post.reply_to, subject=f"Re: {n}").replace(b"gmail-1@", f"gmail-{n}@".encode()))], "hand")
    with transaction():
        incoming.add([incoming.keep(letters_in.out_of_office(BOX, post.mail.message_id or ""))], "hand")
    clamd.stop()
    now = clock.now()
    try:
        for minute in range(0, 10, 2):  # more tries than a message has that fails for a reason of its own
            with clock.frozen(now + timedelta(minutes=minute)):
                mail_filing.run(transaction)
        rows = {row.subject: row.state for row in db.session.scalars(select(IncomingMail).execution_options(populate_existing=True))}
        assert list(rows.values()).count("taken") == 3 and rows["Tự động trả lời: vắng mặt"] == "aside"
        assert count(Evidence) == 0 and post.receipts() == []
    finally:
        clamd.start()
    with clock.frozen(now + timedelta(minutes=12)):
        mail_filing.run(transaction)
        mail_reading.read_all(transaction, 60)
    states = list(db.session.scalars(select(IncomingMail.state).where(IncomingMail.nature == "answer").execution_options(populate_existing=True)))
    assert len(states) == 3 and "taken" not in states and post.states() == ["submitted"] * 2


def test_a_file_above_the_scanners_limit_is_refused_once_not_tried_for_ever(post: Post) -> None:
    with Clamd(longest=1) as small:
        scanner.init_app(post.app, small.url)
        row = post.take(letters_in.gmail(post.reply_to, files=(("lon.pdf", PDF + b"0" * 2_000_000), ("47-CV.pdf", PDF))))
    assert row.state == "filed" and "không quét được" in parts(row)["lon.pdf"]


def test_the_watch_tells_the_administrator_and_the_page_says_it(scanned: Flask, make: Factory, clamd: Clamd) -> None:
    def part() -> machine_page.Part:
        return next(one for one in machine_page.parts(make.actor(Role.ADMIN)) if one.name == "Quét vi-rút")

    with transaction():
        office.set_alert_address(OPERATOR, ADDRESS)
    assert part().state == "done"
    scanner.init_app(scanned, "unix:///nowhere/clamd.sock")
    now = clock.now()
    for minutes in (0, 4):
        with clock.frozen(now + timedelta(minutes=minutes)):
            alive(clock.now()), planned(clock.now())
            watch.look(transaction)
    told = [mail.body_text for mail in db.session.scalars(select(Mail).where(Mail.kind == "trouble"))]
    assert len(told) == 1 and "clamd" in told[0] and part().state == "over" and "tracker doctor" in part().advice
    scanner.init_app(scanned, clamd.url)
    with clock.frozen(now + timedelta(minutes=6)):
        alive(clock.now()), planned(clock.now())
        watch.look(transaction)
    assert part().state == "done"


def test_without_the_setting_nothing_is_scanned_and_the_page_says_so(app: Flask, make: Factory) -> None:
    assert scanner.check() is None and files.take(BytesIO(BAD), "a.pdf").size == len(BAD)
    part = next(one for one in machine_page.parts(make.actor(Role.ADMIN)) if one.name == "Quét vi-rút")
    assert part.state == "soon" and part.words.startswith("Không quét") and "CLAMD_URL" in part.advice


@pytest.mark.parametrize("url", ["unix://clamd.ctl", "tcp:///run/clamd.ctl", "http://127.0.0.1:3310", "tcp://127.0.0.1:x", "/run/clamav/clamd.ctl"])
def test_an_address_that_cannot_be_used_stops_the_start(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match="CLAMD_URL"):
        settings_for(tmp_path, CLAMD_URL=url)


def test_refused_is_not_lost(post: Post) -> None:
    """A mail that brings nothing but an infected file waits for the clerk, with its words."""
    row = post.take(letters_in.gmail(post.reply_to, files=(("doc.pdf", BAD),)))
    assert (row.state, row.unit_id) == ("triage", post.unit.id) and "Huyện gửi văn bản" in row.body

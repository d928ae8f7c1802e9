"""Polling a real Dovecot: everything is taken once, whatever the server or this process does meanwhile."""
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import letters_in
from tests.factories import Factory
from tests.imap_server import ImapServer
from tests.services.test_incoming import Post
from tracker import clock
from tracker.adapters.files import store
from tracker.adapters.imap import Inbox
from tracker.adapters.imap_login import folder_name
from tracker.db import db, transaction
from tracker.domain.errors import Unavailable
from tracker.models.incoming import Found, IncomingMail, Mailbox
from tracker.services import heartbeats, incoming, mail_filing, mailboxes

NUMBERS = count(1)


class Box:
    """One user of the server, with nothing in the mailbox yet."""

    def __init__(self, server: ImapServer, user: str) -> None:
        self.server, self.user = server, user

    def url(self, other: str = "") -> str:
        return self.server.url(self.user + other)

    def deliver(self, raw: bytes, other: str = "") -> Path:
        return self.server.deliver(raw, self.user + other)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[ImapServer]:
    with ImapServer() as running:
        yield running


@pytest.fixture
def server(dovecot: ImapServer, app: Flask) -> Box:
    box = Box(dovecot, f"hop{next(NUMBERS)}")
    object.__setattr__(app.extensions["settings"], "imap_urls", (box.url(),))
    return box


@pytest.fixture
def post(app: Flask, make: Factory) -> Post:
    return Post(app, make)


def taken() -> int:
    return db.session.scalar(select(func.count()).select_from(IncomingMail)) or 0


def letter(n: int) -> bytes:
    return letters_in.gmail("hop-thu@tinh.example", subject=f"thư {n}").replace(b"<gmail-1@", f"<gmail-{n}@".encode())


def test_a_reply_in_the_mailbox_becomes_evidence(server: Box, post: Post) -> None:
    server.deliver(letters_in.gmail(post.reply_to, answers=post.mail.message_id or ""))
    assert mailboxes.poll(transaction).new == 1
    assert mail_filing.run(transaction) == {"filed": 1}
    assert post.states() == ["submitted", "submitted"]
    again = mailboxes.poll(transaction)
    assert (again.new, again.known, again.problems) == (0, 0, {})
    assert db.session.scalars(select(Mailbox.polled_at)).one() == clock.now()


def test_the_mailbox_is_left_as_it_was(server: Box, post: Post) -> None:
    path = server.deliver(letter(1))
    mailboxes.poll(transaction)
    left = [one for one in path.parent.parent.rglob("*.test*") if one.is_file()]
    assert len(left) == 1 and ":2,S" not in left[0].name


def test_new_numbers_of_the_server_bring_nothing_twice_and_lose_nothing(server: Box, post: Post) -> None:
    for n in range(1, 31):
        server.deliver(letter(n))
    assert mailboxes.poll(transaction).new == 30
    server.server.renumber(server.user)
    server.deliver(letter(31))
    done = mailboxes.poll(transaction)
    assert (done.new, done.known) == (1, 30) and taken() == 31
    assert mailboxes.poll(transaction).new == 0
    assert db.session.scalar(select(func.count()).select_from(Found)) == 61


def test_a_full_disk_leaves_the_message_for_later(server: Box, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    server.deliver(letter(1))

    def full(*_: object, **__: object) -> None:
        raise Unavailable("files.disk_full", name="thu.eml")

    with monkeypatch.context() as patch:
        patch.setattr(type(store()), "put", full)
        assert list(mailboxes.poll(transaction).problems) == [f"{server.user}@127.0.0.1/INBOX"]
    assert taken() == 0
    assert mailboxes.poll(transaction).new == 1


def test_a_message_above_the_limit_is_known_by_its_headers(server: Box, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "limit", lambda: 2000)
    server.deliver(letter(1) + b"x" * 5000)
    server.deliver(b"From: a@b.example\r\nSubject: ngan\r\nMessage-ID: <2@b>\r\n\r\nngan\r\n")
    mailboxes.poll(transaction)
    rows = db.session.execute(select(IncomingMail.subject, IncomingMail.whole, IncomingMail.size > 5000).order_by(IncomingMail.id)).all()
    assert [tuple(row) for row in rows] == [("thư 1", False, True), ("ngan", True, False)]


def test_a_wrong_password_is_said_and_the_next_mailbox_is_read(app: Flask, server: Box, post: Post) -> None:
    wrong = server.url("-khac").replace("bi-mat", "sai")
    object.__setattr__(app.extensions["settings"], "imap_urls", (wrong, server.url()))
    server.deliver(letter(1))
    done = mailboxes.poll(transaction)
    assert done.new == 1 and f"{server.user}-khac@127.0.0.1/INBOX" in done.problems
    assert "Authentication failed" in (db.session.scalars(select(Mailbox.problem).where(Mailbox.problem.is_not(None))).one() or "")


def test_the_same_message_in_two_mailboxes_is_one(app: Flask, server: Box, post: Post) -> None:
    object.__setattr__(app.extensions["settings"], "imap_urls", (server.url(), server.url("-khac")))
    raw = letters_in.gmail(post.reply_to)
    server.deliver(raw)
    server.deliver(raw, "-khac")
    done = mailboxes.poll(transaction)
    assert (done.new, done.known, taken()) == (1, 1, 1)
    server.deliver(b"Received: from elsewhere\r\n" + raw, "-khac")
    mailboxes.poll(transaction)
    assert mail_filing.run(transaction) == {"filed": 1, "aside": 1}


def test_without_a_mailbox_the_command_says_which_setting_to_write(app: Flask) -> None:
    with pytest.raises(Unavailable, match=r"incoming\.no_mailbox"):
        mailboxes.poll(transaction)


def withhold(path: Path) -> None:
    """What a broken disk does to one message: the server knows it and cannot open it."""
    path.chmod(0)
    shutil.chown(path, os.getuid())


def test_a_message_that_the_server_cannot_open_keeps_no_other_back(server: Box, post: Post) -> None:
    paths = [server.deliver(letter(n)) for n in range(1, 8)]
    withhold(paths[3])
    done = mailboxes.poll(transaction)
    assert done.new == 6 and "không đưa ra được" in done.problems[f"{server.user}@127.0.0.1/INBOX"]
    server.deliver(letter(8))
    assert (mailboxes.poll(transaction).new, taken()) == (1, 7)
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        assert mailboxes.poll(transaction).problems == {}
    row = db.session.scalars(select(IncomingMail).where(IncomingMail.nature == "unreadable")).one()
    assert (row.state, row.whole, taken()) == ("triage", False, 8) and "số 4" in row.reason
    assert heartbeats.noted("withheld:") == {}
    assert (mailboxes.poll(transaction).new, taken()) == (0, 8)


def test_a_server_whose_disk_comes_back_gives_what_it_withheld(server: Box, post: Post) -> None:
    paths = [server.deliver(letter(n)) for n in range(1, 4)]
    for path in paths:
        withhold(path)
    assert (mailboxes.poll(transaction).new, taken()) == (0, 0)
    for path in paths:
        (found,) = path.parent.parent.rglob(f"{path.name}*")
        found.chmod(0o644)
    done = mailboxes.poll(transaction)
    assert (done.new, done.problems) == (3, {}) and heartbeats.noted("withheld:") == {}


@pytest.mark.parametrize("folder", ["Thư đến & đi", 'Công "việc" 1', "R&D"])
def test_a_folder_may_have_any_name(app: Flask, server: Box, post: Post, folder: str) -> None:
    url = server.url().rsplit("/", 1)[0]
    with Inbox(f"{url}/INBOX") as inbox:
        assert inbox.client.create(folder_name(folder))[0] == "OK"
        inbox.client.append(folder_name(folder), "", "", letter(1))
    object.__setattr__(app.extensions["settings"], "imap_urls", (f"{url}/{quote(folder)}",))
    assert (mailboxes.poll(transaction).new, taken()) == (1, 1)


def test_a_folder_that_is_not_there_is_said(app: Flask, server: Box, post: Post) -> None:
    object.__setattr__(app.extensions["settings"], "imap_urls", (server.url().replace("INBOX", "khong-co"),))
    (problem,) = mailboxes.poll(transaction).problems.values()
    assert "doesn't exist" in problem


def test_two_that_read_at_once_download_nothing_twice(server: Box, post: Post) -> None:
    server.deliver(letter(1))
    inside: list[mailboxes.Polled] = []

    def slow() -> AbstractContextManager[Session]:
        if not inside:
            inside.append(mailboxes.poll(transaction))
        return transaction()

    assert mailboxes.poll(slow).new == 1
    assert (inside[0].new, inside[0].busy) == (0, [f"{server.user}@127.0.0.1/INBOX"])


def test_a_crash_among_new_numbers_ends_neither_the_comparing_nor_loses(server: Box, post: Post) -> None:
    """After half of the messages are known again the process dies; what is new beside them has the Message-ID and size of an old one."""
    for n in range(1, 11):
        server.deliver(letter(n))
    mailboxes.poll(transaction)
    server.server.renumber(server.user)
    server.deliver(letter(3).replace(b"<canbo@", b"<canbx@"))
    calls = count(1)

    def dying() -> AbstractContextManager[Session]:
        if next(calls) > 3:
            raise KeyboardInterrupt
        return transaction()

    with pytest.raises(KeyboardInterrupt):
        mailboxes.poll(dying)
    assert db.session.scalars(select(Mailbox.last_uid)).one() == 0
    fetched: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Inbox, "fetch", lambda self, heads, largest, fetch=Inbox.fetch: fetched.extend(h.uid for h in heads) or fetch(self, heads, largest))
        mailboxes.poll(transaction)
    assert taken() == 11 and len(fetched) <= 2
    assert db.session.scalar(select(func.count(Found.id))) == 21


def test_a_size_that_a_server_only_estimates_is_no_promise(server: Box, post: Post) -> None:
    """Exchange tells sizes of before it wrote the message out."""
    server.deliver(letter(1) + b"x" * 5000)
    with Inbox(server.url()) as inbox:
        ((head,),) = [inbox.heads(inbox.above(0))]
        for told in (10, 10**6):
            (small,) = inbox.fetch([replace(head, size=told)], 10**7)
            assert (small.whole, small.size, len(small.raw)) == (True, head.size, head.size)
        (large,) = inbox.fetch([replace(head, size=10)], 2000)
        assert (large.whole, large.size, len(large.raw)) == (False, head.size, 2001)

"""Two machines that answer one another: ours, and a stranger's that forgets RFC 3834, changes its name, its headers and its words, and bounces."""
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests import letters_in
from tests.factories import Factory
from tests.samples import JPG
from tests.services.test_incoming import BOX, OFFICER, Post
from tracker import clock
from tracker.db import db, transaction
from tracker.models.mails import Mail
from tracker.services import incoming, mail_filing, mail_receipts, reply_tokens

ROUNDS, A_DAY, OF_STRANGERS = 15, 3, 5
SENDERS = (OFFICER, "may@stranger.example", "may+{n}@stranger.example", "tu-dong-{n}@stranger.example")
#: What a stranger's machine does with one mail of ours.
ANSWER = st.fixed_dictionaries({
    "sender": st.sampled_from(SENDERS), "says_automatic": st.booleans(), "to_signed": st.booleans(), "thread": st.booleans(), "bounces": st.booleans(),
    "picture": st.booleans(), "subject": st.sampled_from(("Re: {s}", "Vắng mặt: {s}", "Cảm ơn", "Fwd: {s}")), "copies": st.integers(1, 3),
})


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(habits=st.lists(ANSWER, min_size=1, max_size=4))
def test_two_machines_send_one_another_a_bounded_number_of_mails(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch, habits: list[dict[str, Any]]) -> None:
    monkeypatch.setattr(mail_receipts, "MOST_A_DAY", A_DAY)
    monkeypatch.setattr(mail_receipts, "MOST_OF_STRANGERS", OF_STRANGERS)
    post, number = _post(sqlite_app), 0
    seen = first = db.session.scalar(select(func.max(Mail.id))) or 0
    news = [post.mail]
    for turn in range(ROUNDS):
        raws = []
        for mail in news:
            habit = habits[(turn + mail.id) % len(habits)]
            for _ in range(habit["copies"]):
                number += 1
                raws.append(_answer(mail, habit, number))
        _take(raws)
        news = list(db.session.scalars(select(Mail).where(Mail.id > seen).order_by(Mail.id)))
        seen = max([seen, *(mail.id for mail in news)])
        if not news:
            break
    sent = db.session.scalar(select(func.count()).select_from(Mail).where(Mail.id > first, Mail.kind == "receipt")) or 0
    assert not news and sent <= A_DAY + OF_STRANGERS


_POSTS: dict[int, Post] = {}


def _post(app: Flask) -> Post:
    """One unit for all examples; each begins on a day of its own, with nothing said on it."""
    if id(app) not in _POSTS:
        _POSTS[id(app)] = Post(app, Factory())
    with transaction() as session:
        for mail in session.scalars(select(Mail).where(Mail.kind == "receipt")):
            mail.created_at = clock.now() - 2 * mail_receipts.DAY
    return _POSTS[id(app)]


def _take(raws: list[bytes]) -> None:
    kept = [incoming.keep(raw) for raw in raws]
    with transaction():
        incoming.add(kept, "hand")
    mail_filing.run(transaction)


def _answer(mail: Mail, habit: dict[str, Any], number: int) -> bytes:
    sender, own = habit["sender"].format(n=number), mail.message_id or ""
    to = reply_tokens.address(own) if habit["to_signed"] else BOX
    if habit["bounces"]:
        return letters_in.bounce(to, own, mail.address).replace(b"<bounce-1@", f"<bounce-{number}-{mail.id}@".encode())
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"May <{sender}>", to, habit["subject"].format(s=mail.subject[:60])
    message["Message-ID"] = f"<machine-{number}-{mail.id}@stranger.example>"
    if habit["thread"]:
        message["In-Reply-To"] = message["References"] = own
    if habit["says_automatic"]:
        message["Auto-Submitted"] = "auto-replied"
    message.set_content(f"Chúng tôi đã nhận thư số {number} của quý cơ quan và sẽ trả lời sớm nhất.")
    if habit["picture"]:
        message.add_attachment(JPG, maintype="image", subtype="jpeg", filename="bieu-trung.jpg")
    return message.as_bytes()

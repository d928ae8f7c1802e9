"""Mutated messages of real programs through the whole intake; five thousand, and the monsters, are in tests/faults."""
from flask import Flask

from tests import hostile_mail, hostile_run
from tests.factories import Factory
from tests.services.test_incoming import Post

COUNT = 150


def test_hostile_mail_is_kept_decided_and_shown_as_text(sqlite_app: Flask) -> None:
    post = Post(sqlite_app, Factory())
    given, states = hostile_run.take_all((raw, len(raw)) for raw in hostile_mail.mutated(COUNT, lambda: post.reply_to, seed=3))
    found = hostile_run.checked(sqlite_app, post)
    assert given == found["rows"] == states.total() == COUNT and found["left"] == 0
    assert (found["altered"], found["broken"], found["active"], found["counts"]) == ([], [], [], True)

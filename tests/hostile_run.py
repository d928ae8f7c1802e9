"""Hostile mail through the whole intake in a process of its own: python -m tests.hostile_run HOME COUNT prints what became of it as JSON.

The monsters are made beforehand, in HOME/monsters: python -m tests.hostile_run HOME monsters; what makes them needs memory of its own.
"""
import json
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import file_digest, sha256
from itertools import cycle
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import select

from tests import hostile_mail
from tests.conftest import settings_for
from tests.factories import Factory
from tests.services.test_incoming import BOX, OFFICER, Post
from tests.web.test_reminders import enter
from tracker import clock
from tracker.adapters.files import store
from tracker.app import create_app
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.incoming import IncomingMail
from tracker.models.mails import Mail
from tracker.services import incoming, mail_filing, nudges, reply_tokens, tally

BATCH, DISPATCHES = 200, 60
#: Who is written to does not matter to what makes a monster.
SIGNED = "hop-thu+000000000000000000000000@tinh.example"


def make_monsters(home: Path) -> None:
    """One file each."""
    folder = home / "monsters"
    folder.mkdir()
    for number, (name, make) in enumerate(hostile_mail.monsters(SIGNED, OFFICER)):
        (folder / f"{number:02d} {name}").write_bytes(make())


def main(home: Path, count: int) -> None:
    """The monsters, and so many changed at random."""
    app = create_app(settings_for(home, REPLY_TO=BOX))
    with app.app_context():
        flask_migrate.upgrade()
        post = Post(app, Factory())
        signed = cycle([post.reply_to, *_asked(post)])
        before = _peak()
        given, done = take_all(_messages(home, count, lambda: next(signed)))
        peak = _peak()
        print(json.dumps({"given": given, "states": dict(done), "before": before, "peak": peak, **checked(app, post)}))
        db.session.remove()
        db.engine.dispose()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _asked(post: Post) -> list[str]:
    """The signed addresses of further dispatches, so that there is always something that a reply can hand in."""
    numbers = [post.make.issued([post.unit], [(clock.today(), None)] * 3).id for _ in range(DISPATCHES)]
    for number in numbers:
        with transaction():
            nudges.nudge(post.clerk, number, [post.unit.id])
    return [reply_tokens.address(one or "") for one in db.session.scalars(select(Mail.message_id).where(Mail.dispatch_id.in_(numbers)))]


def _messages(home: Path, count: int, to: Callable[[], str]) -> Iterator[tuple[bytes, int]]:
    """Each message's bytes and size; of one above the limit its headers, as a mailbox gives it."""
    for path in sorted((home / "monsters").iterdir()):
        size = path.stat().st_size
        with path.open("rb") as stream:
            yield stream.read(size if size <= incoming.limit() else 500_000), size
        print(f"{path.name}: {_peak()} MB so far", file=sys.stderr, flush=True)
    for raw in hostile_mail.mutated(count, to):
        yield raw, len(raw)


def take_all(messages: Iterator[tuple[bytes, int]]) -> tuple[int, Counter[str]]:
    """Takes in and files (message, size); monsters one by one, so that each one's memory can be seen; the rest in heaps."""
    given, done = 0, Counter[str]()
    heap: list[incoming.Raw] = []
    for raw, size in messages:
        given += 1
        most = BATCH if raw.startswith(b"X-Number") else 1
        heap.append(_kept(raw, size))
        del raw  # as when it comes from a mailbox: it is on the disk now
        if len(heap) >= most:
            done += _file(heap)
            heap = []
    return given, done + _file(heap)


def _kept(raw: bytes, size: int) -> incoming.Raw:
    one = incoming.keep(raw, None if size == len(raw) else size)
    assert one.whole is (size <= incoming.limit())
    assert not one.whole or one.sha256 == sha256(raw or b"\n").hexdigest()
    return one


def _file(kept: list[incoming.Raw]) -> Counter[str]:
    with transaction():
        incoming.add(kept, "hand")
    return mail_filing.run(transaction)


def checked(app: Flask, post: Post) -> dict[str, Any]:
    """Every message has its row and its bytes as they came, every page shows it as text, and the counts are right."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    enter(client, post.make.person(Role.CLERK))
    rows = db.session.execute(select(IncomingMail.id, IncomingMail.sha256, IncomingMail.state)).all()
    altered = [row.id for row in rows if _hash(store().path(row.sha256)) != row.sha256]
    db.session.remove()
    broken, active = [], []
    for row in rows:
        answer = client.get(f"/mail/{row.id}")
        page = answer.get_data(as_text=True)
        if answer.status_code != 200:
            broken.append(row.id)
        if any(words in page for words in hostile_mail.ACTIVE):
            active.append(row.id)
    return {
        "rows": len(rows), "left": sum(row.state == "taken" for row in rows), "altered": altered, "broken": broken, "active": active,
        "counts": tally.stored() == tally.counted(),
    }


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


if __name__ == "__main__":
    if sys.argv[2] == "monsters":
        make_monsters(Path(sys.argv[1]))
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]))

"""The pages that are measured: their addresses on a filled home, their goals, and how many queries each takes."""
import os
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import event, func, select

from tests.bench.client import Client
from tracker.db import db
from tracker.domain.access import Role
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.people import Person
from tracker.models.units import Unit


@dataclass(frozen=True)
class Page:
    """One measured page: who opens it, its goals in milliseconds at 2 connections."""

    name: str
    role: Role
    path: str
    median: float
    p95: float


def officer() -> Person:
    """The officer whose unit the district's pages show."""
    return db.session.scalars(select(Person).where(Person.role == Role.OFFICER).order_by(Person.id)).first() or _missing()


def _missing() -> Person:
    raise RuntimeError("the home is not filled")


def pages() -> list[Page]:
    """The measured pages with the ids of this home; run it inside an app context."""
    unit_id = officer().unit_id
    assignment = db.session.scalar(
        select(Assignment.id).where(Assignment.unit_id == unit_id, Assignment.state == "returned").order_by(Assignment.id).limit(1)
    )
    dispatch = db.session.scalar(select(func.min(Dispatch.id)).where(Dispatch.state == "issued"))
    return [
        Page("work list", Role.OFFICER, "/", 12, 25),
        Page("assignment", Role.OFFICER, f"/assignments/{assignment}", 12, 25),
        Page("matrix", Role.CLERK, f"/dispatches/{dispatch}/matrix", 20, 40),
        Page("overview", Role.CLERK, "/", 20, 40),
    ]


def dispatch_ids() -> list[int]:
    """Issued dispatches, for spreading uploads."""
    return list(db.session.scalars(select(Dispatch.id).where(Dispatch.state == "issued").order_by(Dispatch.id)))


def district_emails() -> list[str]:
    """One officer of every district."""
    return list(db.session.scalars(select(Person.email).join(Unit, Unit.id == Person.unit_id).where(Person.role == Role.OFFICER).order_by(Person.id)))


def queries(app: Flask, page: Page, person: Person) -> int:
    """How many statements the page sends to the database, the one for the session included, BEGIN and ROLLBACK not."""
    count = 0

    def seen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal count
        count += not statement.startswith("BEGIN")

    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["epoch"] = str(person.id), 0
    # A context of its own: the person of a page asked for before would be remembered in the one around it.
    with app.app_context():
        client.get(page.path)
    event.listen(db.engine, "before_cursor_execute", seen)
    try:
        with app.app_context():
            client.get(page.path)
    finally:
        event.remove(db.engine, "before_cursor_execute", seen)
    return count


def uploads(dispatches: list[int], size: int = 1024 * 1024) -> Callable[[Client, int], None]:
    """An act that uploads a PDF of so many bytes to the answer of one dispatch after another, every one different."""
    filler = os.urandom(size - 64)

    def act(client: Client, n: int) -> None:
        boundary = "----bench"
        content = b"%PDF-1.4\n" + f"%{os.getpid()}-{n}-{os.urandom(8).hex()}\n".encode() + filler
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="van-ban-{n}.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        path = f"/dispatches/{dispatches[n % len(dispatches)]}/answer/files"
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}", "X-Upload": "1", "X-Upload-Key": f"{n}-{os.getpid()}", "X-CSRFToken": client.csrf,
        }
        status, answer = client.send("POST", path, body, headers)
        if status not in (200, 204):
            raise RuntimeError(f"upload gave {status}: {answer[:200]!r}")

    return act

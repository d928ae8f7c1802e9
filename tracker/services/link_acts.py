"""Acting through a signed link: which link it is, whether it still works, and its one act, done as the unit by the services that its people use."""
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update

from tracker import clock
from tracker.adapters.files import Blob
from tracker.db import db, read
from tracker.domain.access import Actor, Role
from tracker.domain.errors import Conflict, NotFound
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.mail_links import MailLink
from tracker.models.mails import Mail
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import assignments, extensions, files, mail_links, objections, office, submissions
from tracker.services.answering import Answers
from tracker.services.submissions import Outcome

CHANNEL = "link"
LONGEST_NAME = 120


@dataclass(frozen=True)
class Link:
    """A link as its reader finds it. trouble: why it works no more (revoked, moved, expired, ended), empty where it does."""

    id: int
    mail_id: int
    purpose: str
    unit_id: int
    unit_name: str
    dispatch_id: int
    number: str
    subject: str
    issued_on: date | None
    address: str
    expires_at: datetime
    used_at: datetime | None
    trouble: str

    @property
    def actor(self) -> Actor:
        """The unit itself, without an account: the history names the address to which the link went."""
        name = f"{self.unit_name} (qua liên kết trong thư gửi {self.address})"
        name = name if len(name) <= LONGEST_NAME else f"{self.unit_name[:60]} (qua liên kết trong thư)"
        return Actor(None, name, Role.OFFICER, self.unit_id, unit_name=self.unit_name)


_COLUMNS = (
    select(
        MailLink.id, MailLink.mail_id, MailLink.purpose, MailLink.unit_id, MailLink.dispatch_id, MailLink.created_at, MailLink.expires_at,
        MailLink.used_at, MailLink.revoked_at, Mail.address, Mail.person_id, Unit.name, Unit.mailbox, Person.email, Person.left_at,
        Person.unit_id.label("person_unit_id"), Dispatch.state, Dispatch.number, Dispatch.short_subject, Dispatch.subject, Dispatch.issued_on,
    )
    .join(Mail, Mail.id == MailLink.mail_id).join(Unit, Unit.id == MailLink.unit_id).join(Dispatch, Dispatch.id == MailLink.dispatch_id)
    .outerjoin(Person, Person.id == Mail.person_id)
)


def find(token: str) -> Link:
    """The link of a token, working or not; changes nothing. Raises NotFound for a forged or unknown one."""
    row = read(_COLUMNS.where(MailLink.key == mail_links.key_of(token))).first()
    if row is None:
        raise NotFound("mail_link.unknown")
    return Link(
        row.id, row.mail_id, row.purpose, row.unit_id, row.name, row.dispatch_id, row.number or "công văn không số", row.short_subject or row.subject,
        row.issued_on, row.address, _ends(row), row.used_at, _trouble(row),
    )


def _ends(row: Any) -> datetime:
    """A setting that was shortened since holds for earlier mails too."""
    ends: datetime = min(row.expires_at, mail_links.ends(row.created_at, office.link_days()))
    return ends


def _trouble(row: Any) -> str:
    here = row.mailbox if row.person_id is None else row.email if row.left_at is None and row.person_unit_id == row.unit_id else None
    if row.state != "issued":
        return "ended"
    if row.revoked_at:
        return "revoked"
    if (here or "").lower() != row.address.lower():
        return "moved"
    return "expired" if _ends(row) <= clock.now() else ""


def opened(link: Link) -> None:
    """Notes that the page was asked for, the first time: by a person or by a gateway that looks into links, so that it proves little."""
    db.session.execute(update(MailLink).where(MailLink.id == link.id, MailLink.opened_at.is_(None)).values(opened_at=clock.now()))


def _taken(token: str, purpose: str) -> Link:
    """The link for its one act, locked. Raises NotFound for one that is for something else, Conflict("mail_link.gone") for one that works no more."""
    link = find(token)
    if link.purpose != purpose:
        raise NotFound("mail_link.unknown")
    db.session.execute(select(MailLink.id).where(MailLink.id == link.id).with_for_update())
    link = find(token)
    if link.trouble:
        raise Conflict("mail_link.gone")
    return link


def _used(link: Link) -> None:
    now = clock.now()
    db.session.execute(update(MailLink).where(MailLink.id == link.id).values(used_at=func.coalesce(MailLink.used_at, now)))
    db.session.execute(update(Mail).where(Mail.id == link.mail_id).values(confirmed_at=func.coalesce(Mail.confirmed_at, now)))


def acknowledge(token: str) -> int:
    """Tiếp nhận everything that the link's dispatch gives to its unit; gives how many were new. Raises NotFound, Conflict("mail_link.gone")."""
    link = _taken(token, "acknowledge")
    count = assignments.acknowledge_all(link.actor, link.dispatch_id)
    _used(link)
    return count


def hand_in(token: str, answers: Answers, uploads: Sequence[tuple[Blob, str]]) -> Outcome:
    """Hands in the chosen results with their files. Raises NotFound, Conflict("mail_link.gone"), and what `submissions.hand_in_at_once` raises."""
    link = _taken(token, "upload")
    outcome = submissions.hand_in_at_once(link.actor, link.dispatch_id, answers, uploads, CHANNEL)
    _used(link)
    return outcome


@dataclass(frozen=True)
class Request:
    """What a unit asks of the province through a link: for which tasks, why, with at most one file. wished_on, category: of an extension."""

    assignment_ids: tuple[int, ...]
    reason: str
    wished_on: date | None = None
    category: str = ""
    suggestion: str = ""
    upload: tuple[Blob, str] | None = None


def ask_for_time(token: str, request: Request) -> int:
    """Asks for an extension; gives for how many tasks. Raises NotFound, Conflict("mail_link.gone"), and what `extensions.ask` raises."""
    link, request = _checked(token, "extend", request)
    made = extensions.ask(
        link.actor, request.assignment_ids, request.wished_on, request.category, request.reason, file_id=_file(link, request), channel=CHANNEL,
    )
    return len(made)


def object_to(token: str, request: Request) -> int:
    """Objects; gives to how many tasks. Raises NotFound, Conflict("mail_link.gone"), and what `objections.object_to` raises."""
    link, request = _checked(token, "object", request)
    made = objections.object_to(link.actor, request.assignment_ids, request.reason, request.suggestion, file_id=_file(link, request), channel=CHANNEL)
    return len(made)


def _checked(token: str, purpose: str, request: Request) -> tuple[Link, Request]:
    """A link is for one dispatch: tasks of another, though of the same unit, are not found through it."""
    link, ids = _taken(token, purpose), sorted(set(request.assignment_ids))
    ours = select(func.count()).where(Assignment.id.in_(ids), Assignment.dispatch_id == link.dispatch_id, Assignment.unit_id == link.unit_id)
    if db.session.scalar(ours) != len(ids):
        raise NotFound()
    _used(link)
    return link, replace(request, assignment_ids=tuple(ids))


def _file(link: Link, request: Request) -> int | None:
    if request.upload is None:
        return None
    row = files.receive(link.actor, *request.upload)
    db.session.flush()
    return row.id

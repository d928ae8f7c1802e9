"""Proof of every message: the mails and reminders of one unit or one assignment, and what became of each, page by page."""
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.wording import tr
from tracker.i18n import LINK_DONE, MAIL_KINDS, reminder_step
from tracker.models.dispatches import Dispatch
from tracker.models.mail_links import MailLink
from tracker.models.mails import Mail, Reminder
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import assignments, mail_health, office, office_hours, units
from tracker.services.mail_health import Ill
from tracker.services.mail_log import PRIVATE

PAGE = 40
#: Reminders without a mail (a unit put on a list for a letter) shown on one page.
UNMAILED = 100


@dataclass(frozen=True, slots=True)
class Fate:
    """One thing that became of a mail. kind: of domain.badges, for its shape."""

    kind: str
    text: str


@dataclass(frozen=True)
class Entry:
    """One mail, or one reminder without a mail (id 0): when it was written, what it was, to which address, and its fate in order of time."""

    id: int
    at: datetime
    what: str
    subject: str
    address: str
    steps: list[str] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)


@dataclass(frozen=True)
class Ledger:
    """One page; before: cursor of the next, 0 at the end. title: whose it is; names: the office's, for the head of the print."""

    title: str
    unit: Unit
    assignment_id: int | None
    entries: list[Entry]
    before: int
    ill: Ill | None
    names: office.Names
    printed_at: datetime


def of_unit(actor: Actor, unit_id: int, before: int = 0) -> Ledger:
    """The ledger of one unit, newest first; before: a mail's id. Raises NotFound (a foreign unit's too), Forbidden."""
    actor.need(Right.WORK_READ)
    unit = units.get(actor, unit_id)
    rows = _mails(before, Mail.unit_id == unit_id)
    return _ledger(actor, unit.name, unit, None, rows, (Reminder.unit_id == unit_id,), before)


def of_assignment(actor: Actor, assignment_id: int, before: int = 0) -> Ledger:
    """The ledger of one assignment: mails that reminded of it, and those that told its unit of its dispatch. Raises NotFound, Forbidden."""
    actor.need(Right.WORK_READ)
    found = assignments.get(actor, assignment_id)
    reminding = select(Reminder.mail_id).where(Reminder.assignment_id == assignment_id, Reminder.mail_id.is_not(None))
    telling = select(Mail.id).where(Mail.dispatch_id == found.dispatch_id, Mail.unit_id == found.unit_id, Mail.kind != "nudge")
    rows = _mails(before, or_(Mail.id.in_(reminding), Mail.id.in_(telling)))
    return _ledger(actor, f"{found.task.title} ({found.unit.name})", found.unit, found.id, rows, (Reminder.assignment_id == assignment_id,), before)


def _mails(before: int, which: Any) -> Sequence[Any]:
    wanted = select(
        Mail.id, Mail.kind, Mail.subject, Mail.address, Mail.created_at, Mail.state, Mail.not_before, Mail.attempts, Mail.next_attempt_at, Mail.sent_at,
        Mail.smtp_code, Mail.last_error, Mail.bounced_at, Mail.bounce,
    ).where(which, Mail.kind.not_in(sorted(PRIVATE)))
    wanted = wanted.where(Mail.id < before) if before else wanted
    return db.session.execute(wanted.order_by(Mail.id.desc()).limit(PAGE + 1)).all()


def _ledger(
    actor: Actor, title: str, unit: Unit, assignment_id: int | None, rows: Sequence[Any], of: tuple[Any, ...], before: int
) -> Ledger:
    shown, more = rows[:PAGE], len(rows) > PAGE
    steps, acted = _steps([row.id for row in shown], of), _links([row.id for row in shown])
    entries = [
        Entry(row.id, row.created_at, MAIL_KINDS.get(row.kind, tr("Thư")), row.subject, row.address, steps[row.id], [*_fates(row), *acted[row.id]])
        for row in shown
    ]
    if actor.sees_all_units:  # what the province noted for itself
        entries += _unmailed(of, shown[-1].created_at if more else None, _written_at(before))
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return Ledger(title, unit, assignment_id, entries, shown[-1].id if more else 0, mail_health.of_unit(unit.id), office.names(), clock.now())


def _steps(mail_ids: list[int], of: tuple[Any, ...]) -> dict[int, list[str]]:
    """What each mail reminded of: the step, and of how many tasks."""
    counted = select(Reminder.mail_id, Reminder.step, func.count()).where(Reminder.mail_id.in_(mail_ids), *of)
    found: dict[int, list[str]] = defaultdict(list)
    for mail_id, step, count in db.session.execute(counted.group_by(Reminder.mail_id, Reminder.step).order_by(Reminder.step)):
        found[mail_id or 0].append(tr("{step}: {count} việc", step=reminder_step(step), count=count))
    return found


def _written_at(mail_id: int) -> datetime | None:
    """When the last mail of the page before was written: what lies between it and this page's first one belongs to this page."""
    return db.session.scalar(select(Mail.created_at).where(Mail.id == mail_id)) if mail_id else None


def _unmailed(of: tuple[Any, ...], after: datetime | None, until: datetime | None) -> list[Entry]:
    """Reminders that no mail carried, of the days that the page shows: put on a list for a letter, or left out by a clerk, with the reason."""
    what = (Reminder.on_day, Reminder.step, Reminder.message, Person.name, Dispatch.number)
    counted: Select[*tuple[Any, ...]] = (
        select(*what, func.count())
        .join(Dispatch, Dispatch.id == Reminder.dispatch_id).outerjoin(Person, Person.id == Reminder.by_person_id).where(Reminder.mail_id.is_(None), *of)
    )
    counted = counted.where(Reminder.on_day > clock.local(after).date()) if after else counted
    counted = counted.where(Reminder.on_day <= clock.local(until).date()) if until else counted
    rows = db.session.execute(counted.group_by(*what).order_by(Reminder.on_day.desc()).limit(UNMAILED))
    return [_entry(*row) for row in rows]


def _entry(day: date, step: str, reason: str | None, by: str | None, number: str | None, count: int) -> Entry:
    about = tr("{step}, công văn {number}: {count} việc", step=reminder_step(step), number=number or tr('chưa có số'), count=count)
    if by is None:
        return Entry(0, clock.start_of(day), tr("Ghi sổ, không gửi thư"), about, "")
    return Entry(0, clock.start_of(day), tr("Không gửi thư nhắc"), tr("{about}. {by} bỏ lần nhắc này{more}", about=about, by=by,
        more=': ' + reason if reason else ''), "")


def _links(mail_ids: list[int]) -> dict[int, list[Fate]]:
    """What came back through the signed links of each mail: whether they were opened, and what was done."""
    columns = (MailLink.mail_id, MailLink.purpose, MailLink.opened_at, MailLink.used_at, Dispatch.number)
    wanted = select(*columns).join(Dispatch, Dispatch.id == MailLink.dispatch_id).where(
        MailLink.mail_id.in_(mail_ids), or_(MailLink.opened_at.is_not(None), MailLink.used_at.is_not(None)),
    )
    opened: dict[int, datetime] = {}
    found: dict[int, list[Fate]] = defaultdict(list)
    for row in db.session.execute(wanted.order_by(MailLink.opened_at, MailLink.id)):
        if row.opened_at and row.mail_id not in opened:
            opened[row.mail_id] = row.opened_at
            found[row.mail_id].insert(0, Fate("ack", tr("mở liên kết trong thư lúc {opened_at}", opened_at=moment(row.opened_at))))
        if row.used_at:
            found[row.mail_id].append(Fate("done", tr("{link_done} {number} qua liên kết trong thư lúc {used_at}", link_done=LINK_DONE[row.purpose],
                number=row.number or tr('công văn'), used_at=moment(row.used_at))))
    return found


def _fates(row: Any) -> list[Fate]:
    """What the mail servers did with one mail."""
    found = [_sent(row)]
    if row.bounced_at:
        found.append(Fate("over", tr("bị trả về lúc {bounced_at}: {bounce}", bounced_at=moment(row.bounced_at),
            bounce=row.bounce or tr('máy chủ thư nơi nhận không nói lý do'))))
    return found


def _sent(row: Any) -> Fate:
    said = f"{row.smtp_code or ''} {row.last_error or ''}".strip()
    if row.state == "sent":
        return Fate("done", tr("máy chủ thư đã nhận ({smtp_code}) lúc {sent_at}", smtp_code=row.smtp_code or 250, sent_at=moment(row.sent_at)))
    if row.state == "failed":
        return Fate("over", tr("bị từ chối: {said}", said=said))
    if row.state == "skipped":
        return Fate("soon", tr("chưa gửi: {last_error}", last_error=row.last_error or tr('chưa có địa chỉ')))
    if row.state == "cancelled":
        return Fate("none", tr("đã bỏ, không gửi"))
    if row.state == "queued" and row.last_error:
        return Fate("soon", tr("bị hoãn lần {attempts}: {said}; gửi lại lúc {next_attempt_at}", attempts=max(row.attempts, 1), said=said,
            next_attempt_at=moment(row.next_attempt_at)))
    if row.state == "queued" and row.next_attempt_at > clock.now():
        return Fate("none", tr("đang chờ đến {next_attempt_at}", next_attempt_at=moment(row.next_attempt_at)))
    if row.state == "queued" and row.kind in office_hours.KINDS and not office_hours.is_open():
        return Fate("none", tr("đang chờ giờ hành chính, {opens_at}", opens_at=moment(office_hours.opens_at())))
    return Fate("none", tr("đang gửi") if row.state == "sending" else tr("đang chờ gửi"))


def moment(at: datetime) -> str:
    """08/09/2026 09:00 on Vietnam's clock."""
    return f"{clock.local(at):%d/%m/%Y %H:%M}"

"""Who has sent its report on a dispatch and who has not, for the province; and asking those who have not."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.status import DispatchState
from tracker.domain.wording import tr
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.district_reports import DistrictReport, DistrictReportScan
from tracker.models.mails import Mail
from tracker.models.units import Unit
from tracker.services import history, issue_plan, links, outbox
from tracker.services.amending import frozen_recipients


@dataclass(frozen=True, slots=True)
class Line:
    """One recipient: the latest edition that it has sent, or how far it is ("" not begun, draft, waiting); asked_on: when it was asked last."""

    unit_id: int
    unit: str
    mailbox: str | None
    phone: str | None
    report_id: int | None
    edition: int
    number: str
    dated_on: date | None
    sent_at: datetime | None
    signed_for: bool
    scanned: bool
    begun: str
    asked_on: date | None


@dataclass(frozen=True)
class Page:
    """All recipients of one dispatch, those that have not sent anything first."""

    dispatch: Dispatch
    lines: list[Line]

    @property
    def sent(self) -> list[Line]:
        """Those that have sent theirs."""
        return [line for line in self.lines if line.report_id]

    @property
    def missing(self) -> list[Line]:
        """Those that have not."""
        return [line for line in self.lines if not line.report_id]


def page(actor: Actor, dispatch_id: int) -> Page:
    """The list of a dispatch. Raises Forbidden, NotFound for a draft."""
    actor.need(Right.UNIT_READ_ALL)
    dispatch = _dispatch(dispatch_id)
    asked = _asked(dispatch_id)
    lines = [_line(row, asked) for row in db.session.execute(_rows(dispatch_id))]
    return Page(dispatch, sorted(lines, key=lambda line: line.report_id is not None))


def counts(dispatch_id: int) -> tuple[int, int]:
    """How many units have sent a report on the dispatch, and how many received it."""
    sent = select(func.count(DistrictReport.unit_id.distinct())).where(DistrictReport.dispatch_id == dispatch_id, DistrictReport.state == "sent")
    every = select(func.count()).select_from(DispatchRecipient).where(DispatchRecipient.dispatch_id == dispatch_id)
    row = db.session.execute(select(sent.scalar_subquery(), every.scalar_subquery())).one()
    return row[0], row[1]


def _dispatch(dispatch_id: int) -> Dispatch:
    dispatch = db.session.get(Dispatch, dispatch_id)
    if dispatch is None or dispatch.issued_at is None:
        raise NotFound()
    return dispatch


def _rows(dispatch_id: int) -> Any:
    begun, sent = aliased(DistrictReport), aliased(DistrictReport)
    of_unit = (DispatchRecipient.dispatch_id == dispatch_id,)
    newest = (
        select(func.max(DistrictReport.edition))
        .where(DistrictReport.dispatch_id == dispatch_id, DistrictReport.unit_id == DispatchRecipient.unit_id, DistrictReport.state == "sent")
        .correlate(DispatchRecipient).scalar_subquery()
    )
    scanned = exists().where(DistrictReportScan.report_id == sent.id).label("scanned")
    same_unit = [and_(one.dispatch_id == dispatch_id, one.unit_id == DispatchRecipient.unit_id) for one in (begun, sent)]
    return (
        select(
            DispatchRecipient.unit_id, DispatchRecipient.unit_name, Unit.mailbox, Unit.phone, sent.id, sent.edition, sent.number, sent.dated_on,
            sent.sent_at, sent.signed_for, scanned, begun.state.label("begun"),
        )
        .join(Unit, Unit.id == DispatchRecipient.unit_id)
        .outerjoin(sent, and_(same_unit[1], sent.state == "sent", sent.edition == newest))
        .outerjoin(begun, and_(same_unit[0], begun.state != "sent"))
        .where(*of_unit).order_by(Unit.code)
    )


def _line(row: Any, asked: dict[int, date]) -> Line:
    return Line(
        row.unit_id, row.unit_name, row.mailbox, row.phone, row.id, row.edition or 0, row.number or "", row.dated_on, row.sent_at, bool(row.signed_for),
        bool(row.scanned), row.begun or "", asked.get(row.unit_id),
    )


def _asked(dispatch_id: int) -> dict[int, date]:
    """On what day each unit was asked for its report last; a mail that had no address asked nobody."""
    of_dispatch = (Mail.dispatch_id == dispatch_id, Mail.kind == "report_wanted", Mail.state != "skipped")
    wanted = select(Mail.unit_id, func.max(Mail.created_at)).where(*of_dispatch).group_by(Mail.unit_id)
    return {unit_id: clock.local(at).date() for unit_id, at in db.session.execute(wanted) if unit_id}


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking did: units written to; by name those that have no address, and those that were asked today already."""

    units: int
    no_address: tuple[str, ...]
    again: tuple[str, ...]


def ask(actor: Actor, dispatch_id: int, unit_ids: Sequence[int]) -> Asked:
    """Asks the chosen units that have not sent their report, by mail, once a day at the most; one that has sent it is passed over.

    Raises Forbidden, NotFound, BadInput("unit_report.nobody"), Conflict("dispatch.state") for a dispatch that is not followed.
    """
    actor.need(Right.REMINDER_SEND)
    found = page(actor, dispatch_id)
    if found.dispatch.state != DispatchState.ISSUED:
        raise Conflict("dispatch.state")
    chosen = [line for line in found.missing if line.unit_id in set(unit_ids)]
    if not chosen:
        raise BadInput("unit_report.nobody")
    today = clock.today()
    again = tuple(line.unit for line in chosen if line.asked_on == today)
    new = {line.unit_id for line in chosen if line.asked_on != today}
    units = [unit for unit in frozen_recipients(dispatch_id) if unit.id in new]
    addresses, unreachable = issue_plan.addresses(units), []
    for unit in units:
        context = {
            "number": found.dispatch.number or tr("công văn"), "subject": found.dispatch.short_subject or found.dispatch.subject, "unit": unit.name,
            "by_name": actor.name, "url": links.absolute("unit_reports", id=dispatch_id),
        }
        to = next(iter(addresses[unit.id]), None)
        # What has no address is no asking: once it has one, the same day counts anew.
        key = f"report-wanted:{dispatch_id}:{unit.id}:{today.isoformat()}" if to and outbox.usable_address(to.email) else None
        mail = outbox.queue(
            "report_wanted", address=to.email if to else "", name=to.name if to else unit.name, person_id=to.person_id if to else None, unit_id=unit.id,
            dispatch_id=dispatch_id, context=context, dedupe_key=key,
        )
        unreachable += [unit.name] if mail.state == "skipped" else []
    if units:
        history.record(actor, "unit_report.wanted", dispatch_id=dispatch_id, units=len(units) - len(unreachable))
    return Asked(len(units) - len(unreachable), tuple(unreachable), again)

"""The clerk's words in a report: sentences worded anew, its number and day; the files are then drawn again from the same data."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select, update

from tracker import clock
from tracker.adapters import jobs
from tracker.db import db
from tracker.domain import letterheads
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict
from tracker.domain.report_document import Data, drafted
from tracker.domain.report_narrative import Edit, Sentence, moved
from tracker.models.reports import Report, ReportEdit
from tracker.services import history, reports

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence on the page: as drafted, and in the clerk's words (None where it is left as it is); was: the draft that those words stood for,
    where it has changed since."""

    sentence: Sentence
    own: str | None
    was: str


def of(report_id: int) -> dict[str, Edit]:
    """The clerk's words by the sentence's key."""
    rows = db.session.execute(select(ReportEdit.key, ReportEdit.text, ReportEdit.drafted).where(ReportEdit.report_id == report_id))
    return {key: Edit(text, was) for key, text, was in rows}


def lines(actor: Actor, found: Report) -> list[Line]:
    """Every sentence of a finished report, with what the clerk made of it. Raises as reports.data does."""
    edits, drafts = of(found.id), drafted(reports.data(actor, found))
    changed = moved(drafts, edits)
    return [
        Line(one, edits[one.key].text if one.key in edits else None, edits[one.key].drafted if one.key in changed else "") for one in drafts
    ]


def stale(actor: Actor, found: Report) -> list[Line]:
    """Sentences that the clerk had worded, whose draft is another one now."""
    return [line for line in lines(actor, found) if line.was]


def save(actor: Actor, report_id: int, texts: Mapping[str, str], number: str, signed_on: date | None) -> bool:
    """Keeps the sentences (text by key; as drafted: no edit; empty: left out), the number and the day; whether anything changed.

    A number alone is given the office's symbol. Where anything changed, the files are drawn again.
    Raises NotFound, Forbidden, BadInput("report.sentence", "report.number", "report.signed_on"),
    Conflict("report.not_ready", "report.replaced").
    """
    actor.need(Right.REPORT_COMPILE)
    found = reports.get(actor, report_id)
    if found.state != "ready":
        raise Conflict("report.not_ready")
    if db.session.scalar(select(Report.id).where(Report.replaces_id == report_id, Report.state.in_(("queued", "running", "ready"))).limit(1)):
        raise Conflict("report.replaced")
    known = reports.data(actor, found)
    number = _full(number, known.letterhead.symbol)
    if len(number) > 60:
        raise BadInput("report.number")
    if signed_on is not None and not found.as_of <= signed_on:
        raise BadInput("report.signed_on", first=found.as_of)
    kept, before = _kept(known, texts), of(report_id)
    if kept == before and (found.number or "", found.signed_on) == (number, signed_on):
        return False
    _write(actor, report_id, kept, before)
    history.record(
        actor, "report.edit", dispatch_id=found.dispatch_id, unit_id=found.unit_id, report_id=report_id,
        changed=sorted(key for key in kept.keys() | before.keys() if kept.get(key) != before.get(key)), number=number,
        signed_on=signed_on.isoformat() if signed_on else "",
    )
    again = update(Report).where(Report.id == report_id, Report.state == "ready").values(
        number=number or None, signed_on=signed_on, state="queued", done=0, tries=0, claimed_at=None, error=None)
    if not reports.touched(again):
        raise Conflict("report.not_ready")
    jobs.enqueue(reports.COMPILE, report_id)
    return True


def _full(typed: str, symbol: str) -> str:
    """Where the office's symbol is not known, what was typed stays as it is."""
    typed = " ".join(typed.split())
    return letterheads.numbered(typed, symbol) if typed.isalnum() and letterheads.BLANK not in symbol else typed


def _kept(known: Data, texts: Mapping[str, str]) -> dict[str, Edit]:
    kept = {}
    for one in drafted(known):
        text = " ".join(texts.get(one.key, one.text).split())
        if len(text) > LONGEST:
            raise BadInput("report.sentence", limit=LONGEST)
        if text != " ".join(one.text.split()):
            kept[one.key] = Edit(text, one.text)
    return kept


def _write(actor: Actor, report_id: int, kept: dict[str, Edit], before: dict[str, Edit]) -> None:
    gone = [key for key in before if kept.get(key) != before[key]]
    db.session.execute(delete(ReportEdit).where(ReportEdit.report_id == report_id, ReportEdit.key.in_(gone)))
    now = clock.now()
    db.session.add_all(
        ReportEdit(report_id=report_id, key=key, text=edit.text, drafted=edit.drafted, person_id=actor.id, at=now)
        for key, edit in kept.items() if edit != before.get(key)
    )

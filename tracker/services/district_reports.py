"""A district's own report on a dispatch: drafted from its data, written by hand, drafted anew from the data of the day."""
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select

from tracker import clock
from tracker.db import db
from tracker.domain import district_report as texts
from tracker.domain import letterheads
from tracker.domain.access import Actor, Right, Role
from tracker.domain.district_report import Paper, Section
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.report import Letterhead, ReportData
from tracker.domain.report_layout import Table
from tracker.domain.report_parts import reference
from tracker.models.dispatches import Dispatch
from tracker.models.district_reports import DistrictReport
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import answering, history, report_facts, reports

LIMITS = {"number": 60, "signer_title": 200, "signer_name": 120}
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Form:
    """What the page says: texts by section; number and dated_on may wait until it is signed."""

    texts: Mapping[str, str]
    signer_title: str
    signer_name: str
    number: str = ""
    dated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Drafted:
    """What the unit's data of today give: the sections and all that is kept beside them."""

    sections: tuple[Section, ...]
    facts: dict[str, Any]


def of_unit(actor: Actor, dispatch_id: int) -> list[Row[Any]]:
    """The editions of the actor's unit, newest first. Raises NotFound for a dispatch that is not the unit's."""
    answering.place(actor, dispatch_id)
    columns = (
        DistrictReport.id, DistrictReport.edition, DistrictReport.state, DistrictReport.number, DistrictReport.dated_on, DistrictReport.sent_at,
        DistrictReport.updated_at, DistrictReport.sent_back,
    )
    wanted = select(*columns).where(DistrictReport.dispatch_id == dispatch_id, DistrictReport.unit_id == actor.unit_id)
    return list(db.session.execute(wanted.order_by(DistrictReport.edition.desc())))


def begun(unit_id: int) -> list[Row[Any]]:
    """What the unit is writing or waits to have signed: (id, state, number of the dispatch, sent_back)."""
    wanted = select(DistrictReport.id, DistrictReport.state, Dispatch.number, DistrictReport.sent_back)
    wanted = wanted.join(Dispatch, Dispatch.id == DistrictReport.dispatch_id).where(DistrictReport.unit_id == unit_id, DistrictReport.state != "sent")
    return list(db.session.execute(wanted.order_by(DistrictReport.id.desc()).limit(5)))


def draft(actor: Actor, dispatch_id: int) -> DistrictReport:
    """Begins the unit's report, or its next edition; one that is begun already is given back.

    Of a new edition, words that were changed by hand in the one before are kept. Raises NotFound, Conflict("answer.closed").
    """
    answering.need_open(answering.place(actor, dispatch_id, lock=True))
    of_ours = (DistrictReport.dispatch_id == dispatch_id, DistrictReport.unit_id == actor.unit_id)
    last = db.session.scalars(select(DistrictReport).where(*of_ours).order_by(DistrictReport.edition.desc()).limit(1)).first()
    if last is not None and last.state != "sent":
        return last
    now, made = clock.now(), drafted(dispatch_id, actor.unit_id or 0)
    title, name = (last.signer_title, last.signer_name) if last else _signer(actor.unit_id or 0, made.facts)
    kept = texts.by_hand(sections(last), drafted_sections(last)) if last else set()
    words = _merged(made.sections, sections(last), kept) if last else made.sections
    report = DistrictReport(
        dispatch_id=dispatch_id, unit_id=actor.unit_id, edition=last.edition + 1 if last else 1, as_of=clock.today(), sections=_kept(words),
        drafted=_kept(made.sections), facts=made.facts, signer_title=title, signer_name=name, created_by_id=actor.id, created_at=now,
        updated_by_id=actor.id, updated_at=now,
    )
    db.session.add(report)
    db.session.flush()
    tell(actor, report, "draft")
    return report


def drafted(dispatch_id: int, unit_id: int) -> Drafted:
    """The sections from the unit's data as they are now. Raises NotFound for a unit that is no recipient."""
    unit = db.session.get_one(Unit, unit_id)
    try:
        data = report_facts.gather(dispatch_id, clock.today()).for_unit(unit.code)
    except KeyError:
        raise NotFound() from None
    return Drafted(texts.draft(data), _facts(data))


def _facts(data: ReportData) -> dict[str, Any]:
    """What is kept beside the words: the head, what the report is about, the unit's data, the list of documents and the tables of figures."""
    return {
        "head": asdict(data.letterhead), "about": reference(data), "data": reports.as_dict(data), "total": data.tally().total,
        "evidence": [texts.block_to_json(block) for block in texts.evidence_of(data)],
        "tables": [texts.block_to_json(table) for table in texts.figure_tables(data)],
    }


def _signer(unit_id: int, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Title and name of the unit's leader, as the signature has them."""
    leader = next(iter(leaders(unit_id)), None)
    title = " ".join(filter(None, (str(facts["head"]["authority"]), (leader.title or "").upper() if leader else "CHỦ TỊCH")))
    return title[:LIMITS["signer_title"]], leader.name if leader else ""


def leaders(unit_id: int) -> list[Person]:
    """The unit's leaders who have an account."""
    wanted = select(Person).where(Person.unit_id == unit_id, Person.role == Role.DISTRICT_LEADER, Person.left_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Person.id)))


def _merged(anew: Sequence[Section], now: Sequence[Section], keep: set[str]) -> tuple[Section, ...]:
    """The new sections, but for those that keep their words."""
    old = {section.key: section for section in now}
    return tuple(old[section.key] if section.key in keep and section.key in old else section for section in anew)


def _kept(found: Sequence[Section]) -> list[dict[str, str]]:
    return [asdict(section) for section in found]


def sections(report: DistrictReport) -> tuple[Section, ...]:
    """The words as they stand."""
    return tuple(Section(**one) for one in report.sections)


def drafted_sections(report: DistrictReport) -> tuple[Section, ...]:
    """The words as the machine wrote them."""
    return tuple(Section(**one) for one in report.drafted)


def paper(report: DistrictReport) -> Paper:
    """The report as it is drawn."""
    facts = report.facts
    return Paper(
        Letterhead(**{**facts["head"], "recipients": tuple(facts["head"]["recipients"])}), facts["about"], report.as_of, report.number, report.dated_on,
        report.signer_title, report.signer_name, sections(report), tuple(texts.block_from_json(block) for block in facts["evidence"]),
        tuple(block for block in map(texts.block_from_json, facts["tables"]) if isinstance(block, Table)),
    )


def get(actor: Actor, report_id: int) -> DistrictReport:
    """One report. Raises NotFound for a foreign unit's, and for the province while it is not sent."""
    actor.need(Right.REPORT_READ)
    found = db.session.get(DistrictReport, report_id)
    if found is None or (actor.sees_all_units and found.state != "sent"):
        raise NotFound()
    actor.need_unit(found.unit_id)
    return found


def locked(actor: Actor, report_id: int, version: int | None = None) -> DistrictReport:
    """The unit's own report that is not sent yet, for a change. Raises Forbidden, NotFound, Conflict("unit_report.sent", "stale")."""
    actor.need(Right.ASSIGNMENT_ANSWER)
    found = db.session.get(DistrictReport, report_id, with_for_update={"of": DistrictReport}, populate_existing=True)
    if found is None:
        raise NotFound()
    actor.need_unit(found.unit_id)
    if found.state == "sent":
        raise Conflict("unit_report.sent", number=found.number or "")
    if version is not None and found.version != version:
        raise Conflict("stale")
    return found


def editable(actor: Actor, report_id: int, version: int | None = None) -> DistrictReport:
    """The same for its words: while the leader has it, the leader alone may change them. Raises Conflict("unit_report.waiting") and as locked does."""
    found = locked(actor, report_id, version)
    if found.state == "waiting" and actor.role != Role.DISTRICT_LEADER:
        raise Conflict("unit_report.waiting")
    return found


def save(actor: Actor, report_id: int, version: int, form: Form) -> DistrictReport:
    """Writes the draft. Raises BadInput("unit_report.long", "unit_report.text") and as editable does."""
    report = editable(actor, report_id, version)
    number = letterheads.numbered(form.number, str(report.facts["head"]["symbol"]))
    for name, limit in LIMITS.items():
        if len(number if name == "number" else getattr(form, name).strip()) > limit:
            raise BadInput("unit_report.long", limit=limit, field=name)
    for key, text in form.texts.items():
        if len(text) > LONGEST_TEXT:
            raise BadInput("unit_report.text", limit=LONGEST_TEXT, field=key)
    report.sections = _kept([Section(one.key, clean(form.texts.get(one.key, one.text))) for one in sections(report)])
    report.signer_title, report.signer_name = form.signer_title.strip(), form.signer_name.strip()
    report.number, report.dated_on = number or None, form.dated_on
    touch(actor, report)
    return report


def clean(text: str) -> str:
    """The words of a field as they are kept: one kind of line break, nothing round them."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def touch(actor: Actor, report: DistrictReport) -> None:
    """Notes that it was changed, so that a page opened before is known to be old."""
    report.version, report.updated_at, report.updated_by_id = report.version + 1, clock.now(), actor.id


def anew(actor: Actor, report_id: int) -> list[texts.Change]:
    """What drafting anew from the data of now would change; nothing is written. Raises as editable does."""
    report = editable(actor, report_id)
    return texts.changes(sections(report), drafted_sections(report), drafted(report.dispatch_id, report.unit_id).sections)


def redraft(actor: Actor, report_id: int, version: int, keys: Sequence[str]) -> DistrictReport:
    """Takes the data anew as of today: the chosen sections are written anew, the others keep their words. Raises as editable does."""
    report = editable(actor, report_id, version)
    made = drafted(report.dispatch_id, report.unit_id)
    keep = set(texts.KEYS) - set(keys)
    report.sections, report.drafted = _kept(_merged(made.sections, sections(report), keep)), _kept(made.sections)
    report.facts, report.as_of = made.facts, clock.today()
    touch(actor, report)
    tell(actor, report, "anew")
    return report


def discard(actor: Actor, report_id: int) -> int:
    """Throws a draft away; gives its dispatch. Raises as editable does."""
    report = editable(actor, report_id)
    dispatch_id = report.dispatch_id
    tell(actor, report, "discard")
    db.session.delete(report)
    return dispatch_id


def tell(actor: Actor, report: DistrictReport, act: str, *, public: bool = False, **told: Any) -> None:
    """Writes the report's history. What a unit does before it sends is its own: only public acts stand in the dispatch's history."""
    name = db.session.scalar(select(Unit.name).where(Unit.id == report.unit_id)) or ""
    history.record(
        actor, f"unit_report.{act}", dispatch_id=report.dispatch_id if public else None, unit_id=report.unit_id, report_id=report.id,
        edition=report.edition, unit=name, number=report.number or "", **told,
    )


def later(report: DistrictReport) -> int | None:
    """The id of a later edition that was sent, where there is one."""
    wanted = select(func.max(DistrictReport.id)).where(
        DistrictReport.dispatch_id == report.dispatch_id, DistrictReport.unit_id == report.unit_id, DistrictReport.edition > report.edition,
        DistrictReport.state == "sent",
    )
    return db.session.scalar(wanted)

"""From a reading to the rows of a draft: the head, one task per directive item, one finding per unit that is named."""
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.domain.policies import STAMPED
from tracker.domain.wording import tr
from tracker.models.dispatches import Dispatch
from tracker.models.tasks import Task, TaskUnit
from tracker.models.units import Unit
from tracker.reading import Deadline, Finding, Found, Reading, as_json
from tracker.reading.deliverables import deliverables
from tracker.reading.folding import fold
from tracker.services import draft_charges, reader_score, series

TITLE = 160
SHORT_SUBJECT = 90
FINDING_TITLE = 100
#: What a clerk mostly asks for; changed per task on the draft page.
USUAL_EVIDENCE = ("implementing_document",)


def shorten(text: str, limit: int = TITLE) -> str:
    """The text on one line, cut at a word with an ellipsis where it is longer."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def sentence_case(text: str) -> str:
    """The text with its first letter a capital."""
    return text[:1].upper() + text[1:]


def fill(dispatch: Dispatch, reading: Reading) -> None:
    """Puts the reader's values into a draft that holds none yet and adds its tasks; what was read is kept beside what the clerk will change."""
    dispatch.text, dispatch.kind, dispatch.number = reading.text, reading.kind, _cut(reading.number, 60)
    dispatch.issued_on = reading.issued_on.value if reading.issued_on else None
    dispatch.issuer = _issuer(reading)
    dispatch.urgency = STAMPED.get(reading.urgency.value) if reading.urgency else None
    dispatch.subject = sentence_case(reading.subject.value) if reading.subject else ""
    dispatch.recipients = [found.value for found in reading.recipients]
    if reading.signatory:
        dispatch.signatory_name, dispatch.signatory_title = _cut(reading.signatory.name, 120), _cut(reading.signatory.title, 200)
    if reading.report_to:
        dispatch.report_to_office = _cut(reading.report_to.office, 300)
        dispatch.report_to_email = reading.report_to.emails[0].value[:254].lower() if reading.report_to.emails else None
    dispatch.reading = {"state": "ready", "found": _kept(reading), "spans": _spans(reading), "doubts": _head_doubts(reading)}
    index(dispatch)
    add_tasks(dispatch, reading)
    reader_score.keep_drafted(dispatch)


def index(dispatch: Dispatch) -> None:
    """Renews what follows from the head: the short subject for lists and the folded text that search looks through."""
    dispatch.short_subject = shorten(dispatch.subject, SHORT_SUBJECT)
    dispatch.folded = fold(" ".join(filter(None, (dispatch.number, dispatch.subject, dispatch.issuer, dispatch.signatory_name))))


def add_tasks(dispatch: Dispatch, reading: Reading) -> None:
    """Adds the tasks and findings of a reading after none."""
    position, charged = 0, draft_charges.of_tasks(reading)
    for number, item in enumerate(reading.tasks, 1):
        position += 1
        chosen, others = _deadline([d for d in reading.deadlines if d.task in (number, "all")], number)
        doubts = [_doubt("item", item.doubt)] if item.doubt else []
        to_all, units, named = charged[number - 1]
        doubts += [_doubt("units", tr("Máy hiểu mục này nêu riêng {named}: hãy xem lại đơn vị.", named=named))] if units else []
        db.session.add(
            Task(
                dispatch_id=dispatch.id, position=position, label=item.label[:20] if item.label else None, title=shorten(item.title), text=item.text,
                span_start=item.span[0], span_end=item.span[1], evidence=list(deliverables(item.text) or USUAL_EVIDENCE),
                to_all=to_all, units=units, doubts=doubts + _date_doubts(chosen, others, reading, item.text),
                **series.dates_of(chosen, item.text),
            )
        )
    codes = _district_ids({f.code for f in reading.findings if f.code})
    for index, found in enumerate(reading.findings):
        position += 1
        db.session.add(_finding(dispatch.id, position, found, codes.get(found.code or ""), reading.doubts.get(f"findings.{index}")))


def _finding(dispatch_id: int, position: int, found: Finding, unit_id: int | None, doubt: str | None) -> Task:
    """A finding tells its own unit's part only: the sentence it stands in names other units too, so what is bracketed is left out."""
    general = re.sub(r"\s*\([^()]*\)", "", _sentence(found)).strip(" .;")
    text = f"{found.text}: {general}" if general and fold(general) != fold(found.text) else found.text
    return Task(
        dispatch_id=dispatch_id, kind="finding", position=position, title=shorten(text, FINDING_TITLE), text=text,
        span_start=found.span[0], span_end=found.span[1], to_all=False, evidence=["report"], units=[TaskUnit(unit_id=unit_id, role="lead")] if unit_id else [],
        doubts=([_doubt("finding.named", doubt)] if doubt else [])
        if unit_id
        else [_doubt("finding.unit", tr("Tên “{unit}” có thể là nhiều đơn vị: hãy chọn.", unit=found.unit))],
    )


def _sentence(found: Finding) -> str:
    """The sentence of the context that holds the finding's own words."""
    at = found.context.find(found.text)
    if at < 0:
        return found.context
    start = max((m.end() for m in re.finditer(r"[.!?]\s+(?=[A-ZĐÀ-Ỹ])", found.context[:at])), default=0)
    end = re.search(r"[.!?](?:\s|$)", found.context[at + len(found.text):])
    return found.context[start: at + len(found.text) + end.start() if end else len(found.context)]


def _district_ids(codes: Iterable[str]) -> dict[str, int]:
    """Per unit code the id of the unit that answers for it: itself, or a commune's district while it has one."""
    parent = aliased(Unit)
    wanted = select(Unit.code, Unit.id, Unit.level, parent.id, parent.level).outerjoin(parent, parent.id == Unit.parent_id).where(Unit.code.in_(list(codes)))
    return {
        code: parent_id if level == "commune" and parent_level == "district" else unit_id
        for code, unit_id, level, parent_id, parent_level in db.session.execute(wanted)
    }


def _deadline(found: list[Deadline], number: int) -> tuple[Deadline | None, list[Deadline]]:
    """The term that a task is due by: its own before one for all, the last of several; and the others, to be told."""
    own = [d for d in found if d.task == number] or found
    dated = sorted((d for d in own if d.date), key=lambda d: d.date or date.min)
    chosen = dated[-1] if dated else own[0] if own else None
    return chosen, [d for d in own if d is not chosen]


def _date_doubts(chosen: Deadline | None, others: list[Deadline], reading: Reading, text: str) -> list[dict[str, Any]]:
    doubts = _reader_doubts(chosen, reading) if chosen else []
    if chosen and chosen.inferred_year:
        doubts.append(_doubt("deadline.year", tr("Hạn thiếu năm trong công văn, máy tự suy ra.")))
    turned = series.read(chosen, text) if chosen else None
    if turned:
        if not turned[1]:
            doubts.append(_doubt("deadline.rhythm", tr("Công văn không ghi ngày của mỗi kỳ, máy lấy ngày cuối kỳ.")))
    elif chosen and chosen.date is None:
        doubts.append(_doubt("deadline.vague", tr("Hạn nói chung chung: “{text}”.", text=shorten(chosen.text, 80))))
    if others:
        doubts.append(_doubt("deadline.several", tr("Trong câu còn hạn khác: ") + "; ".join(f"“{shorten(d.text, 60)}”" for d in others[:4]) + "."))
    return doubts


def _reader_doubts(chosen: Deadline, reading: Reading) -> list[dict[str, Any]]:
    """What the reader doubts about the chosen term; a missing year and vague words are told in words of their own."""
    at = reading.deadlines.index(chosen)
    told = {"date": chosen.inferred_year, "kind": chosen.date is None, "task": False}
    found = {part: reading.doubts.get(f"deadlines.{at}.{part}") for part in told}
    return [_doubt(f"deadline.{part}", words) for part, words in found.items() if words and not told[part]]


def _doubt(code: str, text: str | None) -> dict[str, Any]:
    return {"code": code, "text": text or ""}


def _issuer(reading: Reading) -> str | None:
    return _cut(reading.issuer, 300) or _cut(reading.parent, 300)


def _cut(found: Found | None, limit: int) -> str | None:
    return found.value[:limit] if found else None


def _kept(reading: Reading) -> dict[str, Any]:
    """The reading without the text, which stands in its own column."""
    return {key: value for key, value in as_json(reading).items() if key not in ("text", "figures")}


def _spans(reading: Reading) -> dict[str, list[int]]:
    """Where the head's values stand in the text."""
    found = {"number": reading.number, "issued_on": reading.issued_on, "subject": reading.subject, "issuer": reading.issuer}
    if reading.signatory:
        found["signatory"] = reading.signatory.name
    if reading.report_to and reading.report_to.emails:
        found["email"] = reading.report_to.emails[0]
    if reading.report_to and reading.report_to.office:
        found["report_to"] = reading.report_to.office
    if reading.recipients:
        found["recipients"] = reading.recipients[0]
    return {key: list(value.span) for key, value in found.items() if value}


def _head_doubts(reading: Reading) -> dict[str, str]:
    """The doubts about the letterhead; those about tasks stand on the tasks."""
    return {key: words for key, words in reading.doubts.items() if "." not in key}

"""Formal letters from the late list: drafted in one press, changed, refreshed, thrown away; each unit sees only what was issued to it."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, delete, func, select

from tracker import clock
from tracker.db import db
from tracker.domain import letterheads
from tracker.domain import letters as texts
from tracker.domain import report_words as words
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.domain.letter_document import Paper
from tracker.domain.letters import Facts, Kind, Line
from tracker.domain.status import DispatchState
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.letters import Letter, LetterUnit
from tracker.services import history, letter_lines, office_head
from tracker.services.calendar import working_calendar

#: Working days that a letter gives for the answer, until somebody writes another day.
REPLY = 5
LIMITS = {"subject": 300, "signer_title": 200, "signer_name": 120, "number": 60}
LONGEST_BODY = 20_000
#: Letters of one dispatch that a page lists.
SHOWN = 60


@dataclass(frozen=True, slots=True)
class LetterForm:
    """What the draft's form says; number and dated_on may wait until it is issued."""

    subject: str
    body: str
    signer_title: str
    signer_name: str
    reply_by: date | None
    units: tuple[int, ...]
    number: str = ""
    dated_on: date | None = None


def dispatch_of(actor: Actor, dispatch_id: int) -> Dispatch:
    """The dispatch in force that a letter is to be about. Raises Forbidden, NotFound, Conflict("dispatch.state")."""
    actor.need(Right.LETTER_WRITE)
    found = db.session.get(Dispatch, dispatch_id)
    if found is None or found.state == DispatchState.DRAFT:
        raise NotFound()
    if found.state != DispatchState.ISSUED:
        raise Conflict("dispatch.state")
    return found


def late(actor: Actor, dispatch_id: int) -> tuple[Dispatch, list[Line]]:
    """The dispatch and its late list of today. Raises as dispatch_of does."""
    return dispatch_of(actor, dispatch_id), letter_lines.of_dispatch(dispatch_id, clock.today())


def draft(actor: Actor, dispatch_id: int, kind: str, each: bool, unit_ids: Sequence[int] = ()) -> list[Letter]:
    """Drafts one letter to all late units (or those chosen), or one to each. Raises BadInput("letter.kind", "letter.nobody") and as dispatch_of."""
    dispatch = dispatch_of(actor, dispatch_id)
    if kind not in set(Kind):
        raise BadInput("letter.kind")
    found = letter_lines.of_dispatch(dispatch_id, clock.today(), unit_ids or None)
    if not found:
        raise BadInput("letter.nobody")
    units = list(dict.fromkeys(line.unit_id for line in found))
    groups = [[unit] for unit in units] if each else [units]
    made = [_draft(actor, dispatch, kind, group, [line for line in found if line.unit_id in group]) for group in groups]
    history.record(actor, "letter.draft", dispatch_id=dispatch_id, what=texts.WORDS[Kind(kind)], count=len(made))
    return made


def _draft(actor: Actor, dispatch: Dispatch, kind: str, units: list[int], found: list[Line]) -> Letter:
    now, today, names = clock.now(), clock.today(), office_head.signer(dispatch)
    letter = Letter(
        dispatch_id=dispatch.id, kind=kind, as_of=today, reply_by=working_calendar().add(today, REPLY), signer_title=names[0][:200], signer_name=names[1][:120],
        lines=[texts.to_json(line) for line in found], units=[LetterUnit(unit_id=unit) for unit in units], created_by_id=actor.id, created_at=now,
        updated_at=now,
    )
    db.session.add(letter)
    db.session.flush()
    write(letter, dispatch)
    return letter


def write(letter: Letter, dispatch: Dispatch) -> None:
    """Subject and body as the lines have them."""
    told = facts(letter, dispatch)
    letter.subject, letter.body = texts.subject(told), texts.body(told)


def facts(letter: Letter, dispatch: Dispatch) -> Facts:
    """What the letter's words are made from: the lines of the units that are ticked."""
    kind = (dispatch.kind or "công văn").strip().lower()
    dated = f" ngày {words.day(dispatch.issued_on)}" if dispatch.issued_on else ""
    return Facts(
        letter.kind, office_head.above(dispatch).speaker, f"{kind[:1].upper()}{kind[1:]} số {dispatch.number or '……'}{dated}",
        _inside(words.subject(dispatch.subject)), letter.as_of, letter.reply_by, dispatch.report_to_office or "", dispatch.report_to_email or "",
        tuple(lines(letter)),
    )


def _inside(subject: str) -> str:
    """A subject within a sentence: a small letter first, but for an abbreviation."""
    return subject if subject[1:2].isupper() else f"{subject[:1].lower()}{subject[1:]}"


def lines(letter: Letter, all_units: bool = False) -> list[Line]:
    """The annex: lines of the units that the letter addresses; or of all that were late when it was drafted."""
    chosen = {row.unit_id for row in letter.units}
    return [line for line in map(texts.from_json, letter.lines) if all_units or line.unit_id in chosen]


def paper(letter: Letter) -> Paper:
    """The letter as it is drawn."""
    dispatch = db.session.get_one(Dispatch, letter.dispatch_id)
    found = lines(letter)
    return Paper(
        office_head.above(dispatch), letterheads.letter_symbol(dispatch.number), letter.number or None, letter.dated_on, letter.subject, letter.body,
        letter.signer_title, letter.signer_name, letter.as_of, tuple(dict.fromkeys(line.unit for line in found)), tuple(found),
    )


def get(actor: Actor, letter_id: int) -> Letter:
    """One letter. Raises NotFound for a draft without the right to write letters, and for one to other units."""
    actor.need(Right.WORK_READ)
    found = db.session.get(Letter, letter_id)
    if found is None or (found.state == "draft" and not actor.can(Right.LETTER_WRITE)):
        raise NotFound()
    if not actor.sees_all_units and actor.unit_id not in {row.unit_id for row in found.units}:
        raise NotFound()
    return found


def editable(actor: Actor, letter_id: int, version: int | None = None) -> Letter:
    """The draft for a change, locked. Raises Forbidden, NotFound, Conflict("letter.issued", "stale")."""
    actor.need(Right.LETTER_WRITE)
    found = db.session.get(Letter, letter_id, with_for_update={"of": Letter}, populate_existing=True)
    if found is None:
        raise NotFound()
    if found.state != "draft":
        raise Conflict("letter.issued", number=found.number or "")
    if version is not None and found.version != version:
        raise Conflict("stale")
    return found


def save(actor: Actor, letter_id: int, version: int, form: LetterForm) -> Letter:
    """Writes the draft. Words that nobody has changed follow the ticks and the reply day.

    Raises BadInput("letter.nobody", "letter.long", "letter.body") and as editable does.
    """
    letter = editable(actor, letter_id, version)
    dispatch = dispatch_of(actor, letter.dispatch_id)
    number = letterheads.numbered(form.number, letterheads.letter_symbol(dispatch.number))
    _check(letter, form, number)
    told = facts(letter, dispatch)
    own_body = form.body.split() != texts.body(told).split()
    letter.subject, letter.body, letter.reply_by = form.subject.strip(), "\n".join(form.body.split("\r\n")).strip(), form.reply_by
    letter.signer_title, letter.signer_name = form.signer_title.strip(), form.signer_name.strip()
    letter.number, letter.dated_on = number or None, form.dated_on
    _tick(letter, form.units)
    if not own_body:
        letter.body = texts.body(facts(letter, dispatch))
    letter.version, letter.updated_at = letter.version + 1, clock.now()
    return letter


def _check(letter: Letter, form: LetterForm, number: str) -> None:
    for name, limit in LIMITS.items():
        if len(number if name == "number" else getattr(form, name).strip()) > limit:
            raise BadInput("letter.long", limit=limit, field=name)
    if not form.subject.strip() or not form.body.strip() or len(form.body) > LONGEST_BODY:
        raise BadInput("letter.body", limit=LONGEST_BODY, field="body")
    if not set(form.units) & {line["unit_id"] for line in letter.lines}:
        raise BadInput("letter.nobody")


def _tick(letter: Letter, units: Sequence[int]) -> None:
    known = {line["unit_id"] for line in letter.lines}
    db.session.execute(delete(LetterUnit).where(LetterUnit.letter_id == letter.id))
    db.session.expire(letter, ["units"])
    db.session.add_all(LetterUnit(letter_id=letter.id, unit_id=unit) for unit in sorted(set(units) & known))
    db.session.flush()
    db.session.expire(letter, ["units"])


def refresh(actor: Actor, letter_id: int, version: int, rewrite: bool = False) -> tuple[Letter, bool]:
    """Takes the figures anew as of today; gives whether the body was changed by hand and so kept (rewrite: write it anew all the same).

    Units that are late no more fall out; a letter to one unit stays with it. Raises BadInput("letter.nobody_left") and as editable does.
    """
    letter = editable(actor, letter_id, version)
    dispatch = dispatch_of(actor, letter.dispatch_id)
    own_body = letter.body.split() != texts.body(facts(letter, dispatch)).split()
    own_subject = letter.subject != texts.subject(facts(letter, dispatch))
    known, chosen = {line["unit_id"] for line in letter.lines}, {row.unit_id for row in letter.units}
    found = letter_lines.of_dispatch(letter.dispatch_id, clock.today(), known if len(known) == 1 else None)
    if not chosen & {line.unit_id for line in found}:
        raise BadInput("letter.nobody_left")
    letter.as_of, letter.lines = clock.today(), [texts.to_json(line) for line in found]
    _tick(letter, sorted(chosen))
    told = facts(letter, dispatch)
    if rewrite or not own_body:
        letter.body = texts.body(told)
    if rewrite or not own_subject:
        letter.subject = texts.subject(told)
    letter.version, letter.updated_at = letter.version + 1, clock.now()
    return letter, own_body and not rewrite


def discard(actor: Actor, letter_id: int) -> int:
    """Throws a draft away; gives its dispatch. Raises as editable does."""
    letter = editable(actor, letter_id)
    dispatch_id = letter.dispatch_id
    db.session.delete(letter)
    return dispatch_id


def of_dispatch(actor: Actor, dispatch_id: int) -> list[Row[Any]]:
    """The letters of a dispatch, newest first: for the province all (drafts for those who write them), for a unit those issued to it."""
    wanted = (
        select(Letter.id, Letter.kind, Letter.state, Letter.number, Letter.dated_on, Letter.subject, *_addressed())
        .where(Letter.dispatch_id == dispatch_id).order_by(Letter.id.desc()).limit(SHOWN)
    )
    if not actor.can(Right.LETTER_WRITE):
        wanted = wanted.where(Letter.state == "issued")
    if not actor.sees_all_units:
        wanted = wanted.join(LetterUnit, (LetterUnit.letter_id == Letter.id) & (LetterUnit.unit_id == actor.unit_id))
    return list(db.session.execute(wanted))


def _addressed() -> tuple[Any, Any]:
    """How many units a letter addresses, and the name of one."""
    count = select(func.count()).where(LetterUnit.letter_id == Letter.id).correlate(Letter).scalar_subquery()
    name = (
        select(DispatchRecipient.unit_name).join(LetterUnit, LetterUnit.unit_id == DispatchRecipient.unit_id)
        .where(LetterUnit.letter_id == Letter.id, DispatchRecipient.dispatch_id == Letter.dispatch_id).correlate(Letter).limit(1).scalar_subquery()
    )
    return count.label("units"), name.label("unit")


def siblings(letter: Letter) -> list[Row[Any]]:
    """The drafts of the same dispatch and kind in order, so that letters to each unit can be gone through one by one."""
    wanted = select(Letter.id, *_addressed()).where(
        Letter.dispatch_id == letter.dispatch_id, Letter.kind == letter.kind, Letter.state == "draft"
    ).order_by(Letter.id).limit(200)
    return list(db.session.execute(wanted))

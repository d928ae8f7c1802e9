"""The words of a digest: what of the plan stands in one mail, with the opening sentences of its steps."""
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import CTE, func, select

from tracker.adapters.render import TaskLine
from tracker.db import db
from tracker.domain.policies import PolicyStep, filled
from tracker.domain.status import OWED
from tracker.models.assignments import Assignment, Tally
from tracker.models.dispatches import Dispatch
from tracker.models.units import Unit
from tracker.services import ledger, links, mail_lines
from tracker.services.addressees import Addressee
from tracker.services.agenda import Agenda
from tracker.services.mail_links import Maker, Offer

#: A mail opens with so many sentences of its steps at most, and names so many dispatches in each.
OPENINGS, NUMBERS = 3, 3


@dataclass(frozen=True)
class Told:
    """What one mail tells: the most urgent rows, how many in all by kind, and the opening sentences."""

    rows: list[Any]
    counts: "Counter[str]"
    openings: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.counts.total()


def kind_of(who: Addressee, flash: bool) -> str:
    """The kind of mail that somebody gets."""
    if who.of_province:
        return "province_digest"
    return "flash" if flash else "leader_digest" if who.leader else "digest"


def unit_of(who: Addressee) -> int | None:
    """The unit whose work somebody is told of, None for every unit's."""
    return None if who.of_province else who.unit_id


def told(who: Addressee, agenda: Agenda, mail_id: int | None = None) -> Told:
    """What the ledger has for this mail; without a mail what it would be given."""
    source = ledger.pending(agenda, who.keys, unit_of(who)) if mail_id is None else ledger.noted(agenda, mail_id, len(who.keys))
    if source is None:
        return Told([], Counter())
    kind = mail_lines.kind_column(agenda.day).label("kind")
    counted = select(kind, func.count()).select_from(source).join(Assignment, Assignment.id == source.c.id).group_by(kind)
    counts = Counter({name: count for name, count in db.session.execute(counted)})
    if not counts:
        return Told([], counts)
    rows = _units(source) if who.of_province else _tasks(source)
    return Told(rows, counts, _openings(source, agenda, who.unit_name) if agenda.openings else [])


def _tasks(source: CTE) -> list[Any]:
    columns = mail_lines.owed_columns().add_columns(source.c.step, source.c.ladder)
    return list(db.session.execute(columns.join(source, source.c.id == Assignment.id).limit(mail_lines.SHOWN)))


def _units(source: CTE) -> list[Any]:
    """One row a unit, the longest overdue first; for the province's leaders."""
    oldest = func.min(Assignment.chase_on).label("oldest")
    grouped = (
        select(Unit.id.label("unit_id"), Unit.name, func.count().label("count"), oldest, func.min(source.c.step).label("step"),
               func.min(source.c.ladder).label("ladder"))
        .select_from(source).join(Assignment, Assignment.id == source.c.id).join(Unit, Unit.id == Assignment.unit_id)
    )
    return list(db.session.execute(grouped.group_by(Unit.id, Unit.name).order_by(oldest, Unit.id).limit(mail_lines.SHOWN)))


def _openings(source: CTE, agenda: Agenda, unit_name: str) -> list[str]:
    """The opening sentences of the steps in the mail, the latest step first, each once."""
    grouped = (
        select(source.c.ladder, source.c.step, Dispatch.number, func.count())
        .select_from(source).join(Assignment, Assignment.id == source.c.id).join(Dispatch, Dispatch.id == Assignment.dispatch_id)
        .group_by(source.c.ladder, source.c.step, Dispatch.number).order_by(Dispatch.number)
    )
    found: dict[PolicyStep, list[tuple[str | None, int]]] = defaultdict(list)
    for ladder, step, number, count in db.session.execute(grouped):
        if agenda.found[ladder, step].opening:
            found[agenda.found[ladder, step]].append((number, count))
    said = [opening(step.opening, unit_name, agenda.day, found[step]) for step in sorted(found, key=lambda step: -step.days)]
    return list(dict.fromkeys(said))[:OPENINGS]


def opening(words: str, unit_name: str, day: date, dispatches: list[tuple[str | None, int]]) -> str:
    """One opening sentence with its gaps filled; dispatches: number and how many tasks, of each that has tasks at the step."""
    numbers = [number or "công văn chưa có số" for number, _ in dispatches]
    named = ", ".join(numbers[:NUMBERS]) + (f" và {len(numbers) - NUMBERS} công văn khác" if len(numbers) > NUMBERS else "")
    total = sum(count for _, count in dispatches)
    return filled(words, {"đơn vị": unit_name, "số": named, "số việc": str(total), "ngày": f"{day:%d/%m/%Y}"})


def offers(who: Addressee, said: Told) -> list[Offer]:
    """The signed links of a digest; copies for leaders ask for nothing."""
    return [] if who.leader or who.of_province else Maker().offers_for(said.rows)


def digest_context(who: Addressee, said: Told, day: date, standing: str) -> Mapping[str, Any]:
    """What the templates of a digest name, but for its signed links."""
    lines = [_unit_line(row, day) for row in said.rows] if who.of_province else mail_lines.lines(said.rows, day)
    shown = sum(row.count for row in said.rows) if who.of_province else len(said.rows)
    return {
        "summary": mail_lines.summary(said.counts), "unit_name": who.unit_name, "tasks": lines, "more": said.total - shown,
        "standing": standing, "openings": said.openings, "instead_of": ", ".join(f"đồng chí {name}" for name in who.instead_of),
        "url": links.absolute("home"), "today": day, "figures": "",
    }


def _unit_line(row: Any, day: date) -> TaskLine:
    late = (day - row.oldest).days
    words = ("over", f"lâu nhất quá {late} ngày") if late > 0 else ("soon", f"gần nhất hạn {row.oldest:%d/%m}")
    return TaskLine(row.name, *words, detail=f"{row.count} việc")


def standings(day: date) -> dict[int, str]:
    """One line a unit: what it owes in all, from the running counts."""
    owed, late, waiting = Counter[int](), Counter[int](), Counter[int]()
    for unit_id, state, due_on, count in db.session.execute(select(Tally.unit_id, Tally.state, Tally.due_on, Tally.count)):
        if state in OWED:
            owed[unit_id] += count
            late[unit_id] += count if due_on < day else 0
        elif state.startswith("submitted"):
            waiting[unit_id] += count
    return {unit_id: _standing(n, late[unit_id], waiting[unit_id]) for unit_id, n in owed.items()}


def _standing(owed: int, late: int, waiting: int) -> str:
    words = f"Toàn đơn vị còn {owed} việc chưa xong, trong đó {late} việc quá hạn."
    return f"{words} {waiting} việc đang chờ tỉnh duyệt, không cần gửi lại." if waiting else words

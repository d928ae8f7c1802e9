"""What a report is made from: plain facts of one dispatch on its cut-off day, with canonical JSON and its SHA-256."""
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from tracker.domain.progress import Evidence, Line, Standing, Tally, tally, timeliness
from tracker.domain.report_counts import Happened, IndicatorTable, Measured, UnitMeasured, happened, measured, of_unit
from tracker.domain.status import State

FORMAT = 2
#: So many of the units with most overdue are named.
NAMED = 3


class Kind(StrEnum):
    PROVINCE = "province"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The frame of an official document: who issues it, where, its symbol, who signs, who receives it.

    symbol follows the blank for the number ("-BC/HNDT" in the Party's and unions' way, "/BC-UBND" in the State's);
    star: "*" under the issuer instead of a line; style: the layout (profiles.STATE …), empty where star alone says it;
    addressee: "Kính gửi", empty where the document has none; speaker: how the issuer names itself in a sentence.
    """

    parent: str
    issuer: str
    place: str
    symbol: str
    star: bool = False
    authority: str = ""
    position: str = ""
    signer: str = ""
    addressee: str = ""
    speaker: str = ""
    recipients: tuple[str, ...] = ()
    style: str = ""


@dataclass(frozen=True, slots=True)
class DispatchFacts:
    """The dispatch a report is about; kind in Vietnamese ("công văn")."""

    kind: str
    number: str
    issued_on: date
    issuer: str
    subject: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A recipient unit, in the order of the organisation tree, with the letterhead of its own report."""

    code: str
    name: str
    letterhead: Letterhead


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """One task over the units that were given it; due_on is None where it has none or the units' first dates differ."""

    kind: str
    position: int
    title: str
    text: str
    due_on: date | None
    review_on: date | None


@dataclass(frozen=True, slots=True)
class Late:
    """A line that is or was late, by how many calendar days."""

    line: Line
    days: int


@dataclass(frozen=True, slots=True)
class ReportData:
    """All that the files and the page show; two reports with equal data are equal.

    prepared_on: the day that the document is dated, None while it is not known; it is no part of what is kept and hashed.
    """

    kind: Kind
    dispatch: DispatchFacts
    letterhead: Letterhead
    as_of: date
    units: tuple[UnitFacts, ...]
    lines: tuple[Line, ...]
    indicators: tuple[IndicatorTable, ...] = ()
    prepared_on: date | None = None

    def tally(self) -> Tally:
        """Over all lines."""
        return tally(self.lines, self.as_of)

    def happened(self) -> Happened:
        """Extensions, returns and findings over all lines."""
        return happened(self.lines, self.as_of)

    def by_unit(self) -> list[tuple[UnitFacts, Tally]]:
        """One tally per unit, in the units' order; a unit without lines has an empty one."""
        groups: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            groups[line.unit_code].append(line)
        return [(unit, tally(groups[unit.code], self.as_of)) for unit in self.units]

    def by_task(self) -> list[tuple[TaskFacts, Tally, tuple[Line, ...]]]:
        """One tally per task or finding, tasks first, each with its lines in the units' order."""
        groups: dict[tuple[bool, int, str], list[Line]] = defaultdict(list)
        for line in self.lines:
            groups[line.task_kind != "task", line.task_position, line.task_title].append(line)
        return [(_task(groups[key]), tally(groups[key], self.as_of), tuple(groups[key])) for key in sorted(groups)]

    def late(self) -> list[Late]:
        """Open and overdue lines, the longest first."""
        return self._late(Standing.OPEN_OVERDUE)

    def done_late(self) -> list[Late]:
        """Accepted lines whose accepted round came late, the longest first."""
        return self._late(Standing.DONE_LATE)

    def _late(self, wanted: Standing) -> list[Late]:
        found = [(line, timeliness(line, self.as_of)) for line in self.lines]
        return sorted((Late(line, t.days_late) for line, t in found if t.standing == wanted), key=lambda late: -late.days)

    def silent(self) -> list[tuple[UnitFacts, Tally]]:
        """Units that never handed in anything on this dispatch."""
        return [(unit, counts) for unit, counts in self.by_unit() if counts.total and not counts.updated]

    def for_unit(self, code: str) -> "ReportData":
        """The follow-up report of one unit, cut out of the province's. Raises KeyError for a unit that is not among them."""
        unit = next((u for u in self.units if u.code == code), None)
        if unit is None:
            raise KeyError(code)
        lines = tuple(line for line in self.lines if line.unit_code == code)
        tables = tuple(of_unit(table, code) for table in self.indicators if any(one.code == code for one in table.units))
        return replace(self, kind=Kind.DISTRICT, letterhead=unit.letterhead, units=(unit,), lines=lines, indicators=tables)


def _task(lines: list[Line]) -> TaskFacts:
    first = lines[0]
    due = {line.original_due_on or line.due_on for line in lines}
    review = {line.review_on for line in lines}
    return TaskFacts(
        first.task_kind, first.task_position, first.task_title, first.task_text,
        due.pop() if len(due) == 1 else None, review.pop() if len(review) == 1 else None,
    )


def figures(data: ReportData) -> dict[str, Any]:
    """The numbers that every form of the report shows, as plain values; sentences name them by their place in here."""
    late, done_late, tasks, silent = data.late(), data.done_late(), data.by_task(), data.silent()
    return {
        "total": counts_of(data.tally()),
        "happened": data.happened().plain(),
        "sizes": {
            "units": len(data.units), "tasks": sum(t.kind == "task" for t, _, _ in tasks), "findings": sum(t.kind != "task" for t, _, _ in tasks),
            "late": len(late), "late_units": len({x.line.unit_code for x in late}), "done_late": len(done_late),
            "done_late_units": len({x.line.unit_code for x in done_late}), "silent": len(silent),
            "longest": max((x.days for x in late), default=0),
        },
        "most_late": most_late((unit.name, counts) for unit, counts in data.by_unit()),
        "indicators": measured(data.indicators),
        "units": {unit.code: counts_of(counts) for unit, counts in data.by_unit()},
        "tasks": [{"kind": t.kind, "position": t.position, **counts_of(counts)} for t, counts, _ in tasks],
        "late": [[x.line.unit_code, x.line.task_kind, x.line.task_position, x.days] for x in late],
        "done_late": [[x.line.unit_code, x.line.task_kind, x.line.task_position, x.days] for x in done_late],
        "silent": [unit.code for unit, _ in silent],
    }


def most_late(units: Iterable[tuple[str, Tally]]) -> list[dict[str, Any]]:
    """The units with most overdue, by name and number, the most first."""
    late = sorted(((counts.open_overdue, name) for name, counts in units if counts.open_overdue), key=lambda one: (-one[0], one[1]))
    return [{"name": name, "n": n} for n, name in late[:NAMED]]


def counts_of(counts: Tally) -> dict[str, int]:
    """The cells of a tally with their sums."""
    return {**asdict(counts), "accepted": counts.accepted, "open": counts.open, "total": counts.total, "unanswered": counts.unanswered}


def to_json(data: ReportData) -> str:
    """Canonical JSON (sorted keys, no spaces, ISO dates): equal data give equal text. The figures stand beside the facts."""
    kept = {name: value for name, value in asdict(data).items() if name != "prepared_on"}
    return canonical({"format": FORMAT, "data": kept, "figures": figures(data)})


def canonical(content: dict[str, Any]) -> str:
    """The one spelling of a report's content, from its facts or from what the database kept of it."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not for a report: {type(value).__name__}")


def sha256(text: str) -> str:
    """The hash under which a report's data is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def from_json(text: str) -> ReportData:
    """Reads to_json's text back, and that of the first release. Raises ValueError for another format, and for figures that the facts do not give."""
    content = json.loads(text)
    if content.get("format") not in (1, FORMAT):
        raise ValueError(f"report data of format {content.get('format')}, this program reads 1 and {FORMAT}")
    data = _data(content["data"])
    found = json.loads(canonical(figures(data)))
    if not _agrees(content["figures"], found):
        raise ValueError("the stored figures do not follow from the stored facts")
    return data


def _agrees(kept: Any, found: Any) -> bool:
    """Whether all that was kept is found again; an older report kept fewer figures."""
    if isinstance(kept, dict):
        return isinstance(found, dict) and all(name in found and _agrees(value, found[name]) for name, value in kept.items())
    if isinstance(kept, list):
        return isinstance(found, list) and len(kept) == len(found) and all(map(_agrees, kept, found))
    return bool(kept == found)


def _data(raw: dict[str, Any]) -> ReportData:
    return ReportData(
        kind=Kind(raw["kind"]),
        dispatch=DispatchFacts(**_dated(raw["dispatch"])),
        letterhead=letterhead_from(raw["letterhead"]),
        as_of=date.fromisoformat(raw["as_of"]),
        units=tuple(UnitFacts(u["code"], u["name"], letterhead_from(u["letterhead"])) for u in raw["units"]),
        lines=tuple(_line(line) for line in raw["lines"]),
        indicators=tuple(indicator_table(table) for table in raw.get("indicators", ())),
        prepared_on=date.fromisoformat(raw["prepared_on"]) if raw.get("prepared_on") else None,
    )


def indicator_table(raw: dict[str, Any]) -> IndicatorTable:
    """An indicators' table as JSON keeps it."""
    units = tuple(UnitMeasured(**{**_dated(unit), "cells": tuple(map(tuple, unit["cells"]))}) for unit in raw["units"])
    return IndicatorTable(**{
        **_dated(raw), "columns": tuple(raw["columns"]), "indicators": tuple(Measured(**one) for one in raw["indicators"]), "units": units,
        "totals": tuple(map(tuple, raw["totals"])),
    })


def letterhead_from(raw: dict[str, Any]) -> Letterhead:
    """A letterhead as JSON keeps it."""
    return Letterhead(**{**raw, "recipients": tuple(raw["recipients"])})


def _line(raw: dict[str, Any]) -> Line:
    evidence = tuple(Evidence(**_dated(item)) for item in raw["evidence"])
    return Line(**{**_dated(raw), "state": State(raw["state"]), "evidence": evidence})


def _dated(raw: dict[str, Any]) -> dict[str, Any]:
    return {key: date.fromisoformat(value) if value and key.endswith(("_on", "fix_by")) else value for key, value in raw.items()}

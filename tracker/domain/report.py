"""What a report is made from: plain facts of one dispatch on its cut-off day, with canonical JSON and its SHA-256."""
import hashlib
import json
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from tracker.domain.progress import Evidence, Line, Standing, Tally, tally, timeliness
from tracker.domain.status import State

FORMAT = 1


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
    """All that the files and the page show; two reports with equal data are equal."""

    kind: Kind
    dispatch: DispatchFacts
    letterhead: Letterhead
    as_of: date
    prepared_on: date
    units: tuple[UnitFacts, ...]
    lines: tuple[Line, ...]

    def tally(self) -> Tally:
        """Over all lines."""
        return tally(self.lines, self.as_of)

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
        return replace(self, kind=Kind.DISTRICT, letterhead=unit.letterhead, units=(unit,), lines=lines)


def _task(lines: list[Line]) -> TaskFacts:
    first = lines[0]
    due = {line.original_due_on or line.due_on for line in lines}
    review = {line.review_on for line in lines}
    return TaskFacts(
        first.task_kind, first.task_position, first.task_title, first.task_text,
        due.pop() if len(due) == 1 else None, review.pop() if len(review) == 1 else None,
    )


def figures(data: ReportData) -> dict[str, Any]:
    """The numbers that every form of the report shows, as plain values."""
    return {
        "total": _counts(data.tally()),
        "units": {unit.code: _counts(counts) for unit, counts in data.by_unit()},
        "tasks": [{"kind": t.kind, "position": t.position, **_counts(counts)} for t, counts, _ in data.by_task()],
        "late": [[x.line.unit_code, x.line.task_kind, x.line.task_position, x.days] for x in data.late()],
        "done_late": [[x.line.unit_code, x.line.task_kind, x.line.task_position, x.days] for x in data.done_late()],
        "silent": [unit.code for unit, _ in data.silent()],
    }


def _counts(counts: Tally) -> dict[str, int]:
    return {**asdict(counts), "accepted": counts.accepted, "open": counts.open, "total": counts.total}


def to_json(data: ReportData) -> str:
    """Canonical JSON (sorted keys, no spaces, ISO dates): equal data give equal text. The figures stand beside the facts."""
    return canonical({"format": FORMAT, "data": asdict(data), "figures": figures(data)})


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
    """Reads to_json's text back. Raises ValueError for another format, and for figures that the facts do not give."""
    content = json.loads(text)
    if content.get("format") != FORMAT:
        raise ValueError(f"report data of format {content.get('format')}, this program reads {FORMAT}")
    data = _data(content["data"])
    if json.loads(to_json(data))["figures"] != content["figures"]:
        raise ValueError("the stored figures do not follow from the stored facts")
    return data


def _data(raw: dict[str, Any]) -> ReportData:
    return ReportData(
        kind=Kind(raw["kind"]),
        dispatch=DispatchFacts(**_dated(raw["dispatch"])),
        letterhead=_letterhead(raw["letterhead"]),
        as_of=date.fromisoformat(raw["as_of"]),
        prepared_on=date.fromisoformat(raw["prepared_on"]),
        units=tuple(UnitFacts(u["code"], u["name"], _letterhead(u["letterhead"])) for u in raw["units"]),
        lines=tuple(_line(line) for line in raw["lines"]),
    )


def _letterhead(raw: dict[str, Any]) -> Letterhead:
    return Letterhead(**{**raw, "recipients": tuple(raw["recipients"])})


def _line(raw: dict[str, Any]) -> Line:
    evidence = tuple(Evidence(**_dated(item)) for item in raw["evidence"])
    return Line(**{**_dated(raw), "state": State(raw["state"]), "evidence": evidence})


def _dated(raw: dict[str, Any]) -> dict[str, Any]:
    return {key: date.fromisoformat(value) if value and key.endswith(("_on", "fix_by")) else value for key, value in raw.items()}

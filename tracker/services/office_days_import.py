"""A year's days off and swapped days from lines that people have anyway: read, shown line by line, and written whole or not at all."""
import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from tracker import i18n
from tracker.adapters import tables
from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.calendar import Calendar
from tracker.domain.errors import BadInput, Conflict
from tracker.domain.wording import joined, tr
from tracker.models.office import CalendarDay
from tracker.reading.folding import fold
from tracker.services import history, office_days
from tracker.services.office_days import LONGEST_NAME, Day

MOST_LINES = 200
NEW, CHANGED, SAME, ERROR = "new", "changed", "same", "error"
_KINDS = {"nghi": False, "off": False, "nghi bu": False, "lam bu": True, "lam": True, "lam viec": True, "di lam": True}


@dataclass(frozen=True, slots=True)
class Planned:
    """What one line would do; day and working stand where it could be read. text: the words of the line or of what is wrong with it."""

    line: int
    action: str
    day: date | None
    working: bool
    name: str
    text: str = ""


@dataclass(frozen=True)
class Plan:
    """The lines in their order; seen: what the preview showed, so that a confirmation writes that and nothing else."""

    lines: list[Planned]
    seen: str

    @property
    def counts(self) -> dict[str, int]:
        """How many lines of each action."""
        return {action: sum(line.action == action for line in self.lines) for action in (NEW, CHANGED, SAME, ERROR)}


def text_of(data: bytes, name: str) -> str:
    """A table (.csv, .txt, .xlsx) as lines "day; kind; name". Raises BadInput where it is no table."""
    return "\n".join("; ".join(cell.split(" 00:00:00")[0] for cell in row[:3]) for row in tables.read(data, name))


def plan(actor: Actor, year: int, text: str) -> Plan:
    """What each line would do to this year. Raises Forbidden; BadInput for no lines or far too many."""
    actor.need(Right.SETTINGS_MANAGE)
    raw = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip(" ;,\t")]
    if raw and _is_head(raw[0][1]):
        raw = raw[1:]
    if not raw:
        raise BadInput("calendar.no_lines", field="text")
    if len(raw) > MOST_LINES:
        raise BadInput("calendar.many", field="text", most=MOST_LINES)
    known, seen, lines = {day.day: day for day in office_days.days(year)}, dict[date, int](), []
    for n, line in raw:
        try:
            lines.append(_one(n, line, year, known, seen))
        except BadInput as error:
            lines.append(Planned(n, ERROR, None, False, line[:80], i18n.words(error)))
    shown = repr([(one.line, one.action, one.day, one.working, one.name) for one in lines])
    return Plan(lines, hashlib.sha256(shown.encode()).hexdigest()[:32])


def _is_head(line: str) -> bool:
    return not any(letter.isdigit() for letter in line) and fold(line).startswith("ngay")


def _one(n: int, line: str, year: int, known: dict[date, Day], seen: dict[date, int]) -> Planned:
    separator = next((mark for mark in (";", "\t", "|", ",") if mark in line), ";")
    typed, kind, name = ([part.strip() for part in line.split(separator, 2)] + ["", ""])[:3]
    day = _day(typed)
    if day.year != year:
        raise BadInput("calendar.other_year", day=day, year=year)
    if fold(kind) not in _KINDS:
        raise BadInput("calendar.kind", kind=kind[:40])
    if day in seen:
        raise BadInput("calendar.twice", line=seen[day])
    seen[day] = n
    working, name = _KINDS[fold(kind)], name[:LONGEST_NAME]
    now, weekend = known.get(day), not Calendar().is_working(day)
    if working and not weekend and (now is None or now.working):
        raise BadInput("calendar.works_anyway", day=day)
    if now is not None and now.working == working and (now.name == name or not (now.own or name)):
        return Planned(n, SAME, day, working, now.name, tr("đã có"))
    if now is None and weekend and not working:
        return Planned(n, SAME, day, working, name, tr("vốn là thứ Bảy, Chủ nhật"))
    if now is not None and not now.own and now.working == working:
        return Planned(n, SAME, day, working, now.name, tr("đã có trong lịch cả nước"))
    return Planned(n, CHANGED if now is not None else NEW, day, working, name, tr("trước: {now}", now=_words(now)) if now else "")


def _words(day: Day) -> str:
    return joined("", (tr("làm việc") if day.working else tr("nghỉ"), joined("", (" (", day.name, ")")) if day.name else ""))


def _day(text: str) -> date:
    parts = text.replace("-", "/").replace(".", "/").split("/")
    try:
        year, month, day = (int(part) for part in (parts if len(parts[0]) == 4 else parts[::-1]))
        return date(year, month, day)
    except (ValueError, IndexError):
        raise BadInput("date.unreadable", text=text[:40]) from None


def write(actor: Actor, year: int, text: str, seen: str) -> int:
    """Writes the lines that change something and gives their number: all of them or none.

    Raises Forbidden; BadInput("calendar.errors") while a line is wrong or nothing changes; Conflict("stale") where the calendar is no
    longer what the preview showed.
    """
    found = plan(actor, year, text)
    if found.counts[ERROR]:
        raise BadInput("calendar.errors", count=found.counts[ERROR])
    if found.seen != seen:
        raise Conflict("stale")
    changing = [line for line in found.lines if line.action in (NEW, CHANGED) and line.day]
    if not changing:
        raise BadInput("calendar.nothing")
    for line in changing:
        db.session.merge(CalendarDay(day=line.day, working=line.working, name=line.name))
    history.record(actor, "office.days", year=year, days=[line.day.isoformat() for line in changing if line.day])
    return len(changing)


def of_last_year(year: int) -> str:
    """The office's own days off of the year before, on the same dates of this one, as lines to look through; swapped days do not recur."""
    lines = []
    for row in office_days.own_days(year - 1):
        if row.working or (row.day.month, row.day.day) == (2, 29):
            continue
        day = row.day.replace(year=year)
        lines.append(tr("{day}; nghỉ; {name}", day=f'{day:%d/%m/%Y}', name=row.name))
    return "\n".join(lines)


def sample(year: int) -> str:
    """Two lines that show the form."""
    first = date(year, 9, 4)
    saturday = first + timedelta((5 - first.weekday()) % 7 + 7)
    return tr("{first}; nghỉ; Nghỉ bù Quốc khánh\n{saturday}; làm bù; Làm bù cho ngày {first2}", first=f'{first:%d/%m/%Y}', saturday=f'{saturday:%d/%m/%Y}',
        first2=f'{first:%d/%m}')

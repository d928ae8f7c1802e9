"""Vì sao là ngày này: the rule that a deadline came from, the days off that lie before it, and who set or moved it, when, from what to what."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tracker import clock
from tracker.domain.calendar import Calendar
from tracker.domain.clocks import Clocks, clocks
from tracker.domain.status import HELD, State
from tracker.domain.wording import joined, tr
from tracker.services import office_days, sentences
from tracker.services.office_days import Day

#: What the machine writes where no sentence of a dispatch gave the date.
_BY_HAND = {
    "chuyên viên ghi": tr("Chuyên viên tỉnh ghi ngày này khi soạn."),
    "một hạn chung cho mọi nhiệm vụ": tr("Chuyên viên tỉnh đặt một hạn chung cho mọi nhiệm vụ của công văn."),
    "sửa đổi công văn": tr("Ngày này ghi trong bản sửa đổi công văn."),
}
#: Events that are told beside those which moved a date.
_TOLD = frozenset(
    f"assignment.{act}" for act in (
        "issue", "return", "undo_review", "dates", "pause", "resume", "object", "dismiss", "take_back", "uphold", "undo_objection",
        "extension_ask", "extension_take_back", "extend", "extension_refuse", "extension_undo",
    )
)
WEEKDAYS = (tr("thứ Hai"), tr("thứ Ba"), tr("thứ Tư"), tr("thứ Năm"), tr("thứ Sáu"), tr("thứ Bảy"), tr("Chủ nhật"))


@dataclass(frozen=True, slots=True)
class Change:
    """One line of how the date came about: when, the sentence, and the date before and after ("" where it did not move)."""

    at: datetime
    text: str
    was: str = ""
    now: str = ""


@dataclass(frozen=True)
class Why:
    """rule: sentences; between: sentences about the days off on the way; changes: oldest first; clocks: whose days they were."""

    rule: list[str] = field(default_factory=list)
    between: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    clocks: Clocks = field(default_factory=Clocks)


def of_assignment(row: Any, events: Sequence[Any]) -> Why:
    """row: columns of the assignment, its task and dispatch; events: its history, oldest first. One query, for the office's own days."""
    given = clock.local(next((event.at for event in events if event.kind == "assignment.issue"), row.issued_at)).date()
    last = row.due_on or row.review_on
    known = office_days.between(min(given, last), max(given, last))
    return Why(_rule(row, known), _between(given, last, known, bool(row.due_on)), _changes(row, events), _clocks(given, row, events))


def rule_of(why: str, due_on: date | None) -> str:
    """The rule in one sentence, for a draft or a list; empty where there is no deadline."""
    if due_on is None:
        return ""
    return _BY_HAND.get(why) or tr(why) or tr("Công văn hoặc chuyên viên tỉnh ghi rõ ngày này.")


def _rule(row: Any, known: Sequence[Day]) -> list[str]:
    if row.due_on is None:
        return [tr("Công văn không ghi hạn cho việc này nên có ngày xem lại: đến ngày đó tỉnh hỏi tiến độ.")]
    said = [rule_of(row.why, row.original_due_on or row.due_on)]
    if row.original_due_on and row.original_due_on != row.due_on:
        said.append(tr("Hạn ban đầu {original_due_on} vẫn được giữ; hạn đang tính là {due_on}.", original_due_on=_day(row.original_due_on),
            due_on=_day(row.due_on)))
    said.append(tr("Nộp trong ngày {due_on} vẫn đúng hạn; tính trễ từ hôm sau.", due_on=_day(row.due_on)))
    if name := day_off(row.due_on, known):
        said.append(
            tr("Ngày này là {name}. Hạn nêu đích danh ngày thì không dời vì ngày nghỉ; chỉ thời hạn đếm ngày (“trong vòng … ngày”) "
               "mới dời sang ngày làm việc kế tiếp (Bộ luật Dân sự, Điều 148).", name=name)
        )
    return said


def day_off(day: date, known: Sequence[Day]) -> str:
    """What kind of day off it is (Quốc khánh, Chủ nhật), empty for a working day."""
    found = next((one for one in known if one.day == day), None)
    if found is not None:
        return "" if found.working else (found.name or tr("ngày nghỉ của tỉnh"))
    return "" if Calendar().is_working(day) else WEEKDAYS[day.weekday()]


def _between(given: date, last: date, known: Sequence[Day], dated: bool) -> list[str]:
    """The days after the one on which it was given up to its date: how many are worked, and which are not, by name."""
    if last <= given:
        return []
    calendar = Calendar({one.day: one.working for one in known})
    total, working = (last - given).days, calendar.between(given, last)
    free = [one for one in known if not one.working and one.day > given]
    weekend = total - working - len(free)
    parts = [tr("{weekend} ngày thứ Bảy, Chủ nhật", weekend=weekend)] if weekend > 0 else []
    parts += [tr("{name} ({days})", name=name or tr("ngày nghỉ của tỉnh"), days=_span(first, end)) for first, end, name in office_days.stretches(free)]
    until = tr("hạn") if dated else tr("ngày xem lại")
    said = [tr("Từ ngày giao {given} đến {until} {last}: {total} ngày, trong đó {working} ngày làm việc.", given=_day(given), until=until, last=_day(last),
        total=total, working=working)]
    if parts:
        said.append(tr("Không tính là ngày làm việc: {names}.", names=joined("; ", parts)))
    worked = [one for one in known if one.working and one.day > given and not Calendar().is_working(one.day)]
    if worked:
        said.append(tr("Làm bù: {names}.", names=joined(", ", (WEEKDAYS[one.day.weekday()] + f" {_short(one.day)}" for one in worked))))
    said.append(tr("Lịch nhắc đếm ngày làm việc; số ngày quá hạn đếm theo lịch."))
    return said


def _changes(row: Any, events: Sequence[Any]) -> list[Change]:
    found, first = [], _first_date(row, events)
    if not events or events[0].kind != "assignment.issue":
        found.append(Change(row.issued_at, tr("{issued_by} ban hành công văn.", issued_by=row.issued_by or tr('Tỉnh')), now=_iso(first)))
    for event in events:
        moved = [name for name in ("due", "review") if f"{name}_now" in event.data]
        if not moved and event.kind not in _TOLD:
            continue
        was, now = (event.data[f"{moved[0]}_{when}"] for when in ("was", "now")) if moved else ("", "")
        if event.kind == "assignment.issue":
            now = first
        found.append(Change(event.at, sentences.sentence(event.kind, event.person_name, event.data), _iso(was), _iso(now)))
    return found


def _first_date(row: Any, events: Sequence[Any]) -> str:
    """The date with which it was given: no column keeps the first review date, so the first change of it tells."""
    if row.original_due_on:
        return str(row.original_due_on.isoformat())
    moved = next((event.data["review_was"] for event in events if event.data.get("review_was")), None)
    return str(moved or (row.review_on.isoformat() if row.review_on else ""))


def _clocks(given: date, row: Any, events: Sequence[Any]) -> Clocks:
    over = clock.local(row.ended_at).date() if row.ended_at else clock.today()
    return clocks(given, [change for event in events if (change := _course(event.at, event.data))], over)


def _course(at: datetime, data: Mapping[str, Any]) -> tuple[date, str] | None:
    """The state that an event left the assignment in, and from which day on: a pause may reach back, a resumption may be recorded late."""
    state = data.get("after")
    if state not in set(State):
        return None
    since = data.get("held_on") if state in HELD else data.get("resumed_on")
    return (date.fromisoformat(since) if since else clock.local(at).date()), str(state)


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _short(day: date) -> str:
    return f"{day:%d/%m}"


def _span(first: date, last: date) -> str:
    return _short(first) if first == last else f"{_short(first)}–{_short(last)}"


def _iso(text: str) -> str:
    return _day(date.fromisoformat(text)) if text else ""

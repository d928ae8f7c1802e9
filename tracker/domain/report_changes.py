"""What a corrected report says differently from the version before: of the whole, of each unit, of each task and figure."""
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tracker.domain import report_words as words
from tracker.domain.progress import Line
from tracker.domain.report import ReportData, counts_of
from tracker.domain.report_counts import IndicatorTable
from tracker.domain.report_parts import named
from tracker.domain.report_period import PeriodData

#: The counts that are compared, in words.
COUNTS = {
    "total": "Tổng số", "accepted_on_time": "Hoàn thành đúng hạn", "accepted_late": "Hoàn thành quá hạn", "accepted_no_deadline": "Hoàn thành, không hạn",
    "open_in_time": "Còn mở, trong hạn", "open_overdue": "Còn mở, quá hạn", "open_no_deadline": "Còn mở, không hạn", "waiting": "Chờ duyệt",
    "returned": "Bị trả lại", "updated": "Đã gửi kết quả", "outside": "Không tính",
}
WHOLE = "Toàn tỉnh"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: whose (a unit, a dispatch, the whole), in what, and how it read before and reads now."""

    whose: str
    what: str
    before: str
    after: str
    unit_code: str = ""


def changes(before: ReportData | PeriodData, after: ReportData | PeriodData) -> list[Change]:
    """The differences of two versions of one report; of one kind each. Raises nothing."""
    if isinstance(before, ReportData) and isinstance(after, ReportData):
        return [*_counts(WHOLE, counts_of(before.tally()), counts_of(after.tally())), *_lines(before, after), *_figures(before.indicators, after.indicators)]
    if isinstance(before, PeriodData) and isinstance(after, PeriodData):
        return [*_counts(WHOLE, counts_of(before.total.counts), counts_of(after.total.counts)), *_period(before, after),
                *_figures(before.indicators, after.indicators)]
    return []


def as_json(found: Iterable[Change]) -> list[dict[str, Any]]:
    """As a report keeps them."""
    return [asdict(one) for one in found]


def _counts(whose: str, before: Mapping[str, int], after: Mapping[str, int], code: str = "") -> Iterator[Change]:
    for key, what in COUNTS.items():
        if before.get(key, 0) != after.get(key, 0):
            yield Change(whose, what, words.number(before.get(key, 0)), words.number(after.get(key, 0)), code)


def _lines(before: ReportData, after: ReportData) -> Iterator[Change]:
    was, now = _by_key(before), _by_key(after)
    for key in sorted(was.keys() | now.keys()):
        old, new = was.get(key), now.get(key)
        line = new or old
        if line is None or old == new:
            continue
        told = [
            (what, say(old, before) if old else "chưa có", say(new, after) if new else "không còn")
            for what, say in (("tình trạng", _standing), ("thời hạn", _deadline), ("kết quả", _result), ("minh chứng", _evidence))
        ]
        for what, then, since in told:
            if then != since:
                yield Change(line.unit_name, f"{named(line)}: {what}", then, since, line.unit_code)


def _by_key(data: ReportData) -> dict[tuple[str, str, int], Line]:
    return {(line.unit_code, line.task_kind, line.task_position): line for line in data.lines}


def _standing(line: Line, data: ReportData) -> str:
    return words.standing(line, data.as_of)


def _deadline(line: Line, data: ReportData) -> str:
    return words.deadline(line)


def _result(line: Line, data: ReportData) -> str:
    return line.result or "chưa có"


def _evidence(line: Line, data: ReportData) -> str:
    return "; ".join(item.number or item.name for item in line.evidence) or "chưa có"


def _period(before: PeriodData, after: PeriodData) -> Iterator[Change]:
    was = {unit.code: counts_of(sums.counts) for unit, sums in before.by_unit}
    now = {unit.code: counts_of(sums.counts) for unit, sums in after.by_unit}
    names = {unit.code: unit.name for unit in (*before.units, *after.units)}
    for code in sorted(names):
        yield from _counts(names[code], was.get(code, {}), now.get(code, {}), code)
    then = {dispatch.id: counts_of(sums.counts) for dispatch, sums in before.by_dispatch}
    since = {dispatch.id: counts_of(sums.counts) for dispatch, sums in after.by_dispatch}
    numbers = {dispatch.id: dispatch.number for dispatch in (*before.dispatches, *after.dispatches)}
    for dispatch_id in sorted(numbers):
        yield from _counts(f"Văn bản {numbers[dispatch_id]}", then.get(dispatch_id, {}), since.get(dispatch_id, {}))


def _figures(before: Iterable[IndicatorTable], after: Iterable[IndicatorTable]) -> Iterator[Change]:
    was, now = _cells(before), _cells(after)
    for key in [*was, *(key for key in now if key not in was)]:
        old, new = was.get(key, "–"), now.get(key, "–")
        if old != new:
            _, _, code, name, what = key
            yield Change(name, what, old, new, code)


def _cells(tables: Iterable[IndicatorTable]) -> dict[tuple[int, str, str, str, str], str]:
    found = {}
    for table in tables:
        for unit in table.units:
            for one, values in zip(table.indicators, unit.cells, strict=True):
                for head, value in zip(table.heads(), values, strict=True):
                    found[table.form_id, table.period, unit.code, unit.name, f"{one.name} ({head}, {one.unit})"] = one.shown(value)
    return found

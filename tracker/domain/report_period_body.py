"""The body of a report over several dispatches, and its annexes."""
from collections.abc import Iterator, Sequence
from typing import Any

from tracker.domain import report_charts
from tracker.domain import report_told as told
from tracker.domain import report_words as words
from tracker.domain.report_layout import Annex, Block, Column, Heading, Table
from tracker.domain.report_narrative import Part, Teller
from tracker.domain.report_parts import BESIDE, CELLS, beside, cells, indicator_table, indicator_units
from tracker.domain.report_period import LateOf, PeriodData, Sums, figures

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")
#: So many rows of a list stand in the document; all of them stand in the .xlsx and the .csv.
MOST_ROWS = 100


def abstract(data: PeriodData) -> str:
    """What the report is about."""
    of = {"unit": f" của {data.about}", "field": f" lĩnh vực {data.about}"}.get(data.scope, "" if data.whole else f" của {data.units[0].name}")
    return f"Kết quả thực hiện nhiệm vụ được giao{of} từ ngày {words.day(data.period_from)} đến ngày {words.day(data.period_to)}"


def period(data: PeriodData) -> Iterator[Part]:
    """The body: the whole, each field, the figures, who is late, who never answered, what is asked now."""
    known = figures(data)
    tell, numerals = Teller(known), iter(ROMAN)
    yield tell.sentence(
        "opening", "Từ ngày {first} đến ngày {last}, {units} phải thực hiện {total.total} lượt nhiệm vụ của {sizes.dispatches} văn bản "
        "(kỳ trước chuyển sang {sizes.carried}, giao trong kỳ {sizes.new}); kết quả tính đến hết ngày {day} như sau:",
        first=words.day(data.period_from), last=words.day(data.period_to), day=words.day(data.as_of), units=_who(data))
    yield Heading(1, f"{next(numerals)}. KẾT QUẢ CHUNG")
    yield from told.arithmetic(tell, known)
    yield from told.on_the_way(tell, known)
    if chart := report_charts.by_unit([(unit.name, sums.counts) for unit, sums in data.by_unit], "Phụ lục I"):
        yield chart
    if len(data.by_field) > 1:
        yield Heading(1, f"{next(numerals)}. KẾT QUẢ THEO LĨNH VỰC")
        yield field_table(data)
    if data.indicators:
        yield Heading(1, f"{next(numerals)}. SỐ LIỆU, CHỈ TIÊU")
        yield from told.indicators(tell, known)
        yield indicator_table(known["indicators"])
    yield Heading(1, f"{next(numerals)}. NHIỆM VỤ QUÁ HẠN VÀ ĐƠN VỊ CHƯA GỬI KẾT QUẢ")
    yield from _late(data, tell, known)
    yield from _silent(data, tell, known)
    yield Heading(1, f"{next(numerals)}. ĐỀ NGHỊ")
    yield from told.wishes(tell, known, " của ít nhất một văn bản")
    yield tell.sentence("closing", "Trên đây là báo cáo kết quả thực hiện nhiệm vụ được giao trong kỳ./.")


def _who(data: PeriodData) -> str:
    return data.units[0].name if len(data.units) == 1 else f"{words.number(len(data.units))} đơn vị"


def _late(data: PeriodData, tell: Teller, known: dict[str, Any]) -> Iterator[Part]:
    yield Heading(2, "1. Nhiệm vụ đang quá hạn")
    if known["sizes"]["late"]:
        yield tell.sentence(
            "late.open", "Có {sizes.late} lượt nhiệm vụ đang quá hạn của {sizes.late_units} đơn vị, chậm nhất {sizes.longest} ngày"
            + _shown(known["sizes"]["late"]))
        yield late_table(data, data.overdue()[:MOST_ROWS], done=False)
    else:
        yield tell.sentence("late.open", "Không có nhiệm vụ đang quá hạn.")
    yield Heading(2, "2. Nhiệm vụ hoàn thành quá hạn")
    if known["sizes"]["done_late"]:
        yield tell.sentence(
            "late.done", "Có {sizes.done_late} lượt nhiệm vụ hoàn thành quá hạn của {sizes.done_late_units} đơn vị"
            + _shown(known["sizes"]["done_late"]))
        yield late_table(data, data.done_late()[:MOST_ROWS], done=True)
    else:
        yield tell.sentence("late.done", "Không có nhiệm vụ hoàn thành quá hạn.")


def _silent(data: PeriodData, tell: Teller, known: dict[str, Any]) -> Iterator[Part]:
    yield Heading(2, "3. Đơn vị chưa gửi kết quả nhiệm vụ nào của một văn bản")
    if not data.silent:
        yield tell.sentence("silent", "Mọi đơn vị đều đã gửi kết quả ít nhất một nhiệm vụ của mỗi văn bản.")
        return
    yield tell.sentence(
        "silent", "Có {sizes.silent} đơn vị chưa gửi kết quả nào của {sizes.silent_times} lượt văn bản" + _shown(len(data.silent)))
    columns = (
        Column("TT", 9, "center"), Column("Đơn vị", 50), Column("Văn bản", 60), Column("Số nhiệm vụ", 22, "center"), Column("Đang quá hạn", 22, "center"),
    )
    rows = tuple(
        (str(n), unit.name, f"{dispatch.number} ngày {words.day(dispatch.issued_on)}", words.count(counts.total), words.count(counts.open_overdue))
        for n, (unit, dispatch, counts) in enumerate(data.silent[:MOST_ROWS], 1)
    )
    yield Table("Đơn vị chưa gửi kết quả nhiệm vụ nào của một văn bản", columns, rows)


def _shown(rows: int) -> str:
    return ":" if rows <= MOST_ROWS else f" (dưới đây là {MOST_ROWS} dòng đầu, đủ trong tệp .xlsx):"


def late_table(data: PeriodData, late: Sequence[LateOf], done: bool) -> Table:
    """Who is (or was) late, with what, by how many days."""
    columns = (
        Column("TT", 9, "center"), Column("Đơn vị", 34), Column("Văn bản", 30), Column("Nhiệm vụ", 44), Column("Hạn", 22, "center"),
        Column("Số ngày quá hạn", 17, "center"), *((Column("Ngày gửi kết quả", 24, "center"),) if done else ()),
    )
    rows = tuple(
        (str(n), data.units[x.unit].name, data.dispatches[data.tasks[x.task].dispatch].number, task_name(data, x), words.day(x.due_on),
         words.number(x.days), *((words.day(x.sent_on),) if done else ()))
        for n, x in enumerate(late, 1)
    )
    return Table("Nhiệm vụ hoàn thành quá hạn" if done else "Nhiệm vụ đang quá hạn", columns, rows)


def task_name(data: PeriodData, late: LateOf) -> str:
    """"Nhiệm vụ 2: Kiểm tra"."""
    task = data.tasks[late.task]
    return f"{words.task_label(task.kind, task.position)}: {task.title}"


def field_table(data: PeriodData) -> Table:
    """One row a field."""
    rows = [(name, (words.count(n),), sums) for name, n, sums in data.by_field]
    return _table("Kết quả theo lĩnh vực", (Column("Lĩnh vực", 40),), (Column("Số văn bản", 13, "center"),), rows, data)


def unit_table(data: PeriodData) -> Table:
    """One row a unit."""
    return _table("Kết quả theo đơn vị", (Column("Đơn vị", 46),), (), [(unit.name, (), sums) for unit, sums in data.by_unit], data)


def dispatch_table(data: PeriodData) -> Table:
    """One row a dispatch."""
    rows = [
        (f"{d.number} ngày {words.day(d.issued_on)} về việc {words.subject(d.subject)}", (), sums) for d, sums in data.by_dispatch
    ]
    return _table("Kết quả theo văn bản", (Column("Văn bản", 60),), (), rows, data)


def _table(
    caption: str, named: tuple[Column, ...], more: tuple[Column, ...], rows: Sequence[tuple[str, tuple[str, ...], Sums]], data: PeriodData,
) -> Table:
    columns = (Column("TT", 9, "center"), *named, *more, *CELLS, *BESIDE)
    body = tuple((str(n), name, *extra, *cells(sums.counts), *beside(sums.counts)) for n, (name, extra, sums) in enumerate(rows, 1))
    total = data.total.counts
    return Table(caption, columns, body, ("", "Tổng cộng", *("" for _ in more), *cells(total), *beside(total)))


def annexes_of(data: PeriodData) -> tuple[Annex, ...]:
    """I: every unit's cells (unless there is one), then every dispatch's, then every unit's figures, where any were asked."""
    found: list[tuple[str, tuple[Block, ...]]] = []
    if len(data.units) > 1:
        found.append(("KẾT QUẢ THEO ĐƠN VỊ", (unit_table(data),)))
    found.append(("KẾT QUẢ THEO VĂN BẢN", (dispatch_table(data),)))
    if data.indicators:
        found.append(("SỐ LIỆU THEO ĐƠN VỊ", tuple(block for table in data.indicators for block in indicator_units(table))))
    return tuple(Annex(f"Phụ lục {ROMAN[n]}", title, blocks) for n, (title, blocks) in enumerate(found))

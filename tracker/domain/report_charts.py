"""The charts of reports, made from the same tallies as the tables beside them."""
from collections.abc import Sequence
from datetime import date

from tracker.domain import report_words as words
from tracker.domain.progress import Line, Standing, Tally, answered, timeliness
from tracker.domain.report_layout import Bar, Chart, Curve
from tracker.domain.status import State

#: Parts of a bar; together they are all that was given.
PARTS = (("Hoàn thành đúng hạn, không hạn", "done"), ("Hoàn thành quá hạn", "late"), ("Đang làm, chưa quá hạn", "open"), ("Đang quá hạn", "over"))
#: Lines of a curve, the later state first, so that it lies under the other.
GROWING = (("Được duyệt hoàn thành", "done"), ("Đã gửi kết quả", "sent"))
#: More bars than this are no picture any more: the ones that matter most are drawn.
MOST = 28


def counts(tally: Tally) -> tuple[int, int, int, int]:
    """The four parts of PARTS."""
    done, still = tally.accepted_on_time + tally.accepted_no_deadline, tally.open_in_time + tally.open_no_deadline
    return done, tally.accepted_late, still, tally.open_overdue


def by_unit(tallies: Sequence[tuple[str, Tally]], where: str) -> Chart | None:
    """Bars of the units, the most overdue first; where: the table with all the figures. None for fewer than two units."""
    bars = [Bar(name, counts(tally)) for name, tally in tallies if tally.total]
    if len(bars) < 2:
        return None
    bars.sort(key=lambda bar: (-bar.counts[3], -bar.counts[2], -bar.counts[1]))
    drawn = bars[:MOST]
    less = f" ({len(drawn)} đơn vị quá hạn nhiều nhất trong số {words.number(len(bars))} đơn vị)" if len(drawn) < len(bars) else ""
    return Chart(f"Biểu đồ. Kết quả theo đơn vị{less}", _alt(drawn, where), PARTS, tuple(drawn))


def _alt(bars: Sequence[Bar], where: str) -> str:
    total = [sum(bar.counts[n] for bar in bars) for n in range(len(PARTS))]
    told = "; ".join(f"{name.lower()} {words.number(count)}" for (name, _), count in zip(PARTS, total, strict=True))
    late = [f"{bar.name} {words.number(bar.counts[3])}" for bar in bars if bar.counts[3]]
    most = f" Quá hạn nhiều nhất: {', '.join(late[:5])}." if late else " Không đơn vị nào đang quá hạn."
    return f"Biểu đồ thanh ngang, mỗi đơn vị một thanh ({len(bars)} đơn vị). Cộng lại: {told}.{most} Số liệu từng đơn vị nêu tại {where}."


def over_time(lines: Sequence[Line], begun_on: date, as_of: date) -> Curve | None:
    """How many results had been handed in, and how many accepted, by each day until the cut-off. None while nothing was handed in, or on the first day."""
    counted = [line for line in lines if timeliness(line, as_of).standing != Standing.OUTSIDE]
    sent = [line.accepted_submitted_on or line.submitted_on or as_of for line in counted if answered(line)]
    done = [line.accepted_on for line in counted if line.state == State.ACCEPTED and line.accepted_on]
    if not sent or begun_on >= as_of:
        return None
    days = sorted({begun_on, as_of, *(day for day in (*sent, *done) if begun_on < day < as_of)})
    counts = tuple(tuple(sum(one <= day for one in found) for day in days) for found in (done, sent))
    told = f"đã gửi kết quả {words.number(counts[1][-1])}, được duyệt hoàn thành {words.number(counts[0][-1])} trên {words.number(len(counted))} lượt được giao"
    alt = f"Biểu đồ đường từ ngày {words.day(begun_on)} đến ngày {words.day(as_of)}: đến cuối, {told}."
    return Curve("Biểu đồ. Tiến độ thực hiện theo thời gian", alt, GROWING, tuple(days), counts, len(counted))

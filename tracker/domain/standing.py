"""A unit's own line of a consolidated report: its counts, its place among the units, and what may be contested of them."""
from collections.abc import Mapping, Sequence
from fractions import Fraction

from tracker.domain.report_words import count, percent
from tracker.domain.wording import tr

#: The figures of a unit's line, in order: key of the report's counts, what the page calls it.
FIGURES = (
    ("total", tr("Tổng số việc được giao")), ("accepted_on_time", tr("Hoàn thành đúng hạn")), ("accepted_late", tr("Hoàn thành quá hạn")),
    ("accepted_no_deadline", tr("Hoàn thành, việc không hạn")), ("open_in_time", tr("Còn mở, trong hạn")), ("open_overdue", tr("Còn mở, quá hạn")),
    ("open_no_deadline", tr("Còn mở, không hạn")), ("waiting", tr("Đang chờ tỉnh duyệt")), ("returned", tr("Bị trả lại")), ("updated", tr("Đã gửi kết quả")),
)
#: What may be contested beside them.
RANK, REMARKS = "rank", "remarks"
CONTESTABLE = {**dict(FIGURES), RANK: tr("Thứ hạng"), REMARKS: tr("Nhận xét của tỉnh")}
#: What units are ranked by, in words.
RANKED_BY = tr("tỷ lệ việc hoàn thành không quá hạn (đúng hạn hoặc không ấn định hạn) trên tổng số việc")


def rate(counts: Mapping[str, int]) -> Fraction | None:
    """What a unit is ranked by; None where nothing was asked of it."""
    return Fraction(counts["accepted_on_time"] + counts["accepted_no_deadline"], counts["total"]) if counts["total"] else None


def ranks(rates: Mapping[str, Fraction | None]) -> dict[str, int | None]:
    """The place of each: the best has 1, equal ones share a place and the next one stands after all of them; None is not ranked."""
    known = [one for one in rates.values() if one is not None]
    return {name: None if own is None else 1 + sum(one > own for one in known) for name, own in rates.items()}


def ranked(rates: Mapping[str, Fraction | None]) -> int:
    """Among how many units a place is given."""
    return sum(one is not None for one in rates.values())


def median(values: Sequence[Fraction]) -> Fraction | None:
    """The value in the middle, or halfway between the two in the middle; None of nothing."""
    if not values:
        return None
    sorted_, half = sorted(values), len(values) // 2
    return sorted_[half] if len(values) % 2 else (sorted_[half - 1] + sorted_[half]) / 2


def place(rank: int | None, of_units: int) -> str:
    """"hạng 5/27", or that there is none."""
    return tr("hạng {rank}/{of_units}", rank=count(rank), of_units=count(of_units)) if rank else tr("không xếp hạng")


def share(value: Fraction | None) -> str:
    """A rate as people write it."""
    return percent(None if value is None else float(value))

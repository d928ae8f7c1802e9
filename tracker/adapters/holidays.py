"""Vietnam's public holidays, Tết and compensatory days included, and the Saturdays worked for them, from the `holidays` library."""
import re
from datetime import date
from functools import lru_cache

from holidays import HolidayBase, country_holidays

from tracker.domain.wording import tr

_NAMES = {str(name): name for name in (
    tr("Tết Dương lịch"), tr("29 Tết"), tr("Giao thừa Tết Nguyên Đán"), tr("Tết Nguyên Đán"), tr("Mùng hai Tết Nguyên Đán"), tr("Mùng ba Tết Nguyên Đán"),
    tr("Mùng bốn Tết Nguyên Đán"), tr("Mùng năm Tết Nguyên Đán"), tr("Ngày Giỗ Tổ Hùng Vương"), tr("Ngày Chiến thắng"), tr("Ngày Quốc tế Lao động"),
    tr("Quốc khánh"), tr("Ngày Văn hóa Việt Nam"),
)}
_OBSERVED = " (nghỉ bù)"
_TAKEN_FOR = re.compile(r"Ngày nghỉ \(thay cho ngày ([\d/]+)\)")


def _year(year: int) -> HolidayBase:
    return country_holidays("VN", years=year, language="vi")


@lru_cache(maxsize=32)
def of_year(year: int) -> dict[date, str]:
    """Days off of one year: day → Vietnamese name."""
    return {day: _said(name) for day, name in _year(year).items()}


def _said(name: str) -> str:
    """A name of the library as a message of ours, so that English pages can show it."""
    if taken := _TAKEN_FOR.fullmatch(name):
        return tr("Ngày nghỉ (thay cho ngày {day})", day=taken[1])
    if name.endswith(_OBSERVED):
        return tr("{name} (nghỉ bù)", name=_said(name.removesuffix(_OBSERVED)))
    return _NAMES.get(name, name)


@lru_cache(maxsize=32)
def worked_in(year: int) -> frozenset[date]:
    """Days of weekends that are worked in one year, because a day between holidays is free for them."""
    return frozenset(day for day in _year(year).weekend_workdays if day.year == year)

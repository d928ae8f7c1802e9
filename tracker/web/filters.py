"""How dates, figures and sizes are written for people: dd/mm/yyyy, 1.234,5, Vietnam's clock."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from flask import Flask
from markupsafe import Markup

from tracker import clock
from tracker.domain import chart_svg, letterheads, report_places
from tracker.domain.report import Letterhead
from tracker.domain.report_layout import Drawing
from tracker.domain.wording import tr

WEEKDAYS = (tr("Thứ Hai"), tr("Thứ Ba"), tr("Thứ Tư"), tr("Thứ Năm"), tr("Thứ Sáu"), tr("Thứ Bảy"), tr("Chủ nhật"))
NBSP = "\u00a0"
DASH = "–"


def _local_day(value: date | datetime) -> date:
    return clock.local(value).date() if isinstance(value, datetime) else value


def day(value: date | datetime | None) -> str:
    """08/09; nothing for None. A moment counts by Vietnam's clock."""
    if not value:
        return ""
    at = _local_day(value)
    return f"{at.day:02}/{at.month:02}"


def full_date(value: date | datetime | None) -> str:
    """08/09/2020; nothing for None."""
    if not value:
        return ""
    at = _local_day(value)
    return f"{at.day:02}/{at.month:02}/{at.year:04}"


def time_of_day(value: datetime | None) -> str:
    """09:06 on Vietnam's clock; nothing for None."""
    if not value:
        return ""
    at = clock.local(value)
    return f"{at.hour:02}:{at.minute:02}"


def moment(value: datetime | None) -> str:
    """03/09/2020 16:42 on Vietnam's clock; nothing for None."""
    return f"{full_date(value)} {time_of_day(value)}" if value else ""


def weekday(value: date | datetime | None) -> str:
    """Thứ Ba, 08/09/2020; nothing for None."""
    return tr("{weekday}, {day}", weekday=WEEKDAYS[_local_day(value).weekday()], day=full_date(value)) if value else ""


def number(value: int | float | Decimal | None, places: int | None = None) -> str:
    """1.234,5: as many decimals as the value has, or exactly `places`; a dash for None."""
    if value is None:
        return DASH
    if places is None and isinstance(value, int):
        return f"{value:,}".translate(_SWAP)
    figure = value if isinstance(value, Decimal) else Decimal(str(value))
    if places is not None:
        figure = figure.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{figure:,f}".translate(_SWAP)


_SWAP = str.maketrans(",.", ".,")


def percent(part: int | float | Decimal | None, whole: int | float | Decimal | None = 1, places: int = 1) -> str:
    """33,3 % of `part` in `whole`; a dash where there is no whole to divide by."""
    if part is None or not whole:
        return DASH
    return f"{number(Decimal(str(part)) * 100 / Decimal(str(whole)), places)}{NBSP}%"


def filesize(size: int | None) -> str:
    """1,8 MB, 240 kB, 12 B; a dash for None."""
    if size is None:
        return DASH
    if size < 1024:
        return f"{size}{NBSP}B"
    if size < 1024 * 1000:
        return f"{number(size / 1024, 0)}{NBSP}kB"
    shown = number(size / 1024**2, 1).removesuffix(",0")
    return f"{shown}{NBSP}MB"


def count(value: int, noun: str) -> str:
    """9 đơn vị: figure and noun kept on one line (Vietnamese nouns have no plural)."""
    return f"{number(value)}{NBSP}{noun}"


def drawing(chart: Drawing) -> Markup:
    """A chart as inline SVG: it carries no style and no script, and every word in it is escaped."""
    return Markup(chart_svg.draw(chart).svg)


def layout(head: Letterhead, on: date) -> str:
    """By which rules a document under this letterhead is laid out on that day, in words."""
    return letterheads.profile(head, on).name


def init_app(app: Flask) -> None:
    """Registers the filters under the names the templates use."""
    app.jinja_env.filters.update(
        date=full_date,
        figure_place=report_places.words,
        day=day,
        time=time_of_day,
        moment=moment,
        weekday=weekday,
        number=number,
        percent=percent,
        filesize=filesize,
        count=count,
        drawing=drawing,
        layout=layout,
    )

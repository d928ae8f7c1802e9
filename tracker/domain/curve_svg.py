"""Draws counts that grow over days as SVG: steps told apart by dashes and by the number at their end, towards a dotted line for the whole."""
from datetime import date

from tracker.domain.report_layout import Curve
from tracker.domain.report_words import number
from tracker.domain.svg import INK, LEGEND, WIDTH, Picture, close, open_, plain, text

#: Millimetres: the field that the steps are drawn in, and its room at the left, right and bottom.
FIELD, LEFT, RIGHT, BOTTOM = 46.0, 14.0, 14.0, 6.0
#: Look of a line: colour, width, dashes.
LOOKS = {"done": ("#21663a", ".8", ""), "sent": ("#1d1d1b", ".5", "2 1.2"), "whole": (INK, ".3", ".4 .8")}
#: Dates under the axis beside the first and the last.
TICKS = 3


def draw(curve: Curve) -> Picture:
    """The picture of a curve; the same curve gives the same text. Raises KeyError for a look that there is not."""
    height = LEGEND + FIELD + BOTTOM
    lines = "".join(_line(curve, n) for n in range(len(curve.parts)))
    return Picture(open_(height, curve.alt) + _legend(curve) + _axes(curve) + lines + close(), WIDTH, height)


def _x(curve: Curve, day: date) -> float:
    whole = max((curve.days[-1] - curve.days[0]).days, 1)
    return LEFT + (day - curve.days[0]).days / whole * (WIDTH - LEFT - RIGHT)


def _y(curve: Curve, count: int) -> float:
    return LEGEND + FIELD - count / max(curve.whole, 1) * (FIELD - 4)


def _legend(curve: Curve) -> str:
    drawn = ""
    for n, (name, look) in enumerate(curve.parts):
        x = n * WIDTH / 3
        drawn += _stroke(f"M{plain(x)} 2.2H{plain(x + 8)}", look) + text(x + 10, 3.3, name)
    x = len(curve.parts) * WIDTH / 3
    return drawn + _stroke(f"M{plain(x)} 2.2H{plain(x + 8)}", "whole") + text(x + 10, 3.3, "Tổng số được giao")


def _stroke(path: str, look: str) -> str:
    colour, width, dashes = LOOKS[look]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def _axes(curve: Curve) -> str:
    base, right, top = LEGEND + FIELD, WIDTH - RIGHT, _y(curve, curve.whole)
    drawn = f'<path d="M{LEFT} {plain(LEGEND)}V{plain(base)}H{plain(right)}" fill="none" stroke="{INK}" stroke-width=".3"/>'
    drawn += _stroke(f"M{plain(LEFT)} {plain(top)}H{plain(right)}", "whole")
    for count in sorted({0, curve.whole // 2, curve.whole}):
        drawn += text(LEFT - 1.5, _y(curve, count) + 1.1, number(count), anchor="end")
    days = (curve.days[-1] - curve.days[0]).days
    for n in range(TICKS + 2):
        day = date.fromordinal(curve.days[0].toordinal() + days * n // (TICKS + 1))
        x = _x(curve, day)
        drawn += f'<path d="M{plain(x)} {plain(base)}v1" stroke="{INK}" stroke-width=".3"/>'
        drawn += text(x, base + 4.6, day.strftime("%d/%m/%Y"), anchor="start" if n == 0 else "end" if n == TICKS + 1 else "middle")
    return drawn


def _line(curve: Curve, n: int) -> str:
    look, counts = curve.parts[n][1], curve.counts[n]
    path = f"M{plain(_x(curve, curve.days[0]))} {plain(_y(curve, counts[0]))}"
    for day, count in zip(curve.days[1:], counts[1:], strict=True):
        path += f"H{plain(_x(curve, day))}V{plain(_y(curve, count))}"
    # Where two lines end at one height their numbers would lie on each other: the later one then stands a line higher.
    same = n and abs(_y(curve, counts[-1]) - _y(curve, curve.counts[n - 1][-1])) < 3
    return _stroke(path, look) + text(WIDTH - RIGHT + 1.5, _y(curve, counts[-1]) + (-2.2 if same else 1.1), number(counts[-1]))

"""Draws a chart as SVG: the same picture for the page, the .docx and the .pdf; each part has a pattern and its number, so that grey paper tells as much."""
import zlib

from tracker.domain import curve_svg
from tracker.domain.report_layout import Bar, Chart, Curve
from tracker.domain.report_words import number
from tracker.domain.svg import INK, LEGEND, PAPER, WIDTH, Picture, close, open_, plain, text

#: Millimetres: room for the names and for the totals; from one bar to the next, and the height of one.
LABELS, TOTALS = 46.0, 8.0
STEP, BAR = 4.6, 3.8
#: More bars than this stand in two columns, so that the picture finds room on a page with text; names are then shorter.
COLUMN, NARROW = 16, 34.0
#: About the width of a letter.
LETTER = 1.5
#: Look of a part: ground, ink of its pattern, the pattern's strokes in a square of 2 mm, ink of the number on it (none: on a white plate).
LOOKS = {
    "done": ("#21663a", "", "", PAPER),
    "late": ("#d9e8dc", "#21663a", "M0 0H2M0 1H2", ""),
    "open": (PAPER, "#59606c", "M.5 .4V.6M1.5 1.4V1.6", INK),
    "over": ("#f3c9c5", "#8f1510", "M-.5 .5L.5 -.5M0 2L2 0M1.5 2.5L2.5 1.5", ""),
}


def draw(chart: Chart | Curve) -> Picture:
    """The picture of a chart; the same chart gives the same text. Raises KeyError for a look that there is not."""
    return curve_svg.draw(chart) if isinstance(chart, Curve) else _bars(chart)


def _bars(chart: Chart) -> Picture:
    legend, lines = _legend(chart)
    top, columns = lines * LEGEND, 1 if len(chart.bars) <= COLUMN else 2
    rows = -(-len(chart.bars) // columns)
    height = top + rows * STEP + 1
    key = f"c{zlib.crc32(repr(chart).encode()):08x}"
    most = max((sum(bar.counts) for bar in chart.bars), default=0) or 1
    bars = axis = ""
    for column in range(columns):
        left, labels = column * WIDTH / columns, LABELS if columns == 1 else NARROW
        scale = (WIDTH / columns - labels - TOTALS) / most
        shown = chart.bars[column * rows:(column + 1) * rows]
        bars += "".join(_bar(chart, bar, (left + labels, top + n * STEP), labels, scale, key) for n, bar in enumerate(shown))
        axis += f'<path d="M{plain(left + labels)} {plain(top)}V{plain(top + len(shown) * STEP)}" stroke="{INK}" stroke-width=".3"/>'
    drawn = f"<defs>{_patterns(chart, key)}</defs>" + legend.replace("#KEY", f"#{key}") + bars + axis
    return Picture(open_(height, chart.alt) + drawn + close(), WIDTH, height)


def _patterns(chart: Chart, key: str) -> str:
    return "".join(
        f'<pattern id="{key}-{look}" width="2" height="2" patternUnits="userSpaceOnUse"><rect width="2" height="2" fill="{ground}"/>'
        f'<path d="{strokes}" stroke="{ink}" stroke-width=".45" fill="none"/></pattern>'
        for look, (ground, ink, strokes, _) in ((look, LOOKS[look]) for _, look in chart.parts) if strokes
    )


def _fill(look: str, key: str) -> str:
    return f"url(#{key}-{look})" if LOOKS[look][2] else LOOKS[look][0]


def _legend(chart: Chart) -> tuple[str, int]:
    """Two parts a line, and how many lines they take."""
    drawn = ""
    for n, (name, look) in enumerate(chart.parts):
        x, y = n % 2 * WIDTH / 2, n // 2 * LEGEND
        fill = _fill(look, "KEY")
        drawn += f'<rect x="{plain(x + .2)}" y="{plain(y + .5)}" width="6" height="3.4" fill="{fill}" stroke="{INK}" stroke-width=".2"/>'
        drawn += text(x + 8, y + 3.3, name)
    return drawn, -(-len(chart.parts) // 2)


def _bar(chart: Chart, bar: Bar, at: tuple[float, float], labels: float, scale: float, key: str) -> str:
    x, y = at
    room = int(labels / LETTER)
    drawn = text(x - 1.5, y + 3.3, bar.name if len(bar.name) <= room else f"{bar.name[:room - 1].rstrip()}…", anchor="end")
    for (_, look), count in zip(chart.parts, bar.counts, strict=True):
        if not count:
            continue
        width = count * scale
        drawn += f'<rect x="{plain(x)}" y="{plain(y + .4)}" width="{plain(width)}" height="{BAR}" fill="{_fill(look, key)}" stroke="{INK}" stroke-width=".2"/>'
        drawn += _count(x + width / 2, y, count, width, LOOKS[look][3])
        x += width
    return drawn + text(x + 1.2, y + 3.3, number(sum(bar.counts)))


def _count(middle: float, y: float, count: int, width: float, ink: str) -> str:
    """The number on its part, where there is room for it; over a pattern it stands on white."""
    told = number(count)
    room = len(told) * 1.7 + 1.4
    if room > width:
        return ""
    plate = "" if ink else f'<rect x="{plain(middle - room / 2)}" y="{plain(y + .8)}" width="{plain(room)}" height="3" rx=".5" fill="{PAPER}"/>'
    return plate + text(middle, y + 3.35, told, anchor="middle", ink=ink or INK)

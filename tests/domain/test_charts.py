"""Charts: the same counts as the tables, told by pattern and number as well as by colour, and nothing in them that a page's policy forbids."""
import re
import time
from xml.etree import ElementTree

import pytest

from tests.report_data import province_data
from tracker.domain import chart_svg, report_charts
from tracker.domain.progress import Tally
from tracker.domain.report_layout import Bar, Chart

SVG = "{http://www.w3.org/2000/svg}"
PARTS = (("Xong", "done"), ("Muộn", "late"), ("Đang làm", "open"), ("Quá hạn", "over"))


def by_unit() -> Chart:
    """The sample's chart."""
    data = province_data()
    chart = report_charts.by_unit([(unit.name, counts) for unit, counts in data.by_unit()], "Phụ lục I")
    assert chart
    return chart


def test_the_parts_of_all_bars_are_the_totals_of_the_report() -> None:
    total, chart = province_data().tally(), by_unit()
    assert [sum(bar.counts[n] for bar in chart.bars) for n in range(4)] == list(report_charts.counts(total)) == [64, 8, 129, 15]
    assert sum(report_charts.counts(total)) == total.total and len(chart.bars) == 27
    overdue = [bar.counts[3] for bar in chart.bars]
    assert overdue == sorted(overdue, reverse=True)
    assert "hoàn thành đúng hạn, không hạn 64; hoàn thành quá hạn 8; đang làm, chưa quá hạn 129; đang quá hạn 15" in chart.alt
    assert "Huyện Hà Trung 2" in chart.alt and "Phụ lục I" in chart.alt


def test_of_many_units_the_most_overdue_are_drawn_and_the_caption_says_so() -> None:
    chart = report_charts.by_unit([(f"Xã {n}", Tally(open_overdue=n, open_in_time=200 - n)) for n in range(166)], "Phụ lục I")
    assert chart and len(chart.bars) == report_charts.MOST and chart.bars[0].name == "Xã 165"
    assert f"{report_charts.MOST} đơn vị quá hạn nhiều nhất trong số 166 đơn vị" in chart.caption
    assert report_charts.by_unit([("Một", Tally(open_overdue=1)), ("Không có việc", Tally())], "Phụ lục I") is None


@pytest.mark.parametrize("units", [1, 2, 16, 17, 28])
def test_every_bar_and_number_lies_inside_the_picture_and_none_over_another(units: int) -> None:
    bars = tuple(Bar(f"Thành phố có tên rất là dài số {n}", (n, 0, 1200 if n == 3 else 7, units - n)) for n in range(units))
    picture = chart_svg.draw(Chart("Biểu đồ", "Chữ thay", PARTS, bars))
    root = ElementTree.fromstring(picture.svg)
    boxes = [tuple(float(one.get(key, "0")) for key in ("x", "y", "width", "height")) for one in root.iter(f"{SVG}rect") if one.get("stroke")]
    assert all(x >= 0 and y >= 0 and x + w <= picture.width and y + h <= picture.height for x, y, w, h in boxes)
    assert not [(a, b) for n, a in enumerate(boxes) for b in boxes[n + 1:] if _over(a, b)]
    assert all(0 <= float(one.get("x", "")) <= picture.width and 0 < float(one.get("y", "")) <= picture.height for one in root.iter(f"{SVG}text"))
    assert picture.height < 120


def test_the_curve_ends_at_the_tallies_of_the_report_and_never_falls() -> None:
    data = province_data()
    curve = report_charts.over_time(data.lines, data.dispatch.issued_on, data.as_of)
    assert curve and (curve.days[0], curve.days[-1]) == (data.dispatch.issued_on, data.as_of)
    assert [counts[-1] for counts in curve.counts] == [data.tally().accepted, data.tally().updated] == [72, 88] and curve.whole == data.tally().total
    assert all(list(counts) == sorted(counts) and counts[0] == 0 for counts in curve.counts)
    assert all(done <= sent for done, sent in zip(*curve.counts, strict=True))
    assert "đã gửi kết quả 88, được duyệt hoàn thành 72 trên 216" in curve.alt
    picture = chart_svg.draw(curve)
    root = ElementTree.fromstring(picture.svg)
    words = [one.text for one in root.iter(f"{SVG}text")]
    assert {"72", "88", "216", "0", "11/08/2020", "08/09/2020", "Đã gửi kết quả", "Được duyệt hoàn thành", "Tổng số được giao"} <= set(words)
    assert all(0 <= float(one.get("x", "")) <= picture.width and 0 < float(one.get("y", "")) <= picture.height for one in root.iter(f"{SVG}text"))
    dashes = [one.get("stroke-dasharray") for one in root.iter(f"{SVG}path") if one.get("fill") == "none"]
    assert len(set(dashes)) >= 3 and "style=" not in picture.svg


def test_there_is_no_curve_before_anything_was_handed_in_or_on_the_first_day() -> None:
    data = province_data()
    silent = [line for line in data.lines if not line.submitted_on]
    assert report_charts.over_time(silent, data.dispatch.issued_on, data.as_of) is None
    assert report_charts.over_time(data.lines, data.as_of, data.as_of) is None


def _over(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    apart = 0.05
    return a[0] + a[2] - apart > b[0] and b[0] + b[2] - apart > a[0] and a[1] + a[3] - apart > b[1] and b[1] + b[3] - apart > a[1]


def test_colour_is_never_alone_and_grey_paper_tells_the_parts_apart() -> None:
    picture = chart_svg.draw(by_unit())
    shown = "".join(ElementTree.fromstring(picture.svg).itertext())
    assert all(name in shown for name, _ in report_charts.PARTS)
    patterns = {look: strokes for look, (_, _, strokes, _) in chart_svg.LOOKS.items()}
    assert len(set(patterns.values())) == len(patterns), "each look has strokes of its own"
    assert re.search(r">6</text>", picture.svg) and "Huyện Hà Trung" in picture.svg


def test_nothing_in_it_runs_or_styles() -> None:
    evil = Bar('<script>alert(1)</script>" onload="x', (1, 0, 0, 0))
    picture = chart_svg.draw(Chart("x", '"><script>', PARTS, (evil, evil)))
    ElementTree.fromstring(picture.svg)
    assert "<script" not in picture.svg and "style=" not in picture.svg and 'onload="x' not in picture.svg


def test_the_same_chart_gives_the_same_picture_quickly() -> None:
    assert chart_svg.draw(by_unit()) == chart_svg.draw(by_unit())
    chart, began = by_unit(), time.perf_counter()
    chart_svg.draw(chart)
    assert time.perf_counter() - began < 0.2

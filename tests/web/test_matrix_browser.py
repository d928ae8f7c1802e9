"""The matrices in a real browser with 166 units: heading and first column in view, arrow keys, both sheets of paper."""
from datetime import date, timedelta

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.web.base_stage import Stage, signed_in
from tracker.db import transaction
from tracker.models.units import Unit

UNITS, DISPATCHES = 166, 12
#: Where a cell stands against the box that scrolls: right of its first column and below its heading.
SEEN = """(cell) => { const at = cell.getBoundingClientRect(), table = cell.closest('table'), side = cell.closest('tr').cells[0].getBoundingClientRect(),
  top = table.tHead.rows[0].cells[1].getBoundingClientRect();
  box = cell.closest('.scroll').getBoundingClientRect();
  return at.left >= side.right - 1 && at.top >= top.bottom - 1 && at.bottom <= innerHeight && at.right <= box.right + 1 && box.right <= innerWidth + 1 }"""


@pytest.fixture
def stage(served_stage: Stage) -> Stage:
    """A province of 166 communes and its dispatches behind a real server."""
    stage = served_stage
    units = [
        Unit(code=str(20000 + n), level="commune", name=f"Xã Số {n}", short_name=f"Xã Số {n}", folded=f"xa so {n}", parent_id=stage.make.province.id)
        for n in range(UNITS)
    ]
    with transaction() as session:
        session.add_all(units)
    for n in range(DISPATCHES):
        stage.make.issued(units, [(date(2026, 8, 20) + timedelta(days=4 * n), None)])
    return stage


def sheets(content: bytes) -> list[tuple[int, str]]:
    """Width in points and text of each page, without its spaces: Chromium writes a repeated heading letter by letter."""
    book = pypdfium2.PdfDocument(content)
    return [(round(page.get_width()), "".join(page.get_textpage().get_text_range().split())) for page in book]


def open_as_clerk(chromium: Browser, stage: Stage, **size: int) -> Page:
    """A signed-in page of that size."""
    page = signed_in(chromium, stage, viewport=size or {"width": 1280, "height": 900}, reduced_motion="reduce").pages[0]
    page.set_default_timeout(60_000)
    return page


def walk(page: Page) -> None:
    """To a cell far down and right by keys alone; it is never under the heading or the first column."""
    page.locator("table[data-grid] [tabindex='0']").first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "PageDown", "PageDown", "End", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
        page.wait_for_function(f"() => ({SEEN})(document.activeElement.closest('td'))", timeout=10_000)
    assert page.locator("table[data-grid] td [tabindex='0'], table[data-grid] td[tabindex='0']").count() == 1


def test_166_units_by_keys_on_a_desk_and_on_a_phone_and_on_paper(chromium: Browser, stage: Stage) -> None:
    page = open_as_clerk(chromium, stage)
    page.goto(f"{stage.url}/matrix?sort=order")
    assert page.locator("table[data-grid] tbody tr").count() == UNITS
    walk(page)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
    for paper, width in (("", 842), ("a3", 1191)):
        page.goto(f"{stage.url}/matrix?sort=order&paper={paper}")
        printed = sheets(page.pdf(prefer_css_page_size=True))
        assert {wide for wide, _ in printed} == {width}
        assert len(printed) > 1
        assert all(text.count("Đơnvị") == 1 and "12-CV/HNDT" in text for _, text in printed)
        assert "XãSố165" in " ".join(text for _, text in printed)
    page.goto(f"{stage.url}/matrix?sort=order")
    page.locator("table[data-grid] [tabindex='0']").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dispatches/*/matrix?unit=*")
    assert page.locator("table.matrix tbody tr").count() == 1
    page.keyboard.press("Tab")
    small = open_as_clerk(chromium, stage, width=360, height=740)
    small.goto(f"{stage.url}/matrix?sort=order")
    assert small.evaluate("document.documentElement.scrollWidth <= innerWidth")
    walk(small)

"""The leader a few minutes before the briefing: what stands badly and why, down to one task, and back on one printed sheet."""
import io
import re
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.axe import faults, fits
from tests.e2e.seat import LEADER, PHONE, WIDE, Place, seat


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_before_the_briefing(place: Place, chromium: Browser, size: dict[str, int]) -> None:
    with seat(place, chromium, LEADER, size) as leader:
        page = leader.page
        leader.go("/")
        headline = re.match(r"(\d+) việc quá hạn ở (\d+) đơn vị", page.locator("h1").inner_text())
        assert headline and int(headline[1]) >= int(headline[2]) > 0
        expect(page.locator("main")).to_contain_text("việc được duyệt hoàn thành")
        why = page.locator("section", has=page.get_by_role("heading", name="Đơn vị chậm nhất, vì sao"))
        worst = why.locator("tbody tr").first
        unit = worst.locator("th").inner_text()
        days = worst.locator("td .over").inner_text()
        worst.locator('a[href^="/assignments/"]').click()
        expect(page.locator("main")).to_contain_text(unit)
        expect(page.locator("main")).to_contain_text(days)
        page.go_back()
        bars = page.locator("section", has=page.get_by_role("heading", name="Công văn đang theo dõi"))
        number = bars.locator("tbody th a").first.inner_text()
        bars.locator("tbody th a").first.click()
        expect(page.locator("h1")).to_contain_text(number)
        assert faults(page) == [] and fits(page)
        leader.go("/reports")
        page.locator('main a[href^="/reports/"]:not([href$="schedules"])').first.click()
        expect(page.locator("main")).to_contain_text("hoàn thành")


def test_the_sheet_for_the_briefing_is_one_page(place: Place, chromium: Browser, tmp_path: Path) -> None:
    with seat(place, chromium, LEADER) as leader:
        leader.go("/")
        sheet = pypdfium2.PdfDocument(io.BytesIO(leader.page.pdf(prefer_css_page_size=True, path=tmp_path / "sheet.pdf")))
        text = sheet[0].get_textpage().get_text_bounded()
        assert len(sheet) == 1 and sheet[0].get_height() > sheet[0].get_width()
        assert "quá hạn" in text and "In một trang" not in text

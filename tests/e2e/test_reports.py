"""Reports at a browser, wide and on a phone: ordered over a dispatch and a period, stopped and made again, worded, scheduled, packed, contested, answered."""
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.axe import Eye, fits
from tests.e2e.seat import CLERK, OFFICER, PHONE, UNIT_LEADER, WIDE, Place, Seat, seat
from tracker.domain.report_sheets import LINES

MADE = r"/reports/(\d+)$"
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])


def ready(clerk: Seat) -> None:
    """Waits on the page of a report until it is made."""
    clerk.page.get_by_role("link", name=re.compile("Tải .xlsx")).wait_for(timeout=60_000)


def stopped_and_made_again(clerk: Seat) -> None:
    """Where the machine is not through already, the report is stopped and ordered again."""
    clerk.at(MADE)
    stop, again = clerk.page.get_by_role("button", name="Dừng, không lập nữa"), clerk.page.get_by_role("button", name=re.compile("Lập lại"))
    made = clerk.page.get_by_role("link", name=re.compile("Tải .xlsx"))
    clerk.expected.append("409")
    stop.or_(made).first.wait_for()
    if stop.is_visible():
        stop.click()
        again.or_(made).first.wait_for(timeout=60_000)
        if again.is_visible():
            again.click()
    ready(clerk)


def stands(taken: Seat, eye: Eye) -> None:
    """Nothing is too wide, and nobody is shut out."""
    assert fits(taken.page) and eye.faults(taken.page) == []


def downloaded(taken: Seat, link: str) -> Path:
    with taken.page.expect_download() as download:
        taken.page.get_by_role("link", name=re.compile(link)).first.click()
    return Path(download.value.path())


@SIZES
def test_reports_are_ordered_worded_scheduled_and_packed(place: Place, chromium: Browser, size: dict[str, int], eyes: dict[str, Eye]) -> None:
    eye = eyes["light" if size is PHONE else "light, wide"]
    with seat(place, chromium, CLERK, size) as clerk:
        page = clerk.page
        clerk.go("/dispatches/1/reports")
        clerk.press("Lập báo cáo", exact=True)
        stopped_and_made_again(clerk)
        stands(clerk, eye)
        page.get_by_role("link", name="Sửa lời, ghi số và ngày ký").click()
        page.get_by_label(re.compile("^Số")).first.fill("45")
        page.get_by_role("button", name=re.compile("Lưu")).first.click()
        ready(clerk)
        expect(page.get_by_role("link", name="Lập bản sửa")).to_be_visible()
        clerk.go("/reports")
        page.get_by_label("Kỳ báo cáo").select_option("year")
        clerk.press("Lập báo cáo", exact=True)
        stopped_and_made_again(clerk)
        told = int(page.locator("main > p b").first.inner_text().replace(".", ""))
        book = openpyxl.load_workbook(io.BytesIO(downloaded(clerk, "Tải .xlsx").read_bytes()))
        assert len([row for row in book[LINES].iter_rows(min_row=4, values_only=True) if row[0]]) == told
        clerk.go("/reports/schedules")
        stands(clerk, eye)
        clerk.press("Tắt", exact=True)
        clerk.press("Bật lại", exact=True)
        expect(page.get_by_role("button", name="Tắt", exact=True).first).to_be_visible()
        clerk.go("/reports")
        clerk.press("Lập gói giao ban ngay")
        clerk.at(MADE)
        ready(clerk)
        assert len(zipfile.ZipFile(downloaded(clerk, "Tải tất cả")).namelist()) == 4


@pytest.mark.parametrize(("who", "size", "other"), [(OFFICER, PHONE, WIDE), (UNIT_LEADER, WIDE, PHONE)], ids=["officer", "unit leader"])
def test_a_unit_contests_takes_it_back_and_gets_its_answer(
    place: Place, chromium: Browser, who: str, size: dict[str, int], other: dict[str, int], eyes: dict[str, Eye]
) -> None:
    reason = f"Việc 2 đã nộp trước hạn, xem bản {size['width']}."
    with seat(place, chromium, who, size) as unit:
        unit.go("/reports/1/own")
        for take_back in (True, False):
            unit.page.get_by_label("Còn mở, quá hạn").check()
            unit.page.get_by_label("Vì sao, con số đúng là bao nhiêu").fill(reason)
            unit.press("Gửi ý kiến")
            expect(unit.page.get_by_text(reason)).to_be_visible()
            stands(unit, eyes["light" if size is PHONE else "light, wide"])
            if take_back:
                unit.press("Rút ý kiến")
                unit.page.locator("main").get_by_role("button", name="Rút ý kiến").click()
                expect(unit.page.get_by_text("Đã rút ý kiến")).to_be_visible()
        with seat(place, chromium, CLERK, other) as clerk:
            clerk.go("/contests")
            mine = clerk.page.locator("section", has_text=reason)
            mine.locator("textarea").fill("Ngày nộp đã được tính đúng.")
            clerk.press("Không đồng ý", mine)
            expect(clerk.page.get_by_text("Đã trả lời không đồng ý")).to_be_visible()
        unit.page.reload()
        expect(unit.page.get_by_text("Ngày nộp đã được tính đúng.").first).to_be_visible()

"""A district's figures on a phone: found on the work list, pasted, read from the filled .xlsx, doubted, explained, handed in; and the pages' faults."""
import io
import re
from pathlib import Path

import openpyxl
from playwright.sync_api import Browser, expect

from tests.e2e.axe import Eye, faults, fits
from tests.e2e.seat import CLERK, OFFICER, PHONE, UNIT_LEADER, WIDE, Place, seat

FAR = "vi.thi.xuan@hnd-muonglat.example"
TITLE = "Xếp loại tổ tiết kiệm và vay vốn"
PASTE = """(input, text) => { const data = new DataTransfer(); data.setData("text/plain", text);
  input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }"""


def test_a_form_is_pasted_uploaded_doubted_explained_and_handed_in(place: Place, chromium: Browser, tmp_path: Path) -> None:
    with seat(place, chromium, FAR, PHONE) as officer:
        page = officer.page
        officer.go("/")
        page.get_by_role("link", name=re.compile(f"Điền số liệu.*{TITLE}")).click()
        first = page.get_by_label("Tổ xếp loại tốt, Thực hiện")
        page.evaluate(f"([input, text]) => ({PASTE})(input, text)", [first.element_handle(), "1\n2\n3\n4\n72\n"])
        expect(page.get_by_label("Số tổ tiết kiệm và vay vốn, Thực hiện")).to_have_value("72")
        expect(page.locator("[data-saved]")).to_contain_text("Đã lưu")
        with page.expect_download() as download:
            page.get_by_role("link", name="Tải biểu Excel").click()
        book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
        for row in book.worksheets[0].iter_rows():
            if row[0].value == "to_tot":
                row[5].value = 61
        book.save(tmp_path / "bieu.xlsx")
        page.get_by_text("Dán từ Excel, hoặc gửi tệp đã điền").click()
        page.locator("input[type=file]").set_input_files(tmp_path / "bieu.xlsx")
        page.get_by_role("button", name="Đọc số từ tệp").click()
        expect(page.get_by_label("Tổ xếp loại tốt, Thực hiện")).to_have_value("61")
        assert fits(page) and faults(page) == []
        officer.expected.append("422")
        page.get_by_role("button", name="Nộp số liệu").click()
        expect(page.get_by_role("alert")).to_contain_text("không khớp với 70")
        assert faults(page) == []
        page.get_by_label("Giải thích cho Số tổ tiết kiệm và vay vốn").fill("Bốn tổ mới tách, sổ cũ chưa kịp sửa")
        page.get_by_role("button", name="Nộp số liệu").click()
        expect(page.get_by_text("Đã nộp số liệu.")).to_be_visible()
        officer.go("/")
        expect(page.get_by_role("link", name=re.compile(f"Điền số liệu.*{TITLE}"))).to_have_count(0)
    with seat(place, chromium, CLERK) as clerk:
        clerk.go("/figures")
        clerk.page.get_by_role("link", name=TITLE).click()
        expect(clerk.page.get_by_text("Bốn tổ mới tách, sổ cũ chưa kịp sửa")).to_be_visible()


def test_without_scripts_a_block_goes_into_the_box(place: Place, chromium: Browser) -> None:
    with seat(place, chromium, UNIT_LEADER, PHONE, script=False) as leader:
        leader.go("/figures")
        leader.page.get_by_role("link", name=re.compile(f"Điền tiếp.*{TITLE}")).click()
        leader.page.get_by_text("Dán từ Excel, hoặc gửi tệp đã điền").click()
        leader.page.get_by_label("Dán các ô chép từ Excel").fill("Tổ xếp loại yếu\t0\nTổ xếp loại trung bình\t5\n")
        leader.page.get_by_role("button", name="Điền vào bảng").click()
        expect(leader.page.get_by_label("Tổ xếp loại trung bình, Thực hiện")).to_have_value("5")
        expect(leader.page.get_by_text("Đã điền 2 ô")).to_be_visible()


def test_the_pages_have_no_fault_in_either_size_and_scheme(place: Place, chromium: Browser, eyes: dict[str, Eye]) -> None:
    found = []
    for who, paths in (
        (CLERK, ("/figures", "/figures/1", "/figures/2", "/figures/3", "/figures/1/given", "/figures/forms/1/baseline", "/figures/forms/2", "/indicators",
                 "/indicators/new", "/figures/1/units/2")),
        (OFFICER, ("/figures", "/figures/1", "/figures/2", "/figures/3")),
    ):
        for scheme, size in (("light", PHONE), ("dark", WIDE)):
            with seat(place, chromium, who, size, color_scheme=scheme) as taken:
                for path in paths:
                    taken.go(path)
                    found += [f"{path} {scheme} {fault}" for fault in eyes[scheme].faults(taken.page)]
                    if not fits(taken.page):
                        found.append(f"{path} is too wide")
    assert found == []

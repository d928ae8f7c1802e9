"""The front end's base in a real browser: no fault found by axe, nothing blocked by the policy, nothing typed is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.web.base_stage import Stage, signed_in
from tracker.domain.access import Role

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture
def stage(served_stage: Stage) -> Stage:
    """The stage behind a real server; its address stands on it."""
    served_stage.url += "/stage"
    return served_stage


@pytest.fixture
def page(chromium: Browser, stage: Stage) -> Iterator[Page]:
    """A signed-in page at 1280 px that fails the test on any script error or blocked resource."""
    context = signed_in(chromium, stage, viewport=WIDE)
    page = context.pages[0]
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    yield page
    context.close()
    assert said == []


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_components_and_errors_have_no_fault(chromium: Browser, stage: Stage, size: dict[str, int], scheme: str) -> None:
    context = signed_in(chromium, stage, viewport=size, color_scheme=scheme)
    page, axe = context.pages[0], Axe()
    for path in ("components", "forms", "reviews.index", "fail/404", "fail/409", "fail/500"):
        page.goto(f"{stage.url}/{path}")
        found = axe.run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    context.close()


@pytest.mark.parametrize("width", [700, 1024, 1180, 1280])
def test_the_longest_menu_fits(chromium: Browser, stage: Stage, width: int) -> None:
    admin = stage.make.person(Role.ADMIN).id
    context = chromium.new_context(viewport={"width": width, "height": 600})
    page = context.new_page()
    page.goto(f"{stage.url}/as/{admin}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_the_button_counts_what_is_ticked(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/components")
    button = page.locator("[data-count-label]")
    expect(button).to_have_text("Đôn đốc 2 đơn vị")
    page.get_by_label("Chọn tất cả").check()
    expect(button).to_have_text("Đôn đốc 6 đơn vị")
    page.get_by_label("Chọn tất cả").uncheck()
    expect(button).to_have_text("Chọn đơn vị để đôn đốc")
    expect(button).to_be_disabled()


def test_a_destructive_act_asks_first(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/forms")
    press = page.get_by_role("button", name="Xoá bản nháp")
    press.click()
    expect(page.get_by_role("dialog")).to_contain_text("Tệp đã gửi vẫn còn.")
    page.get_by_role("button", name="Thôi").click()
    assert stage.saves == 0
    press.click()
    page.get_by_role("dialog").get_by_role("button", name="Xoá bản nháp").click()
    expect(page.locator(".note.good")).to_have_text("Đã xoá bản nháp.")
    assert stage.saves == 1


def test_what_is_typed_saves_itself_again_and_again(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/forms")
    for text in ("Đã củng cố 3 tổ", "Đã củng cố 3 tổ ở Xuân Lai"):
        page.get_by_label("Kết quả").fill(text)
        expect(page.locator("[data-saved]")).to_contain_text("Chưa lưu")
        expect(page.locator("[data-saved]")).to_contain_text("Đã lưu lúc")
        assert stage.kept["ket_qua"] == text
    assert stage.saves == 2 and page.evaluate("localStorage.length") == 0


def test_a_lost_line_loses_nothing(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/forms")
    page.context.set_offline(True)
    page.get_by_label("Kết quả").fill("Gõ lúc mất mạng")
    expect(page.locator("#live")).to_contain_text("được giữ trên máy này")
    page.context.set_offline(False)
    expect(page.locator("[data-saved]")).to_contain_text("Đã lưu lúc")
    expect(page.locator("#live")).to_be_empty()
    assert stage.kept["ket_qua"] == "Gõ lúc mất mạng"


def test_a_closed_browser_fills_in_what_was_not_sent(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/forms")
    page.route("**/stage/save", lambda route: route.abort())
    page.get_by_label("Kết quả").fill("Chưa kịp gửi")
    page.get_by_label("Đến ngày").check()
    expect(page.locator("#live")).to_contain_text("được giữ trên máy này")
    page.close()
    again = page.context.new_page()
    again.goto(f"{stage.url}/forms")
    expect(again.get_by_label("Kết quả")).to_have_value("Chưa kịp gửi")
    expect(again.get_by_label("Đến ngày")).to_be_checked()
    expect(again.locator("#live")).to_contain_text("Đã điền lại phần gõ lúc")
    again.get_by_role("button", name="Bỏ, dùng bản trên máy chủ").click()
    expect(again.get_by_label("Không hạn")).to_be_checked()


def test_another_person_on_the_same_machine_gets_no_copy(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/forms")
    page.route("**/stage/save", lambda route: route.abort())
    page.get_by_label("Kết quả").fill("Của người trước")
    expect(page.locator("#live")).to_contain_text("được giữ trên máy này")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{stage.url}/as/{stage.make.person(Role.CLERK).id}")
    assert page.evaluate("localStorage.length") == 0


def test_a_stale_draft_stops_saving_and_says_so(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/forms")
    stage.version += 1
    page.get_by_label("Kết quả").fill("Hai người cùng sửa")
    expect(page.locator("#live .note.over")).to_contain_text("người khác vừa sửa")
    assert stage.saves == 0


def test_files_go_one_by_one_and_come_back_as_the_servers_list(page: Page, stage: Stage, tmp_path: Path) -> None:
    for name, size in (("a.pdf", 1000), ("b.pdf", 900_000), ("c.exe", 10), ("to.pdf", 3_000_000)):
        (tmp_path / name).write_bytes(b"x" * size)
    page.goto(f"{stage.url}/forms")
    page.locator("#tep").set_input_files([tmp_path / n for n in ("a.pdf", "b.pdf", "c.exe", "to.pdf")])
    files = page.locator("#files")
    expect(files.get_by_text("đã nhận đủ")).to_have_count(2)
    expect(files).to_contain_text("Không nhận loại tệp của “c.exe”")
    expect(files).to_contain_text("quá mức 2 MB")
    assert sorted(stage.files.values()) == [("a.pdf", 1000), ("b.pdf", 900_000)]


def test_a_file_is_sent_again_after_the_line_was_lost(page: Page, stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x" * 1000)
    tries: list[str] = []

    def once(route: Route) -> None:
        tries.append(route.request.headers["x-upload-key"])
        route.abort() if len(tries) == 1 else route.continue_()

    page.goto(f"{stage.url}/forms")
    page.route("**/stage/file", once)
    page.locator("#tep").set_input_files(tmp_path / "a.pdf")
    expect(page.locator("#files")).to_contain_text("Mất mạng, tự gửi lại")
    expect(page.locator("#files").get_by_text("đã nhận đủ")).to_be_visible()
    assert len(tries) == 2 and len(set(tries)) == 1


def test_a_whole_form_goes_with_progress_and_lands_where_the_server_says(page: Page, stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "931.docx").write_bytes(b"x" * 2_000_000)
    page.goto(f"{stage.url}/forms")
    page.locator("#goc").set_input_files(tmp_path / "931.docx")
    page.get_by_role("button", name="Tải lên").click()
    expect(page.locator(".note.good")).to_have_text("Đã nhận công văn.")
    assert stage.imports == [2_000_000]


def test_without_scripts_the_same_forms_work(chromium: Browser, stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "931.docx").write_bytes(b"x" * 5000)
    context = signed_in(chromium, stage, viewport=PHONE, java_script_enabled=False)
    page = context.pages[0]
    page.goto(f"{stage.url}/forms")
    page.locator("#goc").set_input_files(tmp_path / "931.docx")
    page.get_by_role("button", name="Tải lên").click()
    expect(page.locator(".note.good")).to_have_text("Đã nhận công văn.")
    page.goto(f"{stage.url}/forms")
    page.get_by_role("button", name="Xoá bản nháp").click()
    expect(page.get_by_role("heading", name="Xoá bản nháp?")).to_be_visible()
    page.get_by_role("button", name="Xoá bản nháp").click()
    expect(page.locator(".note.good")).to_have_text("Đã xoá bản nháp.")
    assert stage.imports == [5000]
    context.close()

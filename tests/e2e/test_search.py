"""Search at a browser: without accents, with a number as people say it, narrowed by chips, kept and opened by its link; a district finds its own."""
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.axe import Eye, fits
from tests.e2e.seat import CLERK, OFFICER, PHONE, WIDE, Place, Seat, seat
from tests.setup.processes import until

FOREIGN, OWN = "Triệu Sơn", "Yên Định"


def asked(taken: Seat, words: str) -> None:
    """Types into the header's field, or on a phone into that of the page that "Tìm" opens."""
    field = taken.page.locator("header").get_by_role("searchbox")
    if not field.is_visible():
        taken.page.locator("header").get_by_role("link", name="Tìm", exact=True).click()
        field = taken.page.locator("main").get_by_role("searchbox")
    field.fill(words)
    field.press("Enter")
    taken.at(r"/search\?.*q=")


def lists(taken: Seat, words: str) -> bool:
    """Whether what was found names that; the worker reads the papers of a fresh sample in its first minutes."""
    taken.page.reload()
    found = taken.page.locator("main ol.lines")
    return found.count() > 0 and words in found.inner_text()


def stands(taken: Seat, eye: Eye) -> None:
    assert fits(taken.page) and eye.faults(taken.page) == []


@pytest.mark.parametrize(("size", "other"), [(WIDE, PHONE), (PHONE, WIDE)], ids=["wide", "phone"])
def test_found_narrowed_kept_and_opened_by_a_colleague(
    place: Place, chromium: Browser, size: dict[str, int], other: dict[str, int], eyes: dict[str, Eye]
) -> None:
    eye, name = eyes["light" if size is PHONE else "light, wide"], f"Tín dụng, {size['width']}"
    with seat(place, chromium, CLERK, size) as clerk:
        page = clerk.page
        main = page.locator("main")
        clerk.go("/")
        asked(clerk, "uy thac nhung thang cuoi nam")
        expect(main.get_by_role("link", name="931-CV/HNDT · Uỷ thác")).to_be_visible()
        asked(clerk, "931 cv hndt")
        expect(main.locator("ol.lines a").first).to_contain_text("931-CV/HNDT")
        main.get_by_role("link", name="Chỉ tìm trong công văn này 931-CV/HNDT").click()
        chips = page.get_by_label("Đang lọc")
        expect(chips.get_by_role("link")).to_have_count(1)
        main.get_by_role("searchbox").fill("tin dung")
        clerk.press("Tìm", main, exact=True)
        page.get_by_role("navigation", name="Loại").get_by_role("link", name="Tài liệu minh chứng").click()
        until(lambda: lists(clerk, FOREIGN) and lists(clerk, OWN), 120)
        stands(clerk, eye)
        main.get_by_label("Đơn vị").select_option(label=f"Huyện {FOREIGN}")
        clerk.press("Lọc", main, exact=True)
        expect(chips.get_by_role("link")).to_have_count(2)
        expect(main.locator("ol.lines")).not_to_contain_text(OWN)
        page.get_by_text("Lưu bộ lọc này").click()
        page.get_by_label("Tên", exact=True).fill(name)
        clerk.press("Lưu bộ lọc", exact=True)
        expect(page.get_by_text("Đã lưu bộ lọc")).to_be_visible()
        stands(clerk, eye)
        clerk.go("/views")
        page.get_by_role("link", name=name, exact=True).click()
        expect(chips.get_by_role("link")).to_have_count(2)
        expect(main.locator("ol.lines")).to_contain_text(FOREIGN)
        address = page.url.removeprefix(place.address)
        chips.get_by_role("link").last.click()
        expect(chips.get_by_role("link")).to_have_count(1)
        expect(main.locator("ol.lines")).to_contain_text(OWN)
        paper = main.locator("ol.lines li", has_text=FOREIGN).get_by_role("link").first.inner_text()
    with seat(place, chromium, OFFICER, other) as officer:
        page = officer.page
        officer.go(address)
        expect(page.locator("main")).not_to_contain_text(FOREIGN)
        asked(officer, "tin dung")
        expect(page.locator("main ol.lines").last).to_be_visible()
        expect(page.locator("main")).not_to_contain_text(FOREIGN)
        asked(officer, paper)
        expect(page.locator("main")).to_contain_text("Không thấy gì khớp")

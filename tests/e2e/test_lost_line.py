"""A line that drops on the answer page: what was typed is there when it comes back, and the page says so."""
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.seat import OFFICER, PHONE, Place, Seat, seat

ANSWER = "/dispatches/2/answer"  # the sample's own dispatch; its first is the monthly one


@pytest.fixture
def officer(place: Place, chromium: Browser) -> Iterator[Seat]:
    """An officer on a phone whose lost requests are what the test is about."""
    with seat(place, chromium, OFFICER, PHONE) as taken:
        taken.expected = ["ERR_INTERNET_DISCONNECTED"]
        yield taken


def test_typed_text_survives_a_lost_line_and_a_closed_page(officer: Seat) -> None:
    officer.go(ANSWER)
    area = officer.page.locator("textarea").last
    name, field = area.get_attribute("id"), officer.page.locator("textarea").last
    officer.context.set_offline(True)
    field.fill("Gõ lúc mất mạng: 12 tổ đã kiện toàn.")
    expect(officer.page.locator("[data-saved]").first).to_have_text("Chưa lưu lên máy chủ")
    officer.page.close(run_before_unload=False)
    officer.context.set_offline(False)
    officer.page = officer.context.new_page()
    officer.go(ANSWER)
    expect(officer.page.locator(f"#{name}")).to_have_value("Gõ lúc mất mạng: 12 tổ đã kiện toàn.")
    expect(officer.page.locator("#live")).to_contain_text("Đã điền lại phần gõ lúc")


def test_the_line_comes_back_and_the_page_saves_by_itself(officer: Seat) -> None:
    officer.go(ANSWER)
    field = officer.page.locator("textarea").first
    name = field.get_attribute("id")
    officer.context.set_offline(True)
    field.fill("Gõ lúc mất mạng, mạng có lại.")
    expect(officer.page.locator("[data-saved]").first).to_have_text("Chưa lưu lên máy chủ")
    officer.context.set_offline(False)
    expect(officer.page.locator("[data-saved]").first).to_contain_text("Đã lưu lúc", timeout=20_000)
    officer.go(ANSWER)
    expect(officer.page.locator(f"#{name}")).to_have_value("Gõ lúc mất mạng, mạng có lại.")

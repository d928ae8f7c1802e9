"""The draft corrected from its text and by keys: words picked become values, doubts are found right, steps are taken back."""
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import papers
from tests.e2e.clerk import Clerk
from tests.e2e.seat import CLERK, PHONE, WIDE, Place, Seat, seat
from tracker import clock

#: Selects the first place of the words in the dispatch's text, as a pointer drawn over them does.
SELECT = """(words) => {
  const walker = document.createTreeWalker(document.querySelector('.pane'), NodeFilter.SHOW_TEXT);
  for (let n = walker.nextNode(); n; n = walker.nextNode()) {
    const at = n.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(n, at); range.setEnd(n, at + words.length);
    getSelection().removeAllRanges(); getSelection().addRange(range);
    n.parentElement.scrollIntoView({ block: 'center' });
    return true;
  }
  return false;
}"""


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def clerk(request: pytest.FixtureRequest, place: Place, chromium: Browser) -> Iterator[Clerk]:
    with seat(place, chromium, CLERK, request.param) as taken:
        yield Clerk(taken)


def pick(taken: Seat, words: str, field: str) -> None:
    assert taken.page.evaluate(SELECT, words)
    form = taken.page.locator("form[data-pick]")
    expect(form).to_be_visible()
    form.get_by_role("button", name=field, exact=True).click()


def test_words_picked_in_the_text_become_values(clerk: Clerk) -> None:
    clerk.bring_in(papers.text("951-CV/HNDT", clock.today()) + "\n🌾🌾 Ghi chú: Hội Nông dân xã Thử")
    page = clerk.page
    tasks = page.locator("#h-tasks")
    expect(tasks).to_have_text("8 nhiệm vụ")
    pick(clerk.seat, "Ngân hàng Chính sách xã hội", "Trích yếu")
    expect(page.locator(".dl dd").nth(1)).to_have_text("Ngân hàng Chính sách xã hội")
    pick(clerk.seat, "Hội Nông dân xã Thử", "Nơi ban hành")
    expect(page.locator(".dl dd").nth(2)).to_have_text("Hội Nông dân xã Thử")
    first = page.locator("#t1").get_by_role("heading").inner_text().rstrip("….")
    pick(clerk.seat, first[:30], "Nhiệm vụ mới")
    expect(tasks).to_have_text("9 nhiệm vụ")


def test_keys_walk_merge_and_take_back(place: Place, chromium: Browser) -> None:
    with seat(place, chromium, CLERK) as taken:
        clerk, page = Clerk(taken), taken.page
        clerk.bring_in(papers.text("952-CV/HNDT", clock.today()).replace("của tháng, quý và cả năm", "của tháng, quý và cả năm, xong trước ngày 30/6"))
        for key in "jj":
            page.keyboard.press(key)
        expect(page.locator("#t2")).to_be_focused()
        expect(page.locator("mark#s2")).to_have_class("on")
        page.keyboard.press("g")
        expect(page.locator("#h-tasks")).to_have_text("7 nhiệm vụ")
        expect(page.locator("#t2")).to_be_focused()
        page.keyboard.press("z")
        expect(page.locator("#h-tasks")).to_have_text("8 nhiệm vụ")
        doubts = page.locator("[data-accept]")
        before = doubts.count()
        assert before
        page.keyboard.press("n")
        page.keyboard.press("x")
        expect(doubts).to_have_count(before - 1)
        page.keyboard.press("k")
        page.keyboard.press("e")
        taken.at(r"edit=\d+")


def test_a_form_that_saved_itself_leaves_the_other_presses_fresh(place: Place, chromium: Browser) -> None:
    with seat(place, chromium, CLERK) as taken:
        clerk, page = Clerk(taken), taken.page
        clerk.bring_in(papers.text("953-CV/HNDT", clock.today()))
        page.keyboard.press("j")
        page.keyboard.press("g")
        expect(page.locator("#h-tasks")).to_have_text("7 nhiệm vụ")
        form = clerk.open(1)
        form.locator("[name=title]").fill("Tên gõ trên trang")
        expect(form.locator("[data-saved]")).to_contain_text("Đã lưu lúc")
        page.get_by_role("button", name="Hoàn tác: sửa mục 1").click()
        expect(page.get_by_text("Đã hoàn tác: sửa mục 1.")).to_be_visible()
        expect(page.locator("#h-tasks")).to_have_text("7 nhiệm vụ")
        expect(page.locator("#t1").get_by_role("heading")).not_to_have_text("Tên gõ trên trang")


def test_keys_of_one_letter_can_be_switched_off(place: Place, chromium: Browser) -> None:
    with seat(place, chromium, CLERK) as taken:
        clerk, page = Clerk(taken), taken.page
        clerk.bring_in(papers.text("953-CV/HNDT", clock.today()))
        page.get_by_role("button", name="Tắt phím tắt").click()
        expect(page.locator("[data-keys]")).to_be_hidden()
        page.keyboard.press("j")
        expect(page.locator("#t1")).not_to_be_focused()
        page.reload()
        page.get_by_role("button", name="Bật phím tắt").click()
        page.keyboard.press("j")
        expect(page.locator("#t1")).to_be_focused()

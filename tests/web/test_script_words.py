"""An English page's scripts speak English: in a real browser, word for word and where people meet them."""
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.english.collect import scripts
from tests.web.base_stage import Stage, signed_in
from tracker.web.messages_of_page import VIETNAMESE
from tracker.web.script_words import messages


@pytest.fixture
def page(chromium: Browser, served_stage: Stage) -> Iterator[Page]:
    """The stage's page with forms, in English; nothing that the policy blocks."""
    context = signed_in(chromium, served_stage)
    context.add_cookies([{"name": "language", "value": "en", "url": served_stage.url}])
    page, blocked = context.pages[0], list[str]()
    page.on("console", lambda message: blocked.append(message.text) if "Content Security Policy" in message.text else None)
    page.goto(f"{served_stage.url}/stage/forms")
    yield page
    context.close()
    assert blocked == []


def test_every_message_of_the_scripts_has_its_english_in_the_browser(page: Page) -> None:
    said = [text for source in scripts().values() for text in messages(source)]
    assert len(said) > 30
    shown = page.evaluate("(texts) => texts.map((text) => window.DonDoc.tr(text))", said)
    assert [text for text in shown if VIETNAMESE.search(text)] == []
    assert page.evaluate("[1, 2].map((n) => window.DonDoc.tr('{n} tệp', { n }))") == ["1 file", "2 files"]
    assert page.evaluate("window.DonDoc.tr('Đã lưu lúc {time}', { time: '09:05' })") == "Saved at 09:05"


def test_saving_a_lost_line_and_a_large_file_are_told_in_english(page: Page, tmp_path: Path) -> None:
    field, told = page.locator("[name=ket_qua]"), page.locator("[data-saved]")
    field.fill("Đã củng cố 3 tổ")
    expect(told).to_contain_text(re.compile(r"Saved at \d\d:\d\d"))
    page.context.set_offline(True)
    field.fill("Gõ lúc mất mạng")
    expect(page.locator("#live")).to_contain_text("What you typed is kept on this computer")
    expect(page.get_by_role("button", name="Send again now")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#live")).to_be_empty()
    (tmp_path / "to.pdf").write_bytes(b"x" * 3_000_000)
    page.locator("#tep").set_input_files(tmp_path / "to.pdf")
    expect(page.locator("#files")).to_contain_text("more than the limit of 2 MB")


def test_a_question_before_an_act_can_be_answered_in_english(page: Page) -> None:
    page.locator("button[data-confirm]").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_vietnamese_page_loads_no_english_words(page: Page, served_stage: Stage) -> None:
    page.context.clear_cookies(name="language")
    page.goto(f"{served_stage.url}/stage/forms")
    assert page.evaluate("[window.DonDocWords === undefined, window.DonDoc.tr('Thôi')]") == [True, "Thôi"]

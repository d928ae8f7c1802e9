"""From the mail alone: an officer who never signs in acknowledges and hands in by the links of a real mail, on a phone without scripts and on a PC."""
import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import papers
from tests.e2e.axe import faults, fits
from tests.e2e.seat import CLERK, PHONE, WIDE, Place, Seat, eventually, seat
from tracker import clock

NOBODY = "nobody@hnd.example"


def nudged(place: Place, clerk: Seat, which: int = 0) -> tuple[str, str]:
    """Đôn đốc a unit that has not acknowledged anything; gives its name and the text of the mail that came. The same one may not be nudged at once."""
    clerk.go("/")
    row = clerk.page.locator('tr:has([title="chưa tiếp nhận"]):has(button[name=only])').nth(which)
    for path in {one.get_attribute("href") or "" for one in clerk.page.locator('a[href$="/matrix"]').all()}:
        clerk.go(path)
        if row.count():
            break
    name, before = row.locator("th label > span").first.inner_text(), set(place.mails())
    row.locator("button[name=only]").click()
    clerk.page.locator(".note.good", has_text="Đã gửi đôn đốc tới 1 đơn vị").wait_for()
    eventually(lambda: bool(letters(place, before, name)), 60)
    return name, letters(place, before, name)[0]


def letters(place: Place, before: set[Path], name: str) -> list[str]:
    """The texts of mails that came since and nudge this unit; the sample's own mails may still be on their way."""
    found = []
    for file in sorted(set(place.mails()) - before):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        part = message.get_body(("plain",))
        found.append(str(part.get_content()) if part else "")
    return [text for text in found if re.search(rf"nhắc .*{re.escape(name)} về công văn", text)]


def link(text: str, label: str) -> str:
    """The address that stands behind a label in the mail's text."""
    found = re.search(rf"{label}: (http://\S+/link/\S+)", text)
    assert found, text
    return found[1]


LABELS = ("Xác nhận đã tiếp nhận", "Gửi kết quả", "Xin gia hạn", "Báo việc không thuộc trách nhiệm")


def test_the_pages_behind_links_have_no_fault(place: Place, chromium: Browser) -> None:
    with seat(place, chromium, CLERK) as clerk:
        _, text = nudged(place, clerk, 1)
    for scheme, size in (("light", PHONE), ("dark", WIDE)):
        with seat(place, chromium, NOBODY, size, signed_in=False, color_scheme=scheme) as reader:
            for label in LABELS:
                reader.page.goto(link(text, label))
                assert faults(reader.page) == [], label
                assert fits(reader.page)


@pytest.mark.parametrize(("size", "script", "which"), [(PHONE, False, 0), (WIDE, True, 1)], ids=["phone", "wide"])
def test_a_district_answers_from_its_mail_alone(
    place: Place, chromium: Browser, tmp_path: Path, size: dict[str, int], script: bool, which: int
) -> None:
    with seat(place, chromium, CLERK) as clerk, seat(place, chromium, NOBODY, size, script, signed_in=False) as reader:
        unit, text = nudged(place, clerk, which)
        page = reader.page
        page.goto(link(text, "Xác nhận đã tiếp nhận"))
        expect(page.locator("main")).to_contain_text(unit)
        assert fits(page)
        reader.press(re.compile(r"Tiếp nhận \d+ việc"))
        expect(page.locator(".note.good")).to_contain_text("Đã tiếp nhận")
        page.goto(link(text, "Gửi kết quả"))
        assert fits(page)
        picks = page.locator("input[name=pick]")
        total = picks.count()
        first = picks.first
        first.set_checked(True)
        page.locator("textarea").first.fill("Đã triển khai đến các xã.")
        page.locator("input[type=file]").set_input_files(papers.evidence(tmp_path, clock.today())[0])
        page.get_by_label("Số, ký hiệu").fill("77-CV/HNDH")
        reader.press("Nộp những việc đã chọn")
        expect(page.locator(".note.good")).to_contain_text("Đã nộp 1 việc")
        expect(page.locator("input[name=pick]")).to_have_count(total - 1)
        page.goto(place.address + "/units")
        reader.at(r"/login\?next=")
        # The province sees it as any answer: the unit has acknowledged, and its paper waits for review.
        clerk.page.reload()
        expect(clerk.page.locator("tr", has_text=unit).first.locator('[title="chưa tiếp nhận"]')).to_have_count(0)
        clerk.go("/reviews")
        expect(clerk.page.locator("main")).to_contain_text(unit)

"""A dispatch issued by mistake: withdrawn with a reason, every unit told, and issued anew under its number; on a PC, and on a phone without scripts."""
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import papers
from tests.e2e.clerk import Clerk
from tests.e2e.officer import Officer
from tests.e2e.seat import CLERK, OFFICER, PHONE, WIDE, Place, eventually, seat
from tests.e2e.test_path_clerk import mails, working
from tracker import clock

WHY = "Ghi nhầm ngày xem lại; bản đúng được ban hành lại cùng số."
WAYS = {"desktop": ("961-CV/HNDT", WIDE, True), "phone": ("962-CV/HNDT", PHONE, False)}


@pytest.mark.parametrize("way", list(WAYS))
def test_withdrawn_and_issued_anew(place: Place, chromium: Browser, way: str) -> None:
    number, size, script = WAYS[way]
    with seat(place, chromium, CLERK, size, script) as clerk_seat, seat(place, chromium, OFFICER, size, script) as officer_seat:
        clerk, officer = Clerk(clerk_seat), Officer(officer_seat, 0)
        wrong = issued(clerk, number, 90)
        officer_seat.go(f"/dispatches/{wrong}")
        officer.acknowledge()
        clerk.withdraw(WHY)
        expect(clerk.page.locator("main")).to_contain_text("Công văn đã thu hồi ngày")
        eventually(lambda: len(mails(place, number, "Đã thu hồi")) == 27, 60)
        officer_seat.go(f"/dispatches/{wrong}")
        expect(officer.page.locator("main")).to_contain_text(WHY)
        expect(officer.page.get_by_role("link", name="Nộp kết quả")).to_have_count(0)
        officer_seat.go(f"/dispatches/{wrong}/answer")
        expect(officer.page.locator("main")).to_contain_text("đã bị thu hồi nên không nộp được nữa")
        right = issued(clerk, number, 30)
        assert right != wrong
        eventually(lambda: len(mails(place, number, "bấm Tiếp nhận")) == 54, 60)
        officer_seat.go("/")
        expect(officer.page.get_by_role("button", name=f"Tiếp nhận cả {number}")).to_be_visible()
        expect(officer.page.locator(f'main [action*="/dispatches/{wrong}/"], main [href*="/dispatches/{wrong}"]')).to_have_count(0)
        officer_seat.go(f"/dispatches/{right}")
        officer.acknowledge()


def issued(clerk: Clerk, number: str, days: int) -> int:
    """The same paper, brought in and issued with another day for all tasks; gives its page's number."""
    clerk.bring_in(papers.text(number, clock.today()))
    clerk.review_the_rest(working(days))
    assert f"Đã ban hành {number}" in clerk.issue()
    return clerk.dispatch

"""A person at a browser: signed in, every fault of the page written down, everything awaited for as long as a slow machine needs."""
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Response

from tests.setup.processes import Served, until

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
CLERK = "nguyen.thu.van@hnd-thanhhoa.example"
LEADER = "le.thi.minh.ha@hnd-thanhhoa.example"
ADMIN = "pham.quoc.trung@hnd-thanhhoa.example"
AUDITOR = "do.thi.hanh@hnd-thanhhoa.example"
OFFICER = "trinh.van.khai@hnd-yendinh.example"
UNIT_LEADER = "hoang.thi.man@hnd-thoxuan.example"


class Place:
    """One served home with its sample; `states` keeps who has signed in, so that each person does it once."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.address = f"http://127.0.0.1:{served.port}"
        found = re.search(r"mau-\d{8}", served.said())
        self.password = found[0] if found else ""
        self.states: dict[str, Any] = {}

    def troubles(self) -> str:
        """The end of the web's log, for a test that failed on an error page."""
        return "\n".join((self.served.home / "log" / "web.log").read_text().splitlines()[-40:])

    def mails(self) -> list[Path]:
        """The messages that the capture server has kept, oldest first."""
        return sorted((self.served.home / "sent-mail").rglob("*.eml"))


class Seat:
    """One browser context of one person; `said` holds what went wrong in it."""

    def __init__(self, place: Place, context: BrowserContext, script: bool) -> None:
        self.place, self.context, self.script = place, context, script
        self.said: list[str] = []
        self.expected: list[str] = []
        context.set_default_timeout(60_000)
        self.page = context.new_page()
        self._listen(self.page)

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.said.append(f"script: {error}"))
        page.on("console", lambda message: self.said.append(f"console: {message.text}") if message.type in ("error", "warning") else None)
        page.on("requestfailed", lambda request: self._failed(request.url, request.failure or ""))
        page.on("response", self._answered)
        page.on("dialog", self._asked)

    def _asked(self, dialog: Dialog) -> None:
        """The browser's own question before a page is left: none may come up on a walk where everything is saved or sent."""
        self.said.append(f"dialog: {dialog.type} at {self.page.url}")
        dialog.dismiss()

    def _failed(self, url: str, why: str) -> None:
        # A download, and a poll that the next page cuts off, are reported as aborted.
        if "ERR_ABORTED" not in why:
            self.said.append(f"failed: {url} {why}")

    def _answered(self, answer: Response) -> None:
        if answer.status >= 400:
            self.said.append(f"{answer.status}: {answer.request.method} {answer.url}")

    def go(self, path: str) -> None:
        """Opens a page of the product."""
        self.page.goto(self.place.address + path)

    def sign_in(self, email: str) -> None:
        """Through the form, as everybody does."""
        self.go("/login")
        self.page.get_by_label("Thư điện tử").fill(email)
        self.page.get_by_label("Mật khẩu").fill(self.place.password)
        self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.locator(".who").wait_for()
        self.place.states[email] = self.context.storage_state()

    def at(self, pattern: str) -> re.Match[str]:
        """Waits until the address matches; gives the match."""
        self.page.wait_for_url(re.compile(pattern))
        found = re.search(pattern, self.page.url)
        assert found
        return found

    def press(self, name: str | re.Pattern[str], inside: Any = None, exact: bool = False) -> None:
        """Presses the button of that name; a question that scripts ask is answered with yes."""
        button = (inside or self.page).get_by_role("button", name=name, exact=exact).first
        asks = self.script and button.get_attribute("data-confirm") is not None
        agreed = (button.get_attribute("data-confirm-ok") or button.inner_text()) if asks else ""
        button.click()
        if asks:
            self.page.get_by_role("dialog").get_by_role("button", name=agreed, exact=True).click()
        self.page.wait_for_load_state()


@contextmanager
def seat(
    place: Place, chromium: Browser, email: str, size: dict[str, int] = WIDE, script: bool = True, signed_in: bool = True, **options: Any
) -> Iterator[Seat]:
    """A person at a browser, signed in unless told otherwise; leaving fails where a page said anything wrong."""
    touch = {"has_touch": True, "is_mobile": script} if size is PHONE else {}
    state = place.states.get(email) if signed_in else None
    context = chromium.new_context(
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport=size, java_script_enabled=script, storage_state=state, **touch, **options
    )
    try:
        taken = Seat(place, context, script)
        if signed_in and state is None:
            taken.sign_in(email)
        try:
            yield taken
        except BaseException:
            print(f"{email} at {taken.page.url}\n{taken.page.locator('body').inner_text()}\n{taken.said}\n{place.troubles()}")
            raise
        assert [line for line in taken.said if not any(word in line for word in taken.expected)] == []
    finally:
        context.close()


def eventually(done: Any, seconds: float = 30) -> None:
    """Waits for something that other processes do."""
    until(done, seconds)

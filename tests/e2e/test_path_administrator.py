"""The first days of a real installation: `tracker init`, a real mail server, people who come in by their invitations, a first dispatch."""
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import papers
from tests.e2e.axe import fits
from tests.e2e.clerk import Clerk
from tests.e2e.seat import PHONE, Place, Seat, eventually, seat
from tests.e2e.test_path_clerk import words
from tests.mail_server import MailServer
from tests.setup.processes import Served, free_port, tracker
from tracker import clock

ADMIN, CLERK, OFFICER, MAILBOX = "quantri@tinh.example", "vanthu@tinh.example", "canbo@hatrung.example", "vanphong@hatrung.example"
PASSWORD = "ruộng bậc thang mùa gặt"
NUMBER = "951-CV/HNDT"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """The office's own mail server."""
    with MailServer() as server:
        yield server


@pytest.fixture
def office(tmp_path: Path, mail: MailServer) -> Iterator[tuple[Place, str]]:
    """An empty installation that is served, and the link that `tracker init` printed for its first administrator."""
    home, port = tmp_path / "home", free_port()
    made = tracker(home, port, "init", "--email", ADMIN, "--name", "Phạm Văn Quản")
    link = re.search(r"http://\S+/invite/\S+", made.stdout)
    assert link, made.stdout + made.stderr
    served = Served(home, port, SMTP_URL=mail.url)
    try:
        served.ready()
        assert "mật khẩu chung" not in served.said() and not (home / "sent-mail").exists()
        yield Place(served), link[0]
    finally:
        served.stop()


def letter(mail: MailServer, address: str, about: str) -> EmailMessage:
    """The one message to that address whose subject says so, once the worker has sent it."""
    def found() -> list[EmailMessage]:
        return [one for one in mail.messages() if address in str(one["To"]) and about in str(one["Subject"])]

    eventually(lambda: len(found()) == 1)
    return found()[0]


def link_of(message: EmailMessage, kind: str) -> str:
    found = re.search(rf"http://\S+/{kind}/\S+", words(message))
    assert found, words(message)
    return found[0]


def come_in(person: Seat, link: str, email: str) -> None:
    """The link of the invitation, a password, and the form that everybody signs in by."""
    person.page.goto(link)
    person.page.get_by_label(re.compile("^Mật khẩu mới")).fill(PASSWORD)
    person.page.get_by_label("Gõ lại mật khẩu mới").fill(PASSWORD)
    person.press("Lưu mật khẩu")
    person.at("/login")
    sign_in(person, email)


def sign_in(person: Seat, email: str) -> None:
    person.page.get_by_label("Thư điện tử").fill(email)
    person.page.get_by_label("Mật khẩu").fill(PASSWORD)
    person.press("Đăng nhập")


def secure(admin: Seat) -> None:
    """No page opens before the second step is on; afterwards a sign-in asks for it."""
    admin.at("/account/two-factor")
    admin.go("/people")
    admin.at("/account/two-factor")
    admin.page.get_by_label("Mật khẩu của bạn").fill(PASSWORD)
    admin.press("Bắt đầu")
    secret = pyotp.TOTP(admin.page.locator("code.key").inner_text().replace(" ", ""))
    admin.page.get_by_label("Mã sáu số").fill(secret.now())
    admin.press("Bật xác nhận hai bước")
    # The codes for a lost phone are shown once, on the page that answers.
    admin.page.get_by_role("link", name="Tôi đã cất các mã").click()
    admin.at("/account$")
    admin.press("Đăng xuất", exact=True)
    admin.at("/login")
    sign_in(admin, ADMIN)
    # A code works once; the next one is taken because the clocks of phones run ahead.
    admin.page.get_by_label("Mã sáu số").fill(secret.at(int(time.time()) + 30))
    admin.press("Xác nhận")
    admin.page.locator(".who").wait_for()


def invite(admin: Seat, name: str, email: str, role: str, unit: str = "") -> None:
    admin.go("/people")
    admin.page.get_by_role("link", name="Mời người dùng").click()
    admin.page.get_by_label("Họ và tên").fill(name)
    admin.page.get_by_label("Thư điện tử").fill(email)
    admin.page.get_by_label("Vai trò").select_option(label=role)
    if unit:
        admin.page.get_by_label("Đơn vị", exact=True).select_option(label=unit)
    admin.press("Lưu và gửi thư mời")
    admin.page.locator(".note.good").wait_for()


def give_mailbox(admin: Seat, unit: str) -> None:
    admin.go("/units")
    admin.page.get_by_role("link", name=unit, exact=True).click()
    admin.page.get_by_role("link", name="Sửa hộp thư, điện thoại").click()
    admin.page.get_by_label("Hộp thư của đơn vị").fill(MAILBOX)
    admin.press("Lưu", exact=True)
    expect(admin.page.locator("main")).to_contain_text(MAILBOX)


def issue(clerk: Clerk, folder: Path) -> None:
    """The first dispatch: read, dated, issued; 26 districts without a mailbox are named and still get their tasks."""
    clerk.bring_in(papers.dispatch("docx", folder, NUMBER, clock.today()))
    clerk.count(8)
    clerk.review_the_rest(clock.today() + timedelta(days=20))
    clerk.page.get_by_role("link", name="Xem trước khi ban hành").first.click()
    main = clerk.page.locator("main")
    expect(main).to_contain_text("8 nhiệm vụ × 27 đơn vị = 216 nhiệm vụ giao")
    expect(main).to_contain_text("Chưa có hộp thư nên không gửi thư báo được cho")
    clerk.seat.press("Ban hành", exact=True)
    expect(clerk.page.locator(".note.good").first).to_contain_text(f"Đã ban hành {NUMBER}")


def test_from_an_empty_installation_to_a_dispatch_that_a_district_sees(
    office: tuple[Place, str], mail: MailServer, chromium: Browser, tmp_path: Path
) -> None:
    place, first = office
    with seat(place, chromium, ADMIN, signed_in=False) as admin:
        come_in(admin, first, ADMIN)
        secure(admin)
        invite(admin, "Nguyễn Thị Thư", CLERK, "Chuyên viên tỉnh")
        # From here on as on a telephone that is held in the hand.
        admin.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        invite(admin, "Lê Văn Cán", OFFICER, "Cán bộ huyện", "Huyện Hà Trung")
        give_mailbox(admin, "Huyện Hà Trung")
        assert fits(admin.page)
    with seat(place, chromium, CLERK, PHONE, signed_in=False) as person:
        come_in(person, link_of(letter(mail, CLERK, "Mời"), "invite"), CLERK)
        issue(Clerk(person), tmp_path)
    told = letter(mail, MAILBOX, NUMBER)
    assert [part.get_filename() for part in told.iter_attachments()] == [f"{NUMBER.replace('/', '-')}.docx"]
    with seat(place, chromium, OFFICER, PHONE, signed_in=False) as officer:
        come_in(officer, link_of(letter(mail, OFFICER, "Mời"), "invite"), OFFICER)
        officer.page.goto(link_of(told, "dispatches"))
        expect(officer.page.locator("main")).to_contain_text(NUMBER)
        officer.press("Tiếp nhận", exact=True)
        officer.page.locator(".note.good", has_text="tiếp nhận").wait_for()
    assert mail.addresses.count(MAILBOX) == 1

"""The first days of a real installation: `tracker init`, a real mail server, people who come in by their invitations, a first dispatch.

On a PC and on a phone: one installation serves both, each with an administrator, people, a district and a dispatch of its own.
"""
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import papers
from tests.e2e.axe import Eye, fits
from tests.e2e.clerk import Clerk
from tests.e2e.seat import PHONE, WIDE, Place, Seat, eventually, seat
from tests.e2e.test_path_clerk import words
from tests.mail_server import MailServer
from tests.setup.processes import Served, free_port, tracker
from tracker import clock

PASSWORD = "ruộng bậc thang mùa gặt"


@dataclass(frozen=True)
class Way:
    """One width: who comes in at it, which district, which dispatch."""

    size: dict[str, int]
    admin: str
    clerk: str
    officer: str
    unit: str
    mailbox: str
    number: str


WAYS = {
    "desktop": Way(WIDE, "quantri@tinh.example", "vanthu@tinh.example", "canbo@hatrung.example", "Huyện Hà Trung", "vanphong@hatrung.example", "951-CV/HNDT"),
    "phone": Way(PHONE, "truongphong@tinh.example", "tonghop@tinh.example", "canbo@ngason.example", "Huyện Nga Sơn", "vanphong@ngason.example", "952-CV/HNDT"),
}


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    """The office's own mail server."""
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, mail: MailServer) -> Iterator[tuple[Place, dict[str, str]]]:
    """An empty installation that is served, and by its ways the links that the commands printed for its administrators."""
    home, port = tmp_path_factory.mktemp("office") / "home", free_port()
    first, second = WAYS["desktop"].admin, WAYS["phone"].admin
    made = {
        "desktop": tracker(home, port, "init", "--email", first, "--name", "Phạm Văn Quản"),
        "phone": tracker(home, port, "create-user", second, "--name", "Trịnh Thị Phòng", "--role", "administrator"),
    }
    links = {way: re.search(r"http://\S+/invite/\S+", one.stdout) for way, one in made.items()}
    served = Served(home, port, SMTP_URL=mail.url)
    try:
        served.ready()
        assert "mật khẩu chung" not in served.said() and not (home / "sent-mail").exists()
        yield Place(served), {way: link[0] if link else made[way].stderr for way, link in links.items()}
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


def stands(person: Seat, eye: Eye) -> None:
    """Nothing is too wide, and nobody is shut out."""
    assert fits(person.page) and eye.faults(person.page) == []


def come_in(person: Seat, link: str, email: str, eye: Eye) -> None:
    """The link of the invitation, a password, and the form that everybody signs in by."""
    person.page.goto(link)
    stands(person, eye)
    person.page.get_by_label(re.compile("^Mật khẩu mới")).fill(PASSWORD)
    person.page.get_by_label("Gõ lại mật khẩu mới").fill(PASSWORD)
    person.press("Lưu mật khẩu")
    person.at("/login")
    sign_in(person, email)


def sign_in(person: Seat, email: str) -> None:
    person.page.get_by_label("Thư điện tử").fill(email)
    person.page.get_by_label("Mật khẩu").fill(PASSWORD)
    person.press("Đăng nhập")


def secure(admin: Seat, email: str, eye: Eye) -> None:
    """No page opens before the second step is on; afterwards a sign-in asks for it."""
    admin.at("/account/two-factor")
    admin.go("/people")
    admin.at("/account/two-factor")
    admin.page.get_by_label("Mật khẩu của bạn").fill(PASSWORD)
    admin.press("Bắt đầu")
    stands(admin, eye)
    secret = pyotp.TOTP(admin.page.locator("code.key").inner_text().replace(" ", ""))
    admin.page.get_by_label("Mã sáu số").fill(secret.now())
    admin.press("Bật xác nhận hai bước")
    # The codes for a lost phone are shown once, on the page that answers.
    stands(admin, eye)
    admin.page.get_by_role("link", name="Tôi đã cất các mã").click()
    admin.at("/account$")
    admin.press("Đăng xuất", exact=True)
    admin.at("/login")
    sign_in(admin, email)
    # A code works once; the next one is taken because the clocks of phones run ahead.
    admin.page.get_by_label("Mã sáu số").fill(secret.at(int(time.time()) + 30))
    stands(admin, eye)
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


def give_mailbox(admin: Seat, unit: str, mailbox: str) -> None:
    admin.go("/units")
    admin.page.get_by_role("link", name=unit, exact=True).click()
    admin.page.get_by_role("link", name="Sửa hộp thư, điện thoại").click()
    admin.page.get_by_label("Hộp thư của đơn vị").fill(mailbox)
    admin.press("Lưu", exact=True)
    expect(admin.page.locator("main")).to_contain_text(mailbox)


def issue(clerk: Clerk, folder: Path, number: str) -> None:
    """The first dispatch: read, dated, issued; the districts without a mailbox are named and still get their tasks."""
    clerk.bring_in(papers.dispatch("docx", folder, number, clock.today()))
    clerk.count(8)
    clerk.review_the_rest(clock.today() + timedelta(days=20))
    clerk.page.get_by_role("link", name="Xem trước khi ban hành").first.click()
    main = clerk.page.locator("main")
    expect(main).to_contain_text("8 nhiệm vụ × 27 đơn vị = 216 nhiệm vụ giao")
    expect(main).to_contain_text("Chưa có hộp thư nên không gửi thư báo được cho")
    clerk.seat.press("Ban hành", exact=True)
    expect(clerk.page.locator(".note.good").first).to_contain_text(f"Đã ban hành {number}")


@pytest.mark.parametrize("name", list(WAYS))
def test_from_an_empty_installation_to_a_dispatch_that_a_district_sees(
    office: tuple[Place, dict[str, str]], mail: MailServer, chromium: Browser, eyes: dict[str, Eye], tmp_path: Path, name: str
) -> None:
    (place, links), way = office, WAYS[name]
    eye = eyes["light" if way.size is PHONE else "light, wide"]
    with seat(place, chromium, way.admin, way.size, signed_in=False) as admin:
        come_in(admin, links[name], way.admin, eye)
        secure(admin, way.admin, eye)
        invite(admin, "Nguyễn Thị Thư", way.clerk, "Chuyên viên tỉnh")
        invite(admin, "Lê Văn Cán", way.officer, "Cán bộ huyện", way.unit)
        give_mailbox(admin, way.unit, way.mailbox)
        assert fits(admin.page)
    with seat(place, chromium, way.clerk, way.size, signed_in=False) as person:
        come_in(person, link_of(letter(mail, way.clerk, "Mời"), "invite"), way.clerk, eye)
        issue(Clerk(person), tmp_path, way.number)
    told = letter(mail, way.mailbox, way.number)
    assert [part.get_filename() for part in told.iter_attachments()] == [f"{way.number.replace('/', '-')}.docx"]
    with seat(place, chromium, way.officer, way.size, signed_in=False) as officer:
        come_in(officer, link_of(letter(mail, way.officer, "Mời"), "invite"), way.officer, eye)
        officer.page.goto(link_of(told, "dispatches"))
        expect(officer.page.locator("main")).to_contain_text(way.number)
        officer.press("Tiếp nhận", exact=True)
        officer.page.locator(".note.good", has_text="tiếp nhận").wait_for()
    assert mail.addresses.count(way.mailbox) == 1

"""A district that only ever replies by mail: a real SMTP server takes what it is told, a real Dovecot brings its answer, the clerk reviews it."""
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from playwright.sync_api import Browser, expect

from tests import letters_in
from tests.e2e import papers
from tests.e2e.axe import faults, fits
from tests.e2e.clerk import Clerk
from tests.e2e.conftest import Serve
from tests.e2e.seat import CLERK, PHONE, WIDE, Place, eventually, seat
from tests.e2e.test_path_clerk import words, working
from tests.imap_server import ImapServer
from tests.mail_server import MailServer
from tracker import clock
from tracker.adapters import sample_files

BOX = "dondoc@tinh.example"
#: Two districts, each with the size of the clerk's window and the dispatch that it answers.
DISTRICTS = (("hatrung", "huyện Hà Trung", WIDE, "963-CV/HNDT"), ("quanson", "huyện Quan Sơn", PHONE, "964-CV/HNDT"))


@pytest.fixture(scope="module")
def office(serve: Serve) -> Iterator[tuple[Place, MailServer, ImapServer]]:
    """The sample between an office's own mail servers."""
    with MailServer() as mail, ImapServer() as box:
        yield serve(SMTP_URL=mail.url, IMAP_URL=box.url(), REPLY_TO=BOX), mail, box


def told(mail: MailServer, unit: str, about: str) -> list[EmailMessage]:
    """What that district's mailbox was sent about it."""
    return [one for one in mail.messages() if unit in str(one["To"]) and about in f"{one['Subject']} {words(one)}"]


def test_replying_is_enough(office: tuple[Place, MailServer, ImapServer], chromium: Browser) -> None:
    place, mail, box = office
    for unit, name, size, number in DISTRICTS:
        with seat(place, chromium, CLERK, size) as taken:
            clerk = Clerk(taken)
            clerk.bring_in(papers.text(number, clock.today()))
            clerk.review_the_rest(working(30))
            clerk.issue()
        eventually(lambda unit=unit, number=number: told(mail, unit, number), 60)
        ours = told(mail, unit, number)[0]
        letter = sample_files.letter(name, "81-CV/HNDH", clock.today(), "Lê Văn Hải", ["Củng cố tổ.", "Tập huấn."])
        sender, to = str(ours["To"]), parseaddr(str(ours["Reply-To"]))[1]
        raw = letters_in.gmail(to, str(ours["Message-ID"]), sender, f"Re: {ours['Subject']}", (("81-CV.pdf", letter),))
        box.deliver(raw.replace(b"<gmail-1@", f"<{unit}@".encode()))
    for unit, name, size, _ in DISTRICTS:
        eventually(lambda unit=unit: told(mail, unit, "Đã nhận báo cáo"), 120)
        with seat(place, chromium, CLERK, size) as taken:
            reviewed(Clerk(taken), name.removeprefix("huyện "))
        # The verdict's mail waits so that it can be taken back; the reply's receipt came at once and answers the reply itself.
        assert told(mail, unit, "Đã nhận báo cáo")[0]["In-Reply-To"] == f"<{unit}@mail.example>"


def reviewed(clerk: Clerk, unit: str) -> None:
    """Finds the district's answer in the queue, sees its paper, accepts all of it."""
    clerk.seat.go("/reviews")
    clerk.page.locator("a[href*='/reviews/']", has_text=unit).first.click()
    expect(clerk.page.locator("h1")).to_contain_text(unit)
    expect(clerk.page.locator("main")).to_contain_text("bằng thư")
    expect(clerk.page.locator("img.page-shot")).to_be_visible()
    assert faults(clerk.page) == [] and fits(clerk.page)
    clerk.decide("accepted")

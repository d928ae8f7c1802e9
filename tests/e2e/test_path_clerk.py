"""The whole loop: a dispatch goes in, districts answer, the compiled report comes out; on a PC, on a phone, and without scripts."""
import email
import email.policy
import io
import re
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import papers
from tests.e2e.clerk import Clerk
from tests.e2e.officer import Officer
from tests.e2e.seat import ADMIN, CLERK, OFFICER, PHONE, WIDE, Place, eventually, seat
from tracker import clock

REPORT_TO = "bankinhtexahoi@hnd-thanhhoa.example"
KINDS = {"desktop": ("docx", "945-CV/HNDT", WIDE, True), "phone": ("pdf", "946-CV/HNDT", PHONE, True), "no-script": ("text", "947-CV/HNDT", WIDE, False)}


def working(days: int) -> date:
    """A weekday about so many days from today."""
    day = clock.today() + timedelta(days=days)
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


def mails(place: Place, number: str, kind: str) -> list[EmailMessage]:
    """The captured messages about that dispatch whose subject or text says so."""
    found = []
    for file in place.mails():
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        if number in str(message["Subject"]) and kind in str(message["Subject"]) + words(message):
            found.append(message)
    return found


def words(message: EmailMessage) -> str:
    """The plain text of a message."""
    part = message.get_body(("plain",))
    return str(part.get_content()) if part else ""


def read(files: dict[str, bytes]) -> dict[str, str]:
    """The text of each downloaded report."""
    word = docx.Document(io.BytesIO(files["docx"]))
    pages = pypdfium2.PdfDocument(files["pdf"])
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True) if "Tổng cộng" in row]
    return {
        "docx": "\n".join(line.text for line in word.paragraphs),
        "pdf": " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pages).split()),
        "xlsx": str(rows),
    }


@pytest.mark.parametrize("way", list(KINDS))
def test_the_whole_loop(place: Place, chromium: Browser, tmp_path: Path, way: str) -> None:
    kind, number, size, script = KINDS[way]
    today = clock.today()
    with (
        seat(place, chromium, CLERK, size, script) as clerk_seat,
        seat(place, chromium, OFFICER, size, script, signed_in=False) as officer_seat,
    ):
        clerk = Clerk(clerk_seat)
        clerk.bring_in(papers.dispatch(kind, tmp_path, number, today))
        correct(clerk, number)
        said = clerk.issue()
        assert f"Đã ban hành {number}" in said and "27 đơn vị, 27 thư" in said
        link = arrived(place, chromium, number, clerk.dispatch)
        officer = Officer(officer_seat, clerk.dispatch)
        officer.follow(link, place, OFFICER)
        officer.acknowledge()
        officer_walks(clerk, officer, tmp_path, today)
        clerk.nudge("Mường Lát", "Đề nghị đơn vị phản hồi trong tuần.")
        eventually(lambda: len(mails(place, number, "Đề nghị đơn vị phản hồi trong tuần")) == 1 or size is PHONE)
        report(place, clerk, number)
        clerk.amend(5, working(40), "Lùi hạn vì mưa lũ.")
        # Yên Định's own is accepted and keeps its date: nobody tells that unit.
        eventually(lambda: len(mails(place, number, "Lùi hạn vì mưa lũ")) == 26)
        clerk.close()


def correct(clerk: Clerk, number: str) -> None:
    """The draft as read, then every kind of correction; ends with 8 dated tasks."""
    expect(clerk.page.locator("h1")).to_have_text(f"Dự thảo {number}")
    clerk.count(8)
    clerk.assignments(216)
    clerk.head("Giữ vững chất lượng uỷ thác đến hết năm", "BCH HND tỉnh Thanh Hoá", REPORT_TO)
    clerk.dated(4, "Củng cố các tổ trung bình và yếu", working(20))
    clerk.dated(5, "Kiện toàn tổ trưởng", working(30))
    clerk.no_date(1, working(25))
    clerk.merge_and_split()
    clerk.seat.go(clerk.draft)
    clerk.move()
    clerk.seat.go(clerk.draft)
    clerk.delete_and_undo()
    clerk.choose_units()
    clerk.review_the_rest(working(35))


def arrived(place: Place, chromium: Browser, number: str, dispatch: int) -> str:
    """Waits for the 27 mails of the real worker, sees them as the administrator does, gives the link in the officer's."""
    eventually(lambda: len(mails(place, number, "bấm Tiếp nhận")) == 27, 60)
    with seat(place, chromium, ADMIN) as admin:
        admin.go("/")
        admin.page.get_by_role("link", name="Hộp thư đã gửi").click()
        expect(admin.page.locator("tbody th a", has_text=number)).to_have_count(27)
    mine = next(one for one in mails(place, number, "bấm Tiếp nhận") if "yendinh" in str(one["To"]))
    found = re.search(rf"http://\S+/dispatches/{dispatch}\b", words(mine))
    assert found, words(mine)
    return found[0]


def officer_walks(clerk: Clerk, officer: Officer, folder: Path, today: date) -> None:
    """Answers some, later the rest; one comes back, is mended, and is accepted; one verdict is undone on the way."""
    officer.answer()
    files = officer.upload(papers.evidence(folder, today))
    tasks = officer.tasks()
    first, rest = tasks[:5], tasks[5:]
    assert len(tasks) == 8 and len(files) == 2
    officer.fill({task: f"Đã làm xong việc {n}." for n, task in enumerate(first, 1)}, {task: files[:1] for task in first} | {first[1]: files})
    officer.record("52-CV/HNDH", today, "Cao Văn Mạnh")
    one = officer.submit(5)
    expect(officer.page.locator("main")).to_contain_text("52-CV/HNDH")
    officer.answer()
    assert officer.tasks() == rest
    again = officer.upload(papers.evidence(folder, today)[:1])
    officer.fill({task: "Đã làm xong." for task in rest}, {task: again for task in rest})
    two = officer.submit(3)
    clerk.review(one)
    expect(clerk.page.locator("img.page-shot")).to_be_visible()
    expect(clerk.page.get_by_label("Hàng chờ duyệt").locator(f"a[href='/reviews/{one}']")).to_have_count(1)
    clerk.decide("returned", first[:1], "Thiếu biên bản của 2 xã.", working(5))
    clerk.review(one)
    clerk.decide("accepted")
    clerk.undo(one)
    clerk.decide("accepted")
    clerk.review(two)
    clerk.decide("accepted")
    mend(clerk, officer, first[0])


def mend(clerk: Clerk, officer: Officer, task: int) -> None:
    """The returned task stands first in the officer's list, with its reason; its second round is accepted."""
    officer.seat.go("/")
    expect(officer.page.locator("main")).to_contain_text("trả lại")
    officer.answer()
    assert officer.tasks() == [task]
    expect(officer.page.locator(".note.ret")).to_contain_text("Thiếu biên bản của 2 xã.")
    officer.fill({task: "Đã bổ sung biên bản của 2 xã."}, {})
    three = officer.submit(1)
    clerk.review(three)
    expect(clerk.page.locator("main")).to_contain_text("Đã bổ sung biên bản của 2 xã.")
    clerk.decide("accepted")


def report(place: Place, clerk: Clerk, number: str) -> None:
    """Page, .docx, .pdf and .xlsx say what the matrix says; the report leaves by mail."""
    tasks, accepted, _, left, findings = clerk.figures()
    total = tasks + findings
    assert (tasks, accepted, left, findings) == (216, 8, 208, 10)
    clerk.compile()
    expect(clerk.page.locator("main")).to_contain_text(f"{total} = {accepted} hoàn thành")
    told = read(clerk.download())
    for kind in ("docx", "pdf"):
        assert f"Tổng số: {total} lượt nhiệm vụ giao" in told[kind] and f"Đã hoàn thành: {accepted} " in told[kind], kind
    assert re.search(rf"'Tổng cộng', {total}, ", told["xlsx"]), told["xlsx"]
    clerk.send_report()
    eventually(lambda: any(REPORT_TO in str(one["To"]) for one in mails(place, number, "")), 60)

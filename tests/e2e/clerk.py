"""What the province clerk does in the browser, in plain steps; the same with and without scripts."""
import re
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from tests.e2e.seat import Seat


def shown(day: date) -> str:
    """A date as the product writes it."""
    return f"{day:%d/%m/%Y}"


class Clerk:
    """The clerk's hands on one dispatch."""

    def __init__(self, seat: Seat) -> None:
        self.seat, self.page = seat, seat.page
        self.dispatch = 0

    @property
    def draft(self) -> str:
        return f"/dispatches/{self.dispatch}/draft"

    def bring_in(self, paper: Path | str) -> None:
        """Uploads a file, or pastes the text, and lands on the draft."""
        self.seat.go("/dispatches")
        self.page.get_by_role("link", name="Nhập công văn").first.click()
        if isinstance(paper, Path):
            self.page.get_by_label("Công văn", exact=True).set_input_files(paper)
        else:
            self.page.get_by_label("Nguyên văn công văn").fill(paper)
        self.seat.press("Đọc và lập dự thảo")
        self.dispatch = int(self.seat.at(r"/dispatches/(\d+)/draft")[1])

    def task(self, position: int) -> Locator:
        return self.page.locator(f"#t{position}")

    def open(self, position: int) -> Locator:
        """Opens a task's form and gives it."""
        self.task(position).get_by_role("link", name=f"Sửa mục {position}").click()
        self.seat.at(r"edit=\d+")
        form = self.task(position).locator("form[data-autosave]")
        form.wait_for()
        return form

    def head(self, subject: str, issuer: str, report_to: str) -> None:
        """Mends the letterhead's values where the reader was not sure."""
        self.page.get_by_role("link", name="Sửa phần đầu").click()
        form = self.page.locator("#head")
        form.get_by_label("Trích yếu").fill(subject)
        form.get_by_label("Nơi ban hành").fill(issuer)
        form.get_by_label("Hộp thư nhận báo cáo").fill(report_to)
        self.seat.press("Xong phần đầu", form)
        expect(self.page.locator(".dl").first).to_contain_text(subject)

    def dated(self, position: int, title: str, due: date) -> None:
        """Another title, a due date and what has to be sent."""
        form = self.open(position)
        form.get_by_label("Tên nhiệm vụ").fill(title)
        form.get_by_label("Loại hạn").select_option(label="Đến ngày")
        form.get_by_label("Hạn", exact=True).fill(shown(due))
        form.get_by_label("báo cáo").check()
        self.seat.press("Xong", form, exact=True)
        expect(self.task(position)).to_contain_text(f"Hạn {shown(due)}")
        expect(self.task(position)).to_contain_text(title)

    def no_date(self, position: int, review: date) -> None:
        """'Không hạn, xem lại ngày'."""
        form = self.open(position)
        form.get_by_label("Loại hạn").select_option(label="Không hạn, xem lại ngày")
        form.get_by_label("Ngày xem lại (khi không hạn)").fill(shown(review))
        self.seat.press("Xong", form, exact=True)
        expect(self.task(position)).to_contain_text(f"Không hạn · xem lại {shown(review)}")

    def count(self, number: int) -> None:
        """So many tasks stand in the draft."""
        expect(self.page.locator("#h-tasks")).to_have_text(f"{number} nhiệm vụ")

    def assignments(self, number: int) -> None:
        """So many assignments would be made."""
        expect(self.page.locator(".bottom b").first).to_have_text(str(number))

    def merge_and_split(self) -> None:
        """7 and 8 become one, and two again."""
        form = self.open(7)
        self.seat.press("Gộp với mục 8", form)
        self.count(7)
        area = self.task(7).get_by_label("Nội dung")
        both = area.input_value()
        at = both.index("Cùng NHCSXH")
        area.fill(f"{both[:at].strip()}\n\n{both[at:].strip()}")
        self.seat.press("Tách", self.task(7), exact=True)
        self.count(8)

    def move(self) -> None:
        """The first task goes down and comes up again."""
        first = self.task(1).locator("h3").inner_text()
        self.seat.press("Xuống", self.open(1), exact=True)
        expect(self.task(2).locator("h3")).to_have_text(first)
        self.seat.press("Lên", self.task(2), exact=True)
        expect(self.task(1).locator("h3")).to_have_text(first)

    def delete_and_undo(self) -> None:
        """A task goes and comes back; another is added and goes for good."""
        name = self.task(3).locator("h3").inner_text()
        self.seat.press("Xoá", self.open(3), exact=True)
        self.count(7)
        self.seat.press(f"Lấy lại {name}")
        self.count(8)
        self.seat.press("Thêm nhiệm vụ")
        self.count(9)
        last = self.task(9)
        last.get_by_label("Tên nhiệm vụ").fill("Việc thêm vào")
        last.get_by_label("Nội dung").fill("Việc thêm vào cho đủ.")
        self.seat.press("Xong", last, exact=True)
        expect(last.locator("h3")).to_have_text("Việc thêm vào")
        self.seat.press("Xoá", self.open(9), exact=True)
        self.count(8)

    def choose_units(self) -> None:
        """A group for one task and back to all; one unit coordinates."""
        form = self.open(2)
        form.get_by_label("Giao cho").select_option(label="Nhóm “11 huyện miền núi”")
        self.seat.press("Xong", form, exact=True)
        self.assignments(200)
        form = self.open(2)
        form.get_by_label("Giao cho").select_option(label="Cả 27 đơn vị nhận")
        if not form.get_by_label("Hà Trung").is_visible():
            form.get_by_text("Chủ trì, phối hợp theo đơn vị").click()
        form.get_by_label("Hà Trung").select_option(label="phối hợp")
        self.seat.press("Xong", form, exact=True)
        self.assignments(216)

    def review_the_rest(self, day: date) -> None:
        """One review date for all that have none."""
        form = self.page.locator("form", has=self.page.locator("#all-day"))
        form.get_by_label("Ghi", exact=True).select_option(label="Không hạn, ngày xem lại")
        form.get_by_label("Ngày", exact=True).fill(shown(day))
        self.seat.press("Ghi cho mọi mục", form)
        expect(self.page.locator(".note.good")).to_contain_text("Đã ghi ngày")

    def issue(self) -> str:
        """The preview, then the press; gives what the page says."""
        self.page.get_by_role("link", name="Xem trước khi ban hành").first.click()
        self.seat.at(r"/issue$")
        expect(self.page.locator("main")).to_contain_text("8 nhiệm vụ × 27 đơn vị = 216 nhiệm vụ giao")
        expect(self.page.locator("main")).to_contain_text("27 thư")
        self.seat.press("Ban hành", exact=True)
        self.seat.at(rf"/dispatches/{self.dispatch}$")
        return self.page.locator(".note.good").first.inner_text()

    def review(self, submission: int) -> None:
        self.seat.go(f"/reviews/{submission}")

    def decide(self, verdict: str, ids: list[int] | None = None, reason: str = "", fix_by: date | None = None) -> None:
        """Accepts ('accepted') or returns ('returned') those assignments, or all that wait."""
        boxes = self.page.locator("input[name=assignment_id]")
        if ids is not None:
            for box in boxes.all():
                box.set_checked(int(box.get_attribute("value") or 0) in ids)
        if verdict == "returned" and fix_by:
            self.page.get_by_text("Trả lại những mục đang chọn").click()
            self.page.get_by_label("Lý do").fill(reason)
            self.page.get_by_label("Sửa chậm nhất ngày").fill(shown(fix_by))
        self.page.locator(f"button[name=verdict][value={verdict}]").click()
        self.page.locator(".note.good", has_text="Đã trả lại" if verdict == "returned" else "Đã chấp nhận").wait_for()

    def undo(self, submission: int) -> None:
        self.review(submission)
        self.seat.press("Hoàn tác kết luận vừa rồi")
        self.page.locator(".note", has_text="Đã hoàn tác").wait_for()

    def nudge(self, name: str, message: str) -> None:
        """Đôn đốc one silent unit with an own sentence."""
        self.seat.go(f"/dispatches/{self.dispatch}/silent")
        for box in self.page.locator("input[name=unit_id]").all():
            box.set_checked(name in box.locator("xpath=..").inner_text())
        if self.page.get_by_label("Lời nhắn thêm").is_visible():
            self.page.get_by_label("Lời nhắn thêm").fill(message)
        self.seat.press(re.compile("^Đôn đốc"))
        expect(self.page.locator(".note.good")).to_contain_text("Đã gửi đôn đốc tới 1 đơn vị (1 thư)")

    def compile(self) -> None:
        """Orders the report and waits at its page until the worker has made it."""
        self.seat.go(f"/dispatches/{self.dispatch}/reports")
        self.seat.press("Lập báo cáo", exact=True)
        self.seat.at(r"/reports/\d+$")
        self.page.locator("h1", has_text="Báo cáo tổng hợp").wait_for(timeout=60_000)

    def download(self) -> dict[str, bytes]:
        """The three files, through their links."""
        found: dict[str, bytes] = {}
        for ending in ("docx", "pdf", "xlsx"):
            with self.page.expect_download() as waiting:
                self.page.locator(".title").get_by_role("link", name=f"Tải .{ending}").click()
            assert waiting.value.suggested_filename.endswith(f".{ending}")
            found[ending] = Path(waiting.value.path()).read_bytes()
        return found

    def send_report(self) -> None:
        """Asks for it, then confirms to whom it goes."""
        self.seat.press("Gửi báo cáo")
        self.seat.press("Gửi báo cáo")
        self.page.locator(".note.good", has_text="Đã xếp thư gửi báo cáo").wait_for()

    def amend(self, position: int, due: date, reason: str) -> None:
        """Another due date for one task, seen before it is issued."""
        self.seat.go(f"/dispatches/{self.dispatch}/amend")
        self.page.get_by_role("textbox", name="Lý do").fill(reason)
        self.task(position).get_by_label("Hạn", exact=True).fill(shown(due))
        self.seat.press("Xem thay đổi")
        expect(self.page.locator("#h-changes")).to_have_text("1 thay đổi")
        self.seat.press("Ban hành sửa đổi")
        expect(self.page.locator(".note.good")).to_contain_text("Đã ban hành sửa đổi lần 1: 1 thay đổi")

    def close(self) -> None:
        self.seat.go(f"/dispatches/{self.dispatch}")
        self.seat.press("Kết thúc theo dõi")
        if not self.seat.script:
            self.seat.press("Kết thúc theo dõi")
        self.page.locator(".note.good", has_text="Đã kết thúc theo dõi").wait_for()

    def withdraw(self, reason: str) -> None:
        """Takes the dispatch back, with the reason that every unit reads."""
        self.seat.go(f"/dispatches/{self.dispatch}")
        self.page.get_by_text("Thu hồi công văn", exact=True).click()
        self.page.get_by_label("Lý do thu hồi").fill(reason)
        self.seat.press("Thu hồi", exact=True)
        if not self.seat.script:
            self.seat.press("Thu hồi", exact=True)

    def figures(self) -> Any:
        """Total, accepted and open as the matrix page says them, and how many findings stand beside its table."""
        self.seat.go(f"/dispatches/{self.dispatch}/matrix")
        line = " ".join(self.page.locator("main p", has_text="hoàn thành (").first.inner_text().split())
        found = re.match(r".* \+ (\d+) tồn tại .*?(\d+) nhiệm vụ = (\d+) hoàn thành \((\d+) đúng hạn .*? \+ (\d+) còn mở", line)
        assert found, line
        findings, *tasks = (int(one) for one in found.groups())
        return (*tasks, findings)

"""What the district officer does in the browser, in plain steps; the same with and without scripts."""
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.clerk import shown
from tests.e2e.seat import Place, Seat


class Officer:
    """The officer's hands on one dispatch."""

    def __init__(self, seat: Seat, dispatch: int) -> None:
        self.seat, self.page, self.dispatch = seat, seat.page, dispatch

    def follow(self, link: str, place: Place, email: str) -> None:
        """Opens the mail's link; whoever is not signed in signs in and lands where the link leads."""
        self.page.goto(link)
        if "/login" in self.page.url:
            self.page.get_by_label("Thư điện tử").fill(email)
            self.page.get_by_label("Mật khẩu").fill(place.password)
            self.seat.press("Đăng nhập")
        self.seat.at(rf"/dispatches/{self.dispatch}$")

    def acknowledge(self) -> None:
        self.seat.press("Tiếp nhận", exact=True)
        self.page.locator(".note.good", has_text="tiếp nhận").wait_for()

    def answer(self) -> None:
        self.seat.go(f"/dispatches/{self.dispatch}/answer")

    def tasks(self) -> list[int]:
        """The assignments that the page asks for, in its order."""
        return [int((one.get_attribute("id") or "").removeprefix("task-")) for one in self.page.locator(".task.ans").all()]

    def upload(self, files: list[Path]) -> list[int]:
        """Several files at once; gives their numbers."""
        before = self.page.locator("#files li[data-file]").count()
        self.page.get_by_label("Thêm tệp hoặc chụp ảnh").set_input_files(files)
        if not self.seat.script:
            self.seat.press("Lưu nháp")
        expect(self.page.locator("#files li[data-file]")).to_have_count(before + len(files))
        return [int(one.get_attribute("data-file") or 0) for one in self.page.locator("#files li[data-file]").all()]

    def fill(self, results: dict[int, str], ticks: dict[int, list[int]]) -> None:
        """Results and files for those tasks, nothing for the others."""
        for task in self.tasks():
            row = self.page.locator(f"#task-{task}")
            for box in row.locator("input[name=tick]").all():
                box.set_checked(int((box.get_attribute("value") or "0").split("-")[0]) in ticks.get(task, []))
            row.locator("textarea").fill(results.get(task, ""))
            row.locator("input[name=pick]").set_checked(task in results)

    def record(self, number: str, day: object, signatory: str) -> None:
        """Number, date and signatory of the implementing document."""
        self.page.get_by_label("Số, ký hiệu").fill(number)
        self.page.get_by_label("Ngày", exact=True).fill(shown(day))  # type: ignore[arg-type]
        self.page.get_by_label("Người ký").fill(signatory)

    def submit(self, count: int) -> int:
        """Hands in; where the page asks about evidence that is missing, says yes. Gives the submission."""
        if self.seat.script:
            self.seat.press(f"Nộp {count} việc")
        else:
            self.seat.press("Nộp những việc đã chọn")
        more = self.page.get_by_role("button", name=f"Vẫn nộp {count} việc")
        self.page.locator("h1", has_text=re.compile(rf"(Đã nộp|Nộp) {count} việc")).wait_for()
        if more.is_visible():
            more.click()
        number = int(self.seat.at(r"/submissions/(\d+)")[1])
        expect(self.page.locator("h1")).to_contain_text(re.compile(rf"^Đã nộp {count} việc"))
        return number

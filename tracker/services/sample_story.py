"""The sample's story, as plain data: who is in it, what each district did with each task, and when, counted from today."""
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.calendar import Calendar

DOMAIN = "example"
OFFICE = "hnd-thanhhoa"
MOUNTAIN = ("Mường Lát", "Quan Hóa", "Bá Thước", "Quan Sơn", "Lang Chánh", "Ngọc Lặc", "Cẩm Thủy", "Thạch Thành", "Như Xuân", "Như Thanh", "Thường Xuân")

SHORT_SUBJECT = "Uỷ thác với NHCSXH những tháng cuối năm"
#: Short, everyday names of the eight tasks, as a clerk would shorten them.
TITLES = (
    "Phổ biến chính sách tín dụng, vận động gửi tiết kiệm", "Kiểm tra đủ nội dung, đúng kế hoạch", "Hội xã dự bình xét, giám sát tổ và hộ vay",
    "Củng cố tổ TK&VV trung bình và yếu", "Kiện toàn tổ trưởng, Ban giảm nghèo sau Đại hội", "Lập phương án thu hồi nợ xấu sắp đến hạn",
    "Giữ nền nếp điểm giao dịch xã", "Tập huấn nghiệp vụ uỷ thác cho cán bộ mới",
)
#: Due day of a task (or, where it has none, its review day) in days from today; the clerk dates five and reviews three.
DUE = {2: 22, 4: -8, 5: 7, 6: -4, 8: 37}
REVIEW = {1: 22, 3: 7, 7: 22}
FINDINGS_REVIEW = 22
ISSUED = -28
EVIDENCE = {
    1: ["implementing_document"], 2: ["minutes", "report"], 3: ["implementing_document"], 4: ["report", "table"], 5: ["table"], 6: ["report"],
    7: ["photo"], 8: ["report"],
}

#: The reminder policy of plans: (working days, who, opening sentence, every so many days again); and whose officer will be away.
POLICY = "Kế hoạch, chương trình dài ngày"
POLICY_STEPS = (
    (-10, ("officer",), "", 0), (-3, ("officer",), "", 0), (2, ("officer", "district_leader"), "{đơn vị} chậm {số việc} việc của {số}.", 0),
    (5, ("officer", "district_leader", "province_leader"), "", 0), (8, ("letter",), "", 0), (15, ("officer", "criticism"), "", 10),
)
AWAY = "Thọ Xuân"
#: One letter a task: n not acknowledged, . acknowledged, d drafted, w waits for review, r returned, a accepted (in time where it
#: has a date), 1-9 accepted that many days late.
STORY = {
    "Hà Trung": "..r.....", "Mường Lát": "nnnnnnnn", "Quan Sơn": "nnnnnnnn", "Lang Chánh": "...d.d..", "Thường Xuân": "nnnnnnnn",
    "Như Xuân": "........", "Nga Sơn": ".rr4....", "Thọ Xuân": ".r...wa.", "Bá Thước": "..r1....", "Yên Định": "wwwaww..",
    "Cẩm Thủy": "w.aa.a..", "Vĩnh Lộc": "wa.a.a..", "Triệu Sơn": "w..a.aa.", "Hoằng Hóa": "w.aa.a.a", "Quảng Xương": "w.aaaaaa",
    "TP Thanh Hóa": "aa.aaaa.", "TX Bỉm Sơn": "...3.aa.", "TP Sầm Sơn": "...a.3..", "Quan Hóa": "a..a.aa.", "Ngọc Lặc": "a..1.1a.",
    "Thạch Thành": "a..aaa.a", "Thiệu Hóa": "...2.2a.", "Hậu Lộc": "a..a.aa.", "Như Thanh": "a..a.aa.", "Nông Cống": "a.aaaaaa",
    "Đông Sơn": "aaaa.a..", "TX Nghi Sơn": "a..a.aa.",
}
RESULTS = {
    1: "Đã phổ biến tại tất cả cơ sở Hội trong tháng; thêm 312 sổ tiết kiệm.", 2: "Xong kiểm tra theo kế hoạch; biên bản kèm theo.",
    3: "Đã phân công uỷ viên dự mọi cuộc bình xét.", 4: "Củng cố 3 tổ trung bình, không còn tổ yếu.", 5: "Thay 4 tổ trưởng; danh sách kèm theo.",
    6: "11 khoản nợ xấu, 186 triệu đồng; phương án từng hộ kèm theo.", 7: "26/26 điểm giao dịch có hội trường và người giúp việc.",
    8: "Đã mở hai lớp, 58 cán bộ dự.",
}
RETURNED = {2: "Thiếu biên bản của 4 xã", 3: "Chưa ghi rõ ai dự bình xét ở từng xã"}

#: The storm: which district stood still, from so many days ago, for two days.
STORM, STORM_FROM, STORM_DAYS = "Quảng Xương", -4, 2
STORM_REASON = "Bão số 5 đổ bộ, huyện tập trung phòng chống và khắc phục."


#: The dispatch with a monthly task, days from today; and the register number of the formal letter to those who are late, and its day.
MONTHLY, MONTHLY_TITLE, MONTHLY_ISSUED = "Báo cáo hằng tháng ở các huyện miền núi", "Báo cáo thu lãi, thu nợ", -45
LETTER, LETTER_ON = "958", 0


@dataclass(frozen=True)
class Person:
    """One login of the sample; unit: short name of a district, or none for the province."""

    name: str
    mailbox: str
    role: str
    title: str
    unit: str | None = None


PEOPLE = (
    Person("Nguyễn Thu Vân", "nguyen.thu.van", "province_clerk", "Chuyên viên Ban Kinh tế - Xã hội"),
    Person("Lê Thị Minh Hà", "le.thi.minh.ha", "province_leader", "Phó Chủ tịch"),
    Person("Phạm Quốc Trung", "pham.quoc.trung", "administrator", "Văn phòng Tỉnh Hội"),
    Person("Đỗ Thị Hạnh", "do.thi.hanh", "auditor", "Uỷ ban Kiểm tra"),
    Person("Lê Văn Thắng", "le.van.thang", "district_officer", "Cán bộ", "Thọ Xuân"),
    Person("Hoàng Thị Mận", "hoang.thi.man", "district_leader", "Chủ tịch", "Thọ Xuân"),
    Person("Trịnh Văn Khải", "trinh.van.khai", "district_officer", "Cán bộ", "Yên Định"),
    Person("Vi Thị Xuân", "vi.thi.xuan", "district_officer", "Cán bộ", "Mường Lát"),
    Person("Lương Văn Đức", "luong.van.duc", "district_leader", "Chủ tịch", "Mường Lát"),
    Person("Mai Văn Sơn", "mai.van.son", "district_officer", "Cán bộ", "Nga Sơn"),
    Person("Hà Thị Mơ", "ha.thi.mo", "district_officer", "Cán bộ", "Lang Chánh"),
)


@dataclass(frozen=True)
class Handed:
    """What a unit hands in on one day, and what became of it: tasks by position; verdict_on None while it waits."""

    unit: str
    on: date
    tasks: tuple[int, ...]
    verdict: str | None
    verdict_on: date | None


@dataclass(frozen=True)
class Days:
    """The days of the story for one today, all on working days where somebody acts."""

    today: date
    calendar: Calendar

    def back(self, days: int) -> date:
        """The last working day on or before so many days from today (negative: ago)."""
        day = self.today + timedelta(days=days)
        while not self.calendar.is_working(day):
            day -= timedelta(days=1)
        return day

    @property
    def issued(self) -> date:
        return self.back(ISSUED)

    def due(self, position: int) -> date | None:
        """The due date that the clerk set for a task, None for a task without."""
        return self.back(DUE[position]) if position in DUE else None

    def review(self, position: int) -> date | None:
        return self.back(REVIEW[position]) if position in REVIEW else None

    def handed(self) -> list[Handed]:
        """Every handing-in of the story in the order of its days."""
        found = [one for unit, letters in STORY.items() for one in self._of(unit, letters)]
        return sorted(found, key=lambda one: (one.on, one.unit))

    def _of(self, unit: str, letters: str) -> list[Handed]:
        days: dict[tuple[date, str | None], list[int]] = {}
        for position, letter in enumerate(letters, 1):
            if letter in "war" or letter.isdigit():
                verdict = {"w": None, "r": "returned"}.get(letter, "accepted")
                days.setdefault((self._handed_on(position, letter), verdict), []).append(position)
        return [Handed(unit, on, tuple(tasks), verdict, self._decided_on(on, verdict)) for (on, verdict), tasks in days.items()]

    def _decided_on(self, on: date, verdict: str | None) -> date | None:
        """Two working days after the handing-in, today at the latest: never before it, whatever holidays lie between."""
        return min(self.calendar.add(on, 2), self.today) if verdict else None

    def _handed_on(self, position: int, letter: str) -> date:
        due = self.due(position)
        if letter.isdigit() and due:
            return due + timedelta(days=int(letter))
        if letter == "w":
            return self.back(-5)
        if letter == "r":
            return self.back(-7)
        return self.back((due - self.today).days - 2) if due and due < self.today else self.back(-9)

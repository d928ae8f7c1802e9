"""A report of four units and three tasks, small enough to be counted by hand: every state, every cell of the arithmetic, figures of every measure.

Ten assignments count (one is cancelled): done 3 = 1 in time, 1 two days late, 1 without a deadline; open 7 = 1 in time, 4 overdue, 2 without a deadline.
"""
from dataclasses import replace
from datetime import date

from tracker.domain.progress import Evidence, Line
from tracker.domain.report import DispatchFacts, Kind, Letterhead, ReportData, UnitFacts
from tracker.domain.report_counts import Happened, IndicatorTable, Measured, UnitMeasured, happened
from tracker.domain.report_period import DispatchOf, LateOf, PeriodData, TaskOf, UnitOf, numbers
from tracker.domain.status import State

AS_OF = date(2026, 9, 8)
HEAD = Letterhead(
    "HỘI NÔNG DÂN VIỆT NAM", "BCH HND TỈNH THANH HÓA", "Thanh Hóa", "-BC/HNDT", True, "T/M BAN THƯỜNG VỤ", "PHÓ CHỦ TỊCH", "Lê Thị An",
    speaker="Ban Chấp hành Hội Nông dân tỉnh", recipients=("NHCSXH tỉnh;", "Lưu: VT."),
)
OWN = Letterhead("HỘI NÔNG DÂN TỈNH", "BCH HND HUYỆN", "Hà Trung", "-BC/HND", True, addressee="Ban Thường vụ tỉnh", recipients=("Như kính gửi;",))
UNITS = {"380": "Thành phố Thanh Hóa", "392": "Huyện Hà Trung", "401": "Huyện Nga Sơn", "384": "Huyện Mường Lát"}
CHECK, TELL, DEBT = ("task", 1, "Kiểm tra quý III"), ("task", 2, "Tuyên truyền"), ("finding", 3, "Nợ quá hạn cao tại 3 xã")
ORDER = Evidence("implementing_document", "chi-dao.pdf", "12-CV/HND", date(2026, 8, 20), "Lê Văn Bình")
PHOTO = Evidence("photo", "anh.jpg")


def sep(day: int) -> date:
    return date(2026, 9, day)


def aug(day: int) -> date:
    return date(2026, 8, day)


def line(code: str, task: tuple[str, int, str], state: State, **more: object) -> Line:
    """One assignment; the check was due on 31 August, the finding on 4 September, the telling has a review date alone."""
    kind, position, title = task
    due = {1: aug(31), 2: None, 3: sep(4)}[position]
    facts: dict[str, object] = {
        "task_kind": kind, "due_on": due, "original_due_on": due, "review_on": None if due else sep(15), "acknowledged": state != State.ASSIGNED, **more}
    text = {1: "Kiểm tra theo kế hoạch đã xây dựng.", 2: title, 3: "Rà soát nợ quá hạn."}[position]
    return Line(code, UNITS[code], position, title, text, state, **facts)  # type: ignore[arg-type]


def done(code: str, task: tuple[str, int, str], sent: date, due: date | None, **more: object) -> Line:
    return line(
        code, task, State.ACCEPTED, submitted_on=sent, accepted_submitted_on=sent, accepted_due_on=due, accepted_on=max(sent, sep(1)), **more)


LINES = (
    done("380", CHECK, aug(30), aug(31), result="Đã kiểm tra 12 xã.\n\nKhông có sai phạm.", evidence=(ORDER, PHOTO), reminded=2),
    done("380", TELL, aug(25), None, result="Đã họp 4 cuộc.", evidence=(ORDER,)),
    done("380", DEBT, sep(6), sep(4), result="Đã thu hồi."),
    line("392", CHECK, State.RETURNED, submitted_on=aug(29), fix_by=sep(11), returns=1, return_reason="Thiếu biên bản", result="Đã kiểm tra."),
    line("392", TELL, State.ACKNOWLEDGED),
    line("392", DEBT, State.ACKNOWLEDGED, due_on=sep(20), late_before=1, extension_asked=1, extension_granted=1, extension_days=16),
    line("401", CHECK, State.SUBMITTED, role="coordinate", submitted_on=sep(3), extension_asked=1, extension_refused=1, result="Đang chờ."),
    line("401", TELL, State.CANCELLED),
    line("401", DEBT, State.OBJECTED, paused_on=sep(6), extension_asked=1, evidence=(Evidence("strange", "khac.doc", dated_on=sep(2)),)),
    line("384", CHECK, State.ASSIGNED),
    line("384", TELL, State.ASSIGNED),
)


def figures_table() -> IndicatorTable:
    """Money in millions, a count, and a share; Nga Sơn has not handed in."""
    cells = {
        "380": (("2000000", "1000000", "1500000"), ("10", None, "12"), ("90", "80", "85.5")),
        "392": (("1000000", "1000000", "1000000"), ("5", "4", "3"), (None, None, "95")),
        "401": ((None,) * 3,) * 3,
    }
    return IndicatorTable(
        7, 1, "Số liệu uỷ thác", "tháng 8/2026", sep(5), ("plan", "same", "actual"),
        (Measured("DN", "Dư nợ", "triệu đồng", "money", "million", 1), Measured("TO", "Số tổ", "tổ", "count", "one", 0),
         Measured("TL", "Tỷ lệ thu lãi", "%", "percent", "one", 1)),
        tuple(UnitMeasured(code, UNITS[code], None if code == "401" else sep(4), rows) for code, rows in cells.items()),
        (("3000000", "2000000", "2500000"), ("15", "4", "15"), (None, None, "90.25")), 1,
    )


def report() -> ReportData:
    """The consolidated report on one dispatch."""
    return ReportData(
        Kind.PROVINCE, DispatchFacts("công văn", "931-CV/HNDT", aug(11), "Ban Thường vụ Hội Nông dân tỉnh", "V/v đẩy mạnh uỷ thác.", 1), HEAD, AS_OF,
        tuple(UnitFacts(code, name, replace(OWN, speaker=f"Ban Thường vụ {name}")) for code, name in UNITS.items()), LINES, (figures_table(),), AS_OF,
    )


def period() -> PeriodData:
    """The same assignments as one of two dispatches of the quarter; the other was given to Hà Trung alone."""
    of_unit = [(n, unit_lines(code)) for n, code in enumerate(UNITS)]
    data = report()
    cells = [(n, 0, numbers(replace(data, lines=lines).tally(), happened(lines, AS_OF), 1)) for n, lines in of_unit]
    other = numbers(replace(data, lines=(LINES[4],)).tally(), Happened(), 0)
    return PeriodData(
        "period", "", date(2026, 7, 1), date(2026, 9, 30), AS_OF, HEAD, tuple(UnitOf(*one) for one in UNITS.items()),
        (DispatchOf(1, "công văn", "931-CV/HNDT", aug(11), "V/v đẩy mạnh uỷ thác.", "Tín dụng"),
         DispatchOf(2, "kế hoạch", "12-KH/HNDT", aug(20), "Tập huấn", "")),
        (TaskOf(0, "task", 1, CHECK[2]), TaskOf(0, "finding", 3, DEBT[2])), (*cells[:2], (1, 1, other), *cells[2:]),
        (LateOf(1, 0, aug(31), 8, False), LateOf(3, 0, aug(31), 8, False), LateOf(2, 0, aug(31), 3, False), LateOf(2, 1, sep(4), 2, False),
         LateOf(0, 1, sep(4), 2, True, sep(6))), (figures_table(),),
    )


def unit_lines(code: str) -> tuple[Line, ...]:
    """One unit's assignments."""
    return tuple(one for one in LINES if one.unit_code == code)

"""The pack for a meeting: its parts in order, the matrix of units and dispatches, and the changes since the last one."""
from datetime import date, datetime

from tracker import clock
from tracker.domain import briefing
from tracker.domain.briefing import Meeting
from tracker.domain.progress import Tally
from tracker.domain.report import Letterhead
from tracker.domain.report_counts import Happened
from tracker.domain.report_layout import Heading, Paragraph, Table
from tracker.domain.report_period import DispatchOf, LateOf, PeriodData, TaskOf, UnitOf, numbers

HEAD = Letterhead("TỈNH UỶ", "HỘI NÔNG DÂN TỈNH", "Thanh Hóa", "-BC/HNDT")


def data(dispatches: int = 2, late: int = 20) -> PeriodData:
    """Two units; the first has every dispatch, the second only the first one."""
    given = tuple(DispatchOf(n, "công văn", f"{n}-CV/HNDT", date(2026, 8, n), "Việc", "") for n in range(1, dispatches + 1))
    some, none = numbers(Tally(accepted_on_time=3, open_overdue=2), Happened(), 0), numbers(Tally(open_in_time=4), Happened(), 0)
    cells = [(0, n, some) for n in range(dispatches)] + [(1, 0, none)]
    longest = tuple(LateOf(0, 0, date(2026, 8, 1), days, False) for days in range(late, 0, -1))
    return PeriodData(
        "period", "", date(2026, 9, 1), date(2026, 9, 8), date(2026, 9, 8), HEAD, (UnitOf("1", "Hà Trung"), UnitOf("2", "Nga Sơn")), given,
        (TaskOf(0, "task", 1, "Kiểm tra"),), tuple(cells), longest,
    )


def change(whose: str, what: str, code: str = "") -> dict[str, str]:
    return {"whose": whose, "what": what, "before": "1", "after": "2", "unit_code": code}


def test_its_parts_stand_in_order_and_the_draft_report_a_level_lower() -> None:
    document = briefing.compose(data(), Meeting(datetime(2026, 9, 9, 8, tzinfo=clock.LOCAL)))
    assert document.title == "TÀI LIỆU GIAO BAN" and "08:00 ngày 09/09/2026" in document.abstract
    top = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 1]
    assert top == ["A. TỪ LẦN GIAO BAN TRƯỚC", "B. VIỆC QUÁ HẠN LÂU NHẤT", "C. DỰ THẢO BÁO CÁO"]
    assert "I. KẾT QUẢ CHUNG" in [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 2]
    assert [annex.title for annex in document.annexes][-1] == "TỪNG ĐƠN VỊ, TỪNG VĂN BẢN"
    assert [annex.label for annex in document.annexes] == ["Phụ lục I", "Phụ lục II", "Phụ lục III"]


def test_only_the_longest_overdue_stand_at_the_top() -> None:
    longest = next(block for block in briefing.compose(data(late=20), Meeting()).blocks if isinstance(block, Table))
    assert len(longest.rows) == briefing.LONGEST and longest.rows[0][5] == "20"


def test_the_matrix_shows_the_latest_dispatches_and_what_was_not_given() -> None:
    table = briefing.matrix(data(dispatches=12))
    heads = [column.title for column in table.columns]
    assert heads == ["TT", "Đơn vị", *(f"{n}-CV/HNDT" for n in range(12, 2, -1)), "Cộng"]
    assert table.rows[0][2] == "3/5; quá hạn 2" and table.rows[1][2] == "–" and table.rows[1][-1] == "0/4"
    assert table.total[-1] == "36/64; quá hạn 24" and table.total[2] == "3/5; quá hạn 2"


def test_changes_of_the_whole_come_first_and_single_units_stay_out() -> None:
    meeting = Meeting(None, date(2026, 9, 1), (change("Văn bản 1-CV/HNDT", "Chờ duyệt"), change("Hà Trung", "Chờ duyệt", "1"), change("Toàn tỉnh", "Quá hạn")))
    table = next(block for block in briefing.compose(data(), meeting).blocks if isinstance(block, Table))
    assert [row[1:3] for row in table.rows] == [("Toàn tỉnh", "Quá hạn"), ("Văn bản 1-CV/HNDT", "Chờ duyệt")]


def test_a_first_pack_and_one_without_changes_say_so() -> None:
    def said(meeting: Meeting) -> str:
        return next(block.text for block in briefing.compose(data(), meeting).blocks if isinstance(block, Paragraph))

    assert said(Meeting()).startswith("Đây là gói giao ban đầu tiên")
    assert said(Meeting(None, date(2026, 9, 1))) == "Không có gì thay đổi từ ngày 01/09/2026."

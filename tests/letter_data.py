"""Letters made of invented facts, for tests of their words and of their drawings."""
from datetime import date, timedelta

from tracker.domain import letters
from tracker.domain.letter_document import Paper
from tracker.domain.letters import Facts, Line
from tracker.domain.report import Letterhead

AS_OF = date(2026, 9, 8)
ABOVE = Letterhead(
    "HỘI NÔNG DÂN VIỆT NAM", "BCH HND TỈNH THANH HÓA", "Thanh Hóa", "-BC/HNDT", True, speaker="Ban Chấp hành Hội Nông dân tỉnh Thanh Hóa",
)
STATE = Letterhead("", "ỦY BAN NHÂN DÂN TỈNH THANH HÓA", "Thanh Hóa", "/BC-UBND", speaker="Ủy ban nhân dân tỉnh Thanh Hóa")
NAMES = ("Huyện Hà Trung", "Huyện Nga Sơn", "Huyện Thọ Xuân", "Huyện Yên Định", "Huyện Mường Lát", "Thị xã Bỉm Sơn", "Thành phố Sầm Sơn", "Huyện Quan Sơn")
TASKS = ("Củng cố tổ tiết kiệm và vay vốn hoạt động trung bình và yếu", "Lập phương án thu hồi nợ xấu sắp đến hạn của từng hộ")


def lines(units: int = 8) -> tuple[Line, ...]:
    """Two tasks of each unit: one overdue (of every third with an extension), one without a deadline or returned."""
    made = []
    for n, name in enumerate(NAMES[:units]):
        due = AS_OF - timedelta(days=4 + n)
        first = due - timedelta(days=7) if n % 3 == 0 else due
        made.append(Line(2 * n, n + 1, name, "task", 4, TASKS[0], "lead", letters.OVER, 4 + n, due, first, reminded=n % 4))
        if n % 2:
            quiet = 34 + n
            made.append(Line(2 * n + 1, n + 1, name, "task", 6, TASKS[1], "coordinate", letters.QUIET, quiet, since=AS_OF - timedelta(days=quiet), reminded=2))
        elif n == 2:
            made.append(Line(5, n + 1, name, "finding", 9, "Dư nợ quá hạn cao tại 3 xã", "lead", letters.FIX, 3, AS_OF - timedelta(days=3), reminded=1))
    return tuple(made)


def facts(kind: str = "urge", units: int = 8) -> Facts:
    """The facts of one letter."""
    return Facts(
        kind, ABOVE.speaker, "Công văn số 931-CV/HNDT ngày 11/08/2026", "giữ vững chất lượng uỷ thác với Ngân hàng Chính sách xã hội", AS_OF,
        date(2026, 9, 15), "Ban Kinh tế - Xã hội Tỉnh Hội", "kinhte@hnd-thanhhoa.example", lines(units),
    )


def paper(kind: str = "urge", units: int = 8, number: str | None = "952-CV/HNDT", above: Letterhead = ABOVE) -> Paper:
    """A letter that can be drawn."""
    told = facts(kind, units)
    return Paper(
        above, "-CV/HNDT", number, AS_OF if number else None, letters.subject(told), letters.body(told), "T/M BAN THƯỜNG VỤ PHÓ CHỦ TỊCH", "Lê Thị Minh Hà",
        AS_OF, NAMES[:units], told.lines,
    )

"""How dates, numbers and standings are written in a Vietnamese report."""
import re
import unicodedata
from datetime import date
from functools import lru_cache

from tracker.domain.progress import Line, Standing, Timeliness, timeliness
from tracker.domain.status import State
from tracker.domain.wording import capital

EVIDENCE = {
    "implementing_document": "Văn bản chỉ đạo",
    "report": "Báo cáo",
    "minutes": "Biên bản",
    "photo": "Ảnh",
    "table": "Biểu số liệu",
    "other": "Tài liệu khác",
}
_ABOUT = re.compile(r"^(?:v/v|về việc)\b[ :.]*", re.IGNORECASE)
ROLES = {"lead": "Chủ trì", "coordinate": "Phối hợp"}


def day(value: date | None) -> str:
    """dd/mm/yyyy, or nothing."""
    return value.strftime("%d/%m/%Y") if value else ""


def long_day(value: date) -> str:
    """"ngày 08 tháng 9 năm 2020": a zero before days under 10 and months 1 and 2 (Decree 30/2020/NĐ-CP, annex I)."""
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


def number(value: float, digits: int = 0) -> str:
    """1.234,5: a point between thousands, a comma before decimals."""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def percent(share: float | None) -> str:
    """"33,3%", or a dash where there is nothing to divide by."""
    return "–" if share is None else f"{number(share * 100, 1)}%"


def count(value: int) -> str:
    """A cell of a table: a dash for none, so that the eye finds what is there."""
    return number(value) if value else "–"


def subject(text: str) -> str:
    """The subject without its "V/v", ready to stand after "về việc"."""
    return _ABOUT.sub("", " ".join(text.split()).rstrip("."))


def task_label(kind: str, position: int) -> str:
    """How a report names a task or a finding in passing."""
    return f"Nhiệm vụ {position}" if kind == "task" else f"Tồn tại {position}"


def deadline(line: Line) -> str:
    """The date in force with the first one where it has moved, or the review date where there is none."""
    if line.due_on is None:
        return f"không hạn; xem lại {day(line.review_on)}" if line.review_on else "không hạn"
    if line.original_due_on and line.original_due_on != line.due_on:
        return f"{day(line.due_on)} (ban đầu {day(line.original_due_on)})"
    return day(line.due_on)


def term(line: Line) -> str:
    """The same within a sentence: "thời hạn 25/08/2020", or that none was set, and when the province looks again."""
    if line.due_on is None:
        return f"không ấn định thời hạn, xem lại ngày {day(line.review_on)}" if line.review_on else "không ấn định thời hạn"
    return f"thời hạn {deadline(line)}"


def term_alone(line: Line) -> str:
    """The same as a line of its own."""
    return f"Thời hạn: {deadline(line)}" if line.due_on else capital(term(line))


_DONE = {
    Standing.DONE_ON_TIME: "hoàn thành đúng hạn",
    Standing.DONE_NO_DEADLINE: "hoàn thành (không hạn)",
}
_OPEN = {
    State.ASSIGNED: "chưa tiếp nhận",
    State.ACKNOWLEDGED: "đang thực hiện",
    State.SUBMITTED: "chờ duyệt",
    State.RETURNED: "trả lại",
    State.OBJECTED: "đang đề nghị xem lại",
    State.PAUSED: "tạm dừng",
}


def standing(line: Line, as_of: date) -> str:
    """Where the line stands on as_of, in words: workflow first, lateness after it."""
    found = timeliness(line, as_of)
    if found.standing == Standing.OUTSIDE:
        return "không thuộc trách nhiệm, không tính" if line.objection_upheld else "đã huỷ"
    if found.standing == Standing.DONE_LATE:
        return f"hoàn thành quá hạn {number(found.days_late)} ngày"
    return _DONE.get(found.standing) or _still_open(line, found)


def situation(line: Line, as_of: date) -> str:
    """`standing` behind a term, which has said already where there is no deadline."""
    if line.due_on is None:
        found = timeliness(line, as_of).standing
        if found in (Standing.DONE_NO_DEADLINE, Standing.OPEN_NO_DEADLINE):
            return "hoàn thành" if found == Standing.DONE_NO_DEADLINE else workflow(line)
    return standing(line, as_of)


def workflow(line: Line) -> str:
    """How far the work on an open line has come; lateness not told."""
    if line.state == State.RETURNED and line.fix_by:
        return f"{_OPEN[line.state]}, sửa chậm nhất {day(line.fix_by)}"
    return _OPEN[line.state]


def _still_open(line: Line, found: Timeliness) -> str:
    words = workflow(line)
    if found.standing == Standing.OPEN_NO_DEADLINE:
        return f"{words}; không hạn"
    if found.standing == Standing.OPEN_OVERDUE:
        return f"{words}; quá hạn {number(found.days_late)} ngày"
    return f"{words}; trong hạn được gia hạn, đã chậm {number(found.days_late)} ngày trước đó" if found.days_late else f"{words}; trong hạn"


#: Letters, marks and signs that are clean as they are, which is nearly every text.
_PLAIN = re.compile(r"[\n\t -~«»°×À-ɏẠ-ỹ–—‘’“”•…]*")


@lru_cache(maxsize=8192)
def clean(text: str) -> str:
    """Composed letters and no control characters: XML and PDF take neither decomposed marks nicely nor controls at all."""
    if _PLAIN.fullmatch(text):
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(c for c in composed if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))

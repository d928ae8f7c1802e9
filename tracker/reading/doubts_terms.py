"""Doubts about terms and findings: a year that was inferred, a day of an event, words that set no day, a task that is not sure."""

import re
from collections import Counter
from collections.abc import Mapping

from tracker.reading.folding import phrase
from tracker.reading.model import Deadline, Reading
from tracker.reading.noise import damaged_words
from tracker.reading.page import Page
from tracker.reading.wear import Wear

_EVENT = phrase(
    r"\b(?:khai mac|be mac|le |hoi nghi|hoi thao|dai hoi|cuoc hop|dien ra|bat dau|ky niem|thoi vu|hoi thi|"
    r"kiem tra truc tiep|lich|trien lam|thi |nghi )"
)
_DONE_BY = phrase(r"(?:.*\b|\W*)(?:hoan thanh|hoan tat|xong|gui|nop|bao cao|truoc|cham nhat|thoi gian|ket thuc)\b")
_FAR_DAYS = 400


def term_doubts(page: Page, reading: Reading, wear: Wear, tasks: Mapping[str, str]) -> dict[str, str]:
    """Doubts about each term's kind, day and task; `tasks` are the doubts about the tasks."""
    found: dict[str, str] = {}
    wrong_days = [n.span for n in reading.warnings if n.code.startswith("date.") and n.span]
    dated = [d for d in reading.deadlines if d.date]
    told = Counter[object](d.date for d in dated) + Counter[object]((d.date, d.task) for d in dated) + Counter[object]((d.date, d.text, "") for d in dated)
    for index, term in enumerate(reading.deadlines):
        parts = {
            "kind": _kind(page, term),
            "date": _date(page, reading, term, wear, wrong_days) if term.date else None,
            "task": _task(reading, term, tasks, told),
        }
        found |= {f"deadlines.{index}.{part}": words for part, words in parts.items() if words}
    return found


def _kind(page: Page, term: Deadline) -> str | None:
    before = page.flat[max(0, term.span[0] - 70) : term.span[0]]
    if term.kind in ("period", "range") and _EVENT.search(re.split(r"[.;\n]", before)[-1]):
        return "Có thể là thời gian của một sự kiện, không phải hạn."
    if term.kind == "period" and not _DONE_BY.search(re.split(r"[.;\n]", before)[-1]) and not _DONE_BY.match(page.flat, term.span[1]):
        return "Có thể chỉ là lúc làm, không phải hạn hoàn thành."
    return None


def _date(page: Page, reading: Reading, term: Deadline, wear: Wear, wrong_days: list[tuple[int, int]]) -> str | None:
    assert term.date is not None
    if any(a < term.span[1] and term.span[0] < b for a, b in wrong_days):
        return "Ngày này mâu thuẫn với thứ hoặc với ngày khác trong văn bản."
    issued = reading.issued_on.value if reading.issued_on else None
    if wear.damaged or damaged_words(term.text):
        return "Chữ số ở hạn có thể bị đọc sai."
    if issued is None:
        return "Không đọc được ngày ban hành để suy ra năm của hạn." if term.inferred_year else None
    days = (term.date - issued).days
    if term.inferred_year and (days > 200 or wear.scanned):
        return f"Văn bản không ghi năm; năm {term.date.year} do máy suy ra."
    if days > _FAR_DAYS or days < 0:
        return "Hạn cách ngày ban hành quá xa."
    if days < 1 and term.kind == "date":
        return "Hạn rơi đúng ngày ban hành."
    return None


def _task(reading: Reading, term: Deadline, tasks: Mapping[str, str], told: Mapping[object, int]) -> str | None:
    outside = not any(task.span[0] <= term.span[0] < task.span[1] for task in reading.tasks)
    if term.task == "all" and len(reading.tasks) > 1 and outside:
        return "Hạn đứng ngoài các mục: có thể chỉ của một việc, không phải mọi việc."
    if isinstance(term.task, int) and f"tasks.{term.task - 1}" in tasks:
        return "Ranh giới của việc mang hạn này chưa chắc."
    elsewhere = len(reading.tasks) > 1 and told[term.date] > told[term.date, term.task]
    if term.date and (elsewhere or told[term.date, term.text, ""] > 1):
        return "Hạn này được nhắc ở nhiều chỗ: có thể là hạn chung."
    if term.task is None:
        return "Không rõ hạn thuộc việc nào."
    return None


def finding_doubts(reading: Reading) -> dict[str, str]:
    """Doubts about the units that shortcomings name."""
    found: dict[str, str] = {}
    for index, finding in enumerate(reading.findings):
        if finding.code is None:
            found[f"findings.{index}"] = f"Tên “{finding.unit[:60]}” có thể là nhiều đơn vị."
        elif not finding.bracketed:
            found[f"findings.{index}"] = "Đơn vị được nhắc trong câu, không đứng trong ngoặc: có thể chỉ là ví dụ."
    return found

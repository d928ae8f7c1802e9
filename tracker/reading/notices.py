"""Things the clerk should look at: cut-off items, gaps in the numbering, missing parts of the letterhead."""

from tracker.reading.model import Found, Notice, Task
from tracker.reading.page import Page, Paragraph


def find_notices(page: Page, body: list[Paragraph], tasks: list[Task], issuer: Found | None, subject: Found | None) -> list[Notice]:
    """Warnings, none of which blocks."""
    found: list[Notice] = []
    if issuer is None:
        found.append(Notice("issuer.missing", "Không thấy tên cơ quan ban hành ở đầu văn bản."))
    if subject is None:
        found.append(Notice("subject.missing", "Không thấy trích yếu (V/v …) ở đầu văn bản."))
    if not tasks:
        found.append(Notice("tasks.none", "Không thấy nội dung giao việc nào; nếu văn bản có giao việc, hãy thêm bằng tay."))
    found += _cut_off(page, body)
    found += _gaps(tasks)
    return found


def _cut_off(page: Page, body: list[Paragraph]) -> list[Notice]:
    """An item whose words stop after a few without any punctuation, while its neighbours are sentences."""
    found = []
    for before, item, after in zip(body, body[1:], body[2:], strict=False):
        if item.marker is None or item.marker.rank < 5 or before.marker is None or after.marker is None:
            continue
        words = page.text[item.content : item.end].rstrip()
        if len(words) < 40 and words[-1:].isalpha() and all(p.end - p.content > 80 for p in (before, after)):
            found.append(Notice("item.cut_off", f"Mục “{words}” có vẻ bị cắt cụt.", item.span))
    return found


def _gaps(tasks: list[Task]) -> list[Notice]:
    """Numbers that jump or come twice in one list."""
    found = []
    previous = None
    for task in tasks:
        number = int(task.label) if task.label and task.label.isdigit() else None
        if number is not None and previous is not None and number != 1 and number != previous + 1:
            words = f"Số thứ tự nhảy từ {previous} sang {number}." if number > previous else f"Số thứ tự {number} lặp lại hoặc lùi."
            found.append(Notice("numbering.gap", words, task.span))
        previous = number
    return found

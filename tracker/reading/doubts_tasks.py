"""Doubts about where the tasks lie: no number, no command in sight, a weak list, numbers out of order, something inside that looks like another item."""

import re
from statistics import median

from tracker.reading import orders
from tracker.reading.folding import flatten, phrase
from tracker.reading.model import Reading, Task
from tracker.reading.noise import damaged_words
from tracker.reading.wear import Wear

_LEFT_OVER = phrase(r"(?:nhu (?:tren|kinh gui|dieu)|luu\b|website|bgd|thanh vien|vt\b|cac pct|thuong truc)")
_BEEN = phrase(
    r"\b(?:da (?:duoc|dat|co|to chuc|trien khai|thuc hien|ban hanh|hoan thanh)|dat duoc|con (?:han che|ton tai|nhieu)|"
    r"chua (?:duoc|dat|co|kip)|so voi cung ky)\b"
)
_THIS = phrase(r"\b(?:cong van|chi thi|van ban|ke hoach|thong bao|huong dan|noi dung) nay\b")
_FOLLOWS_UP = phrase(r"\b(?:theo doi|don doc|giam sat)\b")
_RECALLS = phrase(r"(?:ngay \d|truoc do)[^.;]{0,120}\b(?:co|ban hanh) (?:cong van|van ban|ke hoach|thong bao|chi thi)")
_CONTEXT = phrase(r"(?:trong (?:boi canh|thoi gian)|nham |de |can cu|thuc hien|theo )")
_ACTS = phrase(
    r"\b(?:chu tri|co trach nhiem|chi dao|to chuc|thuc hien|phoi hop|tham muu|bao cao|gui|lap|huong dan|ra soat|theo doi|don doc|bo tri|xay dung|kiem tra|"
    r"giam sat|tuyen truyen|trien khai|chuan bi|cung cap|tong hop|quan ly|giu|phat|thong bao|ho tro)\b"
)
_ANSWER_KINDS = frozenset({"báo cáo", "tờ trình", "giấy mời", "biên bản"})


def task_doubts(reading: Reading, wear: Wear) -> dict[str, str]:
    """Doubts by path."""
    found: dict[str, str] = {}
    usual = median([len(t.text) for t in reading.tasks]) if reading.tasks else 0
    whole = _whole(reading)
    for index, task in enumerate(reading.tasks):
        words = task.doubt or whole or _one(reading, index, task, wear, usual)
        if words:
            found[f"tasks.{index}"] = words
    return found


def _whole(reading: Reading) -> str | None:
    """A doubt about all tasks together: the document is of a kind that commands nobody."""
    if reading.kind in _ANSWER_KINDS:
        return "Loại văn bản này thường không giao việc."
    if reading.kind is None:
        return "Không rõ loại văn bản; mục này có thể không phải việc được giao."
    if reading.kind == "công văn" and reading.number is None and reading.issuer is None:
        return "Không thấy phần đầu văn bản; mục này có thể không phải việc được giao."
    return None


def _one(reading: Reading, index: int, task: Task, wear: Wear, usual: float) -> str | None:
    flat = flatten(task.text)
    before = reading.tasks[index - 1] if index else None
    if _LEFT_OVER.match(flat):
        return "Giống dòng của phần Nơi nhận, không phải việc được giao."
    if task.label is None and _RECALLS.match(flat):
        return "Câu nhắc văn bản đã gửi trước đây, có thể không phải việc mới."
    if task.label is None and not orders.is_order(flat[:300]) and not orders.names_body(flat):
        return "Đoạn không đánh số và không thấy câu giao việc."
    if _table_head(task.text) or (re.fullmatch(r"[IVX]+", task.label or "") and len(task.text) < 400):
        return "Giống tiêu đề một phần hoặc đầu bảng; có thể gồm nhiều việc."
    label = re.match(r"[^:.;\d]{3,28}:", flat)
    if label and not orders.names_body(flat) and not orders.is_order(flat[:120]) and not _ACTS.search(label[0]):
        return "Giống mục thông tin (thời gian, chủ đề …), không phải việc được giao."
    if orders.names_body(flat) and len(flat) < 60 and ":" not in flat and not _ACTS.search(flat):
        return "Chỉ thấy tên cơ quan, không thấy việc phải làm."
    if task.label is None and not _FOLLOWS_UP.search(flat) and (_THIS.search(flat[-160:]) if len(flat) < 220 else _CONTEXT.match(flat)):
        return "Đoạn không đánh số: có thể chỉ là câu kết hoặc lời dẫn."
    if task.label is None and any(t.label for t in reading.tasks) and task.section is None and orders.is_closing(flat):
        return "Đoạn không đánh số sau danh sách: có thể chỉ là câu kết."
    if len(flat) < 30 and task.label != "-" and not task.charges:
        return "Mục quá ngắn: có thể là tiêu đề hoặc bị cắt cụt."
    if re.fullmatch(r"[IVX]+", task.label or "") and reading.tasks[index].text[:40].isupper():
        return "Tiêu đề của một phần, có thể gồm nhiều việc."
    if _BEEN.search(flat[:70]) and not orders.is_order(flat):
        return "Câu kể kết quả hoặc hạn chế, có thể không phải việc được giao."
    if task.label == "-" and len(flat) < 80 and not task.section and not task.charges:
        return "Danh sách gạch đầu dòng: có thể là ý nhỏ của một việc."
    return _boundary(task, before, usual) or _worn(task, wear)


def _table_head(text: str) -> bool:
    return bool(re.search(r"\bSTT\b", text[:120])) or text.count("|") > 6


def _boundary(task: Task, before: Task | None, usual: float) -> str | None:
    number = int(task.label) if task.label and task.label.isdigit() else None
    last = int(before.label) if before and before.label and before.label.isdigit() else None
    if number is not None and last is not None and number not in (1, last + 1):
        return f"Số thứ tự nhảy từ {last} sang {number}: có thể thiếu hoặc gộp mục."
    if number is not None and number > 1 and before is None:
        return f"Mục đầu mang số {number}: mục trước có thể bị sót."
    if number is not None and re.search(rf"[;.]\s+{number + 1}[.)]\s+[A-ZĐÀ-Ỹ]", task.text):
        return "Bên trong có vẻ còn một mục khác."
    if len(task.text) > max(1800, 6 * usual):
        return "Mục dài hơn hẳn các mục khác: có thể gộp nhiều việc."
    return None


def _worn(task: Task, wear: Wear) -> str | None:
    if damaged_words(task.text[:90]) >= 2:
        return "Chữ ở đầu mục bị lỗi."
    return "Chữ bị lỗi nhiều: hãy so với bản gốc." if wear.damaged and (task.label is None or damaged_words(task.text[:60])) else None

"""Doubts about where the tasks lie: no number, no command in sight, a weak list, numbers out of order, something inside that looks like another item."""

import re
from statistics import median

from tracker.reading import orders
from tracker.reading.folding import flatten, phrase
from tracker.reading.model import Reading, Task
from tracker.reading.noise import damaged_words
from tracker.reading.wear import Wear

_DOES = phrase(
    r"\b(?:"
    r"ban hanh|bao cao|bao dam|dam bao|bo tri|bo sung|cap nhat|chi dao|chu dong|chu tri|chuan bi|cu |cung cap|cung co|day manh|de nghi|"
    r"de xuat|dieu|don doc|giao|giam|giup|gui|hoan|huong dan|huy dong|khac phuc|khan|kiem tra|kien toan|kip thoi|lap|lam|mo |nam bat|nang cao|"
    r"nghien cuu|nghiem|nop|phai|phan cong|phat|phe duyet|phoi hop|quan ly|quan tam|quan triet|ra soat|sap xep|sua|tap huan|tap trung|"
    r"tang cuong|tao |thanh lap|tham gia|tham muu|thanh tra|theo doi|thong bao|thong ke|thuc hien|thu |thuong xuyen|tiep|tien hanh|to chuc|"
    r"tong hop|trien khai|trinh|trong|tuyen truyen|van dong|ung dung|xac dinh|xay dung|xu ly|yeu cau|can |chap hanh|chap thuan|dang ky|dua |"
    r"duy tri|gop|hop|khai|ket|kiem|ky|mua|niem yet|nhan|khong|nhap|ra |ho tro|treo|cai|danh gia|tra|bang|binh|bien|cat|chon|cham|cho|chuyen|"
    r"co trach nhiem|doi |don|dua|dieu chinh|giai|han che|hoc|kham|moi|nam |noi|phat huy|phong|quy dinh|san|tham|thay|tim|truc|tu |vao|"
    r"ve sinh|xet|quyet|doi moi|uu tien|cam |di doi|ban giao|tang|phan"
    r")"
)
_LEFT_OVER = phrase(r"(?:nhu (?:tren|kinh gui|dieu)|luu\b|website|bgd|thanh vien|vt\b|cac pct|thuong truc)")
_BEEN = phrase(
    r"\b(?:da (?:duoc|dat|co|to chuc|trien khai|thuc hien|ban hanh|hoan thanh)|dat duoc|con (?:han che|ton tai|nhieu)|"
    r"chua (?:duoc|dat|co|kip)|so voi cung ky)\b"
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
    if task.label is None and not orders.is_order(flat[:300]) and not orders.names_body(flat):
        return "Đoạn không đánh số và không thấy câu giao việc."
    if task.label is None and any(t.label for t in reading.tasks) and task.section is None and orders.is_closing(flat):
        return "Đoạn không đánh số sau danh sách: có thể chỉ là câu kết."
    if not _DOES.search(flat[:220]) or (len(flat) < 45 and task.label != "-" and not task.charges):
        return "Không thấy động từ giao việc; có thể là tiêu đề hoặc nội dung khác."
    if re.fullmatch(r"[IVX]+", task.label or "") and reading.tasks[index].text[:40].isupper():
        return "Tiêu đề của một phần, có thể gồm nhiều việc."
    if _BEEN.search(flat[:70]) and not orders.is_order(flat):
        return "Câu kể kết quả hoặc hạn chế, có thể không phải việc được giao."
    if task.label == "-" and len(flat) < 80 and not task.section and not task.charges:
        return "Danh sách gạch đầu dòng: có thể là ý nhỏ của một việc."
    return _boundary(task, before, usual) or _worn(task, wear)


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

"""Doubts about the letterhead: values that contradict each other, came from a weak place, or stand in damaged words."""

import re

from tracker.reading.folding import flatten
from tracker.reading.head_fields import symbol_in
from tracker.reading.model import Found, Reading
from tracker.reading.noise import damaged_words
from tracker.reading.page import Page
from tracker.reading.symbols import fits_issuer, fits_kind
from tracker.reading.wear import SCAN_WORDS, Wear
from tracker.reading.zones import COPIES, Zones

_BODY = re.compile(
    r"(?:u[yb]|so|bo|truong|ban|cuc|chi cuc|tong|van|vien|hoi|trung tam|cong (?:an|ty|doan)|phong|dang|tinh|thanh|huyen|doan|lien|mat|ngan|kho|bao|toa|"
    r"chinh phu|thu tuong|quoc hoi|dai hoc|hoc vien|benh vien|nha|tap doan|quy|hiep|hat|lien minh|quan|xa|phuong|dai|khoa)\b"
)
_LOOSE_END = re.compile(
    r"(?:[,:(“\"-]|\b(?:ve|va|cua|cac|cho|trong|tai|voi|theo|tren|den|de|nham|phuc|hoat|trien|"
    r"thuc hien|to chuc|trien khai|tang cuong|thanh lap))$"
)
_LOOSE_START = re.compile(r"(?:toi|cua|trong|va|theo|tai|hoac|duoc|voi|tren|nam \d+)\b")
_NOT_A_SUBJECT = re.compile(
    r"\b(?:kinh gui|can cu (?:luat|nghi|quyet)|noi nhan|doc lap)\b|ngay \d+ thang|^[ivx]{1,3}[.-] |^(?:thuc hien|can cu) \w+ so|^ngay \d"
)
_ADDRESSED = re.compile(
    r"(?:cac|ong|ba|thu truong|giam doc|chu tich|truong|bi thu|dong chi|quy|nhu|lanh dao|thuong truc|toan the|ubnd|uybnd|can bo|hieu truong|"
    r"thanh vien|sinh vien|hoc vien|bhxh|nhcsxh|hnd|to|tu|tung|moi|hdnd|bch|btv|chi nhanh|cuc|don vi|phan hieu|trung doan|su doan|vu|doi|"
    r"cong chuc|vien chuc|hoc sinh|giao vien|phu huynh|nhan dan|doanh nghiep|y te|hop tac xa|nguoi)\b"
)


def head_doubts(page: Page, zones: Zones, reading: Reading, wear: Wear) -> dict[str, str]:
    """Doubts by field."""
    checks = {
        "kind": _kind(reading, zones, wear),
        "number": _number(page, zones, reading, wear),
        "issued_on": _issued(page, zones, reading, wear),
        "issuer": _issuer(page, zones, reading, wear),
        "subject": _subject(page, zones, reading, wear),
        "recipients": _recipients(page, zones, reading, wear),
        "signatory": _signatory(page, zones, reading, wear),
        "report_to": _report_to(reading, wear),
    }
    return {field: words for field, words in checks.items() if words}


def _kind(reading: Reading, zones: Zones, wear: Wear) -> str | None:
    if reading.kind is None:
        return None
    if reading.number and fits_kind(reading.number.value, reading.kind) is False:
        return f"Ký hiệu {reading.number.value} không hợp với loại “{reading.kind}”."
    if zones.title < 0 and (zones.address < 0 or zones.number < 0):
        return "Không thấy dòng tên loại văn bản; loại được suy ra từ ký hiệu hoặc trích yếu."
    if zones.motto < 0 and zones.number < 0:
        return "Không thấy phần đầu văn bản; loại được suy ra."
    return None


def _number(page: Page, zones: Zones, reading: Reading, wear: Wear) -> str | None:
    if reading.number is None:
        return None
    if wear.scanned:
        return SCAN_WORDS
    if re.search(r"[a-zđ]{2}|[ø°^~|]", re.split(r"[-/]", reading.number.value, maxsplit=1)[-1]):
        return "Ký hiệu có chữ thường, khác cách ghi thông thường."
    if zones.motto < 0:
        return "Không thấy Quốc hiệu hay tiêu đề; số có thể của văn bản khác."
    return None


def _issued(page: Page, zones: Zones, reading: Reading, wear: Wear) -> str | None:
    if reading.issued_on is None:
        return None
    if any(n.code == "date.cited_later" for n in reading.warnings):
        return "Văn bản được viện dẫn ghi ngày sau ngày ban hành này."
    if reading.place is None:
        return "Không thấy địa danh trước ngày; ngày có thể thuộc văn bản khác."
    year = re.search(r"/((?:19|20)\d\d)/", reading.number.value) if reading.number else None
    if year and int(year[1]) != reading.issued_on.value.year:
        return "Năm trong số văn bản khác năm ban hành."
    return SCAN_WORDS if wear.scanned else None


def _issuer(page: Page, zones: Zones, reading: Reading, wear: Wear) -> str | None:
    found = reading.issuer
    if found is None:
        return None
    flat = flatten(found.value)
    if damaged_words(found.value) or not _BODY.match(flat) or len(flat) < 6:
        return "Tên cơ quan có chữ lạ hoặc không giống tên cơ quan."
    if wear.damaged:
        return SCAN_WORDS
    above = reading.parent.value if reading.parent else ""
    symbol = reading.number.value if reading.number else symbol_in(page, zones)
    if symbol and fits_issuer(symbol, f"{above} {found.value}", found.value) is False:
        return f"Ký hiệu {symbol.lstrip('/')} không hợp với tên cơ quan này."
    if any(len(word) > 2 and word.isupper() and re.search(r"[aeiouy]", flatten(word)) for word in found.value.split()):
        return "Tên cơ quan còn chữ viết tắt hoặc chữ bị lỗi."
    return None


def _subject(page: Page, zones: Zones, reading: Reading, wear: Wear) -> str | None:
    found = reading.subject
    if found is None:
        return None
    flat = flatten(found.value)
    if damaged_words(found.value):
        return "Trích yếu có chữ bị lỗi."
    if len(flat) < 10 or len(flat) > 260 or _NOT_A_SUBJECT.search(flat):
        return "Trích yếu quá ngắn, quá dài hoặc giống phần khác của văn bản."
    if _LOOSE_END.search(flat) or _LOOSE_START.match(flat) or _left_open(found.value):
        return "Trích yếu có vẻ bị cắt giữa chừng."
    after = page.text[found.span[1] : found.span[1] + 200].lstrip(" .|_\t-—–")
    if zones.title >= 0 and after.startswith("\n") and after.strip()[:1].islower():
        return "Dòng sau trích yếu bắt đầu bằng chữ thường: trích yếu có thể còn tiếp."
    return SCAN_WORDS if wear.damaged else None


def _recipients(page: Page, zones: Zones, reading: Reading, wear: Wear) -> str | None:
    found = reading.recipients
    if not found:
        return None
    if zones.address < 0 and reading.kind != "chỉ thị":
        return "Không có “Kính gửi”; nơi nhận suy ra từ câu giao việc."
    if any(damaged_words(r.value) for r in found) or wear.damaged:
        return "Tên nơi nhận có chữ bị lỗi."
    if any(len(r.value) > 150 or not _names_a_body(r) for r in found) or len(found) > 12:
        return "Có dòng không giống tên cơ quan nhận."
    if any(_left_open(r.value) for r in found):
        return "Tên nơi nhận có vẻ bị cắt giữa chừng."
    return None


def _left_open(words: str) -> bool:
    """Whether a bracket or a quotation opens without closing."""
    return words.count("(") != words.count(")") or words.count("“") != words.count("”") or bool(words.count('"') % 2)


def _names_a_body(found: Found) -> bool:
    flat = flatten(found.value)
    return bool(_BODY.match(flat) or _ADDRESSED.match(flat))


def _signatory(page: Page, zones: Zones, reading: Reading, wear: Wear) -> str | None:
    signed = reading.signatory
    if signed is None or signed.name is None:
        return None
    if signed.name.doubt:
        return signed.name.doubt
    if damaged_words(signed.name.value) or wear.damaged:
        return "Chữ ở phần ký bị lỗi; hãy so với bản gốc."
    if len(signed.name.value.split()) < 3:
        return "Tên chỉ có hai chữ; hãy so với bản gốc."
    named = any(COPIES.search(page.line_flat(line)) for line in page.lines[max(zones.tail - 2, 0) : zones.annex])
    return None if named or signed.title else "Không thấy “Nơi nhận” và chức vụ cạnh tên; có thể là tên người khác."


def _report_to(reading: Reading, wear: Wear) -> str | None:
    found = reading.report_to
    if found is None:
        return None
    if found.office is None:
        return "Chỉ thấy hộp thư, không rõ gửi về cơ quan nào."
    if found.office.doubt:
        return found.office.doubt
    if damaged_words(found.office.value) or wear.damaged:
        return "Chữ ở nơi nhận báo cáo bị lỗi."
    at = found.office.span[0]
    if not found.emails and any(task.span[0] <= at < task.span[1] for task in reading.tasks[:-1]) and len(reading.tasks) > 2:
        return "Nơi này chỉ được nêu trong một mục: có thể không phải nơi nhận báo cáo chung."
    return None


"""Where an answer goes: office, mailboxes and telephone numbers named beside 'gửi về', 'báo cáo'."""

import re
from dataclasses import replace

from tracker.reading.folding import fold, phrase, squash
from tracker.reading.model import Found, ReportTo, Span
from tracker.reading.orders import sentences
from tracker.reading.page import Page

EMAIL = re.compile(r"[\w.+-]{1,64} ?\(?@\)? ?[\w-]+(?:\.[ ]?[A-Za-z][\w-]*)+")
_PHONE = re.compile(r"(?:dien thoai|so dt|dt|sdt|hotline|zalo|so may)\W{0,4}(?:so\W{0,2})?(0[\d. ]{8,13}\d)")
_ORG = (
    r"(?=(?:uy ban|ubnd|hdnd|hoi dong|so|van phong|phong|ban|bo|cuc|chi cuc|trung tam|vien|truong|tinh|thanh|"
    r"huyen|hoi|thuong truc|dang|cong an|doan|vu|tong|thanh tra|khoa|ngan hang|"
    r"kho bac|bao hiem|lien doan|mat tran|toa an|chu tich|co quan|to|bch|btv|lien minh|doi|bql|dia chi|quy|"
    r"chi nhanh|dien luc|cong ty|tap doan|hieu truong|ban giam hieu|nha truong|bo phan|benh vien|chanh|giam doc)\b)"
)
_TO = (
    phrase(r"\b(?:gui|goi|nop|chuyen)\b[^.;]{0,160}?\bve(?: ?:)? (?:cho |theo )?(?:dia chi ?:? )?(?=[a-z])"),
    phrase(rf"\b(?:gui|goi|nop|bao cao|phan anh|tong hop|chuyen|de xuat|dang ky|lap|phan hoi|y kien)\b[^.;]{{0,220}}?\bve (?:cho )?{_ORG}"),
    phrase(rf"\b(?:bao cao|gui|nop)(?: ve| cho| len| toi| den| kip thoi| nhanh| ket qua| ngay)* {_ORG}"),
    phrase(rf"\b(?:trinh|de xuat)(?: len| voi)? (?!quy (?:hoach|che|dinh|trinh)\b){_ORG}|\b(?:gui|nop)\b[^.;,]{{0,60}}? tai {_ORG}"),
    phrase(rf"\b(?:thong qua|qua) {_ORG}"),
    phrase(r"(?:^|[;,.] |\bva )bao cao(?: kip thoi| ket qua)? (?=(?:thu tuong|chinh phu)\b)"),
    phrase(rf"\blien he (?:voi )?{_ORG}"),
)
#: 'phòng Kế hoạch', 'thường trực Hội': a common word before the name.
_LOWER_OFFICE = re.compile(r"(?:phòng|văn phòng|thường trực|bộ phận|khoa|trung tâm|sở|ban)\s(?=[A-ZĐÀ-Ỹ])|(?:huyện|tỉnh|thành|thị)\s(?=Hội\b|Đoàn\b)")
#: Points of an office that a sending verb, a day or a mailbox points at.
_SURE = 3
_BY = phrase(r"\b(?:truoc (?:ngay )?\d|cham nhat|den het ngay|han chot|hang (?:ngay|tuan|thang|quy)\b)")
#: Words that end an office's name where they are in lower case ('Sở Thông tin và Truyền thông' goes on).
_GOES_ON = (
    r"(?:truoc|de|theo|bang|dong thoi|cham nhat|trong|qua (?:thu|hom|hop|dia|email)|xem xet|thong tin|"
    r"hoac qua|va gui|va bao cao|hang|moi|dinh ky|ve (?:ket|tinh|viec|noi)|khi|den het|han|thong qua|tong hop|biet|kip thoi|"
    r"va dong|va file|kem|chi dao|phe duyet|giai quyet|sua doi|bo sung|quyet dinh|tham dinh|"
    r"cung|duoc|vao|muon nhat|ket qua|tinh hinh|cac noi|nhung|tai dia chi|dia chi|e-?\.?mail|so dien thoai|sau|ngay|"
    r"va cac|so \d|tu ngay|dung|gom|bao gom|tai (?:ky hop|hoi nghi|cuoc hop)|\d+ ban)\b"
)
_OFFICE_END = phrase(rf"(?<!truyen) (?P<word>{_GOES_ON})|(?P<comma>,) |[,;.:](?: |$)|\)| \(?(?:e-?\.?mail|dia chi|dien thoai|sdt|so dien)")
#: Names with a comma: Phòng, chống thiên tai; Khám, chữa bệnh; Nông, Lâm nghiệp và Thủy sản.
_COMMA_IN_NAME = re.compile(r"(?<=\w),\s(?:ch\wng\s|chữa\s|(?!(?:Sở|Ban|Phòng|Văn|UBND|Ủy|Hội)\b)[A-ZĐÀ-Ỹ]\w+(?:\s\w+){0,3}\svà\s[A-ZĐÀ-Ỹ])")
_ADDRESS_OF = re.compile(r"[\s,;(]+(?:số \d|E-?mail|Hộp thư|Thư điện tử|ĐT|Điện thoại|Địa chỉ)\b[^)]*", re.IGNORECASE)
_MAIL_IN_BRACKET = re.compile(r"\s*\([^()]*@[^()]*\)")


def find_report_to(page: Page, areas: list[Span]) -> ReportTo | None:
    """The office of the sentence that also has a mailbox or a term, else of the last that sends something anywhere."""
    emails = _emails(page, areas)
    phones = tuple(Found(squash(page.text[m.start(1) : m.end(1)]), m.span(1)) for a, b in areas for m in _PHONE.finditer(page.flat, a, b))
    best: tuple[int, Found] | None = None
    seen: list[tuple[int, str]] = []
    for area in areas:
        for start, end in sentences(page, area):
            found = _office(page, start, end)
            if found is None:
                continue
            score, office = found
            score += 4 * any(start <= e.span[0] < end for e in emails)
            score += 2 * bool(_BY.search(page.flat[start:end])) + office.value.startswith("(qua ", office.value.find("("))
            seen.append((score, office.value))
            if best is None or score > best[0]:
                best = (score, office)
    if best is None and not emails:
        return None
    return ReportTo(replace(best[1], doubt=_doubt(best, seen)) if best else None, emails, phones)


def _doubt(best: tuple[int, Found], seen: list[tuple[int, str]]) -> str | None:
    """Why the office may be another one: nothing says where a report goes, or another office is named as clearly."""
    score, office = best
    if score < _SURE:
        return "Câu này không nói rõ nơi nhận báo cáo."
    rivals = [name for points, name in seen if points >= score - 1 and not same_office(name, office.value)]
    return f"Văn bản còn nêu nơi khác: “{rivals[0][:60]}”." if rivals else None


def same_office(first: str, second: str) -> bool:
    """Whether two names mean the same office: one stands in the other."""
    a, b = sorted((fold(first), fold(second)), key=len)
    return f" {a} " in f" {b} "


def _office(page: Page, start: int, end: int) -> tuple[int, Found] | None:
    for weight, pattern in zip((3, 3, 3, 2, 1, 1, 0), _TO, strict=True):
        for match in pattern.finditer(page.flat, start, end):
            at = match.end()
            if at < end and (page.text[at].isupper() or _LOWER_OFFICE.match(page.text, at, end)):
                finish = _with_bracket(page, at, _name_end(page, at, end))
                value = _MAIL_IN_BRACKET.sub("", _ADDRESS_OF.sub("", squash(page.text[at:finish]))).rstrip(" .,;:/")
                value = value if value.count("(") == value.count(")") else value.strip(" ()")
                if 3 <= len(value) <= 140:
                    return weight, Found(value, (at, finish))
    return None


def _name_end(page: Page, start: int, end: int) -> int:
    """Where the name ends: at a comma that is no part of it, or at a word in lower case that says what is sent, when and how."""
    for match in _OFFICE_END.finditer(page.flat, start, end):
        if match["comma"] and _COMMA_IN_NAME.match(page.text, match.start()):
            continue
        word = match.start("word")
        if word >= 0 and (page.text[word].isupper() or page.text.startswith(("dựng", "mới"), word)):
            continue
        return match.start()
    return end


def _with_bracket(page: Page, start: int, stop: int) -> int:
    """A short '(qua …)' belongs to the office; a long one is cut off, as is a bracket that stays open."""
    inside = page.text[start:stop]
    opened = inside.find("(")
    if opened < 0:
        return stop
    close = page.text.find(")", start + opened, start + opened + 100)
    through = page.flat.startswith("(qua ", start + opened)
    if close >= 0 and (through or close - start - opened < 40):
        return close + 1
    return start + opened


def _emails(page: Page, areas: list[Span]) -> tuple[Found, ...]:
    seen: dict[str, Found] = {}
    for start, end in areas:
        for match in EMAIL.finditer(page.text, start, end):
            address = re.sub(r"[() ]", "", match[0]).rstrip(".").lower()
            if address.isascii() and address not in seen:
                seen[address] = Found(address, match.span())
    return tuple(seen.values())

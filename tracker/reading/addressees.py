"""Whom a dispatch without Kính gửi (chỉ thị, thông báo, kết luận) addresses: the bodies its order or closing words name."""

import re
from itertools import takewhile

from tracker.reading.folding import fold, phrase, squash
from tracker.reading.model import Found, Span
from tracker.reading.orders import ORDER, names_body, sentences
from tracker.reading.outline import opens_list
from tracker.reading.page import Page, Paragraph

_PREDICATE = phrase(
    r" (?:tap trung|thuc hien|trien khai|khan truong|chiu trach nhiem|tiep thu|kiem tra|theo doi|quan ly|"
    r"thanh tra|giam sat|xu ly|tuyen truyen|van dong|ban hanh|tham muu|de xuat|danh gia|tong hop|mo|lap|"
    r"giai quyet|thong nhat|trong viec|de|nghiem tuc|"
    r"to chuc(?! (?:dang|chinh tri|ca nhan|doan the|doanh nghiep|cong doan))|chi dao|chu dong|tiep tuc|quan triet|"
    r"can cu|phoi hop|ra soat|tang cuong|bao cao|can phai|can|phai|theo chuc|day manh|"
    r"xay dung|hoan (?:thanh|thien|chinh)|treo|trung dung|nghien cuu|quan tam|lam tot|biet|co trach|chu tri|"
    r"gui|kip thoi|cu |bo tri|cung cap|tham gia|dang ky|ra|thong bao|chuan bi|huong dan|nhu sau|mot so|"
    r"cac noi dung|cac nhiem vu|"
    r"duoc biet|va thuc hien)\b"
)
#: Closing words to everybody at large say less than an order that names bodies.
_GENERAL = re.compile(r"(?:cac )?(?:co quan )?(?:don vi|dia phuong|ca nhan)(?: (?:lien quan|co lien quan|tren))?")
_INVITES = phrase(r"\bkinh moi(?: (?:tham du|cac thanh phan|cac dai bieu|dai bieu))?(?: ?: ?$| (?P<names>[^.:]{4,300}?) (?:den |toi |ve )?(?:tham )?du\b)")
_MUST = phrase(r" (?:can|phai|co trach nhiem|chiu trach nhiem|tap trung|khan truong|chu dong|nghiem tuc)\b")
_TOLD = (
    phrase(r"\bthong bao (?:den|toi|cho) "),
    phrase(r"\bthong bao [^.;]{0,160}?\bde (?=(?:cac|thu truong|ubnd|uy ban|so|nhung|lanh dao))"),
)


_NEXT_BODY = (
    r"[,.]\s+(?=(?:Chủ tịch|UBND|Ủy ban|Uỷ ban|Thủ trưởng|Giám đốc|Sở|Ban |Công an|BHXH|Bảo hiểm|Hội|Liên đoàn|"
    r"Mặt trận|Phòng|Chi cục|Kho bạc|các)\b)"
)
_BY_SEMICOLON = re.compile(rf";\s*|{_NEXT_BODY}")
_BY_COMMA = re.compile(rf"{_NEXT_BODY}|\s+và\s+(?=(?:toàn thể|sinh viên|học viên|nhân dân)\b)")


def find_predicate(page: Page, start: int, end: int) -> int | None:
    """Where the verb begins that says what a body must do; in a name ('Sở Kế hoạch', 'Ban Quản lý') the word has a capital."""
    for match in _PREDICATE.finditer(page.flat, start, end):
        word = match.start() + len(match[0]) - len(match[0].lstrip())
        if page.text[word].islower():
            return match.start()
    return None


def find_addressees(page: Page, paragraphs: list[Paragraph], begin: int) -> tuple[Found, ...]:
    """The bodies that are invited, that the order opening the directive part names, or that 'thông báo … để … thực hiện' tells."""
    before = [p for p in paragraphs if p.start < begin and p.marker is None]
    behind = [p for p in paragraphs if p.start >= begin and p.marker is None]
    last = [p for p in paragraphs if p.start < begin][-1:]
    opening = last if last and opens_list(page, last[0]) else before[-1:]
    closing = _told(page, behind)
    announced = [p for p in reversed(before) if p in opening or opens_list(page, p)]
    told = _invited(page, paragraphs) or _told(page, announced) or (() if all(_GENERAL.fullmatch(fold(c.value)) for c in closing) else closing)
    charged = [p for p in opening if opens_list(page, p)]
    return told or _ordered(page, charged) or _charged(page, charged) or closing or _ordered(page, [*behind, *before[-2:]])


def _invited(page: Page, paragraphs: list[Paragraph]) -> tuple[Found, ...]:
    """Behind 'Trân trọng kính mời': the dashed lines below, or the names up to 'dự'."""
    for index, paragraph in enumerate(paragraphs):
        match = _INVITES.search(page.flat, paragraph.start, paragraph.end)
        if match is None:
            continue
        if match["names"]:
            return tuple(Found(squash(page.text[a:b]), (a, b)) for a, b in bodies(page, match.span("names")))
        listed = takewhile(lambda p: p.marker is not None and p.marker.kind == "dash", paragraphs[index + 1 :])
        spans = [_trimmed(page, p.content, p.end) for p in listed]
        return tuple(Found(squash(page.text[a:b]), (a, b)) for a, b in spans if b - a >= 3)
    return ()


def _trimmed(page: Page, start: int, end: int) -> Span:
    """Without a bracket ('theo danh sách …') and marks at the end."""
    words = re.sub(r"\s*\([^)]*\)?\W*$", "", page.text[start:end]).rstrip(" .,;:\n")
    return start, start + len(words)


def _charged(page: Page, paragraphs: list[Paragraph]) -> tuple[Found, ...]:
    """'Hội Nông dân các huyện cần làm tốt các việc sau:': who stands before the duty."""
    for paragraph in paragraphs:
        stop = find_predicate(page, *paragraph.span)
        if stop is not None and names_body(page.flat[paragraph.start : stop]) and _MUST.match(page.flat, stop):
            return _listed(page, paragraph.start, paragraph.end)
    return ()


def _told(page: Page, paragraphs: list[Paragraph]) -> tuple[Found, ...]:
    for paragraph in paragraphs:
        flat = page.flat[paragraph.start : paragraph.end]
        for pattern in _TOLD:
            match = pattern.search(flat)
            found = _listed(page, paragraph.start + match.end(), paragraph.end) if match else ()
            if found:
                return found
    return ()


def _ordered(page: Page, paragraphs: list[Paragraph]) -> tuple[Found, ...]:
    """The last order's bodies; an order before the list comes before one behind it."""
    for paragraph in reversed(paragraphs):
        for sentence in reversed(sentences(page, paragraph.span)):
            match = ORDER.search(page.flat, *sentence)
            found = _listed(page, match.end(), sentence[1]) if match else ()
            if found:
                return found
    return ()


def _listed(page: Page, start: int, end: int) -> tuple[Found, ...]:
    stop = find_predicate(page, start, end)
    if stop is None or stop - start > 420:
        return ()
    return tuple(Found(squash(page.text[a:b]), (a, b)) for a, b in bodies(page, (start, stop)))


def bodies(page: Page, span: Span) -> list[Span]:
    """Names part at semicolons, and where a new title, office or group begins behind a comma or 'và'."""
    words = page.text[span[0] : span[1]]
    parts, at = [], span[0]
    for match in (_BY_SEMICOLON if ";" in words and ":" not in words else _BY_COMMA).finditer(words):
        parts.append((at, span[0] + match.start()))
        at = span[0] + match.end()
    parts.append((at, span[1]))
    tight = []
    for a, b in parts:
        name = page.text[a:b].strip(" ,.;:\n")
        if len(name) > 3:
            first = page.text.index(name, a)
            tight.append((first, first + len(name)))
    return tight

"""Whom a dispatch without Kính gửi (chỉ thị, thông báo, kết luận) addresses: the bodies its order or closing words name."""

import re

from tracker.reading.folding import fold, phrase, squash
from tracker.reading.model import Found, Span
from tracker.reading.orders import ORDER, sentences
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
_TOLD = (
    phrase(r"\bthong bao (?:den|toi|cho) "),
    phrase(r"\bthong bao [^.;]{0,160}?\bde (?=(?:cac|thu truong|ubnd|uy ban|so|nhung|lanh dao))"),
)


def find_predicate(page: Page, start: int, end: int) -> int | None:
    """Where the verb begins that says what a body must do; in a name ('Sở Kế hoạch', 'Ban Quản lý') the word has a capital."""
    for match in _PREDICATE.finditer(page.flat, start, end):
        word = match.start() + len(match[0]) - len(match[0].lstrip())
        if page.text[word].islower():
            return match.start()
    return None


def find_addressees(page: Page, paragraphs: list[Paragraph], begin: int) -> tuple[Found, ...]:
    """The bodies named by the order that opens the directive part, else by 'thông báo … để … thực hiện' or 'đề nghị … thực hiện'."""
    before = [p for p in paragraphs if p.start < begin and p.marker is None]
    behind = [p for p in paragraphs if p.start >= begin and p.marker is None]
    opening = before[-1:]
    closing = _told(page, behind)
    told = _told(page, opening) or (() if all(_GENERAL.fullmatch(fold(c.value)) for c in closing) else closing)
    return told or _ordered(page, [p for p in opening if opens_list(page, p)]) or closing or _ordered(page, [*behind, *before[-2:]])


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
    """Names part at semicolons and where a new title or office begins behind a comma."""
    parts, at = [], span[0]
    semicolon = ";" if ":" not in page.text[span[0] : span[1]] else "(?!)"
    for match in re.finditer(
        semicolon + r"\s*|[,.]\s+(?=(?:Chủ tịch|UBND|Ủy ban|Uỷ ban|Thủ trưởng|Giám đốc|Sở|Ban |"
        r"Công an|BHXH|Bảo hiểm|Hội|Liên đoàn|Mặt trận|Phòng|Chi cục|Kho bạc|các (?:cơ quan|đơn vị|"
        r"tổ chức|doanh))\b)",
        page.text[span[0] : span[1]],
    ):
        parts.append((at, span[0] + match.start()))
        at = span[0] + match.end()
    parts.append((at, span[1]))
    tight = []
    for a, b in parts:
        words = page.text[a:b].strip(" ,.;:\n")
        if len(words) > 3:
            first = page.text.index(words, a)
            tight.append((first, first + len(words)))
    return tight

"""Personal numbers of borrowers in a text that others read: identity cards, telephones and accounts are shown in part only."""
import re
from collections.abc import Iterator

#: At least so many digits of a number are hidden, and so many at its end stay, by which those who know it know it again.
HIDDEN, TAIL, MOST_HEAD = 5, 3, 4
DOT = "•"

#: 9 or 12 digits are an identity card's (older ones, and since 2016), these a telephone's. Amounts and the numbers of documents are neither: what
#: stands beside a number decides.
CARDS = (9, 12)
_TELEPHONE = re.compile(r"(?:\+?84|0)(?:[35789]\d{8}|2\d{9})")
#: Words before a number that say what it is, and units after it that say that it is an amount.
_CALLED = re.compile(
    r"(?:\b(?:cccd|cmnd|cmt|căn cước(?: công dân)?|chứng minh(?: nhân dân| thư)?|hộ chiếu|định danh(?: cá nhân)?|điện thoại|đt|sđt|di động|zalo|"
    r"tài khoản|tk|stk|khế ước|hợp đồng tín dụng|hđtd|sổ (?:vay vốn|tiết kiệm)|mã (?:số )?khách hàng|mã (?:số )?món vay|số thẻ))"
    r"(?: số| vay| ngân hàng| là)*\s*[:.]?\s*(?:số\s*)?[:.]?\s*$", re.IGNORECASE)
_AMOUNT_AFTER = re.compile(r"^\s*(?:đồng|đ\b|vnđ|vnd|nghìn|ngàn|triệu|tr\b|tỷ|tỉ\b|%|ha\b|m2\b|m²|kg\b|tấn|lượt|hộ\b|người|thành viên|hội viên)", re.IGNORECASE)
#: What can be such a number; after the words above even a short one is somebody's own.
_NUMBER = re.compile(r"(?<![\w.,/])(?:\d{1,4}(?:[ .\-\u00a0]\d{2,4}){1,7}|\d{6,19})(?![\w]|[.,]\d)")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.\u00a0 ]\d{3})+")
#: 84.500.000.000 has as many digits as a telephone abroad; who writes such a one with points says +84.
_DOTTED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")


def masked(text: str) -> str:
    """The text with personal numbers shown as 0380•••••789; as long as it was, and the same when masked once more."""
    while (found := _once(text)) != text:
        text = found
    return text


def _once(text: str) -> str:
    for start, end in list(_personal(text)):
        text = text[:start] + _covered(text[start:end]) + text[end:]
    return text


def _personal(text: str) -> Iterator[tuple[int, int]]:
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        abroad = start > 0 and text[start - 1] == "+"
        start -= abroad
        if _is_personal(match[0], text[max(0, start - 60) : start], text[end : end + 20], abroad):
            yield start, end


def _is_personal(number: str, before: str, after: str, abroad: bool) -> bool:
    digits = re.sub(r"\D", "", number)
    if _AMOUNT_AFTER.match(after) or len(digits) <= HIDDEN:
        return False
    if _CALLED.search(before):
        return True
    if _TELEPHONE.fullmatch(digits):
        return abroad or _DOTTED.fullmatch(number) is None
    if digits != number and digits.startswith("0"):
        return len(digits) >= min(CARDS)  # no amount is written so
    return len(digits) in CARDS and _THOUSANDS.fullmatch(number) is None


def _covered(number: str) -> str:
    """Digits in the middle become dots, gaps stay."""
    places = [n for n, sign in enumerate(number) if sign.isdigit()]
    head = max(0, min(MOST_HEAD, len(places) - HIDDEN - TAIL))
    tail = min(TAIL, max(0, len(places) - HIDDEN))
    hidden = set(places[head : len(places) - tail])
    return "".join(DOT if n in hidden else sign for n, sign in enumerate(number))

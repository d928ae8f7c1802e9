"""Terms without a day of their own: counted from an event (trong 05 ngày kể từ …), at once (báo cáo ngay), or only vague (định kỳ)."""

import re
from datetime import date

from tracker.reading.folding import phrase
from tracker.reading.model import Deadline
from tracker.reading.page import Page
from tracker.reading.terms import Rule, bare_term

_UNITS = r"(?:ngay|gio|tuan|thang)\b(?: lam viec)?"
#: 05 ngày, 24 (hai mươi tư) giờ, 10 ngày làm việc, ba ngày.
_COUNT = rf"(?:\d{{1,3}}(?: \([^)\d]{{2,30}}\))?|mot|hai|ba|bon|bay|muoi) {_UNITS}"
_FIGURE = rf"\d{{1,3}} (?:\([^)\d]{{2,30}}\) )?{_UNITS}"
#: What it counts from: kể từ ngày nhận được văn bản, sau khi kết thúc.
_FROM = r",? (?:ke tu|tinh tu|tu|sau) (?:khi|ngay|thoi diem|luc)[^.;,]{0,60}"
_SENDS = r"\b(?:bao cao|gui|nop|thong bao|dang ky|tra loi|xu ly|hoan thanh)\b"
_END = r"(?=\W*[.;,)]|\W*$)"
_PAST = r"(?! (?:qua|gan|truoc|vua|lien|dau|cuoi|nay|nghi))"
_DONE = r"(?:hoan thanh|hoan tat|xong|dut diem|thanh toan|chi tra|khac phuc|gui|nop)"
_OCCASION = r"(?:dip )?(?:tet\b|mua (?:mua|bao|lu|kho)|nam hoc moi|khai giang|ky (?:hop|nghi)|dai hoi\b)"
_ASKED = re.compile(r"(?:nhan\s+duoc|ban\s+hanh|co\s+hieu\s+luc)")


def _relative(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    return bare_term(page, match, "relative", "event", "Thời hạn đếm từ một sự kiện; chỉ tính được ngày khi biết sự kiện đó xảy ra lúc nào.")


def vague(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    """A term that names no day and no period."""
    return bare_term(page, match, "vague", "none", "Văn bản không nêu ngày hay kỳ cụ thể.")


def _immediate(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    if "ngày" in page.text[match.start() : match.end()].lower():
        return None
    return bare_term(page, match, "immediate", "none", "“Ngay”: làm ngay khi nhận, văn bản không nêu ngày.")


def _right_after(page: Page, match: re.Match[str], issued: date | None) -> Deadline | None:
    """'Ngay sau khi kết thúc' counts from an event; 'ngay sau khi văn bản được ban hành' is at once."""
    return (_immediate if _ASKED.search(match[0]) else _relative)(page, match, issued)


COUNTED: tuple[Rule, ...] = (
    (
        phrase(
            r"\b(?!sau\s+\d+\s+(?:thang|tuan)\b(?!\s+(?:ke|tinh)))(?:trong (?:vong|thoi han|thoi gian)|cham nhat(?: la| sau)?|"
            rf"muon nhat(?: la| sau)?|khong qua|sau(?= \d)) (?:khong qua |toi da )?{_COUNT}(?:{_FROM}| sau [^.;,]{{3,40}}| truoc [^.;,]{{3,40}})?"
        ),
        _relative,
    ),
    (phrase(rf"\b(?:trong|toi da) (?:toi da )?(?:\d{{1,3}} (?:\([^)\d]{{2,30}}\) )?ngay lam viec(?:{_FROM})?|{_COUNT}{_FROM})"), _relative),
    (phrase(rf"\bthoi han[^.;:\d]{{0,40}}(?::|la|khong qua) (?:toi da )?{_FIGURE}(?:{_FROM})?"), _relative),
    (phrase(rf"{_SENDS}[^.;,]{{0,60}}?(?P<phrase>\btrong {_COUNT}{_PAST}){_END}"), _relative),
    (phrase(rf"\btruoc (?!khi)(?:[^.;,\d]{{2,30}} )?(?:it nhat|toi thieu) (?:la )?{_FIGURE}"), _relative),
    (phrase(rf"\b(?:it nhat|toi thieu) (?:la )?{_FIGURE} truoc (?:khi|ngay) [^.;,]{{3,40}}"), _relative),
    (phrase(rf"{_SENDS}[^.;,]{{0,60}}?(?P<phrase>\b{_FIGURE} (?:truoc|sau) (?:khi|ngay) [^.;,]{{3,40}})"), _relative),
    (phrase(rf"{_SENDS}[^.;,]{{0,60}}?(?P<phrase>\b(?:truoc(?! khi)|sau) [a-z][^.;,\d]{{2,40}} {_FIGURE}){_END}"), _relative),
    (phrase(r"\b(?:it nhat|toi thieu|truoc) (?:la )?\d{1,3} (?:\(\w+\) )?ngay lam viec\b"), _relative),
    (phrase(r"[a-z,] (?P<phrase>ngay sau khi [^.;,]{3,60})"), _right_after),
    (phrase(r"\b(?:giai quyet|hoan thanh|hoan tat|xong|dut diem|khac phuc)\b[^.;,]{0,60}?(?P<phrase>\btruoc khi [^.;,]{3,50})"), _relative),
    (phrase(rf"\b{_DONE}\b[^.;]{{0,70}}?(?P<phrase>\btruoc (?:ngay )?{_OCCASION}[^.;,]{{0,30}})"), vague),
    (phrase(rf"(?P<phrase>\btruoc (?:ngay )?{_OCCASION}[^.;,]{{0,30}}?),? (?:phai|can|hoan thanh|xong)\b"), vague),
    (phrase(r"\btrong thoi gian som nhat\b"), vague),
    (phrase(rf"\btrong (?:nhung|cac|6|sau) thang cuoi nam(?: 20\d\d)?{_END}"), vague),
    (phrase(rf"\b{_DONE}\b[^.;,]{{0,60}}?(?P<phrase>\btrong hoc ky (?:i{{1,2}}|1|2)\b)"), vague),
    (phrase(r"\b(?:bao cao|gui)\b[^.;]{0,80}?\b(?P<phrase>(?:theo )?dinh ky)\b(?!,? (?:hang|moi|truoc|vao|cham|\d))"), vague),
    (phrase(r"\bdinh ky(?=,? (?:bao cao|tong hop|gui|danh gia)\b)"), vague),
    (phrase(r"\b(?:den|truoc) cuoi nam(?: nay| \d{4})?\b(?! hoc)"), vague),
    (phrase(r"(?P<phrase>\btrong nam hoc 20\d\d ?- ?20\d\d),? (?:phai |can )?(?:trien khai|thuc hien|hoan thanh|to chuc)\b"), vague),
    (
        phrase(
            r"\b(?:trien khai|thuc hien|bao cao|to chuc|khac phuc|xu ly|sua chua|kiem tra|ra soat)\s+ngay\b"
            r"(?= (?:nhung|cac|mot so|nhiem vu|viec|tat ca|su co|ket qua|ton tai|han che|vi pham|thiet hai|hu hong))"
        ),
        _immediate,
    ),
    (phrase(r"\bbao cao ngay\b(?! (?:\d|sau|trong|thang|tu|den|tuan|va))"), _immediate),
)

"""Parent body and issuer: the capitals beside or above the national motto."""

import re

from tracker.reading.abbreviations import written_out
from tracker.reading.casing import is_syllable, readable
from tracker.reading.folding import flatten, squash
from tracker.reading.model import Found, Span
from tracker.reading.page import Page
from tracker.reading.zones import CREED, DATE_LINE, MOTTO, NUMBER_LINE, Zones

_PLACE = re.compile(r"(?:tinh|thanh pho|tp\.?|quan|huyen|thi xa|xa|phuong|thi tran|dac khu)\b")
# How names of bodies begin; other capitals beside the motto are stamps and specks of a scan.
_ORG = re.compile(
    r"(?:u[ybỷ]|ubnd|hdnd|so|bo|truong|ban|bch|btv|cuc|chi|tong|van|vien|hoi|trung|cong (?:an|ty|doan)|phong|dang|"
    r"tinh|thanh|huyen|quan|xa|phuong|doan|lien|mat|ngan|kho|bao|toa|chinh|thu|"
    r"quoc|dai|hoc|benh|bql|khoa|nha|tap|to|quy|hiep|luc|chu|hat|doi|tram|thi|hop|dac|vp|so|bhxh|mttq|ldld|tand|vksnd|vu)\b"
)
_OPEN_NAME = re.compile(
    r"(?:uy ban nhan dan|ubnd|hoi dong nhan dan|hdnd|ban chap hanh|ban thuong vu|bch|btv|"
    r"doan dai bieu quoc hoi|uy ban mttq viet nam)$"
)
_NATIONAL = re.compile(r"(?:bao hiem|ngan hang|kho bac|tong lien|tong cong|tap doan|cong doan|hoi|lien|dai|thong tan|vien han|mat tran|uy ban|doan|dang)\b")
_CARRIES_ON = re.compile(r"(?:va|&|cua|thuoc|cho)$|.*[,\-]$")
_DEPARTMENT = re.compile(
    r"(?:so|phong|ban|van phong|chi cuc|cuc|thanh tra|trung tam|hoi dong|ban chi dao|ban chi huy|"
    r"truong tieu hoc|truong thcs|truong mam non)\b"
)


def find_issuer(page: Page, zones: Zones) -> tuple[Found | None, Found | None]:
    """(parent, issuer) in the words of the letterhead; the issuer carries its place where the parent holds it."""
    if zones.motto < 0 and zones.number < 1:
        return None, None
    stop = next((i for i in (zones.number, zones.dated) if i > zones.motto), zones.motto + 4)
    pieces = _pieces(page, zones.top, max(stop, zones.motto + 1))
    names = [name for name in _names(page, pieces) if _ORG.match(page.flat, name[0][0])] or _names(page, pieces)
    if not names:
        return None, None
    parent = _found(page, names[-2]) if len(names) > 1 else None
    issuer = _found(page, names[-1])
    return parent, _with_place(issuer, parent)


def _pieces(page: Page, first: int, last: int) -> list[Span]:
    """Parts of the letterhead lines that are neither motto nor number, in capitals."""
    found: list[Span] = []
    for line in page.lines[first:last]:
        flat = page.flat[line.start : line.end]
        if NUMBER_LINE.search(page.line_flat(line)) and not MOTTO.search(flat):
            break
        for start, end in _left_of_motto(page, line.start, flat) or line.cells():
            start, end = _trim(page, start, end)
            if (
                end - start >= 3
                and _capital(page.text[start:end])
                and not re.match(r"(?:v/v|ve viec|so\s*[:.\d]|chu nghia viet nam)", page.flat[start:end])
                and (page.flat[start:end] != "viet nam" or (found and _nation_s(page, found[-1], start)))
            ):
                found.append((start, end))
    return found


def _nation_s(page: Page, above: Span, start: int) -> bool:
    """Whether 'VIỆT NAM' alone on a line ends the name that stands right above it in its own column, and not the national motto."""
    name = page.flat[slice(*above)]
    column = start - page.text.rfind("\n", 0, start)
    return (
        bool(_NATIONAL.match(name))
        and not name.endswith("viet nam")
        and page.text.count("\n", above[1], start) == 1
        and column < above[1] - page.text.rfind("\n", 0, above[0])
    )


def _left_of_motto(page: Page, offset: int, flat: str) -> list[Span]:
    match = MOTTO.search(flat) or CREED.search(flat) or DATE_LINE.search(flat)
    if not match:
        return []
    left = flat[: match.start()]
    lead = len(left) - len(left.lstrip(" \t|,`.-_'\""))
    return [(offset + lead, offset + len(left.rstrip(" \t|_.-—,'\"")))] if left[lead:].strip() else [(offset, offset)]


def _trim(page: Page, start: int, end: int) -> Span:
    while start < end and not page.text[start].isalnum():
        start += 1
    while end > start and not page.text[end - 1].isalnum() and page.text[end - 1] not in ",-)":
        end -= 1
    return start, end


def _capital(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 3 and sum(c.isupper() for c in letters) >= 0.75 * len(letters)


def _names(page: Page, pieces: list[Span]) -> list[list[Span]]:
    """Pieces joined into names: a name left open, or a place alone on the next line, goes on."""
    names: list[list[Span]] = []
    for piece in pieces:
        flat = page.flat[piece[0] : piece[1]]
        if names:
            before = squash(page.flat[names[-1][-1][0] : names[-1][-1][1]])
            open_end = _OPEN_NAME.search(before) or _CARRIES_ON.match(before)
            continues = _PLACE.match(flat) or re.match(r"(?:va|khu vuc)\b|viet nam$", flat) or (not _ORG.match(flat) and _broken(page, names[-1][-1], piece))
            if open_end or continues:
                names[-1].append(piece)
                continue
        names.append([piece])
    return names


def _broken(page: Page, above: Span, piece: Span) -> bool:
    """Whether a name of several Vietnamese words goes on in the line right below, where it was too long for its column."""
    words = page.text[slice(*piece)].split()
    return page.text.count("\n", above[1], piece[0]) == 1 and len(words) >= 2 and all(is_syllable(word.lower()) for word in words)


def _found(page: Page, pieces: list[Span]) -> Found:
    value = squash(" ".join(page.text[a:b] for a, b in pieces))
    return Found(written_out(readable(value)), (pieces[0][0], pieces[-1][1]))


def _with_place(issuer: Found, parent: Found | None) -> Found:
    """'Sở Y tế' under 'UBND tỉnh Kiên Giang' is that province's; a ministry's office is the ministry's."""
    flat = flatten(issuer.value)
    if parent is not None and re.fullmatch(r"ban (?:chap hanh|thuong vu|thuong truc)", flat):
        return Found(f"{issuer.value} {parent.value}", issuer.span)
    if parent is not None and flat.startswith("chi nhanh"):
        return Found(f"{parent.value} {issuer.value[:1].lower()}{issuer.value[1:]}", issuer.span)
    if parent is None or not _DEPARTMENT.match(flat) or _PLACE.search(flat):
        return issuer
    above = flatten(parent.value)
    place = re.search(r"\b(?:tinh|thanh pho|tp\.?|quan|huyen|thi xa|xa|phuong|thi tran|dac khu)\b.*", above)
    if place:
        return Found(f"{issuer.value} {parent.value[place.start() :]}", issuer.span)
    if re.match(r"(?:bo|tong cuc|tinh uy|thanh uy|truong|dai hoc)\b", above) and re.match(r"(?:van phong|thanh tra|phong|ban)\b", flat):
        return Found(f"{issuer.value} {parent.value}", issuer.span)
    return issuer

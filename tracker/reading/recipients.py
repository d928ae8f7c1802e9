"""Kính gửi and Nơi nhận: to whom the dispatch is addressed and who gets a copy."""

import re

from tracker.reading.folding import flatten, phrase, squash
from tracker.reading.model import Found
from tracker.reading.page import Page
from tracker.reading.zones import ADDRESS, AUTHORITY, COPIES, Zones

_NOTE = re.compile(r"\(sau day.*|\(gui .*")
#: The letter's own words, begun on the line of Kính gửi.
_BODY = re.compile(r"\.\s+(?=(?:thuc hien|can cu|theo|de (?:thuc|trien|bao|dam|tiep)|nham|tiep theo|xet|ngay \d|trong |vua qua)\b)")
#: Why a body gets it: (để thực hiện), (t/h).
_PURPOSE = re.compile(r"\s*\((?:để )?(?:thực hiện|t/h|biết|phối hợp|p/h|triển khai)[^)]*\)$")
_ASIDE = re.compile(r"^(?:dia chi|ma so thue|dien thoai|mst)\b")


def find_recipients(page: Page, zones: Zones) -> tuple[Found, ...]:
    """The bodies named behind Kính gửi, one each line, dash or semicolon."""
    if zones.address < 0:
        return ()
    found: list[Found] = []
    joined: list[tuple[int, int]] = []
    for index in range(zones.address, max(zones.address_end, zones.address + 1)):
        line = page.lines[index]
        start = line.body
        if index == zones.address:
            match = ADDRESS.search(page.line_flat(line))
            start += match.end() if match else 0
        if _NOTE.match(page.flat, start) or _ASIDE.match(page.flat[start : line.end]):
            continue
        body = _BODY.search(page.flat, start, line.end)
        joined += _split(page, start, body.start() + 1 if body else line.end)
    for start, end in _rejoined(page, joined):
        value = squash(page.text[start:end]).strip(" :;.,…-–—+•_|~")
        value = _PURPOSE.sub("", value)
        if len(value) >= 3:
            found.append(Found(value, (start, end)))
    return tuple(found)


def _split(page: Page, start: int, end: int) -> list[tuple[int, int]]:
    """Parts between semicolons, dashes at their start and brackets that only give a short name cut off."""
    parts, at = [], start
    for match in re.finditer(r";\s*|\(sau đây[^()]*\)?|(?:^|\s{2,}|\t)[-–—+•~]\s+", page.text[start:end]):
        parts.append((at, start + match.start()))
        at = start + match.end()
    parts.append((at, end))
    trimmed = []
    for a, b in parts:
        raw = page.text[a:b]
        body = raw.strip(" \t:|_")
        if body.strip(" .,-–—:"):
            offset = a + raw.index(body)
            trimmed.append((offset, offset + len(body)))
    return trimmed


def _rejoined(page: Page, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A part that begins in lower case on a line of its own continues the part before it."""
    out: list[tuple[int, int]] = []
    for span in spans:
        first = page.text[span[0]]
        before = page.text[out[-1][1] : span[0]] if out else ""
        if out and first.islower() and "\n" in before and ";" not in before:
            out[-1] = (out[-1][0], span[1])
        else:
            out.append(span)
    return out


_KEPT = re.compile(r"[-–—•+]?_? ?luu ?[:;]")


def find_copies(page: Page, zones: Zones) -> tuple[Found, ...]:
    """Nơi nhận: the dashed lines of the left column below it."""
    found: list[Found] = []
    lines = page.lines[zones.tail : zones.annex]
    # A scanned "Nơi nhận" is often unreadable; the list is known by its last line, which says where a copy is kept.
    started = not any(COPIES.search(page.line_flat(line)) for line in lines) and any(_KEPT.match(page.line_flat(line).strip()) for line in lines)
    for line in lines:
        if COPIES.search(page.line_flat(line)):
            started = True
            continue
        if not started or line.blank:
            continue
        cells = line.cells()
        if not cells:
            continue
        start, end = cells[0]
        if page.text[start] in "-–—•+" and not AUTHORITY.match(page.flat, start):
            value = _PURPOSE.sub("", re.sub(r";\s.*$", "", squash(page.text[start:end])).strip(" -–—•+;.,"))
            if value:
                found.append(Found(value, (start, end)))
    return tuple(found)


_NO_ADDRESSEE = phrase(
    r"(?:nhu|luu|dang|website|trang|cong thong tin|thuong truc|thuong vu|bch|bgh|hdt|ban giam|pho|lanh dao|chinh phu|bo|thu tuong|vp ?cp|van phong chinh phu|"
    r"tinh uy|thanh uy|tt\.? |hdnd|cong bao|vp)\b|.*(?:\bde |\()(?:b/?c|bao cao)\b"
)


def bodies_among(copies: tuple[Found, ...]) -> tuple[Found, ...]:
    """Whom a notice is meant for that addresses nobody in words: those who get it, without superiors and the archive."""
    return tuple(copy for copy in copies if not _NO_ADDRESSEE.match(flatten(copy.value)))

"""Stand-alone marks near the letterhead: secrecy (Mật, Tối mật, Tuyệt mật) and urgency (Khẩn, Thượng khẩn, Hoả tốc)."""

import re

from tracker.reading.folding import squash
from tracker.reading.model import Found
from tracker.reading.page import Page
from tracker.reading.zones import Zones

# Letters may be spaced (M Ậ T); the stamp is alone in its cell. Law on protection of state secrets 2018, art. 8.
_SECRET = re.compile(r"\W{0,3}(?:do mat ?: ?)?(tuyet ?mat|toi ?mat|t ?o ?i ?m ?a ?t|t ?u ?y ?e ?t ?m ?a ?t|m ?a ?t)\W{0,3}")
_URGENT = re.compile(r"\W{0,3}(hoa toc(?: hen gio)?|thuong khan|khan|hoa toc \d.*)\W{0,3}")


def _cells(page: Page, zones: Zones) -> list[tuple[int, int]]:
    stop = max(zones.body, 14)
    spans: list[tuple[int, int]] = []
    for line in page.lines[: min(stop + 4, len(page.lines))]:
        spans += line.cells()
    return spans


def is_mark(flat_cell: str) -> bool:
    """Whether the cell holds nothing but a secrecy or urgency mark."""
    return bool(_SECRET.fullmatch(flat_cell) or _URGENT.fullmatch(flat_cell))


def find_secrecy(page: Page, zones: Zones) -> Found | None:
    """The secrecy mark; only capitals or a first capital count, since 'mật' is also honey and a family name."""
    for start, end in _cells(page, zones):
        raw = page.text[start:end]
        match = _SECRET.fullmatch(page.flat[start:end])
        if match and raw.strip(" .:[]()*-")[:1].isupper() and "ậ" in raw.lower():
            return Found(squash(raw.strip(" .:[]()*-")), (start, end))
    return None


def find_urgency(page: Page, zones: Zones) -> Found | None:
    """The urgency stamp, in its Vietnamese words."""
    for start, end in _cells(page, zones):
        match = _URGENT.fullmatch(page.flat[start:end])
        if match and page.text[start:end].strip(" .:[]()*-")[:1].isupper():
            name = "hoả tốc" if match[1].startswith("hoa") else "thượng khẩn" if match[1].startswith("thuong") else "khẩn"
            return Found(name, (start, end))
    return None

"""Shortcomings that name a unit: in brackets behind a criticism ('(HND xã … huyện …)') or in its own words."""

import re
from collections.abc import Sequence
from datetime import date

from tracker.reading.folding import phrase, squash
from tracker.reading.model import Finding, Span, UnitRow
from tracker.reading.orders import SHORTCOMING
from tracker.reading.page import Page, Paragraph
from tracker.reading.units import Gazetteer, Resolved

_BRACKET = re.compile(r"\(([^()]{4,600})\)")
_CRITICAL = phrase(
    r"\b(?:chua|khong|con|cham|thieu|han che|yeu|tang cao|no xau|sai|nham|vi pham|ne nang|de xay ra|thap|"
    r"ton dong|qua han|chay i|chay y|mat)\b"
)


def find_findings(page: Page, paragraphs: list[Paragraph], rows: Sequence[UnitRow], on: date | None) -> list[Finding]:
    """Findings among the paragraphs before the orders; without units nothing can be resolved and nothing is invented."""
    found: list[Finding] = []
    units: Gazetteer | None = None
    open_list = False
    for paragraph in paragraphs:
        flat = page.flat[paragraph.start : paragraph.end]
        announces = bool(SHORTCOMING.search(flat))
        if paragraph.marker is None:
            open_list = announces
        if not (open_list or announces):
            continue
        for match in _BRACKET.finditer(page.text, *paragraph.span):
            before = page.flat[max(paragraph.start, match.start() - 500) : match.start()]
            if rows and _CRITICAL.search(before):
                units = units or Gazetteer(rows, on)
                found += _in_bracket(page, match.span(1), paragraph, units)
    return found


def _in_bracket(page: Page, span: Span, paragraph: Paragraph, units: Gazetteer) -> list[Finding]:
    """One finding for each unit: semicolons part them, commas only where the unit changes."""
    found: list[Finding] = []
    for segment in _parts(page, span, r";"):
        for piece, resolved in _joined(page, _parts(page, segment, r","), units):
            context = squash(page.text[paragraph.content : paragraph.end])
            words = squash(page.text[piece[0] : piece[1]])
            if resolved.unit is not None:
                found.append(Finding(resolved.unit.name, resolved.unit.code, words, piece, context))
            elif resolved.candidates:
                names = tuple(f"{u.name} ({u.code})" for u in resolved.candidates)
                found.append(Finding(words, None, words, piece, context, names))
    return found


def _parts(page: Page, span: Span, at: str) -> list[Span]:
    parts, start = [], span[0]
    for match in re.finditer(at, page.text[span[0] : span[1]]):
        parts.append((start, span[0] + match.start()))
        start = span[0] + match.end()
    parts.append((start, span[1]))
    return [_tight(page, part) for part in parts if page.text[part[0] : part[1]].strip()]


def _tight(page: Page, span: Span) -> Span:
    raw = page.text[span[0] : span[1]]
    start = span[0] + len(raw) - len(raw.lstrip())
    return start, start + len(raw.strip())


def _joined(page: Page, pieces: list[Span], units: Gazetteer) -> list[tuple[Span, Resolved]]:
    """Neighbouring pieces of one district are one finding; a commune may take its district from the piece behind it."""
    read = [(piece, units.resolve(page.text[piece[0] : piece[1]])) for piece in pieces]
    out: list[tuple[Span, Resolved]] = []
    for piece, resolved in read:
        if resolved.unit is None and not resolved.candidates:
            if out:
                out[-1] = ((out[-1][0][0], piece[1]), out[-1][1])
            continue
        if out and _same(out[-1][1], resolved):
            out[-1] = ((out[-1][0][0], piece[1]), resolved if resolved.unit else out[-1][1])
        else:
            out.append((piece, resolved))
    return out


def _same(a: Resolved, b: Resolved) -> bool:
    if a.unit and b.unit:
        return a.unit.code == b.unit.code
    codes = {u.code for u in a.candidates} | ({a.unit.code} if a.unit else set())
    others = {u.code for u in b.candidates} | ({b.unit.code} if b.unit else set())
    return bool(codes & others)

"""Shortcomings that name a unit: in brackets behind a criticism ('(HND xã … huyện …)') or in its own words."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from tracker.reading import orders
from tracker.reading.folding import flatten, phrase, squash
from tracker.reading.markers import Marker
from tracker.reading.model import Finding, Span, UnitRow
from tracker.reading.orders import SHORTCOMING, sentences
from tracker.reading.outline import heading
from tracker.reading.page import Page, Paragraph
from tracker.reading.units import Gazetteer, Resolved, folded, gazetteer

_PLACE = re.compile(r"\b(?:tinh|thanh pho|huyen|quan|thi xa) (?!uy\b|doan\b|hoi\b)([a-z]+(?: [a-z]+){1,3}|\d+)")
_NAME = r"[A-ZĐÀ-Ỹ][a-zà-ỹđ]+(?:\s+[A-ZĐÀ-Ỹ][a-zà-ỹđ]+){0,3}"
_DISTRICT = re.compile(rf"(?<!\w)(?P<kind>[Hh]uyện|[Tt]hị xã|[Tt]hành phố|[Qq]uận)\s+(?P<names>{_NAME}(?:,\s*{_NAME})*(?:\s+và\s+{_NAME})?)")
#: A name alone; behind these words it is a commune's, a province's, a person's or a road's.
_ELSE = ("xã", "phường", "trấn", "tỉnh", "thôn", "bản", "ông", "bà", "chí", "đường", "sông", "cầu", "chợ", "kênh", "hồ", "chốt", "THPT", "THCS")
_BARE = re.compile("".join(rf"(?<!\b{word}\s)" for word in _ELSE) + rf"(?<!\w)(?P<kind>)(?P<names>{_NAME})")
_PLACE_BEFORE = re.compile(rf"(?:(?:\w+\s+){{0,2}}[a-zà-ỹđ]\w*|Xã|Phường|Thôn|Bản)\s+{_NAME},\s*")
_NAMES_BEFORE = re.compile(_NAME + r"\s+và$")
_BRACKET = re.compile(r"\(([^()]{4,600})\)")
_OPENS = phrase(SHORTCOMING.pattern + r"|\b(?:tuy nhien|bat cap)\b")
_LABEL = 60
#: What somebody has not done or done worst; it makes a finding in any paragraph before the orders.
_LAGS = phrase(
    r"\b(?:chua|khong) (?:gui|nop|bao cao|hoan thanh|thuc hien|trien khai|to chuc|lap|hop|thu|dat|co|xay dung|ban hanh|cap nhat|dang ky|giai ngan)\b|"
    r"\b(?:dat |rat |con )?(?:cham|thap)\b(?! nhat la)|\bno (?:xau|qua han)\b[^.;]{0,30}\b(?:tang|cao|phat sinh)\b|\bde xay ra\b|\bvi pham\b"
)
_CRITICAL = phrase(
    r"\b(?:chua|khong|con|cham|thieu|han che|yeu|tang cao|no xau|sai|nham|vi pham|ne nang|de xay ra|thap|"
    r"ton dong|qua han|chay i|chay y|mat)\b"
)


def find_findings(page: Page, paragraphs: list[Paragraph], rows: Sequence[UnitRow], on: date | None, letterhead: str = "") -> list[Finding]:
    """Findings among the paragraphs before the orders; without units nothing can be resolved and nothing is invented.

    `letterhead`: the issuer's and its parent's names; where they name another province, only brackets are looked into.
    """
    found: list[Finding] = []
    plainly = bool(rows) and not _of_another_province(rows, flatten(letterhead))
    units: Gazetteer | None = None
    opened = dict(shortcomings(page, paragraphs))
    for paragraph in paragraphs:
        told = opened.get(paragraph, False)
        for match in _BRACKET.finditer(page.text, *paragraph.span):
            before = page.flat[max(paragraph.start, match.start() - 500) : match.start()]
            if rows and _CRITICAL.search(before) and (paragraph in opened or _lags(page, (paragraph.start, match.start()))):
                units = units or gazetteer(tuple(rows), on)
                found += _in_bracket(page, match.span(1), paragraph, units)
        if plainly and (told or _lags(page, paragraph.span)):
            units = units or gazetteer(tuple(rows), on)
            found += _in_words(page, paragraph, units, told)
    return sorted(found, key=lambda finding: finding.span)


def shortcomings(page: Page, paragraphs: list[Paragraph]) -> Iterator[tuple[Paragraph, bool]]:
    """Paragraphs that tell shortcomings; True for those that do so as a whole, False where they only mention some.

    A heading ('2. Tồn tại, hạn chế') opens all that is nested in it; a plain paragraph opens itself and the items behind it.
    """
    opened: Marker | None = None
    listed = False
    for paragraph in paragraphs:
        flat, marker = page.flat[paragraph.start : paragraph.end], paragraph.marker
        announces = bool(_OPENS.search(flat))
        if opened and (heading(page, paragraph) if marker is None else not _within(marker, opened)):
            opened = None
        if marker is None:
            listed = announces
        elif announces and _OPENS.search(flat[:_LABEL]) and not orders.is_order(flat):
            opened = opened or marker
        if opened or listed or announces:
            yield paragraph, bool(opened or listed)


def _within(marker: Marker, opened: Marker) -> bool:
    """Whether an item stands below the opened one; stars and dashes may each stand below the other."""
    return marker.rank > opened.rank or (marker.rank == opened.rank and marker.kind == "dash" and marker.label != opened.label)


def _of_another_province(rows: Sequence[UnitRow], letterhead: str) -> bool:
    """Whether the letterhead (flat) names a place that is none of the units: then a like name is somebody else's."""
    ours = [folded(row.name)[1] for row in rows if row.level in ("province", "district")]
    named = [match[1] for match in _PLACE.finditer(letterhead)]
    return bool(ours and named) and not any(name.startswith(our) for name in named for our in ours)


def _lags(page: Page, span: Span) -> bool:
    return bool(_LAGS.search(page.flat, *span))


def _lags_itself(page: Page, at: Span, sentence: Span) -> bool:
    """Whether the clause between semicolons round the name tells that somebody lags, or the words before the colon that opens a list of names do."""
    begin = max(page.text.rfind(";", sentence[0], at[0]) + 1, sentence[0])
    stop = page.text.find(";", at[1], sentence[1])
    colon = page.text.find(":", sentence[0], at[0])
    lead = page.flat.find(" gom ", sentence[0], at[0]) if colon < 0 else colon
    return _lags(page, (begin, stop if stop > 0 else sentence[1])) or (lead > 0 and _lags(page, (sentence[0], lead)))


def _in_words(page: Page, paragraph: Paragraph, units: Gazetteer, told: bool) -> list[Finding]:
    """Districts that a shortcoming names outside brackets ('Hội … huyện Thạch Thành báo cáo chênh …').

    Their context holds no other unit's name: each finding is shown to its own unit only.
    """
    found: list[Finding] = []
    brackets = [match.span() for match in _BRACKET.finditer(page.text, *paragraph.span)]
    for start, end in sentences(page, (paragraph.content, paragraph.end)):
        if not _CRITICAL.search(page.flat, start, end) or orders.is_order(page.flat[start:end]):
            continue
        named = [m for m in _names(page, (start, end), units) if not any(a <= m.start() < b for a, b in brackets)]
        named = [m for m in named if told or _lags_itself(page, m.span(), (start, end))]
        for match in named:
            clause = _clause(page, match.span(), (start, end))
            alone = not any(other is not match and other.start() < clause[1] and clause[0] < other.end() for other in named)
            for place, context, name in _named(page, match, clause, alone):
                unit = units.resolve(name).unit
                if unit is not None and unit.level == "district" and all(other.code != unit.code for other in found):
                    found.append(Finding(unit.name, unit.code, squash(page.text[slice(*place)]), place, context, bracketed=False))
    return found


def _names(page: Page, sentence: Span, units: Gazetteer) -> list[re.Match[str]]:
    """Districts by type and name, and names alone ('Huyện đoàn Hậu Lộc', 'HND Hà Trung') that are exactly a district's."""
    typed = list(_DISTRICT.finditer(page.text, *sentence))
    bare = [
        m for m in _BARE.finditer(page.text, *sentence)
        if units.is_district(m["names"]) and not any(t.start() < m.end() and m.start() < t.end() for t in typed)
    ]  # fmt: skip
    return sorted([*typed, *bare], key=lambda m: m.start())


def _named(page: Page, match: re.Match[str], clause: Span, alone: bool) -> list[tuple[Span, str, str]]:
    """(place, context, name) of each unit: one alone with its clause; of a list each name, with the words before the list as context."""
    names = list(re.finditer(_NAME, match["names"]))
    if len(names) == 1 and alone:
        return [(clause, "", match[0])]
    offset = match.start("names")
    before = squash(page.text[clause[0] : match.start()])
    others = not alone and (_DISTRICT.search(before) or _NAMES_BEFORE.search(before))
    lead = "" if others else re.sub(r"\s*(?:nhất là )?(?:tại|ở|là|như)?\s*(?:các)?$", "", before)
    return [((offset + name.start(), offset + name.end()), lead, f"{match['kind']} {name[0]}") for name in names]


def _clause(page: Page, at: Span, sentence: Span) -> Span:
    """The words round the name between commas and semicolons."""
    cuts = [sentence[0], *(sentence[0] + m.end() for m in re.finditer(r"[,;:(]\s*", page.text[sentence[0] : at[0]]))]
    begin = cuts[-1]
    if len(cuts) > 1 and begin == at[0] and _PLACE_BEFORE.fullmatch(page.text, cuts[-2], begin) and not _DISTRICT.search(page.text, cuts[-2], begin):
        begin = cuts[-2]
    stop = re.search(r"[,;.()]", page.text[at[1] : sentence[1]])
    return _tight(page, (begin, at[1] + stop.start() if stop else sentence[1]))


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

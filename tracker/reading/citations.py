"""Other documents that a dispatch names by kind, number and day: cited, answered, replaced."""

import re

from tracker.reading.days import day_of, day_pattern
from tracker.reading.folding import phrase, squash
from tracker.reading.model import Citation
from tracker.reading.page import Page

_KIND = (
    r"(?:cong van|cong dien|chi thi|ke hoach|quyet dinh|nghi quyet|nghi dinh|thong tu lien tich|thong tu|thong bao|huong dan|ket luan|bao cao|to trinh|"
    r"luat|van ban)"
)
# The symbol of a document always has a stroke (Nghị định 30/2020/NĐ-CP, annex III; party form 931-CV/HNDT).
_NUMBER = r"(?P<number>\d{1,5}(?:[-/.][\w.-]+)*/[\w-]+)"
_CITED = phrase(rf"\b(?P<kind>{_KIND})(?: so)?\s*:?\s*{_NUMBER}")
_DAY = re.compile(r",?\s{0,3}" + day_pattern(0))
_REPLACES = phrase(r"(?:thay the|thay cho|bai bo|huy bo|sua doi)[^.;]{0,60}$")
_ANSWERS = phrase(r"(?:phuc dap|tra loi)[^.;]{0,60}$")
_BEFORE = 80


def find_citations(page: Page, start: int, end: int) -> tuple[Citation, ...]:
    """Documents named in text[start:end], each number once, in order; a document's own number is not looked for here."""
    found: dict[str, Citation] = {}
    for match in _CITED.finditer(page.flat, start, end):
        number = page.text[slice(*match.span("number"))].rstrip(".-")
        if number in found:
            continue
        dated = _DAY.match(page.flat, match.end(), min(end, match.end() + 40))
        day = day_of(dated, 0, None) if dated else None
        stop = dated.end() if dated and day else match.start("number") + len(number)
        kind = squash(page.text[slice(*match.span("kind"))]).lower()
        before = page.flat[max(start, match.start() - _BEFORE) : match.start()]
        relation = "replaces" if _REPLACES.search(before) else "answers" if _ANSWERS.search(before) else "cites"
        found[number] = Citation(kind, number, day.value if day else None, relation, (match.start(), stop))
    return tuple(found.values())

"""Items that start mid-line ('… như sau: 1. Rà soát…; 2. Báo cáo…') become paragraphs of their own."""

import re

from tracker.reading.markers import find_marker
from tracker.reading.page import Page, Paragraph

_INLINE = re.compile(r"(?<=[:;.])[ \t]+(?=\(?1[.)/][ \t]+[A-ZĐÀ-Ỹ])")


def split_inline(page: Page, paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Items that start mid-line ('… như sau: 1. Rà soát…; 2. Báo cáo…') become paragraphs of their own."""
    out: list[Paragraph] = []
    for paragraph, after in zip(paragraphs, [*paragraphs[1:], None], strict=False):
        match = _INLINE.search(page.text, paragraph.start, paragraph.end)
        if not match:
            out += _next_inside(page, paragraph, after)
            continue
        cuts, at, number = [match.end()], match.end(), 2
        while True:
            following = re.compile(rf"(?<=[;.,:])[ \t]+(?=\(?{number}[.)/][ \t]+[A-ZĐÀ-Ỹ])").search(page.text, at, paragraph.end)
            if not following:
                break
            cuts.append(following.end())
            at, number = following.end(), number + 1
        if len(cuts) < 2:
            out.append(paragraph)
            continue
        out.append(Paragraph(paragraph.start, match.start(), paragraph.content, paragraph.marker, paragraph.first_line))
        for start, end in zip(cuts, [*cuts[1:], paragraph.end], strict=True):
            out.append(_paragraph(page, start, end, paragraph.first_line))
    return out


def _next_inside(page: Page, paragraph: Paragraph, after: Paragraph | None) -> list[Paragraph]:
    """The next item behind the end of a sentence ('… trước ngày 15/5. 3. Phòng Văn hoá'), where no later paragraph begins with its number."""
    marker = paragraph.marker
    if marker is None or marker.kind != "arabic" or marker.number is None:
        return [paragraph]
    following = marker.number + 1
    if after is not None and after.marker is not None and after.marker.kind == "arabic" and after.marker.number == following:
        return [paragraph]
    cut = re.compile(rf"(?<=[;.])\s+(?={following}[.)][ \t]+[A-ZĐÀ-Ỹ])").search(page.text, paragraph.content, paragraph.end)
    if cut is None:
        return [paragraph]
    first = Paragraph(paragraph.start, cut.start(), paragraph.content, marker, paragraph.first_line)
    return [first, _paragraph(page, cut.end(), paragraph.end, paragraph.first_line)]


def _paragraph(page: Page, start: int, end: int, first_line: int) -> Paragraph:
    marker = find_marker(page.text, page.flat, start, end)
    stop = start + len(page.text[start:end].rstrip())
    return Paragraph(start, stop, marker.end if marker else start, marker, first_line)

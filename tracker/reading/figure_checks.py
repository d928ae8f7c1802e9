"""Figures that contradict each other in one paragraph; each doubt is one warning at the figure that is likeliest wrong."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby, pairwise

from tracker.domain import figures as rules
from tracker.reading.folding import flatten, phrase
from tracker.reading.model import Figure, Notice
from tracker.reading.numbers import say_number
from tracker.reading.page import Page

_WHOLE = phrase(r"\b(?:tong|toan|ca nuoc|chung)\b")
_CONSISTS = phrase(r"[^.;\n()]{0,60}?\b(?:bao gom|gom|chia ra)\b[^.;\n\d]{0,20}:?\s*\d")
#: More figures than any sentence holds; pairs are compared, so that time must not grow with the square of a damaged line.
_MOST = 120
_ROUGH = phrase(r"\b(?:khoang|gan|hon|tren|xap xi|tren duoi|it nhat|toi thieu|toi da)\b")


def check_figures(page: Page, paragraphs: Sequence[list[Figure]]) -> list[Notice]:
    """Warnings about the figures of each paragraph, at most one for each figure."""
    found: dict[tuple[int, int], Notice] = {}
    for whole in paragraphs:
        together = whole[:_MOST]
        for check in (_growth, _partition, _consists, _growth_share):
            for figure, code, words in check(page, together):
                found.setdefault(figure.span, Notice(code, words, figure.span))
    return [found[span] for span in sorted(found)]


Doubt = tuple[Figure, str, str]


def _changes(figures: list[Figure]) -> list[tuple[Figure, Figure]]:
    """Values with what they grew by."""
    return [(value, change) for value, change in pairwise(figures)
            if value.role == "value" and change.role == "up" and change.base == value.base != "%" and change.counts == value.counts]  # fmt: skip


def _growth(page: Page, figures: list[Figure]) -> Iterator[Doubt]:
    pairs = _changes(figures)
    for whole, grew in pairs:
        head = flatten(whole.counts).split()[:2]
        for part, part_grew in pairs:
            same = part is not whole and part.base == whole.base and flatten(part.counts).split()[:2] == head and bool(head)
            if same and _WHOLE.search(flatten(whole.counts)) and rules.outgrew(whole.amount, grew.amount, part.amount, part_grew.amount):
                slip = grew.unit != part_grew.unit and grew.amount * rules.SLIP > part_grew.amount
                yield grew, "figure.slip" if slip else "figure.outgrew", _outgrew_words(grew, part_grew, slip)
        if grew.unit != whole.unit and rules.too_small(whole.amount, grew.amount):
            yield grew, "figure.slip", f"“{grew.text}” rất nhỏ so với “{whole.text}”: có thể nhầm đơn vị (triệu – tỷ)."


def _outgrew_words(grew: Figure, part_grew: Figure, slip: bool) -> str:
    words = f"Toàn bộ tăng “{grew.text}” mà một phần tăng “{part_grew.text}”"
    return words + (": có thể nhầm triệu với tỷ." if slip else ": phần tăng nhiều hơn tổng, hãy kiểm tra lại.")


def _partition(page: Page, figures: list[Figure]) -> Iterator[Doubt]:
    """Parts that each carry their share; where the shares make a hundred, the parts make the whole."""
    pairs = [(v, s) for v, s in pairwise(figures) if v.role == "value" and s.role == "share" and not _rough(page, v, s)]
    for _, group in groupby(pairs, key=lambda pair: pair[0].base):
        listed = list(group)
        parts = [part for part, _ in listed]
        if len(listed) < 2 or abs(sum((s.value for _, s in listed), Decimal(0)) - 100) > sum((rules.rounding(s.value) for _, s in listed), Decimal(0)):
            continue
        total = _total(figures, parts)
        values, errors = [p.amount for p in parts], [_error(p) for p in parts]
        if total is not None and not rules.parts_fit(values, total.amount, [*errors, _error(total)]):
            yield _sum_doubt(parts, total)
            continue
        whole = sum(values, Decimal(0))
        for part, share in listed:
            if not rules.share_fits(part.amount, whole, share.value, _error(part)):
                yield share, "figure.share", f"“{share.text}” không khớp: {part.text} là {_percent(part.amount, whole)}% của {_say(whole, part)}."


def _total(figures: list[Figure], parts: list[Figure]) -> Figure | None:
    """The figure before the parts that is their total: the nearest to their sum, no further off than a tenth."""
    whole = sum((p.amount for p in parts), Decimal(0))
    largest = max(p.amount for p in parts)
    before = [f for f in figures if f.role == "value" and f.base == parts[0].base and f.span < parts[0].span and f.amount >= largest]
    near = [f for f in before if abs(f.amount - whole) * 10 <= whole]
    return min(near, key=lambda f: abs(f.amount - whole)) if near else None


def _consists(page: Page, figures: list[Figure]) -> Iterator[Doubt]:
    """'120 hộ, gồm: 50 hộ nghèo, 40 hộ cận nghèo': the parts of one unit up to the end of the sentence make the total."""
    for at, total in enumerate(figures):
        if total.role != "value" or not _CONSISTS.match(page.flat, total.span[1]):
            continue
        stop = re.compile(r"[.;]\s|\(|\n|trong đó").search(page.text, total.span[1])
        parts = [f for f in figures[at + 1 :] if f.span[0] < (stop.start() if stop else len(page.text))]
        if len(parts) < 2 or any(f.base != total.base or f.role != "value" for f in parts) or _rough(page, total, parts[-1]):
            continue
        if not rules.parts_fit([p.amount for p in parts], total.amount, [_error(f) for f in (*parts, total)]):
            yield _sum_doubt(parts, total)


def _growth_share(page: Page, figures: list[Figure]) -> Iterator[Doubt]:
    """'đạt 120 tỷ đồng, tăng 20 tỷ đồng (20%)': the share is of the value before."""
    for value, change, share in zip(figures, figures[1:], figures[2:], strict=False):
        if value.role == "value" and change.role in ("up", "down") and share.role == "share" and change.base == value.base and change.counts == value.counts:
            grown = change.amount if change.role == "up" else -change.amount
            fits = rules.share_fits(change.amount, value.amount - grown, share.value, _error(change) + _error(value) * share.value / 100)
            if not fits and not rules.share_fits(change.amount, value.amount, share.value, _error(change)) and not _rough(page, value, share):
                yield share, "figure.share", f"“{share.text}” không khớp với mức thay đổi {change.text} của {value.text}."
    for part, share in pairwise(figures):
        if part.of and share.role == "share" and not _rough(page, part, share) and not rules.share_fits(part.value, part.of, share.value):
            yield share, "figure.share", f"“{share.text}” không khớp: {part.text} là {_percent(part.value, part.of)}%."


def _sum_doubt(parts: list[Figure], total: Figure) -> Doubt:
    values, errors = [p.amount for p in parts], [_error(p) for p in (*parts, total)]
    slipped = rules.slipped_part(values, total.amount, errors)
    if slipped is not None:
        return parts[slipped], "figure.slip", f"“{parts[slipped].text}” làm tổng {total.text} không khớp: có thể nhầm đơn vị (triệu – tỷ)."
    return total, "figure.total", f"Các phần cộng lại là {_say(sum(values, Decimal(0)), total)}, khác tổng “{total.text}”."


def _rough(page: Page, first: Figure, last: Figure) -> bool:
    """Whether 'khoảng', 'gần', 'hơn' stand beside the figures: then no digit can be held against another."""
    return bool(_ROUGH.search(page.flat[max(0, first.span[0] - 12) : last.span[1]]))


def _error(figure: Figure) -> Decimal:
    """Half a last digit of what was written with a unit like tỷ; counted things are exact."""
    if not figure.value or figure.value == figure.amount:
        return Decimal(0)
    return rules.rounding(figure.value) * figure.amount / figure.value / 2


def _percent(part: Decimal, whole: Decimal) -> str:
    return say_number(round(100 * part / whole, 2)) if whole else "0"


def _say(amount: Decimal, like: Figure) -> str:
    factor = like.amount / like.value if like.value else Decimal(1)
    return f"{say_number(amount / factor)} {like.unit}"

"""Sentences of a report, drafted from its figures by plain templates: each keeps which figures it was made from, and may be worded anew by hand."""
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.domain import report_words as words
from tracker.domain.report_layout import Block, Paragraph

#: {total.accepted} is a figure by its place among the figures, {total.accepted/total.total} a share of two; {name} without a point is a word.
_GAP = re.compile(r"\{([\w.]+)(?:/([\w.]+))?\}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. key: its own, the same in every report of that kind; made_from: each figure's place and its value as written."""

    key: str
    text: str
    style: str = "body"
    made_from: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """A sentence in the clerk's words; drafted: the sentence that it stands for; empty text leaves it out."""

    text: str
    drafted: str


Part = Block | Sentence


class Teller:
    """Fills templates from the figures of one report."""

    def __init__(self, figures: Mapping[str, Any]) -> None:
        self._figures = figures

    def sentence(self, key: str, template: str, style: str = "body", **names: str) -> Sentence:
        """One sentence. Raises KeyError for a figure or a word that is not there."""
        used: dict[str, str] = {}

        def filled(gap: re.Match[str]) -> str:
            one, whole = gap.group(1), gap.group(2)
            if whole:
                used[one], used[whole] = self.value(one), self.value(whole)
                return words.percent(self._number(one) / self._number(whole)) if self._number(whole) else "–"
            if "." not in one:
                return names[one]
            used[one] = self.value(one)
            return used[one]

        text = _GAP.sub(filled, template)
        return Sentence(key, text, style, tuple(used.items()))

    def value(self, place: str) -> str:
        """A figure as it is written. Raises KeyError for a place that is not there."""
        found = self._at(place)
        return words.number(found) if isinstance(found, int | float) else str(found)

    def _number(self, place: str) -> float:
        return float(self._at(place))

    def _at(self, place: str) -> Any:
        found: Any = self._figures
        for step in place.split("."):
            found = found[int(step)] if isinstance(found, list) else found[step]
        return found


def settled(parts: Iterable[Part], edits: Mapping[str, Edit]) -> Iterator[Block]:
    """The blocks that are drawn: sentences as drafted, or as the clerk has worded them."""
    for part in parts:
        if not isinstance(part, Sentence):
            yield part
        elif part.key not in edits:
            yield Paragraph(part.text, part.style)
        elif edits[part.key].text:
            yield Paragraph(edits[part.key].text, part.style)


def sentences(parts: Iterable[Part]) -> list[Sentence]:
    """The sentences among the parts, in order."""
    return [part for part in parts if isinstance(part, Sentence)]


def moved(drafts: Iterable[Sentence], edits: Mapping[str, Edit]) -> dict[str, str]:
    """Edits whose draft has changed since, or is gone: key to what is drafted now ("" for gone)."""
    now = {one.key: one.text for one in drafts}
    return {key: now.get(key, "") for key, edit in edits.items() if now.get(key, "") != edit.drafted}

"""The fonts of a .docx, as far as they tell an old encoding: a run's own, its paragraph style's, the document's."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

from tracker.adapters.documents.docx_numbers import W
from tracker.reading.legacy import by_font


class Fonts:
    """The fonts of the paragraph styles."""

    def __init__(self, styles: Any) -> None:
        self._styles: dict[str, tuple[str | None, str]] = {}
        self._usual, self._default = "", ""
        for style in styles.iter(f"{W}style") if styles is not None else ():
            based, name = style.find(f"{W}basedOn"), style.get(f"{W}styleId")
            self._styles[name] = (based.get(f"{W}val") if based is not None else None, name_of(style.find(f"{W}rPr")))
            if style.get(f"{W}default") in ("1", "true") and style.get(f"{W}type") == "paragraph":
                self._default = name
        if styles is not None:
            self._usual = name_of(styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))

    def of_paragraph(self, paragraph: Any) -> str:
        """The font of a paragraph's style, or of the style behind it."""
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        name: str | None = style.get(f"{W}val") if style is not None else self._default
        for _ in range(12):
            name, font = self._styles.get(name or "", (None, ""))
            if font:
                return font
        return self._usual

    def modern(self, parts: Iterable[tuple[str, str]]) -> str:
        """The words of a paragraph in Unicode; those of one font together, since VNI writes a letter and its mark apart."""
        return "".join(by_font("".join(words for words, _ in group), font) for font, group in groupby(parts, key=itemgetter(1)))


def name_of(properties: Any) -> str:
    """The font that run properties name for Western letters, or ''."""
    fonts = properties.find(f"{W}rFonts") if properties is not None else None
    return (fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or "") if fonts is not None else ""

"""Cells of a sheet as XML: typed dates and numbers, texts that stay texts; what repeats is drawn once."""
import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from tracker.adapters.csv import FORMULA
from tracker.adapters.docx_styles import HEAD
from tracker.adapters.docx_text import esc
from tracker.adapters.xlsx_parts import MAIN, STYLES
from tracker.domain import report_words as words
from tracker.domain.report_sheets import Span, Value

#: Excel takes no longer text in one cell; the rest goes on in a sheet of its own, so that nothing is cut.
CELL_LIMIT = 32_767
#: Excel's day 0.
EPOCH = date(1899, 12, 30).toordinal()
#: So many texts are kept to be shared; what comes after them stands in its own cell.
MOST_SHARED = 100_000
#: Excel reads _x0041_ in a text as the letter A, unless its own underscore is written so.
_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class Cells:
    """Writes rows alike in every sheet of a book. No cell is ever a formula or a link: a result that begins with "=" is a text, and marked as one,
    so that it stays one when somebody edits the cell."""

    def __init__(self) -> None:
        self.overflow: list[tuple[str, str]] = []
        self._shared: dict[str, int] = {}
        # Texts, days and spans alone: 1 and 1.0 are the same key, and not the same cell.
        self._known: dict[Value | Span, str] = {}
        self._sheet, self._own = "", frozenset[int]()
        self._row: Sequence[Value | Span] = ()
        self._known[None] = self._known[""] = f'<c s="{STYLES["text"]}"/>'

    def begin(self, sheet: str, own: frozenset[int]) -> None:
        """The next rows are of this sheet; own: places in a row whose texts hardly ever repeat, and are not kept."""
        self._sheet, self._own = sheet, own

    def row(self, n: int, values: Sequence[Value | Span], look: str = "") -> str:
        """The nth row; look: title, head or total, else each cell as its kind is."""
        self._row = values
        if look:
            made = [self._make(value, n, place, look) for place, value in enumerate(values)]
        else:
            known = self._known
            made = [known.get(value) or self._make(value, n, place, "") for place, value in enumerate(values)]
        return f'<row r="{n}">{"".join(made)}</row>'

    def shared(self) -> Iterator[str]:
        """The part with the texts that cells share."""
        yield f'{HEAD}<sst {MAIN} uniqueCount="{len(self._shared)}">'
        for text in self._shared:
            yield f"<si>{_t(text)}</si>"
        yield "</sst>"

    def _make(self, value: Value | Span, row: int, place: int, look: str) -> str:
        if isinstance(value, str):
            return self._text(value, row, place, look)
        if isinstance(value, Span):
            self._known[value] = cells = "".join([self._known.get(one) or self._make(one, row, place, look) for one in value.values])
            return cells
        if value is None or isinstance(value, bool):
            return f'<c s="{STYLES[look or "text"]}"/>'
        if isinstance(value, date):
            cell = f'<c s="{STYLES["day"]}"><v>{value.toordinal() - EPOCH}</v></c>'
            self._known[value] = cell
            return cell
        if isinstance(value, Decimal):
            return f'<c s="{STYLES["amount"]}"><v>{value:f}</v></c>'
        kind = "share" if isinstance(value, float) else "number"
        return f'<c s="{STYLES[f"{kind} total" if look else kind]}"><v>{value!r}</v></c>'

    def _text(self, value: str, row: int, place: int, look: str) -> str:
        style = STYLES[look or ("quoted" if value.startswith(FORMULA) else "text")]
        if not value:
            return f'<c s="{style}"/>'
        text = self._fitting(words.clean(value), row, place)
        if place in self._own and not look:
            return f'<c s="{style}" t="inlineStr"><is>{_t(text)}</is></c>'
        shared = self._shared.get(text)
        if shared is None:
            if len(self._shared) >= MOST_SHARED:
                return f'<c s="{style}" t="inlineStr"><is>{_t(text)}</is></c>'
            shared = self._shared[text] = len(self._shared)
        cell = f'<c s="{style}" t="s"><v>{shared}</v></c>'
        # What goes on elsewhere names its own place there.
        if not look and len(value) <= CELL_LIMIT // 2:
            self._known[value] = cell
        return cell

    def _fitting(self, text: str, row: int, place: int) -> str:
        if len(text) <= CELL_LIMIT // 2 or len(text.encode("utf-16-le")) // 2 <= CELL_LIMIT:
            return text
        column = 1 + sum(len(one.values) if isinstance(one, Span) else 1 for one in self._row[:place])
        where = f"{self._sheet}, dòng {row}, cột {column}"
        hint = f" … (xem tiếp ở trang “Văn bản dài”: {where})"
        cut = (CELL_LIMIT - len(hint)) // 2
        self.overflow += [(where, text[at:at + cut]) for at in range(cut, len(text), cut)]
        return text[:cut] + hint


def _t(text: str) -> str:
    return f'<t xml:space="preserve">{esc(_CODED.sub("_x005F_", text) if "_x" in text else text)}</t>'

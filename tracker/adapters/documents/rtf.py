"""Rich text (.rtf): paragraphs with the numbers that Word wrote beside them, tables and text boxes; headers and footers left out."""

import re
from dataclasses import dataclass, field, replace

from tracker.adapters.documents.layout import side_by_side
from tracker.adapters.documents.types import Raw
from tracker.domain.errors import BadInput
from tracker.reading.legacy import by_font

_TOKEN = re.compile(r"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.S)
#: Groups whose words are no part of the text. Groups marked \* are left out too, but for those that hold text boxes.
_SKIPPED = frozenset(
    "fonttbl colortbl stylesheet info pict header headerl headerr headerf footer footerl footerr footerf footnote annotation object objdata fldinst xe tc "
    "listtable listoverridetable generator themedata nonshppict shprslt atnid atnauthor revtbl ftnsep ftnsepc aftnsep rxe pgdsc sp".split()
)
_STARRED = frozenset(("shpinst", "shptxt", "shppict"))
_CHARS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": " ",
    "enspace": " ", "~": "\xa0", "_": "-", "nestcell": "\t", "nestrow": "\n",
}  # fmt: skip
_CHARSETS = {0: "cp1252", 163: "cp1258", 238: "cp1250", 204: "cp1251", 161: "cp1253", 162: "cp1254", 186: "cp1257"}
_DEEPEST = 500


@dataclass(frozen=True, slots=True)
class _State:
    """What a group hands down to those inside it."""

    skipped: bool = False
    fonts: bool = False
    box: bool = False
    hidden: bool = False
    in_table: bool = False
    after: int = 1
    font: int = 0


@dataclass
class _Page:
    """What has been read so far: finished lines, the paragraph at hand, the cells of the row at hand, text boxes that wait for the paragraph's end."""

    lines: list[str] = field(default_factory=list)
    words: list[list[str]] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)

    def put(self, text: str, font: str) -> None:
        """Adds words; those of one font stay together, since VNI writes a letter and its mark apart."""
        if self.words and self.words[-1][0] == font:
            self.words[-1][1] += text
        else:
            self.words.append([font, text])

    def taken(self) -> str:
        """The paragraph at hand, which is empty afterwards."""
        text = "".join(by_font(_unpictured(words, font), font) for font, words in self.words)
        self.words = []
        return text.lstrip(" ")

    def end_paragraph(self, in_table: bool) -> None:
        (self.cell if in_table else self.lines).extend([self.taken(), *self.boxes])
        self.boxes = []

    def end_cell(self) -> None:
        last = self.taken()
        self.cells.append([*self.cell, *([last] if last else []), *self.boxes])
        self.cell, self.boxes = [], []

    def end_row(self) -> None:
        if self.cells:
            self.lines.extend(side_by_side(self.cells))
        self.cells = []


def extract(data: bytes, name: str) -> Raw:
    """The words of the document. Raises BadInput document.unreadable where groups are nested beyond sense."""
    return Raw("\n".join(_Reader(name).read(data.decode("latin-1"))), "rtf")


class _Reader:
    def __init__(self, name: str) -> None:
        self.name, self.page, self.state = name, _Page(), _State()
        self.stack: list[_State] = []
        self.kept: list[list[list[str]]] = []
        self.code_page, self.fonts, self.charsets = "cp1252", dict[int, str](), dict[int, str]()
        self.starred, self.to_drop = False, 0

    def read(self, source: str) -> list[str]:
        """The lines of the whole document."""
        at, end = 0, len(source)
        while at < end:
            found = _TOKEN.match(source, at)
            if found is None:
                at += 1
                continue
            at = found.end()
            code, word, number, sign, brace, text = found.groups()
            if brace:
                self.group(brace)
            elif word == "bin":
                at += max(int(number or 0), 0)
            elif word:
                self.control(word, int(number) if number else None)
            elif sign:
                self.sign(sign)
            elif code:
                self.byte(int(code, 16))
            elif text:
                self.put(text[self.to_drop :])
                self.to_drop = max(self.to_drop - len(text), 0)
        self.page.end_paragraph(False)
        self.page.end_row()
        return [*self.page.lines, *self.page.cell]

    def group(self, brace: str) -> None:
        self.to_drop = 0
        if brace == "{":
            if len(self.stack) > _DEEPEST:
                raise BadInput("document.unreadable", name=self.name)
            self.stack.append(self.state)
        elif self.stack:
            box, self.state = self.state.box, self.stack.pop()
            if box and not self.state.box:
                self.leave_box()

    def sign(self, sign: str) -> None:
        if sign == "*":
            self.starred = True
        elif sign in "\r\n":
            self.control("par", None)
        elif sign in "\\{}~_":
            self.put(_CHARS.get(sign, sign))

    def control(self, word: str, number: int | None) -> None:
        starred, self.starred = self.starred, False
        if word in _SKIPPED or (starred and word not in _STARRED):
            self.state = replace(self.state, skipped=True, fonts=word == "fonttbl")
        elif word == "shptxt" and not self.state.skipped:
            self.enter_box()
        elif word == "u":
            self.put(chr((number or 0) % 65536))
            self.to_drop = self.state.after
        elif word == "uc":
            self.state = replace(self.state, after=max(number or 0, 0))
        elif word in ("v", "deleted"):
            self.state = replace(self.state, hidden=number != 0)
        elif word == "plain":
            self.state = replace(self.state, hidden=False)
        elif word == "f" and number is not None:
            self.state = replace(self.state, font=number)
        elif word == "fcharset" and self.state.fonts:
            self.charsets[self.state.font] = _CHARSETS.get(number or 0, self.code_page)
        elif word == "ansicpg" and number:
            self.code_page = f"cp{number}" if number in (1250, 1251, 1252, 1253, 1254, 1257, 1258, 874) else "cp1252"
        elif not self.state.skipped:
            self.shape(word)

    def shape(self, word: str) -> None:
        """Words that shape the page: paragraphs, cells, rows."""
        page = self.page
        if word in _CHARS:
            self.put(_CHARS[word])
        elif word in ("par", "sect", "page"):
            if self.state.box:
                self.put("\n")
            else:
                page.end_paragraph(self.state.in_table)
        elif word in ("pard", "intbl"):
            self.state = replace(self.state, in_table=word == "intbl")
        elif word == "cell":
            page.end_cell()
        elif word == "row":
            page.end_row()

    def enter_box(self) -> None:
        self.kept.append(self.page.words)
        self.page.words, self.state = [], replace(self.state, box=True)

    def leave_box(self) -> None:
        inside = self.page.taken()
        self.page.words = self.kept.pop() if self.kept else []
        self.page.boxes.extend(line for line in inside.split("\n") if line)

    def byte(self, value: int) -> None:
        if self.to_drop:
            self.to_drop -= 1
            return
        self.put(bytes([value]).decode(self.charsets.get(self.state.font, self.code_page), "replace"))

    def put(self, text: str) -> None:
        state = self.state
        if state.fonts:
            self.fonts[state.font] = self.fonts.get(state.font, "") + text.strip(";")
        elif not state.skipped and not state.hidden:
            self.page.put(text, self.fonts.get(state.font, ""))


def _unpictured(words: str, font: str) -> str:
    """Picture fonts hold bullets, not letters."""
    return re.sub(r"[^\x00-\x7f]", "•", words) if font.lower().startswith(("symbol", "wingdings")) else words

"""The papers that people bring to the browser: dispatches as .docx, .pdf and plain text, and a district's evidence."""
import re
from datetime import date
from pathlib import Path

import typst

from tracker.adapters import sample_files
from tracker.adapters.fonts import FONTS
from tracker.services.sample import TEXT

_PAGE = """
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 15mm))
#set text(font: "Liberation Serif", size: 13pt, lang: "vi")
#for line in sys.inputs.text.split("\\n") [#line \\ ]
"""


def text(number: str, on: date) -> str:
    """The sample's dispatch under another number."""
    wording = TEXT.read_text(encoding="utf-8").format(day=on.day, month=on.month, year=on.year)
    return re.sub(r"931-CV/HNDT", number, wording)


def dispatch(kind: str, folder: Path, number: str, on: date) -> Path | str:
    """The dispatch as a file of that kind, or as text to paste."""
    wording = text(number, on)
    if kind == "text":
        return wording
    file = folder / f"{number.replace('/', '-')}.{kind}"
    file.write_bytes(sample_files.dispatch(wording) if kind == "docx" else _pdf(wording))
    return file


def _pdf(wording: str) -> bytes:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    made = typst.compile(_PAGE.encode(), font_paths=fonts, sys_inputs={"text": wording})
    assert isinstance(made, bytes)
    return made


def evidence(folder: Path, on: date) -> list[Path]:
    """A signed letter as .pdf and a photo as .jpg."""
    letter, photo = folder / "52-CV-HNDH.pdf", folder / "Điểm giao dịch.jpg"
    letter.write_bytes(sample_files.letter("huyện Yên Định", "52-CV/HNDH", on, "Cao Văn Mạnh", ["Củng cố tổ.", "Tập huấn."]))
    photo.write_bytes(sample_files.photo(3))
    return [letter, photo]

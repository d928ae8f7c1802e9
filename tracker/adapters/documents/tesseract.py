"""One picture through Tesseract with Vietnamese: its words, and how sure it is of them."""

import csv
import io
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tracker.domain.errors import BadInput, Unavailable

DPI = 300
_TIMEOUT = 180


@dataclass(frozen=True, slots=True)
class Page:
    """What one page gave. confidence: per cent, weighted by the length of the words; 100 for a blank page; words: how many there are."""

    text: str
    confidence: int = 100
    words: int = 0

    @property
    def good(self) -> int:
        """How much of the page was read, for choosing the better of two readings."""
        return self.words * self.confidence


def read(picture: Image.Image, name: str) -> Page:
    """The words of a grey picture. Raises BadInput document.unreadable where it takes too long, Unavailable document.ocr_missing."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", dpi=(DPI, DPI), compress_level=1)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "page"
        try:
            run = subprocess.run(
                ["tesseract", "-", str(out), "-l", "vie", "--psm", "4", "--dpi", str(DPI), "txt", "tsv"],
                input=buffer.getvalue(),
                capture_output=True,
                timeout=_TIMEOUT,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise BadInput("document.unreadable", name=name) from error
        if run.returncode or not out.with_suffix(".txt").exists():
            raise Unavailable("document.ocr_missing", name=name)
        text = out.with_suffix(".txt").read_text(encoding="utf-8", errors="replace").replace("\f", "")
        confidence, words = _sure(out.with_suffix(".tsv"))
    return Page(text, confidence, words)


def _sure(table: Path) -> tuple[int, int]:
    """(per cent, words) of Tesseract's table of words."""
    weight = total = words = 0.0
    with table.open(encoding="utf-8", errors="replace", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            word = (row.get("text") or "").strip()
            if word and float(row["conf"] or -1) >= 0:
                weight, total, words = weight + len(word), total + len(word) * float(row["conf"]), words + 1
    return (round(total / weight), int(words)) if weight else (100, 0)

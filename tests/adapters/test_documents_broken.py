"""Broken files of every format: a plain error or some words, never a crash and never a long wait."""

import io
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pillow_heif
import pytest
from PIL import Image

from tests.adapters.documents_made import level, office, with_lists
from tests.adapters.test_documents import TEXT, word_file
from tests.adapters.test_documents_mail import mail
from tests.adapters.test_documents_shapes import PAGE
from tracker.adapters import documents
from tracker.adapters.documents import registry, slow
from tracker.adapters.documents import types as t
from tracker.domain.errors import BadInput, DomainError

SCRAPS = (b"-1", b"99999999999", b"\xff\xff\xff\xff", b"\0\0\0\0", b'"', b"<", b"{", b"}")


def mutated(data: bytes, dice: random.Random) -> bytes:
    """The bytes with some of them changed, doubled, replaced or gone."""
    out = bytearray(data)
    for _ in range(dice.choice((1, 3, 10))):
        kind, at = dice.random(), dice.randrange(len(out))
        if kind < 0.4:
            out[at] = dice.randrange(256)
        elif kind < 0.6:
            out[at : at + 1] = dice.choice(SCRAPS)
        elif kind < 0.8:
            del out[at : at + dice.randrange(60)]
        else:
            out[at:at] = out[max(0, at - 300) : at]
        out = out or bytearray(b"x")
    return bytes(out)


def mutated_inside(data: bytes, dice: random.Random) -> bytes:
    """The same for the parts of an archive, which stays whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as copy:
        for name in archive.namelist():
            part = archive.read(name)
            copy.writestr(name, mutated(part, dice) if part and name.endswith(".xml") and not name.startswith("[") and dice.random() < 0.4 else part)
    return out.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("broken")
    lists = with_lists({"1": [level(0, "decimal", "%1."), level(1, "lowerLetter", "%2)")]}, {"1": ("1", "")}, [("1", 0, "một"), ("1", 1, "hai"), ("", 0, "ba")])
    lists.save(str(made / "a.docx"))
    (made / "a.html").write_text(PAGE, encoding="utf-8")
    (made / "a.eml").write_bytes(mail(TEXT, (word_file(made / "w.docx").read_bytes(), "w.docx"), (PAGE.encode(), "w.html")))
    return made


def tried(path: Path, data: bytes) -> None:
    """Reads the bytes; only errors with words may come, and soon."""
    path.write_bytes(data)
    begun = time.monotonic()
    try:
        documents.extract(path)
    except DomainError as error:
        assert error.code.startswith("document.")
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("suffix", ["docx", "odt", "doc", "rtf", "html", "eml"])
def test_mutated_files(folder: Path, tmp_path: Path, suffix: str) -> None:
    source = folder / f"a.{suffix}"
    data = (source if source.exists() else office(folder / "a.docx", suffix)).read_bytes()
    dice = random.Random(7)
    ways: list[Callable[[bytes, random.Random], bytes]] = [mutated, mutated_inside] if suffix in ("docx", "odt") else [mutated]
    for number in range(120):
        tried(tmp_path / f"{number}.{suffix}", ways[number % len(ways)](data, dice))


@pytest.mark.parametrize("suffix", ["docx", "doc", "odt", "heic", "jpg", "png"])
def test_half_a_file(folder: Path, tmp_path: Path, suffix: str) -> None:
    picture = Image.effect_noise((900, 900), 80).convert("RGB")
    if suffix == "heic":
        pillow_heif.from_pillow(picture).save(tmp_path / "w.heic")
    elif suffix in ("jpg", "png"):
        picture.save(tmp_path / f"w.{suffix}")
    source = tmp_path / f"w.{suffix}"
    data = (source if source.exists() else folder / "a.docx" if suffix == "docx" else office(folder / "a.docx", suffix)).read_bytes()
    (tmp_path / f"a.{suffix}").write_bytes(data[: len(data) // 2])
    with pytest.raises(BadInput) as caught:
        documents.extract(tmp_path / f"a.{suffix}")
    assert caught.value.code in ("document.unreadable", "document.unsupported", "document.no_text")


def test_a_picture_too_large_to_open(tmp_path: Path) -> None:
    Image.new("1", (20_000, 20_000)).save(tmp_path / "a.png")
    with pytest.raises(BadInput) as caught:
        documents.extract(tmp_path / "a.png")
    assert caught.value.code == "document.unreadable"


def test_a_parser_that_trips_is_told_as_a_broken_file() -> None:
    """The reader of spreadsheets ends some broken files with an error of its own language."""
    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    broken = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60) + "Workbook".encode("utf-16-le")
    for data in (broken, made.getvalue()[:300]):
        with pytest.raises(BadInput) as caught:
            registry.read_as(t.XLS, data, "a.xls")
        assert caught.value.code == "document.unreadable"


def test_nested_beyond_sense(tmp_path: Path) -> None:
    tables = b"<html>" + b"<table><tr><td>" * 3000 + b"a"
    for suffix, data in (("rtf", b"{\\rtf1 " + b"{" * 5000), ("html", b"<html>" + b"<div><b>" * 5000 + b"a"), ("html", tables)):
        tried(tmp_path / f"a.{suffix}", data)


def test_a_broken_pdf_is_not_slow() -> None:
    assert not slow.is_slow(b"%PDF-1.4\nnothing here", t.PDF)


def test_what_no_database_takes_is_no_part_of_a_text(tmp_path: Path) -> None:
    """Old Word writes an emoji as two halves; a half alone and a NUL stand in what other programs have damaged."""
    path = tmp_path / "a.rtf"
    path.write_bytes(rb"{\rtf1\ansi\uc0 Th\u244 ng b\u225 o \u-10179 \u-8704 : h\u7885 p\u-10179 \u0  ng\u224 y mai.\par}")
    found = documents.extract(path)
    for text in (found.text, found.original_text):
        assert text.encode() and "\0" not in text and "Thông báo \U0001f600: họp" in text

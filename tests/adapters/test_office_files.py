"""The files as other programs open them: LibreOffice reads the .docx word for word, the .pdf says the same in the same order and is archival and tagged."""
import io
import os
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from tests.adapters.layout_read import Word
from tests.adapters.test_official_layout import CASES, document
from tests.letter_data import AS_OF, paper
from tests.report_data import province_data
from tracker.adapters import docx, pdf, xlsx
from tracker.domain import letter_document
from tracker.domain.report_document import compose
from tracker.domain.report_layout import Chart, Curve, Document

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


NAMES = ("province", "one", "silent", "letter", *(profile.key for profile, _ in CASES))


@cache
def papers() -> dict[str, Document]:
    """The sample's reports, of the province and of two units, a letter, and one document of each profile."""
    data = province_data()
    made = {"province": data, "one": data.for_unit("392"), "silent": data.for_unit("384")}
    drawn = {name: compose(one) for name, one in made.items()} | {"letter": letter_document.compose(paper("remind", 3))}
    return drawn | {profile.key: replace(document(profile, on, "report"), number="15/BC") for profile, on in CASES}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every paper as .docx and .pdf, and as the text that LibreOffice makes of the .docx; all in one start of it."""
    found = tmp_path_factory.mktemp("office")
    for name, made in papers().items():
        (found / f"{name}.docx").write_bytes(docx.package(made, AS_OF))
        (found / f"{name}.pdf").write_bytes(pdf.draw(made, AS_OF))
    if SOFFICE:
        subprocess.run(
            [SOFFICE, f"-env:UserInstallation=file://{found}/profile", "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(found),
             *map(str, sorted(found.glob("*.docx")))], capture_output=True, check=True, timeout=180, env={**os.environ, "HOME": str(found)})
    return found


def told(file: Path) -> str:
    """The words of a .pdf in the order of its tags; pictures, page numbers and repeated heads are no text."""
    with pypdfium2.PdfDocument(file) as opened:
        return " ".join(_page_text(page) for page in opened)


def _page_text(page: pypdfium2.PdfPage) -> str:
    text = page.get_textpage()
    marked: dict[int, str] = defaultdict(str)
    for one in page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT], max_depth=1):
        size = pdfium.FPDFTextObj_GetText(one.raw, text.raw, None, 0)
        kept = (pdfium.FPDF_WCHAR * (size // 2))()
        pdfium.FPDFTextObj_GetText(one.raw, text.raw, kept, size)
        marked[pdfium.FPDFPageObj_GetMarkedContentID(one.raw)] += "".join(map(chr, kept[:-1]))
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    roots = [pdfium.FPDF_StructTree_GetChildAtIndex(tree, n) for n in range(pdfium.FPDF_StructTree_CountChildren(tree))]
    words = "".join(marked[at] for root in roots for at in _marks(root) if at >= 0)
    pdfium.FPDF_StructTree_Close(tree)
    return words


def _marks(element: Any) -> Iterator[int]:
    """The marked pieces under an element, in reading order; those of a picture are left out."""
    if not element or _said(pdfium.FPDF_StructElement_GetType, element) == "Figure":
        return
    for n in range(pdfium.FPDF_StructElement_CountChildren(element)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, n)
        if child:
            yield from _marks(child)
        else:
            yield pdfium.FPDF_StructElement_GetChildMarkedContentID(element, n)


def _said(ask: Any, element: Any) -> str:
    size = ask(element, None, 0)
    kept = (pdfium.FPDF_WCHAR * (size // 2))()
    ask(element, kept, size)
    return "".join(map(chr, kept[:-1]))


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice missing")
@pytest.mark.parametrize("name", NAMES)
def test_libreoffice_reads_the_same_words_in_the_same_order(folder: Path, name: str) -> None:
    written = Word((folder / f"{name}.docx").read_bytes()).text().split()
    read = (folder / f"{name}.txt").read_text(encoding="utf-8-sig").split()
    assert len(written) > 60 and read == written


@pytest.mark.parametrize("name", NAMES)
def test_the_pdf_says_the_same_in_the_same_order(folder: Path, name: str) -> None:
    written = "".join(Word((folder / f"{name}.docx").read_bytes()).text().split())
    assert "".join(told(folder / f"{name}.pdf").split()) == written


@pytest.mark.parametrize("name", NAMES)
def test_the_pdf_is_archival_accessible_and_the_same_each_time(folder: Path, name: str) -> None:
    content = (folder / f"{name}.pdf").read_bytes()
    assert content == pdf.draw(papers()[name], AS_OF)
    stated = re.search(rb"<\?xpacket begin.*<\?xpacket end", content, re.DOTALL)
    assert stated, "the metadata of PDF/A stands uncompressed"
    for sign in (b"<pdfaid:part>2</pdfaid:part>", b"<pdfaid:conformance>A</pdfaid:conformance>", b"<pdfuaid:part>1</pdfuaid:part>"):
        assert sign in stated[0]
    fonts = subprocess.run(["pdffonts", str(folder / f"{name}.pdf")], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts and all("LiberationSerif" in line and line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts)
    with pypdfium2.PdfDocument(content) as opened:
        assert pdfium.FPDFCatalog_IsTagged(opened.raw)
        said = pypdfium2.raw.FPDFCatalog_GetLanguage(opened.raw, None, 0)
        language = (pdfium.FPDF_WCHAR * (said // 2))()
        pdfium.FPDFCatalog_GetLanguage(opened.raw, language, said)
        assert "".join(map(chr, language[:-1])) == "vi-VN"
        assert opened.get_metadata_dict()["Title"] == papers()[name].abstract


def test_the_tags_of_a_report(folder: Path) -> None:
    tree = subprocess.run(["pdfinfo", "-struct", str(folder / "province.pdf")], capture_output=True, check=True).stdout.decode("utf-8", "replace")
    tags = re.findall(r"^\s*(\w+)", tree, re.MULTILINE)
    assert {"H1", "H2", "P", "Table", "THead", "TBody", "TFoot", "TR", "TH", "TD", "Figure", "Caption"} <= set(tags)
    assert tree.count("/Scope /Column") == tags.count("TH")
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"H\d", tag)]
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))


def test_the_chart_has_words_in_the_pdf_and_in_the_docx(folder: Path) -> None:
    charts = [block.alt for block in papers()["province"].blocks if isinstance(block, Chart | Curve)]
    assert len(charts) == 2
    word = Word((folder / "province.docx").read_bytes())
    assert [one.get("descr") for one in word.body.iter("{*}docPr")] == charts
    assert all(word.files[f"word/media/chart{n}.png"].startswith(b"\x89PNG") for n in (1, 2))
    with pypdfium2.PdfDocument(folder / "province.pdf") as opened:
        found = [alt for page in opened for alt in _alternatives(page)]
    assert found == charts


def test_the_sheets_print_across_with_their_head_on_every_page() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(province_data())))
    assert book.properties.title.startswith("Báo cáo Công văn số 931-CV/HNDT") and book.properties.creator == "BCH HND TỈNH THANH HÓA"
    assert "08/09/2020" in book.properties.subject
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.print_title_rows) == ("landscape", 9, "$3:$3")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0 and sheet.freeze_panes == "C4"


def _alternatives(page: pypdfium2.PdfPage) -> list[str]:
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    found: list[str] = []
    waiting = [pdfium.FPDF_StructTree_GetChildAtIndex(tree, n) for n in range(pdfium.FPDF_StructTree_CountChildren(tree))]
    while waiting:
        one = waiting.pop()
        if not one:
            continue
        if alt := _said(pdfium.FPDF_StructElement_GetAltText, one):
            found.append(alt)
        waiting += [pdfium.FPDF_StructElement_GetChildAtIndex(one, n) for n in range(pdfium.FPDF_StructElement_CountChildren(one))]
    pdfium.FPDF_StructTree_Close(tree)
    return found

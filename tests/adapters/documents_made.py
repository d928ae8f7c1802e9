"""Documents for the tests of reading: Word files with lists as Word writes them, and the same file in other formats by LibreOffice."""

import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

SOFFICE = shutil.which("soffice")


def office(source: Path, suffix: str) -> Path:
    """The document in another format; the test is skipped where there is no LibreOffice."""
    if SOFFICE is None:
        pytest.skip("LibreOffice is not on this machine")
    profile = source.parent / "profile"
    command = [SOFFICE, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", suffix, "--outdir", str(source.parent), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return source.with_suffix(f".{suffix}")


def level(at: int, fmt: str, text: str, more: str = "") -> str:
    """One level of a list, as numbering.xml has it."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/>{more}<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{720 * (at + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
    )


def with_lists(abstracts: dict[str, list[str]], numbers: dict[str, tuple[str, str]], paragraphs: list[tuple[str, int, str]]) -> "docx.document.Document":
    """A document whose paragraphs are (list or '', level, words). numbers: per list the abstract one and its overrides."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    for name, levels in abstracts.items():
        kind = '<w:multiLevelType w:val="multilevel"/>'
        numbering.append(parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{name}">{kind}{"".join(levels)}</w:abstractNum>'))
    for name, (abstract, overrides) in numbers.items():
        numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{name}"><w:abstractNumId w:val="{abstract}"/>{overrides}</w:num>'))
    for number, at, words in paragraphs:
        paragraph = document.add_paragraph(words)
        if number:
            properties = paragraph._p.get_or_add_pPr()
            properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>'))
    return document

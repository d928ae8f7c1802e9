"""Office files whose XML names entities: nothing of the disk is read, and nothing grows."""
import io
import resource
import time
import zipfile
from pathlib import Path

import pytest

from tracker.adapters import tables
from tracker.adapters.documents import extract
from tracker.domain.errors import BadInput

LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def doctype(secret: Path) -> str:
    """Entities that name a file, another host, and a thousand million letters."""
    return f'<!DOCTYPE x [<!ENTITY a0 "ha"><!ENTITY file SYSTEM "{secret.as_uri()}"><!ENTITY far SYSTEM "http://127.0.0.1:9/x">{LAUGHS}]>'


def archive(content: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in content.items():
            target.writestr(name, text)
    return out.getvalue()


def docx(head: str, entity: str) -> bytes:
    body = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>truoc {entity} sau</w:t></w:r></w:p></w:body></w:document>'
    return archive({"[Content_Types].xml": TYPES, "word/document.xml": head + body})


def odt(head: str, entity: str) -> bytes:
    spaces = f'xmlns:office="{ODF}office:1.0" xmlns:text="{ODF}text:1.0"'
    said = f"<office:body><office:text><text:p>truoc {entity} sau</text:p></office:text></office:body>"
    body = f"<office:document-content {spaces}>{said}</office:document-content>"
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": head + body})


@pytest.mark.parametrize("made", [docx, odt])
@pytest.mark.parametrize("entity", ["&file;", "&far;", "&a9;"])
def test_entities_are_not_resolved(made, entity: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    secret = tmp_path / "secret.key"
    secret.write_text("khoa-rat-bi-mat")
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    paper = tmp_path / f"cv.{made.__name__}"
    paper.write_bytes(made(doctype(secret), entity))
    try:
        text = extract(paper).text
    except BadInput:
        text = ""
    assert "khoa-rat-bi-mat" not in text and len(text) < 10_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000 and time.monotonic() - began < 20


@pytest.mark.parametrize("entity", ["&file;", "&a9;"])
def test_entities_of_a_workbook_are_not_resolved(entity: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.key"
    secret.write_text("khoa-rat-bi-mat")
    honest, evil = tables.write(["Đơn vị"], [["Huyện"]]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(honest)) as source, zipfile.ZipFile(evil, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name).decode()
            if name == "xl/sharedStrings.xml":
                head, _, body = text.partition("?>")
                text = f"{head}?>{doctype(secret)}{body.replace('Huyện', entity)}"
            target.writestr(name, text)
    try:
        rows = tables.read(evil.getvalue(), "bang.xlsx")
    except BadInput:
        rows = []
    assert "khoa-rat-bi-mat" not in str(rows) and len(str(rows)) < 10_000

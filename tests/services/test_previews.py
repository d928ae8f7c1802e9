"""Looking at evidence: real files of each kind, broken ones, and nobody else's."""
import io

import docx
import pillow_heif
import pytest
import typst
import xlsxwriter
from flask import Flask
from PIL import Image

from tests.factories import Factory
from tracker.adapters.files import store
from tracker.adapters.fonts import FONTS
from tracker.adapters.media import MEDIA_TYPES
from tracker.db import transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import NotFound
from tracker.models.files import StoredFile
from tracker.services import files, previews


def kept(actor: Actor, name: str, body: bytes) -> StoredFile:
    """The stored file of these bytes."""
    blob = store().put(io.BytesIO(body), name)
    with transaction():
        return files.receive(actor, blob, name)


def pdf(pages: int = 3) -> bytes:
    """A PDF of so many pages."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    source = '#set text(font: "Liberation Serif")\n' + "\n#pagebreak()\n".join(f"Trang {n}" for n in range(1, pages + 1))
    made = typst.compile(source.encode(), font_paths=fonts)
    assert isinstance(made, bytes)
    return made


def photo(kind: str) -> bytes:
    """A photo larger than a screen."""
    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    Image.new("RGB", (2400, 1600), (90, 130, 90)).save(out, kind)
    return out.getvalue()


def size_of(jpeg: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(jpeg)) as image:
        assert image.format == "JPEG"
        return image.size


def test_a_pdf_is_shown_page_by_page(app: Flask, make: Factory) -> None:
    clerk = make.actor()
    row = kept(clerk, "112-CV.pdf", pdf())
    assert previews.preview(row).pages == 3
    pictures = [previews.picture(clerk, row.id, page) for page in (1, 3)]
    assert size_of(pictures[0])[0] == 1000 and pictures[0] != pictures[1]
    for page in (0, 4):
        with pytest.raises(NotFound):
            previews.picture(clerk, row.id, page)


@pytest.mark.parametrize(("name", "kind"), [("anh.jpg", "JPEG"), ("anh.png", "PNG"), ("anh.heic", "HEIF")])
def test_a_photo_is_made_small_and_plain(app: Flask, make: Factory, name: str, kind: str) -> None:
    clerk = make.actor()
    row = kept(clerk, name, photo(kind))
    assert previews.preview(row).pages == 1
    assert size_of(previews.picture(clerk, row.id, 1)) == (1600, 1067)


def test_words_and_tables_of_office_files(app: Flask, make: Factory) -> None:
    clerk, out = make.actor(), io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Đã tổ chức hội nghị tại 26/26 cơ sở Hội.")
    document.save(out)
    assert "26/26 cơ sở Hội" in previews.preview(kept(clerk, "Báo cáo.docx", out.getvalue())).text
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Nợ xấu")
    for n in range(150):
        sheet.write_row(n, 0, [f"Xã số {n}", n])
    book.close()
    shown = previews.preview(kept(clerk, "Bảng.xlsx", out.getvalue()))
    assert shown.tables[0][:2] == [["Xã số 0", "0"], ["Xã số 1", "1"]]
    assert (len(shown.tables[0]), shown.cut) == (100, True)


def test_what_cannot_be_shown_never_breaks_the_page(app: Flask, make: Factory) -> None:
    clerk = make.actor()
    blob = store().put(io.BytesIO(b"%PDF-1.7 broken"), "hong.pdf")
    for kind in ("pdf", "jpg", "xlsx", "docx"):
        row = StoredFile(id=1, sha256=blob.sha256, size=blob.size, media_type=MEDIA_TYPES[kind], name=f"hong.{kind}")
        assert (previews.preview(row).tables, previews.preview(row).text) == ([], "")
    gone = StoredFile(id=1, sha256="0" * 64, size=1, media_type=MEDIA_TYPES["pdf"], name="mat.pdf")
    assert previews.preview(gone).pages == 0
    row = kept(clerk, "112-CV.pdf", pdf(1))
    with pytest.raises(NotFound):
        previews.picture(make.actor(Role.OFFICER, make.unit()), row.id, 1)


def test_only_what_has_pages_has_pictures(app: Flask, make: Factory) -> None:
    clerk, out = make.actor(), io.BytesIO()
    docx.Document().save(out)
    with pytest.raises(NotFound):
        previews.picture(clerk, kept(clerk, "Báo cáo.docx", out.getvalue()).id, 1)

"""The smallest true file of every type that may be handed in."""
import zipfile
from io import BytesIO

import docx
import openpyxl
import pillow_heif
from PIL import Image


def _picture(kind: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 64), "white").save(out, kind)
    return out.getvalue()


def _heic() -> bytes:
    out = BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 64), "white")).save(out)
    return out.getvalue()


def _docx() -> bytes:
    out = BytesIO()
    docx.Document().save(out)
    return out.getvalue()


def _xlsx() -> bytes:
    out = BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def _odf(kind: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<a/>")
    return out.getvalue()


def _ole(stream: str) -> bytes:
    """A compound file's head with a directory that names one stream; enough to tell what wrote it."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    return head + "Root Entry".encode("utf-16-le") + b"\0" * 100 + stream.encode("utf-16-le") + b"\0" * 512


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPG, PNG, HEIC = _picture("JPEG"), _picture("PNG"), _heic()
DOCX, XLSX, ODT, ODS = _docx(), _xlsx(), _odf("text"), _odf("spreadsheet")
DOC, XLS = _ole("WordDocument"), _ole("Workbook")

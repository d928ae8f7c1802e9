"""What a file is by its content, never by its name: the types that may be handed in, told apart by their first bytes."""
import mmap
import zipfile
from io import BytesIO
from typing import IO

HEAD = 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
ODF = {b"application/vnd.oasis.opendocument.text": "odt", b"application/vnd.oasis.opendocument.spreadsheet": "ods"}
#: kind → media type, as it is stored and served.
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "jpg": "image/jpeg",
    "png": "image/png",
    "heic": "image/heic",
    "zip": "application/zip",
}


def kinds(stream: IO[bytes]) -> frozenset[str]:
    """The kinds (keys of MEDIA_TYPES) that the content can be; empty for anything else. Leaves the stream at its start.

    More than one only for old Office files that carry one another inside.
    """
    stream.seek(0)
    head = stream.read(HEAD)
    try:
        return _kinds(head, stream)
    finally:
        stream.seek(0)


def _kinds(head: bytes, stream: IO[bytes]) -> frozenset[str]:
    if b"%PDF-" in head:
        return frozenset({"pdf"})
    if head.startswith(b"\xff\xd8\xff"):
        return frozenset({"jpg"})
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return frozenset({"png"})
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
        return frozenset({"heic"})
    if head.startswith(OLE):
        return _ole(stream)
    if head.startswith(b"PK\x03\x04"):
        return _zip(stream)
    return frozenset()


def _ole(stream: IO[bytes]) -> frozenset[str]:
    """Word's and Excel's old formats share a container; the names of their main streams stand in its directory as UTF-16."""
    stream.seek(0)
    try:
        content: bytes | mmap.mmap = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError, AttributeError):  # a small upload lies in memory and has no file number
        content = stream.read()
    names = {"doc": ("WordDocument",), "xls": ("Workbook", "Book")}
    found = {kind for kind, streams in names.items() if any(content.find(name.encode("utf-16-le")) >= 0 for name in streams)}
    if isinstance(content, mmap.mmap):
        content.close()
    return frozenset(found)


def _zip(stream: IO[bytes]) -> frozenset[str]:
    """Only the list of names is read (and ODF's short type line): nothing is unpacked, so a zip bomb cannot go off here."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
            if "mimetype" in names and archive.getinfo("mimetype").file_size < HEAD:
                kind = ODF.get(archive.read("mimetype").strip())
                return frozenset({kind}) if kind else frozenset()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        return frozenset()
    if any(name.endswith("vbaProject.bin") for name in names):
        return frozenset()
    if "[Content_Types].xml" not in names:
        return frozenset({"zip"})
    return frozenset(kind for kind, main in (("docx", "word/document"), ("xlsx", "xl/workbook")) if any(n.startswith(main) for n in names))


def kinds_of(content: bytes) -> frozenset[str]:
    """The same for bytes in memory."""
    return kinds(BytesIO(content))

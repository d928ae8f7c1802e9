"""Files that nobody but their sender can open are refused with what to do; all others pass."""
import io
import zipfile
from datetime import date

import pytest

from tests.samples import JPG, PDF
from tracker.adapters import sample_files, shut_files
from tracker.adapters.media import OLE
from tracker.domain.errors import BadInput


def shut_pdf() -> bytes:
    """A small PDF whose password is not the empty one."""
    key = "<" + "41" * 32 + ">"
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
               f"<</Filter/Standard/V 1/R 2/O {key}/U {key}/P -4>>"]
    body, places = b"%PDF-1.4\n", []
    for n, words in enumerate(objects, 1):
        places.append(len(body))
        body += f"{n} 0 obj\n{words}\nendobj\n".encode()
    table = "xref\n0 5\n0000000000 65535 f \n" + "".join(f"{at:010d} 00000 n \n" for at in places)
    return body + f"{table}trailer\n<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[{key}{key}]>>\nstartxref\n{len(body)}\n%%EOF\n".encode()


def shut_zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.txt", "x")
    data = bytearray(made.getvalue())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"7z\xbc\xaf\x27\x1c" + b"\0" * 50, "files.packed"), (b"Rar!\x1a\x07\x01\x00", "files.packed"), (b"\x1f\x8b\x08\0", "files.packed"),
        (shut_pdf(), "files.locked"), (shut_zip(), "files.locked"), (OLE + "EncryptedPackage".encode("utf-16-le"), "files.locked"),
    ],
)
def test_what_is_shut_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        shut_files.refuse(data, "a")
    assert refused.value.code == code


def test_all_others_pass() -> None:
    broken = (b"PK\x03\x04 broken", b"%PDF-1.4 /Encrypt broken", b"")
    for data in (PDF, JPG, sample_files.table("Huyện"), sample_files.minutes("huyện", date(2026, 9, 5)), *broken):
        shut_files.refuse(data, "a")

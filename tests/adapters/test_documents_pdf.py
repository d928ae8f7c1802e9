"""PDFs that trip readers up: locked ones, number and date as form widgets, no poppler on the machine."""

import hashlib
from pathlib import Path

import pytest

from tracker.adapters import documents
from tracker.domain.errors import BadInput

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def assemble(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first of which is the catalogue."""
    out, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    return out + head + table + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, len(out))


def rc4(key: bytes, data: bytes) -> bytes:
    """The cipher of old PDF locks."""
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def locked(password: bytes) -> bytes:
    """A page that opens with the password only (standard security handler, revision 2)."""
    padded, document_id, allowed = (password + _PAD)[:32], b"0123456789abcdef", -4
    owner = rc4(hashlib.md5(padded).digest()[:5], padded)
    key = hashlib.md5(padded + owner + (allowed & 0xFFFFFFFF).to_bytes(4, "little") + document_id).digest()[:5]
    stream = rc4(hashlib.md5(key + (4).to_bytes(3, "little") + b"\0\0").digest()[:10], b"BT ET")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << >> >>",
        b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
        b"<< /Filter /Standard /V 1 /R 2 /Length 40 /P %d /O <%s> /U <%s> >>" % (allowed, owner.hex().encode(), rc4(key, _PAD).hex().encode()),
    ]
    return assemble(objects, b"/Encrypt 5 0 R /ID [<%s><%s>]" % (document_id.hex().encode(), document_id.hex().encode()))


def with_widgets() -> bytes:
    """A page whose number and day are drawn by form fields, the way electronic signing leaves them."""
    line = b"BT /F1 12 Tf 40 250 Td (So:            /UBND-VP) Tj 150 0 Td (ngay      thang 5 nam 2022) Tj ET "
    page = line + b"BT /F1 12 Tf 40 200 Td (Kinh gui cac xa va cac thon trong huyen) Tj ET"

    def field(words: bytes) -> bytes:
        drawn = b"BT /F1 12 Tf 0 2 Td (" + words + b") Tj ET"
        return (
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 40 14] /Resources << /Font << /F1 5 0 R >> >> /Length %d >>\nstream\n" % len(drawn)
            + drawn
            + b"\nendstream"
        )

    def widget(name: bytes, left: int, look: int) -> bytes:
        return b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (%s) /V (%s) /Rect [%d 248 %d 262] /F 4 /P 3 0 R /AP << /N %d 0 R >> >>" % (
            name,
            name,
            left,
            left + 40,
            look,
        )

    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R 7 0 R] >> >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 300] /Contents 4 0 R /Annots [6 0 R 7 0 R] /Resources << /Font << /F1 5 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n" % len(page) + page + b"\nendstream",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
            widget(b"4711", 62, 8),
            widget(b"17", 216, 9),
            field(b"4711"),
            field(b"17"),
        ]
    )


def test_a_pdf_with_a_password(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(locked(b"mat khau"))
    with pytest.raises(BadInput) as caught:
        documents.extract(tmp_path / "a.pdf")
    assert caught.value.code == "document.encrypted"


def test_without_poppler_a_locked_pdf_is_named_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.pdf").write_bytes(locked(b"mat khau"))
    with pytest.raises(BadInput) as caught:
        documents.extract(tmp_path / "a.pdf")
    assert caught.value.code == "document.encrypted"


def test_number_and_day_in_form_widgets_come_out_in_place(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(with_widgets())
    line = next(line for line in documents.extract(tmp_path / "a.pdf").text.splitlines() if "UBND" in line)
    assert line.index("4711") < line.index("/UBND") < line.index("17") < line.index("thang")


def test_without_poppler_the_words_come_with_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.pdf").write_bytes(with_widgets())
    found = documents.extract(tmp_path / "a.pdf")
    assert found.method == "pypdfium2"
    assert found.warnings == ("document.pdf_fallback",)
    assert "4711" in found.text

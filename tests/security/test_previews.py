"""Pictures of pages stay small however large a page or a picture says it is."""
import io
import resource
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tracker.adapters import previews


def paper(width: int, height: int) -> bytes:
    """A PDF of one empty page of this size in points."""
    parts = (
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] >>",
    )
    out, places = b"%PDF-1.4\n", []
    for n, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{n} 0 obj\n{part}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return out + f"xref\n0 4\n0000000000 65535 f \n{table}trailer << /Size 4 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF".encode()


def photo(side: int) -> bytes:
    """A PNG of a few bytes that says it has side × side pixels."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(1000, 1_000_000), (1_000_000, 1000), (1, 1_000_000), (595, 842)])
def test_a_page_without_end_is_drawn_small(tmp_path: Path, width: int, height: int) -> None:
    path, before = tmp_path / "giay.pdf", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    path.write_bytes(paper(width, height))
    drawn = previews.picture(path, previews.PDF, 1)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
    assert drawn is None or max(Image.open(io.BytesIO(drawn)).size) <= previews.TALLEST + 1


def test_a_picture_that_says_it_is_huge_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "anh.png"
    path.write_bytes(photo(60_000))
    assert previews.picture(path, "image/png", 1) is None

"""PDFium is asked by one thread at a time, whatever for: two at once end the whole process."""
import io
import threading
from collections.abc import Callable

import pytest
from PIL import Image

from tests.samples import PDF
from tracker.adapters import previews, shut_files
from tracker.adapters.documents import pdf, slow, types
from tracker.adapters.pdfium import PDFIUM

SHUT = PDF + b"\n% /Encrypt"


def scanned() -> bytes:
    """A page that is a picture."""
    out = io.BytesIO()
    Image.new("L", (60, 60), 255).save(out, "PDF")
    return out.getvalue()


@pytest.mark.parametrize(
    "ask",
    [
        lambda: shut_files.refuse(SHUT, "a.pdf"), lambda: slow.is_slow(PDF, types.PDF), lambda: pdf.pictures(scanned(), "a.pdf", [0]),
        lambda: previews.sheets(scanned()), lambda: previews.sheet(scanned(), 1),
    ],
    ids=["shut", "slow", "pictures", "pages", "drawn"],
)
def test_who_asks_meanwhile_waits(ask: Callable[[], object]) -> None:
    told: list[object] = []
    thread = threading.Thread(target=lambda: told.append(ask()))
    with PDFIUM:
        thread.start()
        thread.join(0.05)
        assert thread.is_alive()
    thread.join(20)
    assert len(told) == 1

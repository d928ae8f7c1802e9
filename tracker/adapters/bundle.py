"""Packs stored files into one zip."""
import io
import zipfile
from collections.abc import Iterable

from tracker.adapters.files import store


def packed(files: Iterable[tuple[str, str]]) -> bytes:
    """A zip of stored contents, (name, sha256) each, under their own names; pdf, docx and xlsx are compressed already."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, sha256 in files:
            archive.write(store().path(sha256), name)
    return out.getvalue()

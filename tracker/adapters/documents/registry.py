"""Which module reads which format; each is loaded when its format first comes, so that reading a text file loads none of them."""

from functools import partial
from importlib import import_module
from typing import Any

from tracker.adapters.documents import types as t
from tracker.adapters.documents.types import Progress, Raw
from tracker.domain.errors import BadInput

_HERE = "tracker.adapters.documents"
_READERS: dict[str, tuple[str, str]] = {
    t.TXT: ("plain", "extract"),
    t.DOCX: ("docx", "extract"),
    t.ODT: ("odt", "extract"),
    t.DOC: ("doc", "extract"),
    t.RTF: ("rtf", "extract"),
    t.HTML: ("html", "extract"),
    t.EML: ("eml", "extract"),
    t.PDF: ("pdf", "extract"),
    t.JPG: ("scan", "extract_image"),
    t.PNG: ("scan", "extract_image"),
    t.HEIC: ("scan", "extract_image"),
}
_BY_KREUZBERG = (t.XLSX, t.XLS, t.ODS)
_WITH_PROGRESS = (t.PDF, t.EML)


def read_as(media_type: str, data: bytes, name: str, progress: Progress | None = None) -> Raw:
    """The text of bytes known to be of this type. Raises BadInput document.unsupported for a type that holds no text."""
    if media_type in _BY_KREUZBERG:
        module: Any = import_module(f"{_HERE}.kreuz")
        raw: Raw = module.extract_as(media_type, data, name)
        return raw
    if media_type not in _READERS:
        raise BadInput("document.unsupported", name=name)
    file, function = _READERS[media_type]
    call = getattr(import_module(f"{_HERE}.{file}"), function)
    if media_type in _WITH_PROGRESS:
        call = partial(call, progress=progress)
    result: Raw = call(data, name)
    return result

"""Plain text in the encodings that offices use: UTF-8, UTF-16, Windows-1258, and the bytes of TCVN3 and VNI."""

import unicodedata

from tracker.adapters.documents.types import Raw
from tracker.domain.errors import BadInput
from tracker.reading.legacy import modernise

_VIETNAMESE = set("ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ")


def extract(data: bytes, name: str) -> Raw:
    """Decode; raise BadInput document.encoding where no reading of the bytes is Vietnamese text."""
    text, method = decode(data, name)
    return Raw(text, method)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """(text, encoding) of the bytes."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strict(data, encoding, name), encoding
    if b"\x00" in data[:2000]:
        low = data[:2000][1::2].count(0) >= data[:2000][::2].count(0)
        encoding = "utf-16-le" if low else "utf-16-be"
        return _strict(data, encoding, name), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    for encoding in ("cp1258", "cp1252"):
        try:
            text = unicodedata.normalize("NFC", data.decode(encoding))
        except UnicodeDecodeError:
            continue
        if encoding == "cp1258" and plausible(text):
            return text, encoding
        if encoding == "cp1252" and modernise(text) != text:
            return text, "tcvn3 or vni"
    raise BadInput("document.encoding", name=name)


def plausible(text: str) -> bool:
    """Whether the letters outside ASCII are Vietnamese ones."""
    foreign = [c for c in text.lower() if c.isalpha() and ord(c) > 127]
    return bool(foreign) and sum(c in _VIETNAMESE for c in foreign) >= 0.9 * len(foreign)


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadInput("document.encoding", name=name) from error

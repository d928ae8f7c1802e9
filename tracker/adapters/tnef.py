"""winmail.dat, in which Outlook hides attachments: their names and bytes (Microsoft's [MS-OXTNEF])."""
import struct
from collections.abc import Iterator

SIGNATURE = 0x223E9F78
_ATTACHMENT = 2
_NEW, _TITLE, _DATA, _PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
#: PidTagAttachLongFilename, as Unicode and as bytes.
_LONG_NAMES = (0x3707001F, 0x3707001E)
#: PidTagAttachmentHidden: a picture within the words, which Outlook lists nowhere.
_HIDDEN = struct.pack("<I", 0x7FFE000B)
MOST = 200


def attachments(data: bytes) -> list[tuple[str, bytes]] | None:
    """Each attachment's name and bytes, or None where the data is no TNEF; what is cut off or hidden within the words is left out."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != SIGNATURE:
        return None
    found: list[list[object]] = []
    for tag, value in _attributes(data):
        if tag == _NEW and len(found) < MOST:
            found.append(["", b""])
        elif found and tag == _TITLE and not found[-1][0]:
            found[-1][0] = value.rstrip(b"\0").decode("cp1258", "replace")
        elif found and tag == _DATA:
            found[-1][1] = value
        elif found and tag == _PROPERTIES:
            found[-1][0] = _long_name(value) or found[-1][0]
            at = value.find(_HIDDEN)
            if at >= 0 and value[at + 4 : at + 6] == b"\1\0":
                found[-1][1] = None
    return [(str(name), content) for name, content in found if isinstance(content, bytes) and content]


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The attributes of attachments: level, tag, type, length, value, checksum."""
    at = 6
    while at + 9 <= len(data):
        level, tag, _, length = struct.unpack_from("<BHHI", data, at)
        value = data[at + 9 : at + 9 + length]
        if len(value) < length:
            return
        if level == _ATTACHMENT:
            yield tag, value
        at += 9 + length + 2


def _long_name(value: bytes) -> str:
    """The long file name among an attachment's MAPI properties, where it stands as the one value of its property."""
    for tag in _LONG_NAMES:
        at = value.find(struct.pack("<I", tag))
        if at >= 0 and at + 12 <= len(value):
            length = struct.unpack_from("<I", value, at + 8)[0]
            name = value[at + 12 : at + 12 + min(length, 1000)]
            return (name.decode("utf-16-le", "replace") if tag == _LONG_NAMES[0] else name.decode("cp1258", "replace")).rstrip("\0")
    return ""

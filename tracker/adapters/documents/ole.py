"""The compound file in which old Office programs keep their streams ([MS-CFB]): only the named streams are taken out."""

import struct

_END = 0xFFFFFFFA
_ENTRY = 128


def streams(data: bytes, wanted: frozenset[str]) -> dict[str, bytes]:
    """The wanted streams by name. Raises ValueError, struct.error or IndexError for a file that contradicts itself."""
    sector, mini = 1 << struct.unpack_from("<H", data, 30)[0], 1 << struct.unpack_from("<H", data, 32)[0]
    if sector not in (512, 4096) or mini != 64:
        raise ValueError("sizes of sectors")
    directory, cutoff, mini_start, difat, difats = *struct.unpack_from("<I4xI", data, 48)[:2], *struct.unpack_from("<I4xII", data, 60)
    file = _File(data, sector, _fat(data, sector, difat, difats))
    entries = [file.directory[at : at + _ENTRY] for at in range(0, len(file.load(directory)), _ENTRY)]
    root = entries[0]
    small = _Small(file.chain(struct.unpack_from("<I", root, 116)[0]), file.chain(mini_start) if mini_start < _END else b"")
    found: dict[str, bytes] = {}
    for entry in entries:
        length = struct.unpack_from("<H", entry, 64)[0]
        name = entry[: max(length - 2, 0)].decode("utf-16-le", "replace")
        if name in wanted and entry[66] == 2 and name not in found:
            start, size = struct.unpack_from("<II", entry, 116)
            found[name] = (small.chain(start) if size < cutoff else file.chain(start))[:size]
    return found


def _fat(data: bytes, sector: int, difat: int, count: int) -> list[int]:
    """Which sector follows which."""
    numbers = list(struct.unpack_from("<109I", data, 76))
    per = sector // 4
    for _ in range(min(count, len(data) // sector)):
        if difat >= _END:
            break
        *more, difat = struct.unpack_from(f"<{per}I", data, (difat + 1) * sector)
        numbers += more
    table: list[int] = []
    for number in numbers:
        if number < _END and (number + 2) * sector <= len(data) + sector:
            part = data[(number + 1) * sector : (number + 2) * sector]
            table += struct.unpack(f"<{len(part) // 4}I", part[: len(part) // 4 * 4])
    return table


class _File:
    """The large sectors."""

    def __init__(self, data: bytes, sector: int, fat: list[int]) -> None:
        self.data, self.sector, self.fat, self.directory = data, sector, fat, b""

    def load(self, start: int) -> bytes:
        """The directory, kept."""
        self.directory = self.chain(start)
        return self.directory

    def chain(self, start: int) -> bytes:
        """The sectors of one stream, in order; a chain that bites its tail ends there."""
        parts, seen = [], set[int]()
        while start < _END and start not in seen:
            seen.add(start)
            parts.append(self.data[(start + 1) * self.sector : (start + 2) * self.sector])
            start = self.fat[start]
        return b"".join(parts)


class _Small:
    """The small sectors, which lie in a stream of their own."""

    def __init__(self, content: bytes, fat: bytes) -> None:
        self.content = content
        self.fat = struct.unpack(f"<{len(fat) // 4}I", fat[: len(fat) // 4 * 4])

    def chain(self, start: int) -> bytes:
        """The sectors of one small stream."""
        parts, seen = [], set[int]()
        while start < _END and start not in seen:
            seen.add(start)
            parts.append(self.content[start * 64 : (start + 1) * 64])
            start = self.fat[start]
        return b"".join(parts)

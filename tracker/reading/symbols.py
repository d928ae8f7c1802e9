"""What a number's symbol says (Nghị định 30/2020/NĐ-CP, annex III; Hướng dẫn 36-HD/VPTW): the kind's letters and the issuer's initials."""

import re

from tracker.reading.folding import fold

_KINDS = {
    "ct": "chỉ thị", "kh": "kế hoạch", "tb": "thông báo", "hd": "hướng dẫn", "qd": "quyết định", "bc": "báo cáo", "cd": "công điện", "kl": "kết luận",
    "nq": "nghị quyết", "ttr": "tờ trình", "gm": "giấy mời", "cv": "công văn", "tbkl": "thông báo",
}  # fmt: skip
_LEFT_OUT = frozenset("va cua cac ve cho".split())


def _parts(number: str) -> list[str]:
    """The letters of the symbol between dashes and strokes, folded: '12/2024/CT-UBND' → ct, ubnd."""
    tokens = [fold(part).replace(" ", "") for part in re.split(r"[-/]", number)[1:]]
    return [token for token in tokens if token and not token.isdigit()]


def fits_kind(number: str, kind: str) -> bool | None:
    """Whether the symbol's kind is this kind; None where the symbol names none. A letter (công văn) has no kind letters but CV."""
    parts = _parts(number)
    named = _KINDS.get(parts[0]) if len(parts) > 1 else None
    if named is None:
        return None
    if parts[0] in ("ct", "cd") and kind == "công văn":
        return None
    return named == kind or (kind == "công văn" and named == "công văn")


def fits_issuer(number: str, full: str, own: str) -> bool | None:
    """Whether some part of the symbol can be the issuer's own initials ('SYT' for Sở Y tế); None where there is nothing to compare."""
    parts = [part for part in _parts(number) if len(part) >= 2]
    parts = [part for part in parts if part not in _KINDS] if len(parts) > 1 and not _also_office(parts) else parts
    if not parts:
        return None
    words = [word for word in fold(full).split() if word not in _LEFT_OUT]
    everything = "".join(words)
    initials = "".join(word[0] for word in words)
    own_initials = "".join(word[0] for word in fold(own).split() if word not in _LEFT_OUT)
    return any(_inside(part, initials) or part in everything or _inside(own_initials[:3], part) for part in parts)


def _also_office(parts: list[str]) -> bool:
    """CT and CĐ open the symbol of a Cục Thuế or a Công đoàn as well as of a chỉ thị."""
    return parts[0] in ("ct", "cd")


def _inside(short: str, long: str) -> bool:
    """Whether the letters of `short` stand in `long` in their order."""
    rest = iter(long)
    return all(letter in rest for letter in short)

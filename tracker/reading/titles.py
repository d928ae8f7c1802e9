"""The line in capitals that names the kind of a dispatch: THÔNG BÁO, KẾ HOẠCH, THƯ MỜI."""

import re
from difflib import get_close_matches

TITLES = {
    "thong bao", "ke hoach", "chi thi", "quyet dinh", "huong dan", "bao cao", "cong dien", "ket luan", "nghi quyet", "to trinh", "giay moi",
    "chuong trinh", "phuong an", "de an", "quy che", "quy dinh", "thong tri", "thong cao", "bien ban", "cong van", "giay bao", "thong bao ket luan",
    "thu moi", "thong bao moi hop", "phieu chuyen", "cong dien khan", "thong bao khan", "thu ngo", "giay trieu tap", "ke hoach lien nganh",
    "ke hoach lien tich", "ke hoach phoi hop", "huong dan lien nganh", "chuong trinh hanh dong", "chuong trinh cong tac",
}  # fmt: skip
_SQUEEZED = {title.replace(" ", ""): title for title in TITLES}
_SECTION = re.compile(r"\W*(?:[ivx]{1,4}|\d{1,2}|[a-h])\s?[.)/-]")


def title_of(flat_line: str) -> str | None:
    """The kind of document that the line names, where it holds nothing else; of a long name a scan may have spoilt a letter."""
    letters = "".join(c for c in flat_line if c.isalpha())
    if not 4 <= len(letters) <= 24:
        return None
    if letters in _SQUEEZED or _SECTION.match(flat_line):
        return _SQUEEZED.get(letters)
    return next((_SQUEEZED[near] for near in get_close_matches(letters, _SQUEEZED, 1, 0.9) if len(near) >= 7), None)

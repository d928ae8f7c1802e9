"""What an item asks to be sent back, by the words that ask for it."""

from tracker.reading.folding import flatten, phrase

#: Kind of evidence → the words that ask for it.
_ASKED = (
    ("implementing_document", phrase(
        r"\b(?:ban hanh|xay dung|lap|co) [^.;]{0,40}(?:ke hoach|van ban chi dao|van ban trien khai|cong van|chuong trinh|phuong an|quy che)|\bvan ban chi dao\b"
    )),
    ("report", phrase(
        r"\b(?:gui|nop|tong hop|lap|co) [^.;]{0,30}bao cao|\bbao cao [^.;]{0,160}\b(?:ve|gui|cho|truoc|cham nhat|den) (?:[^.;]{0,60})?"
        r"(?:tinh|so|ban|phong|uy ban|ubnd|hoi|ngay|van phong|thu truong|bo|cuc)\b|\bbao cao (?:ket qua|tien do|dinh ky|tinh hinh|so ket|tong ket)\b"
    )),
    ("minutes", phrase(r"\bbien ban\b")),
    ("photo", phrase(r"\b(?:hinh anh|anh chup|anh minh chung)\b")),
    ("table", phrase(r"\b(?:bieu mau|mau so|theo mau|theo bieu|phu luc so|bang tong hop|lap danh sach|bang thong ke|bieu tong hop)\b")),
)


def deliverables(words: str) -> tuple[str, ...]:
    """The kinds of evidence that the words of a task ask for, in a fixed order; empty where they name none."""
    flat = flatten(words)
    return tuple(kind for kind, asked in _ASKED if asked.search(flat))

"""The body as a tree: items under their markers, plain paragraphs inside the item that they follow."""

from dataclasses import dataclass, field

from tracker.reading.page import Page, Paragraph

#: In characters, blanks and all; anything longer is no heading and not worth the counting.
LONGEST_HEADING = 400


@dataclass(slots=True)
class Node:
    """An item, or the root; `own` are its marker paragraph and the plain paragraphs behind it."""

    head: Paragraph | None
    rank: int
    own: list[Paragraph] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)
    intro: Paragraph | None = None

    @property
    def kind(self) -> str:
        return self.head.marker.kind if self.head and self.head.marker else ""

    def start(self) -> int:
        return self.head.start if self.head else 0

    def end(self) -> int:
        """Where the item ends, its nested items included."""
        ends = [p.end for p in self.own] + [child.end() for child in self.children[-1:]]
        return max(ends, default=0)


def heading(page: Page, paragraph: Paragraph) -> bool:
    """Whether the paragraph is a heading in capitals."""
    words = page.text[paragraph.content : paragraph.end]
    if len(words) > LONGEST_HEADING:
        return False
    letters = sum(map(str.isalpha, words))
    return 3 <= letters < 160 and sum(map(str.isupper, words)) >= 0.8 * letters


def _rank(page: Page, paragraph: Paragraph) -> int:
    """Rank of an item; a numbered heading in capitals is a section whatever its marker."""
    marker = paragraph.marker
    assert marker is not None
    if marker.rank in (2, 3) and heading(page, paragraph):
        return 2
    return marker.rank


def build(page: Page, paragraphs: list[Paragraph], leaves: "set[int]") -> tuple[Node, list[Paragraph]]:
    """(root, loose paragraphs): `leaves` are starts of plain paragraphs that stand outside the item before them."""
    root = Node(None, 0)
    stack = [root]
    loose: list[Paragraph] = []
    last_plain: Paragraph | None = None
    for paragraph in paragraphs:
        if paragraph.marker is None:
            if len(stack) == 1 or paragraph.start in leaves:
                loose.append(paragraph)
                keep = 2 if opens_list(page, paragraph) else 0
                while stack[-1].rank > keep:
                    stack.pop()
            else:
                stack[-1].own.append(paragraph)
            last_plain = paragraph
            continue
        rank = _rank(page, paragraph)
        if paragraph.marker.kind == "dash" and stack[-1].kind == "dash" and stack[-1].rank == rank + 1:
            rank += 1
        while stack[-1].rank >= rank:
            stack.pop()
        node = Node(paragraph, rank, [paragraph], intro=last_plain)
        stack[-1].children.append(node)
        stack.append(node)
    return root, loose


def opens_list(page: Page, paragraph: Paragraph) -> bool:
    """Whether the paragraph announces a list."""
    return page.text[paragraph.start : paragraph.end].rstrip(" .")[-1:] == ":" or page.flat[paragraph.start : paragraph.end].rstrip(" .:").endswith(
        ("nhu sau", "sau day", "cu the", "duoi day", "noi dung sau")
    )

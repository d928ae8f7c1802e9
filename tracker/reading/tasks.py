"""Which items are tasks: the top-level items of the directive part, or the unnumbered orders where there is no list."""

import re

from tracker.reading import orders
from tracker.reading.folding import phrase, squash
from tracker.reading.markers import RANKS, find_marker
from tracker.reading.model import Span, Task
from tracker.reading.outline import Node, build, heading, opens_list
from tracker.reading.page import Page, Paragraph

_CONTEXT = phrase(
    r"(?:muc dich|yeu cau\W*$|muc tieu|danh gia|tinh hinh|thuc trang|ket qua|ton tai|han che|nguyen nhan|"
    r"can cu|pham vi|doi tuong|kinh phi|nguyen tac|quan diem|chi tieu|"
    r"uu diem|khuyet diem|bai hoc|dac diem|thanh phan|thoi gian|dia diem|mo dau|dieu khoan|co so phap ly|"
    r"bo cuc|cac can cu|noi nhan|nguon luc|du toan|so lieu|khai quat|nhung ket qua)"
)
_ASIDE = phrase(
    r"(?:noi dung (?:bao cao|gop y|dang ky|hop|tham gia)|dia chi|cach thuc|phuong thuc|muc dich|kinh phi|nguon kinh phi|thoi gian|dia diem|thanh phan|doi tuong|so luong|pham vi|hinh thuc|"
    r"can cu|ghi chu|luu y|noi nhan|du toan|tai lieu|trang phuc|phuong tien)\b[^.;]{0,60}(?:[:\n]|$)"
)
_PROGRAMME = phrase(r"(?:thoi gian|thanh phan|dia diem|doi tuong)\b[^:\n]{0,25}:")
_OUTLINE = phrase(
    r"\b(?:bao cao|de cuong|noi dung bao cao|danh gia|cung cap)\b[^.]{0,240}\b(?:huong dan|de cuong|noi dung|"
    r"cau truc|mau)\b[^.]{0,40}(?:sau|duoi day|nhu sau)\W*$"
)
_REPORT_PART = phrase(
    r"(?:noi dung bao cao|thoi (?:gian|han)[^.]{0,30}(?:bao cao|gui|nop)|tinh hinh|ket qua|kho khan|kien nghi|"
    r"de xuat|ton tai|phuong huong|cong tac|danh gia|so luong|viec )"
)


def find_tasks(page: Page, paragraphs: list[Paragraph]) -> tuple[list[Task], list[Paragraph], int]:
    """(tasks, paragraphs outside them, where the directive part begins); label, words without marker and span of each."""
    paragraphs = _split_inline(page, paragraphs)
    leaves = _outside(page, paragraphs)
    root, loose = build(page, paragraphs, leaves)
    nodes, section = _choose(page, root)
    if nodes and _is_report_outline(page, nodes):
        nodes = []
        loose = [p for p in paragraphs if p.marker is None]
    spans: list[tuple[Span, str | None, int, str | None, int]] = []
    for node in nodes:
        assert node.head is not None
        label = node.head.marker.label if node.head.marker else None
        spans.append(((node.head.start, node.end()), label, node.head.content, section.get(id(node)), node.head.end))
    first = spans[0][0][0] if spans else None
    for start, end in _loose_orders(page, loose, first):
        spans.append(((start, end), None, start, None, end))
    spans.sort()
    tasks = [_task(page, *entry) for entry in spans]
    begin = min((t.span[0] for t in tasks), default=len(page.text))
    return tasks, [p for p in paragraphs if not any(t.span[0] <= p.start < t.span[1] for t in tasks)], begin


def _task(page: Page, span: Span, label: str | None, content: int, section: str | None, head_end: int) -> Task:
    text = squash(page.text[content : span[1]])
    text = re.sub(r"\s*\./\..*$", ".", text) if len(text) > 20 else text
    return Task(label, text, title(squash(page.text[content:head_end])), span, section)


def title(text: str) -> str:
    """The first clause, at most about 80 characters, cut between words."""
    clause = re.split(r"[;:](?:\s|$)|(?<!\d)\.(?:\s|$)", text, maxsplit=1)[0].strip()
    if len(clause) < 12:
        clause = text
    if len(clause) > 80:
        comma = clause.rfind(",", 40, 80)
        cut = comma if comma > 0 else clause.rfind(" ", 40, 80)
        clause = clause[: cut if cut > 0 else 80].rstrip(" ,") + "…"
    return clause.rstrip(" ;:.")


_INLINE = re.compile(r"(?<=[:;.])[ \t]+(?=\(?1[.)/][ \t]+[A-ZĐÀ-Ỹ])")


def _split_inline(page: Page, paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Items that start mid-line ('… như sau: 1. Rà soát…; 2. Báo cáo…') become paragraphs of their own."""
    out: list[Paragraph] = []
    for paragraph in paragraphs:
        match = _INLINE.search(page.text, paragraph.start, paragraph.end)
        if not match:
            out.append(paragraph)
            continue
        cuts, at, number = [match.end()], match.end(), 2
        while True:
            following = re.compile(rf"(?<=[;.,:])[ \t]+(?=\(?{number}[.)/][ \t]+[A-ZĐÀ-Ỹ])").search(page.text, at, paragraph.end)
            if not following:
                break
            cuts.append(following.end())
            at, number = following.end(), number + 1
        if len(cuts) < 2:
            out.append(paragraph)
            continue
        out.append(Paragraph(paragraph.start, match.start(), paragraph.content, paragraph.marker, paragraph.first_line))
        for start, end in zip(cuts, [*cuts[1:], paragraph.end], strict=True):
            out.append(_paragraph(page, start, end, paragraph.first_line))
    return out


def _paragraph(page: Page, start: int, end: int, first_line: int) -> Paragraph:
    marker = find_marker(page.text, page.flat, start, end)
    stop = start + len(page.text[start:end].rstrip())
    return Paragraph(start, stop, marker.end if marker else start, marker, first_line)


def _outside(page: Page, paragraphs: list[Paragraph]) -> set[int]:
    """Starts of plain paragraphs that no item owns: orders and closing words behind the last item of a list."""
    starts: set[int] = set()
    for index, paragraph in enumerate(paragraphs):
        if paragraph.marker is not None:
            continue
        flat = page.flat[paragraph.start : paragraph.end]
        before = paragraphs[index - 1] if index else None
        if before is None or (before.marker is not None and opens_list(page, before)):
            continue
        if heading(page, paragraph):
            continue
        if phrase(
            r"(?:tren day|noi nhan|tran trong|nhan duoc|nay,? |vay,? |can cu|nay thong bao|uy ban nhan dan|thua lenh|"
            r"van phong [^.]{3,60} thong bao)"
        ).match(flat):
            starts.add(paragraph.start)
        elif orders.ORDER.match(flat) or (orders.is_order(flat[:300]) and opens_list(page, paragraph)) or orders.CONTACT.match(flat):
            starts.add(paragraph.start)
        elif orders.is_order(flat[:200]) and not any(p.marker is not None for p in paragraphs[index:]):
            starts.add(paragraph.start)
        elif phrase(r"(?:ben canh|tuy nhien|de )").match(flat) and opens_list(page, paragraph):
            starts.add(paragraph.start)
        elif phrase(r"(?:trong qua trinh|qua trinh (?:trien khai|thuc hien))").match(flat) and not any(
            p.marker and p.marker.rank <= 3 for p in paragraphs[index:]
        ):
            starts.add(paragraph.start)
    return starts


def _choose(page: Page, root: Node) -> tuple[list[Node], dict[int, str]]:
    """The task items and the heading that each stands under."""
    sections = [n for n in root.children if n.rank <= 2]
    under: dict[int, str] = {}
    if sections:
        chosen: list[Node] = []
        for node in sections:
            assert node.head is not None
            name = squash(page.text[node.head.content : node.head.end])
            if _is_context(page, node):
                continue
            kept = _items(page, node) if node.kind != "article" else _article(page, node)
            for item in kept if node.kind != "article" else ():
                under[id(item)] = name[:120]
            chosen += kept
        if chosen:
            return chosen, under
    named = _named_groups(page, root)
    if named:
        return named, under
    groups = _groups(root.children)
    directive = [g for g in groups if not _is_context_list(page, g[0].intro)]
    best = min((g[0].rank for g in directive), default=0)
    numbered = [n for g in directive if g[0].rank == best for n in g]
    return [n for n in numbered if _is_task(page, n)], under


def _named_groups(page: Page, root: Node) -> list[Node]:
    """Dashes under plain headings that name a body each ('Sở Y tế:', 'Đối với UBND các xã:'): the heading is the item."""
    found: list[Node] = []
    groups = _groups(root.children)
    if not groups or min(g[0].rank for g in groups) < RANKS["dash"]:
        return []
    for group in groups:
        intro = group[0].intro
        if intro is not None and intro.end - intro.start < 200 and page.text[intro.end - 1] == ":" and orders.names_body(page.flat[intro.start : intro.end]):
            found.append(Node(intro, group[0].rank, [intro], group))
    return found if len(found) >= 2 else []


def _groups(nodes: list[Node]) -> list[list[Node]]:
    """Sibling lists: items of one rank under one introduction."""
    groups: list[list[Node]] = []
    for node in nodes:
        if groups and groups[-1][-1].rank == node.rank and (groups[-1][-1].intro is node.intro or _follows(groups[-1][-1], node)):
            groups[-1].append(node)
        else:
            groups.append([node])
    return groups


def _follows(before: Node, node: Node) -> bool:
    """Whether the second number counts on from the first."""
    first = before.head.marker.number if before.head and before.head.marker else None
    second = node.head.marker.number if node.head and node.head.marker else None
    return first is not None and second == first + 1


def _is_context(page: Page, node: Node) -> bool:
    assert node.head is not None
    flat = page.flat[node.head.content : node.head.end]
    return bool(_CONTEXT.match(flat)) and not phrase(r"nhiem vu|giai phap|to chuc thuc hien").search(flat[:120])


def _is_context_list(page: Page, intro: Paragraph | None) -> bool:
    """Whether the list tells results or shortcomings instead of orders."""
    if intro is None or not opens_list(page, intro):
        return False
    last = page.flat[intro.start : intro.end][-160:]
    if orders.is_order(last) or phrase(r"\b(?:khac phuc|chi dao|yeu cau)\b").search(last):
        return False
    return bool(orders.SHORTCOMING.search(last) or (orders.RESULT.search(last) and not phrase(r"nhiem vu|giai phap|thuc hien").search(last)))


def _items(page: Page, section: Node) -> list[Node]:
    """The items of a section: its outermost list; a section without a list is one item if it commands."""
    children = section.children
    if not children:
        flat = page.flat[section.start() : section.end()]
        return [section] if len(section.own) > 1 and (orders.is_order(flat) or orders.HAS_DUTY.search(flat)) else []
    best = min(child.rank for child in children)
    return [child for child in children if child.rank == best and _is_task(page, child)]


def _article(page: Page, node: Node) -> list[Node]:
    """An article of a decision charges somebody; that it takes effect or is to be carried out is no task."""
    flat = page.flat[node.head.content if node.head else 0 : node.end()]
    if phrase(r"[^.]{0,200}\b(?:co hieu luc|thi hanh (?:quyet dinh|ke hoach|nghi quyet)|het hieu luc|thay the)").match(flat):
        return []
    return [node] if orders.is_order(flat) or orders.HAS_DUTY.search(flat) or orders.is_unit_duty(flat) else []


def _is_task(page: Page, node: Node) -> bool:
    assert node.head is not None
    flat = page.flat[node.head.content : node.head.end]
    if orders.CONTACT.match(flat) or (_CONTEXT.match(flat) and len(flat) < 60):
        return False
    if _ASIDE.match(flat) and len(flat) < 170 and not orders.is_order(flat):
        return False
    parts = [page.flat[c.head.content : c.head.end] for c in node.children if c.head] + [page.flat[p.content : p.end] for p in node.own[1:]]
    inner = [page.flat[g.head.content : g.head.end] for c in node.children for g in c.children if g.head]
    labels = sum(bool(_PROGRAMME.match(part)) for part in parts + inner)
    return labels < 2 and not (labels and len(parts) <= 3)


def _is_report_outline(page: Page, nodes: list[Node]) -> bool:
    """Whether the list is the outline of a report that the order asks for, not a list of orders."""
    intro = nodes[0].intro
    if intro is None or not _OUTLINE.search(page.flat[intro.start : intro.end][-330:]):
        return False
    heads = [page.flat[n.head.content : n.head.end] for n in nodes if n.head]
    return sum(bool(_REPORT_PART.match(head)) for head in heads) * 2 >= len(heads)


def _loose_orders(page: Page, loose: list[Paragraph], first_item: int | None) -> list[Span]:
    """Commands in plain paragraphs: with a list only those behind it; without a list each commanding sentence."""
    found: list[Span] = []
    for paragraph in loose:
        if first_item is not None:
            flat = page.flat[paragraph.start : paragraph.end]
            if paragraph.start > first_item and not opens_list(page, paragraph) and _commands_alone(flat):
                found.append(paragraph.span)
            continue
        found += _commands(page, paragraph)
    return found


def _commands_alone(flat: str) -> bool:
    """Whether a paragraph behind the list is an order of its own and not the closing words."""
    if orders.reports_by_a_day(flat):
        return True
    return orders.is_order(flat[:200]) and not orders.is_closing(flat)


def _commands(page: Page, paragraph: Paragraph) -> list[Span]:
    found: list[Span] = []
    for start, end in orders.sentences(page, paragraph.span):
        flat = page.flat[start:end]
        begin = orders.command_start(page, (start, end))
        if (orders.is_order(flat) or orders.is_unit_duty(flat)) and not orders.is_closing(page.flat[begin:end]) and not orders.CONTACT.match(flat):
            found.append((begin, end))
        elif found and found[-1][1] >= start - 3 and not orders.is_closing(flat) and not phrase(r"tran trong|xin cam on").match(flat):
            found[-1] = (found[-1][0], end)
    return found

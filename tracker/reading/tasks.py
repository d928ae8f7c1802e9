"""Which items are tasks: the top-level items of the directive part, or the unnumbered orders where there is no list."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from tracker.reading import orders
from tracker.reading.charges import find_charges
from tracker.reading.describing import commands, describes, is_context, is_context_list, is_task, without_standing
from tracker.reading.folding import flatten, phrase, squash
from tracker.reading.inline import split_inline
from tracker.reading.loose import loose_orders, outside
from tracker.reading.markers import RANKS
from tracker.reading.model import Charge, Span, Task
from tracker.reading.outline import Node, build, heading, opens_list
from tracker.reading.page import Page, Paragraph
from tracker.reading.tables import Row, find_rows
from tracker.reading.unnumbered import mark_unnumbered

_TOLD = phrase(r"(?:ket qua|ton tai|han che|danh gia|tinh hinh|uu diem|khuyet diem|nhung (?:ket qua|ton tai|han che)|ve ket qua)\b")
_SET = phrase(r"\b(?:nhiem vu|giai phap|phuong huong)\b")
#: What people are told or asked about; who tells them stands in a section of its own.
_TOLD_TO_PEOPLE = phrase(r"noi dung (?:tuyen truyen|pho bien|giao duc|thao luan|kiem tra|giam sat|hoi thi|cuoc thi|bao cao)\b")
_SHARED_OUT = phrase(r"(?:phan cong(?: nhiem vu| to chuc| thuc hien| trach nhiem)*|to chuc thuc hien|trach nhiem (?:cua )?cac don vi|nhiem vu cu the)\W*$")
#: These report, ask or invite; they go upward or sideways and command nobody.
_COMMANDS_NOBODY = frozenset({"báo cáo", "tờ trình", "giấy mời", "thư mời"})
_OUTLINE = phrase(
    r"\b(?:bao cao|de cuong|noi dung bao cao|danh gia|cung cap)\b[^.]{0,240}\b(?:huong dan|de cuong|noi dung|"
    r"cau truc|mau)\b[^.]{0,40}(?:sau|duoi day|nhu sau)\W*$|\bbao cao\b[^.]{0,240}\b(?:gom|bao gom)\W*$"
)
_REPORT_PART = phrase(
    r"(?:noi dung bao cao|thoi (?:gian|han)[^.]{0,30}(?:bao cao|gui|nop)|tinh hinh|ket qua|kho khan|kien nghi|"
    r"de xuat|ton tai|phuong huong|cong tac|danh gia|so luong|viec )"
)


@dataclass(frozen=True, slots=True)
class TaskPart:
    """The tasks; the paragraphs outside them; where the directive part begins; the time cells of tasks that are table rows."""

    tasks: list[Task]
    outside: list[Paragraph]
    begin: int
    times: list[Span]


def find_tasks(page: Page, paragraphs: list[Paragraph], kind: str | None = None) -> TaskPart:
    """Divide the body of a document of this kind into its tasks and the rest."""
    if kind in _COMMANDS_NOBODY:
        return TaskPart([], paragraphs, len(page.text), [])
    rows = find_rows(page, paragraphs[0].first_line, paragraphs[-1].first_line + 1) if paragraphs else []
    begins = [row.line[0] for row in rows]
    paragraphs = [p for p in split_inline(page, paragraphs) if not _in_row(p.start, rows, bisect_right(begins, p.start) - 1)]
    paragraphs = mark_unnumbered(page, paragraphs)
    root, plain = build(page, paragraphs, outside(page, paragraphs))
    nodes, section = _choose(page, root)
    if nodes and _is_report_outline(page, nodes):
        nodes = []
        plain = [p for p in paragraphs if p.marker is None]
    plain = [p for p in plain if not orders.answers(page.flat[p.start : p.end])]
    tasks = [_from_node(page, node, section.get(id(node))) for node in nodes] + [_from_row(page, row) for row in rows]
    first = min((task.span[0] for task in tasks), default=None)
    tasks += [_task(page, span, None, span[0], span[1], None) for span in loose_orders(page, plain, first)]
    tasks.sort(key=lambda task: task.span)
    begin = min((task.span[0] for task in tasks), default=len(page.text))
    starts = [task.span[0] for task in tasks]
    owner = [bisect_right(starts, p.start) - 1 for p in paragraphs]
    rest = [p for p, own in zip(paragraphs, owner, strict=True) if own < 0 or p.start >= tasks[own].span[1]]
    return TaskPart(tasks, rest, begin, [row.time for row in rows if row.time])


def _in_row(at: int, rows: list[Row], index: int) -> bool:
    return index >= 0 and at <= rows[index].line[1]


def _from_node(page: Page, node: Node, section: str | None) -> Task:
    assert node.head is not None
    label = node.head.marker.label or None if node.head.marker else None
    return _task(page, (node.head.start, node.end()), label, node.head.content, node.head.end, section)


def _from_row(page: Page, row: Row) -> Task:
    lead = (Charge(squash(page.text[slice(*row.lead)]), row.lead),) if row.lead else ()
    return Task(row.label, squash(page.text[slice(*row.span)]), title(squash(page.text[slice(*row.work)])), row.span, None, lead)


def _task(page: Page, span: Span, label: str | None, content: int, head_end: int, section: str | None) -> Task:
    text = squash(page.text[content : span[1]])
    text = re.sub(r"\s*\./\..*$", ".", text) if len(text) > 20 else text
    heading_words = re.sub(r"\s*\./?\.?$", "", squash(page.text[content:head_end]))
    return Task(label, text, title(heading_words), span, section, find_charges(page, content, span[1]))


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


def _choose(page: Page, root: Node) -> tuple[list[Node], dict[int, str]]:
    """The task items and the heading that each stands under."""
    sections = without_standing(page, [n for n in root.children if n.rank <= 2]) or _numbered_sections(page, root)
    under: dict[int, str] = {}
    if sections:
        chosen: list[Node] = []
        for node in sections:
            assert node.head is not None
            name = squash(page.text[node.head.content : node.head.end])
            if is_context(page, node):
                continue
            kept = _items(page, node) if node.kind != "article" else _article(page, node)
            if node.kind != "article" and _only_topics(page, name, kept):
                continue
            for item in kept if node.kind != "article" else ():
                under[id(item)] = name[:120]
            chosen += kept
        if chosen:
            return chosen, under
    named = _named_groups(page, root, 1 if sections else 2)
    if named:
        return named, under
    groups = _groups([node for node in root.children if node.kind != "article"])
    directive = _ordered(page, [g for g in groups if not is_context_list(page, g[0].intro)])
    best = min((g[0].rank for g in directive), default=0)
    numbered = [n for g in directive if g[0].rank == best for n in g]
    return _kept(page, [node for node in numbered if not _bare_heading(page, node)]), under


def _kept(page: Page, nodes: list[Node]) -> list[Node]:
    """The tasks of a list; of one that only describes, its orders and the work that it shares out."""
    if describes(page, nodes):
        nodes = [inner for node in nodes for inner in _shared_out(page, node) if commands(page, inner)]
    return [node for node in nodes if is_task(page, node)]


def _ordered(page: Page, groups: list[list[Node]]) -> list[list[Node]]:
    """Lists before the one that an order announces tell of something else; an answer's list holds orders only where its items are orders."""
    commanded = [i for i, g in enumerate(groups) if _announced(page, g[0].intro)]
    if commanded:
        first = groups[commanded[0]][0]
        groups = [g for i, g in enumerate(groups) if i >= commanded[0] or g[0].rank > first.rank]
    kept: list[list[Node]] = []
    answering = -1
    for group in groups:
        intro = group[0].intro
        if intro and orders.answers(page.flat[intro.start : intro.end]):
            answering = group[0].rank
        elif intro and opens_list(page, intro):
            answering = -1
        if group[0].rank != answering or _any_order(page, group):
            kept.append(group)
    return kept


def _announced(page: Page, intro: Paragraph | None) -> bool:
    return intro is not None and opens_list(page, intro) and orders.is_order(page.flat[intro.start : intro.end])


def _any_order(page: Page, nodes: list[Node]) -> bool:
    return any(n.head and (orders.is_order(page.flat[n.head.content : n.end()]) or orders.is_unit_duty(page.flat[n.head.content : n.head.end])) for n in nodes)


def _shared_out(page: Page, node: Node) -> list[Node]:
    """Among time, place and contents an item that is only the heading 'Phân công nhiệm vụ' stands for its own items, where those name who does what."""
    assert node.head is not None
    if _name_bodies(page, node.children) and _SHARED_OUT.match(page.flat, node.head.content, node.head.end):
        return node.children
    return [node]


def _name_bodies(page: Page, nodes: list[Node]) -> bool:
    """Whether at least two items, and half of them, begin with the body that they charge."""
    heads = [page.flat[n.head.content : n.head.end] for n in nodes if n.head]
    named = sum(orders.names_body(head) for head in heads)
    return len(heads) >= 2 and named * 2 >= len(heads)


def _only_topics(page: Page, name: str, nodes: list[Node]) -> bool:
    """Whether a section lists what is to be looked at ('Việc chấp hành …', 'Kết quả …') and not what is to be done."""
    if not nodes or not name.lower().startswith("nội dung") or _any_order(page, nodes):
        return False
    if _TOLD_TO_PEOPLE.match(flatten(name)):
        return True
    heads = [page.flat[n.head.content : n.head.end] for n in nodes if n.head]
    return sum(bool(_REPORT_PART.match(head)) for head in heads) * 2 > len(heads)


def _numbered_sections(page: Page, root: Node) -> list[Node]:
    """Numbered parts that first tell results or shortcomings and then set duties: the duties' own items are the tasks."""
    numbered = [n for n in root.children if n.kind == "arabic" and n.head and n.head.end - n.head.content < 130]
    told = [n for n in numbered if n.head and _TOLD.match(page.flat[n.head.content : n.head.end])]
    set_out = [n for n in numbered if n.children and n.head and _SET.search(page.flat[n.head.content : n.head.end])]
    return [*told, *set_out] if told and set_out else []


def _bare_heading(page: Page, node: Node) -> bool:
    """Whether the item is a section's heading in capitals with nothing below it."""
    return node.rank <= 2 and node.head is not None and node.end() == node.head.end and heading(page, node.head)


def _named_groups(page: Page, root: Node, at_least: int = 2) -> list[Node]:
    """Dashes under plain headings that name a body each ('Sở Y tế:', 'Đối với UBND các xã:'): the heading is the item."""
    found: list[Node] = []
    groups = _groups(root.children)
    if at_least > 1 and groups and min(g[0].rank for g in groups) < RANKS["dash"]:
        return []
    for group in groups:
        intro = group[0].intro
        if group[0].rank < RANKS["dash"] or intro is None or intro.start < root.start() or intro.end - intro.start >= 200 or page.text[intro.end - 1] != ":":
            continue
        if found and found[-1].head is intro:
            found[-1].children += group
        elif orders.names_body(page.flat[intro.start : intro.end]):
            found.append(Node(intro, group[0].rank, [intro], group))
    return found if len(found) >= at_least else []


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


def _items(page: Page, section: Node) -> list[Node]:
    """The items of a section: its outermost list, or the bodies it names; a section without a list is one item if it commands."""
    children = section.children
    named = _named_groups(page, section, 1)
    if named:
        return named
    if not children:
        flat = page.flat[section.start() : section.end()]
        if len(section.own) < 2 or not (orders.is_order(flat) or orders.HAS_DUTY.search(flat) or orders.reports_by_a_day(flat)):
            return []
        # A heading in capitals is the section's, not the item's.
        return [Node(section.own[1], section.rank, section.own[1:])] if section.head and heading(page, section.head) else [section]
    best = min(child.rank for child in children)
    return _kept(page, [child for child in children if child.rank == best])


#: A body and its members: who they are is no order.
_SETS_UP = phrase(r"(?:thanh lap|kien toan|bo nhiem|cu (?:cac )?ong)\b[^.;]*\b(?:gom|co ten|thanh phan|ong|ba)\b")


def _article(page: Page, node: Node) -> list[Node]:
    """An article of a decision charges somebody; that it takes effect or is to be carried out is no task."""
    flat = page.flat[node.head.content if node.head else 0 : node.end()]
    if phrase(
        r"(?:(?:quyet dinh|nghi quyet|quy che|quy dinh|ke hoach)\b[^.;]{0,80}\bco hieu luc|"
        r"[^.]{0,200}\b(?:thi hanh (?:quyet dinh|ke hoach|nghi quyet)|het hieu luc|thay the))"
    ).match(flat):
        return []
    if _SETS_UP.search(flat[:200]):
        return []
    if node.head and opens_list(page, node.head) and _name_bodies(page, node.children):
        return node.children
    return [node] if orders.is_order(flat) or orders.HAS_DUTY.search(flat) or orders.is_unit_duty(flat) else []


def _is_report_outline(page: Page, nodes: list[Node]) -> bool:
    """Whether the list is the outline of a report that the order asks for, not a list of orders."""
    intro = nodes[0].intro
    if intro is None or not _OUTLINE.search(page.flat[intro.start : intro.end][-330:]):
        return False
    heads = [page.flat[n.head.content : n.head.end] for n in nodes if n.head]
    return sum(bool(_REPORT_PART.match(head)) for head in heads) * 2 >= len(heads)

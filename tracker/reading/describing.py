"""What only describes: sections of purpose and results, the make-up of a body, the programme of an event, labels like 'Kinh phí:'."""

import re

from tracker.reading import orders
from tracker.reading.folding import phrase
from tracker.reading.outline import Node, opens_list
from tracker.reading.page import Page, Paragraph

_CONTEXT = phrase(
    r"(?!mot so yeu cau\b)(?:ve |mot so |nhung )*(?:muc dich|yeu cau\W*$|muc tieu|danh gia|tinh hinh|thuc trang|ket qua|ton tai|han che|nguyen nhan|"
    r"can cu|pham vi|doi tuong|kinh phi|nguyen tac|quan diem|chi tieu|"
    r"uu diem|khuyet diem|bai hoc|dac diem|thanh phan|hinh thuc|lich (?:nghi|thi|hoc|lam viec|cong tac|trinh|truc|tuan)\b|"
    r"thoi gian|dia diem|mo dau|dieu khoan|co so phap ly|"
    r"bo cuc|cac can cu|noi nhan|nguon luc|du toan|so lieu|khai quat|co cau|the le)"
)
_ASIDE = phrase(
    r"(?:noi dung (?:tuyen truyen|bao cao|gop y|dang ky|hop|tham gia)|dia chi|cach thuc|phuong thuc|muc dich|kinh phi|"
    r"nguon kinh phi|thoi gian|dia diem|thanh phan|doi tuong|so luong|pham vi|hinh thuc|"
    r"can cu|ghi chu|luu y|noi nhan|du toan|tai lieu|trang phuc|phuong tien|chu de|khau hieu|ten goi|chu tri|dia ban)\b[^.;]{0,60}(?:[:\n]|$)|"
    r"noi dung ?(?::|$|\n)|(?:thanh phan )?ho so(?: gom| gom co)? ?:|"
    r"(?:thanh phan |noi dung )?ho so(?: \w+){0,4}(?:\n|$)"
)
#: How results begin: a time gone by and what was reached in it.
_TELLS = phrase(
    r"(?:trong \d+ (?:thang|nam)|trong (?:nam|quy|thoi gian qua)|den (?:nay|het|ngay|thang)|tinh den|thoi gian (?:vua )?qua|nam \d{4},|sau \d+ nam|nhin chung)"
    r"[^.;]{0,160}\b(?:dat|tang|giam|da|con|cao hon|thap hon|duoc)\b"
)
#: An answer that agrees or praises asks for nothing.
_APPROVES = phrase(
    r"(?:ve )?(?:co ban )?(?:dong y|nhat tri|chap thuan|ghi nhan|bieu duong|hoan nghenh|danh gia cao|"
    r"thong nhat (?:voi|noi dung|chu truong|de xuat|de nghi|y kien|nhu|ve chu truong))\b"
)
_LABEL = re.compile(r"[^.;:]{2,60}:")
_PROGRAMME = phrase(r"(?:thoi gian|thanh phan|dia diem|doi tuong)\b[^:\n]{0,25}:")


#: What an event consists of; who prepares it stands in a part of its own.
_OF_EVENT = phrase(r"(?:noi dung|chuong trinh|hinh thuc|dien bien)(?: \w+){0,2} (?:dai hoi|hoi nghi|hoi thao|hoi thi|buoi le|le|cuoc hop|ngay hoi|toa dam)\b")
#: A body that the document sets up: its make-up, and its standing duties that nobody hands in.
_MAKE_UP = phrase(r"(?:co cau|thanh phan|to chuc bo may|thanh lap)\b")
_STANDING = phrase(r"(?:chuc nang|nhiem vu|quyen han|quyen loi|che do|nguyen tac)\b[^.;:]* cua (?:to|doi|ban|hoi dong|cau lac bo|nhom|mang luoi)\b")


def is_context(page: Page, node: Node) -> bool:
    """Whether the section, by its heading, tells what is or was and not what is to be done."""
    assert node.head is not None
    flat = page.flat[node.head.content : node.head.end]
    if _OF_EVENT.match(flat):
        return not any(c.head and orders.is_order(page.flat[c.head.content : c.head.end]) for c in node.children)
    return bool(_CONTEXT.match(flat)) and not phrase(r"nhiem vu|giai phap|to chuc thuc hien").search(flat[:120])


def without_standing(page: Page, sections: list[Node]) -> list[Node]:
    """The sections; where one tells how a body is made up, those of its standing duties left out."""
    heads = [page.flat[s.head.content : s.head.end] if s.head else "" for s in sections]
    if not any(_MAKE_UP.match(head) for head in heads):
        return sections
    return [section for section, head in zip(sections, heads, strict=True) if not _STANDING.match(head)]


def describes(page: Page, nodes: list[Node]) -> bool:
    """Whether a list only describes (Thời gian, Địa điểm, Kinh phí …): at least half of its items are no tasks."""
    return 2 * sum(is_task(page, node) for node in nodes) <= len(nodes)


def commands(page: Page, node: Node) -> bool:
    """Whether an item among descriptions is an order all the same and not one more label ('Mức thu: …')."""
    assert node.head is not None
    flat = page.flat[node.head.content : node.end()]
    return not _LABEL.match(flat) or orders.is_order(flat) or orders.is_unit_duty(flat) or orders.assigns(flat) or orders.reports_by_a_day(flat)


def is_context_list(page: Page, intro: Paragraph | None) -> bool:
    """Whether the list tells results or shortcomings instead of orders."""
    if intro is None or not opens_list(page, intro):
        return False
    last = page.flat[intro.start : intro.end][-160:]
    if orders.is_order(last) or phrase(r"\b(?:khac phuc|chi dao|yeu cau)\b").search(last):
        return False
    return bool(orders.SHORTCOMING.search(last) or (orders.RESULT.search(last) and not phrase(r"nhiem vu|giai phap|thuc hien").search(last)))


def is_task(page: Page, node: Node) -> bool:
    """Whether an item can be a task: no contact, no label, nothing reached, no programme of times and places."""
    assert node.head is not None
    flat = page.flat[node.head.content : node.head.end]
    if orders.CONTACT.match(flat) or (_CONTEXT.match(flat) and len(flat) < 60):
        return False
    if (_TELLS.match(flat) or _APPROVES.match(flat)) and not orders.is_order(page.flat[node.head.content : node.end()]):
        return False
    if _ASIDE.match(flat) and len(flat) < 170 and not orders.is_order(flat):
        return False
    parts = [page.flat[c.head.content : c.head.end] for c in node.children if c.head] + [page.flat[p.content : p.end] for p in node.own[1:]]
    inner = [page.flat[g.head.content : g.head.end] for c in node.children for g in c.children if g.head]
    labels = sum(bool(_PROGRAMME.match(part)) for part in parts + inner)
    return (labels < 2 and not (labels and len(parts) <= 3)) or any(orders.reports_by_a_day(part) for part in parts)

"""Plain paragraphs that stand outside the items: orders of their own, closing words, commands where there is no list."""

from tracker.reading import orders
from tracker.reading.folding import phrase
from tracker.reading.model import Span
from tracker.reading.outline import heading, opens_list
from tracker.reading.page import Page, Paragraph


def outside(page: Page, paragraphs: list[Paragraph]) -> set[int]:
    """Starts of plain paragraphs that no item owns: orders and closing words behind the last item of a list."""
    starts: set[int] = set()
    last_item = max((i for i, p in enumerate(paragraphs) if p.marker is not None), default=-1)
    last_number = max((i for i, p in enumerate(paragraphs) if p.marker is not None and p.marker.rank <= 3), default=-1)
    for index, paragraph in enumerate(paragraphs):
        if paragraph.marker is not None:
            continue
        flat = page.flat[paragraph.start : paragraph.end]
        before = paragraphs[index - 1] if index else None
        if before is None or (before.marker is not None and opens_list(page, before)):
            continue
        if heading(page, paragraph) or _under_heading(page, before):
            continue
        if phrase(
            r"(?:tren day|noi nhan|(?:chi thi|ke hoach|huong dan|cong van|ket luan|quyet dinh) nay |"
            r"tran trong|rat mong|nhan duoc|nay,? |vay,? |can cu|nay thong bao|uy ban nhan dan|thua lenh|"
            r"(?:van phong|phong|so|ban|cuc|truong|nha truong|uy ban|ubnd|hoi|chi cuc|cong ty) [^.;:]{0,60}\bthong bao (?:de|den|toi|cho)\b|"
            r"van phong [^.]{3,60} thong bao)"
        ).match(flat):
            starts.add(paragraph.start)
        elif orders.ORDER.match(flat) or (orders.is_order(flat[:300]) and opens_list(page, paragraph)) or orders.CONTACT.match(flat):
            starts.add(paragraph.start)
        elif index > last_item and (orders.is_order(flat[:200]) or orders.reports_by_a_day(flat) or orders.assigns(flat) or orders.follows_up(flat)):
            starts.add(paragraph.start)
        elif phrase(r"(?:doi voi|giao) ").match(flat) and orders.names_body(flat) and page.text[paragraph.end - 1] == ":" and len(flat) < 200:
            starts.add(paragraph.start)
        elif phrase(r"(?:ben canh|tuy nhien|de )").match(flat) and opens_list(page, paragraph):
            starts.add(paragraph.start)
        elif phrase(r"(?:trong qua trinh|qua trinh (?:trien khai|thuc hien))").match(flat) and index > last_number:
            starts.add(paragraph.start)
    return starts


_MATTER = phrase(r"(?:doi voi|ve) ")


def _under_heading(page: Page, before: Paragraph) -> bool:
    """Whether the paragraph before is an item's heading that says nothing yet ('3. Về chế độ báo cáo'): what follows is its content."""
    words = page.text[before.content : before.end].rstrip()
    ends = words[-1:].isalpha() or (words[-1:].isalnum() and bool(_MATTER.match(page.flat, before.content)))
    return before.marker is not None and before.marker.rank in (3, 4) and len(words) < 90 and ends


def loose_orders(page: Page, loose: list[Paragraph], first_item: int | None) -> list[Span]:
    """Commands in plain paragraphs: with a list only those behind it; without a list each commanding sentence."""
    if first_item is not None:
        return [
            p.span for p in loose
            if (p.start > first_item or page.flat.startswith("giao ", p.start)) and not opens_list(page, p) and _commands_alone(page.flat[p.start : p.end])
        ]  # fmt: skip
    found = [span for paragraph in loose for span in _commands(page, paragraph)]
    if not found:
        found = [span for paragraph in loose for span in _carries_out(page, paragraph)][:1]
    return [span for index, span in enumerate(found) if not index or not orders.only_when(page.flat[slice(*span)])]


def _commands_alone(flat: str) -> bool:
    """Whether a paragraph behind the list is an order of its own and not the closing words."""
    if orders.reports_by_a_day(flat) or orders.follows_up(flat) or (orders.assigns(flat) and not orders.is_closing(flat)):
        return True
    return orders.is_order(flat[:200]) and not orders.is_closing(flat)


#: A document by its number.
_NUMBERED = phrase(r"\b(?:cong dien|ke hoach|chi thi|cong van|quyet dinh|nghi quyet|huong dan|thong bao|ket luan) so \d")


def _carries_out(page: Page, paragraph: Paragraph) -> list[Span]:
    """Where a letter asks for nothing else, that somebody is to carry out a document named by its number is what it asks for."""
    return [
        (start, end) for start, end in orders.sentences(page, paragraph.span)
        if (orders.is_order(page.flat[start:end]) or orders.is_unit_duty(page.flat[start:end]))
        and phrase(r"\bthuc hien\b").search(page.flat, start, end) and _NUMBERED.search(page.flat, start, end) and not opens_list(page, paragraph)
    ]  # fmt: skip


def _only_closes(flat: str) -> bool:
    """Whether an order asks for nothing but to carry the dispatch out; one that names a day for a report asks for that report."""
    return orders.is_closing(flat) and not (orders.is_order(flat) and orders.reports_by_a_day(flat))


def _commands(page: Page, paragraph: Paragraph) -> list[Span]:
    found: list[Span] = []
    if opens_list(page, paragraph) and not orders.is_order(page.flat[paragraph.start : paragraph.end]):
        return []
    for start, end in orders.sentences(page, paragraph.span):
        flat = page.flat[start:end]
        begin = orders.command_start(page, (start, end))
        if found and orders.goes_on(flat) and found[-1][1] >= start - 3:
            found[-1] = (found[-1][0], end)
        elif (orders.is_order(flat) or orders.is_unit_duty(flat)) and not _only_closes(page.flat[begin:end]) and not orders.CONTACT.match(flat):
            found.append((begin, end))
        elif found and found[-1][1] >= start - 3 and not orders.is_closing(flat) and not phrase(r"tran trong|xin cam on").match(flat):
            found[-1] = (found[-1][0], end)
    return found

"""Lists whose items carry no number: an order announces them, or each names whom it charges and then what is to be done."""

from dataclasses import replace

from tracker.reading import orders
from tracker.reading.markers import Marker
from tracker.reading.outline import heading, opens_list
from tracker.reading.page import Page, Paragraph

_LONGEST = 900


def mark_unnumbered(page: Page, paragraphs: list[Paragraph]) -> list[Paragraph]:
    """The paragraphs; items without a number get a marker without a label, so that they are read as the items of any other list."""
    out = list(paragraphs)
    at = 0
    unmarked = all(p.marker is None for p in paragraphs)
    while at < len(out):
        items = _list_behind(page, paragraphs, at, unmarked)
        for index in items:
            out[index] = replace(out[index], marker=Marker("plain", "", out[index].start, out[index].content))
        at = max([at, *items]) + 1
    return out


def _list_behind(page: Page, paragraphs: list[Paragraph], at: int, unmarked: bool) -> list[int]:
    """Which paragraphs are the unnumbered items of the list that the paragraph at `at` announces or heads; none, or at least two.

    The first names a body or begins with a label; where the whole body has no marker (`unmarked`), an order's list may begin with any words.
    """
    lead = paragraphs[at]
    section = heading(page, lead) or (lead.marker is not None and lead.marker.rank <= 2)
    if not section and (lead.marker is not None or not opens_list(page, lead)):
        return []
    announced = not section and orders.is_order(page.flat[lead.start : lead.end])
    items: list[int] = []
    stop = at + 1
    while stop < len(paragraphs) and not _ends(page, paragraphs[stop]):
        paragraph = paragraphs[stop]
        if paragraph.marker is not None:
            if not items or not (paragraphs[stop - 1].marker or _holds_list(page, paragraphs[stop - 1])):
                return []
        else:
            charges = orders.charges_by_name(page.flat[paragraph.start : paragraph.end])
            begins = charges or (announced and (_labelled(page, paragraph) or (unmarked and not opens_list(page, paragraph))))
            if not items and not begins:
                return []
            if announced or charges:
                items.append(stop)
        stop += 1
    while items and _closes(page, paragraphs[items[-1]]):
        items.pop()
    behind = paragraphs[stop].marker if stop < len(paragraphs) else None
    if behind is not None and behind.rank == 3 and (behind.number or 1) > 1:
        return []
    return items if len(items) >= 2 else []


def _ends(page: Page, paragraph: Paragraph) -> bool:
    """Whether the paragraph can be no part of an unnumbered list: a number, a heading, a contact, a chapter's worth of text."""
    if paragraph.marker is not None:
        return paragraph.marker.rank <= 3
    flat = page.flat[paragraph.start : paragraph.end]
    return bool(orders.CONTACT.match(flat)) or heading(page, paragraph) or len(flat) > _LONGEST


def _holds_list(page: Page, paragraph: Paragraph) -> bool:
    """Whether the paragraph, an item with a label of its own ('Về tuyên truyền: … cần nhấn mạnh:'), announces the marked items behind it."""
    return opens_list(page, paragraph) and (orders.charges_by_name(page.flat[paragraph.start : paragraph.end]) or _labelled(page, paragraph))


def _labelled(page: Page, paragraph: Paragraph) -> bool:
    """Whether the paragraph is a label and its content ('Về kinh phí: lập dự toán …')."""
    return ":" in page.text[paragraph.start : min(paragraph.end - 1, paragraph.start + 100)]


def _closes(page: Page, paragraph: Paragraph) -> bool:
    """Whether the last paragraph of the list is the dispatch's closing words."""
    flat = page.flat[paragraph.start : paragraph.end]
    return orders.is_closing(flat) and not orders.charges_by_name(flat) and not orders.reports_by_a_day(flat)

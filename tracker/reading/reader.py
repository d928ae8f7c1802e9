"""read(): from the text of a dispatch to everything that stands in it."""

from collections.abc import Sequence

from tracker.reading import orders
from tracker.reading.addressees import find_addressees
from tracker.reading.citations import find_citations
from tracker.reading.day_checks import check_days
from tracker.reading.deadlines import cell_deadline, find_deadlines
from tracker.reading.doubts import find_doubts, with_doubts
from tracker.reading.figure_checks import check_figures
from tracker.reading.figures import find_figures
from tracker.reading.findings import find_findings
from tracker.reading.head_fields import find_issue_date, find_kind, find_number, find_subject
from tracker.reading.letterhead import find_issuer
from tracker.reading.marks import find_secrecy, find_urgency
from tracker.reading.model import Reading, Span, Task, UnitRow
from tracker.reading.notices import find_notices
from tracker.reading.outline import opens_list
from tracker.reading.page import Page, Paragraph
from tracker.reading.recipients import bodies_among, find_copies, find_recipients
from tracker.reading.reporting import find_report_to
from tracker.reading.signature import find_signatory
from tracker.reading.tasks import find_tasks
from tracker.reading.text import clean
from tracker.reading.tying import tied
from tracker.reading.unit_checks import check_units
from tracker.reading.zones import find_zones


def read(text: str, units: Sequence[UnitRow] = ()) -> Reading:
    """Read a dispatch; `units` resolve the units that its findings name. Never raises on any text; unknown stays None."""
    page = Page(clean(text))
    zones = find_zones(page)
    number, lost_number = find_number(page, zones)
    issued, place, lost_date = find_issue_date(page, zones)
    parent, issuer = find_issuer(page, zones)
    subject = find_subject(page, zones)
    kind = find_kind(page, zones, number, subject is not None)
    body = [p for p in page.paragraphs(zones.body, zones.tail) if not _is_address(page, p, zones.address, zones.address_end)]
    part = find_tasks(page, body, kind)
    tasks, outside, begin = part.tasks, part.outside, part.begin
    areas = _areas(page, tasks, outside, begin, kind)
    day = issued.value if issued else None
    terms = find_deadlines(page, areas, day)
    for cell in part.times:
        bare = cell_deadline(page, cell, day)
        if bare and not any(d.span[0] < cell[1] and cell[0] < d.span[1] for d in terms):
            terms.append(bare)
    before = [p for p in body if p.start < begin]
    figures = find_figures(page, body)
    copies = find_copies(page, zones)
    recipients = find_recipients(page, zones) or find_addressees(page, before + [p for p in outside if p.start >= begin], begin) or bodies_among(copies)
    letterhead = " ".join(found.value for found in (parent, issuer) if found)
    named = [r.span for r in recipients] + [c.span for t in tasks for c in t.charges]
    found = Reading(
        text=page.text,
        kind=kind,
        number=number,
        issued_on=issued,
        place=place,
        parent=parent,
        issuer=issuer,
        subject=subject,
        recipients=recipients,
        copies=copies,
        signatory=find_signatory(page, zones),
        report_to=find_report_to(page, areas),
        urgency=find_urgency(page, zones),
        secrecy=find_secrecy(page, zones),
        tasks=tuple(tasks),
        deadlines=tuple(tied(terms, tasks)),
        findings=tuple(find_findings(page, before, units, day, letterhead)),
        cited=find_citations(page, body[0].start, body[-1].end) if body else (),
        figures=tuple(figure for together in figures for figure in together),
        warnings=(
            *(notice for notice in (lost_number, lost_date) if notice),
            *find_notices(page, body, tasks, issuer, subject),
            *check_figures(page, figures),
            *check_days(page, body, [t.span for t in tasks], day),
            *check_units(page, named, units, day),
        ),
    )
    return with_doubts(found, find_doubts(page, zones, found))


#: Kinds that command nobody and still ask for an answer by a day.
_INVITES = ("giấy mời", "thư mời", "thông báo")


def _is_address(page: Page, paragraph: Paragraph, address: int, address_end: int) -> bool:
    return address >= 0 and address <= paragraph.first_line < max(address_end, address + 1)


def _areas(page: Page, tasks: list[Task], outside: list[Paragraph], begin: int, kind: str | None) -> list[Span]:
    """Where terms and mailboxes count: the tasks, what follows them, and the sentence that announces them."""
    areas = [t.span for t in tasks]
    before = [p for p in outside if p.start < begin]
    if before and (opens_list(page, before[-1]) or any(begin < p.end for p in before[-1:])):
        # What stands before the order's verb are its grounds ('… báo cáo Thủ tướng trong tháng 01, Sở đề nghị …').
        order = orders.ORDER.search(page.flat, *before[-1].span)
        areas.append((order.start() if order else before[-1].start, before[-1].end))
    areas += [p.span for p in outside if p.start >= begin]
    if not tasks:
        areas = [p.span for p in outside if orders.is_order(page.flat[p.start : p.end]) or (kind in _INVITES and orders.asks_back(page.flat[p.start : p.end]))]
    return sorted(areas)

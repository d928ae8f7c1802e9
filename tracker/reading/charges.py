"""Whom an item charges: the body it begins with or orders ('Giao Sở Y tế chủ trì'), and those who coordinate ('phối hợp với …')."""

from tracker.reading.addressees import bodies, find_predicate
from tracker.reading.folding import phrase, squash
from tracker.reading.model import Charge, Span
from tracker.reading.orders import ORDER, names_body
from tracker.reading.page import Page

_WITH = phrase(r"\bphoi hop(?: chat che| tot)?,? (?:voi |cung )")
_LEADING = phrase(r"(?:doi voi )")
_REACH = 260


def find_charges(page: Page, content: int, end: int) -> tuple[Charge, ...]:
    """Lead bodies first, then coordinating ones, in the words of the item that starts at `content`."""
    lead = _lead(page, content, min(end, content + _REACH))
    found = [Charge(squash(page.text[a:b]), (a, b)) for a, b in lead]
    match = _WITH.search(page.flat, content, min(end, content + 2 * _REACH))
    if match and found:
        stop = find_predicate(page, match.end(), min(end, match.end() + _REACH))
        if stop is not None:
            semicolon = page.text.find(";", match.end(), stop)
            last = semicolon if semicolon > 0 else stop
            found += [Charge(squash(page.text[a:b]), (a, b), "coordinate") for a, b in bodies(page, (match.end(), last))]
    return tuple(found)


def _lead(page: Page, content: int, end: int) -> list[Span]:
    order = ORDER.search(page.flat, content, end)
    leading = _LEADING.match(page.flat, content, end)
    start = leading.end() if leading else content
    if order and (order.start() == content or not names_body(page.flat[start:end])):
        start = order.end()
    elif not names_body(page.flat[start:end]):
        return []
    colon = page.text.find(":", start, end)
    stops = [at for at in (colon, find_predicate(page, start, end) or -1) if at > start]
    line = page.text.find("\n", start, end)
    if not stops and line > 0:
        stops = [line]
    if not stops or min(stops) - start > 200:
        return []
    return bodies(page, (start, min(stops)))

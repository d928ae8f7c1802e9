"""How a file's text was got, as notices that stand beside the reader's own."""

from tracker.adapters.documents.types import LOW, MOST_PAGES, Extracted
from tracker.i18n import say
from tracker.reading.model import Notice


def notices(found: Extracted) -> tuple[Notice, ...]:
    """What a person should know: a scan, pages that were hard to read, tools that the machine lacks."""
    low = [number for number, sure in enumerate(found.confidence, 1) if sure < LOW]
    values = {"pages": ", ".join(map(str, low)), "sure": min(found.confidence, default=100), "limit": MOST_PAGES}
    return tuple(Notice(code, say(code, **values)) for code in found.warnings)

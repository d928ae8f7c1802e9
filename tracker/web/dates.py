"""Dates as people type them: dd/mm/yyyy, also d/m/yyyy, with . or - between, and the browser's yyyy-mm-dd."""
import re
from datetime import date

from tracker.domain.errors import BadInput

_TYPED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def typed_date(text: str) -> date | None:
    """The day that was typed, None for nothing. Raises BadInput("date.unreadable") for anything else."""
    text = text.strip()
    if not text:
        return None
    if found := _TYPED.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    else:
        raise BadInput("date.unreadable", text=text[:40])
    try:
        return date(year, month, day)
    except ValueError:
        raise BadInput("date.unreadable", text=text[:40]) from None

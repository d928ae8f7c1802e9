"""Values of forms that know which field they came from."""
from collections.abc import Mapping
from datetime import date

from tracker.domain.errors import BadInput
from tracker.web.dates import typed_date

#: More digits than any id has; a number without end would also be one that int() refuses.
MOST_DIGITS = 18


def whole(text: str) -> int | None:
    """The whole number of a field or an address, None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


def typed_number(form: Mapping[str, str], name: str, otherwise: int | None = None) -> int | None:
    """What was typed as a whole number, otherwise for an empty field; -1, which every rule refuses, for what is none."""
    text = form.get(name, "").strip()
    if not text:
        return otherwise
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else -1


def typed_caps(form: Mapping[str, str]) -> tuple[int | None, int | None]:
    """What a dispatch allows of extensions: days in all, times; None for an empty field. Raises BadInput("extension.cap")."""
    return _cap(form.get("extension_days", "")), _cap(form.get("extension_times", ""))


def _cap(text: str) -> int | None:
    text = text.strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput("extension.cap")
    return int(text) if text else None


def day_or_none(form: Mapping[str, str], field: str) -> date | None:
    """The day of a field, None for an empty one. Raises BadInput with the field."""
    try:
        return typed_date(form.get(field, ""))
    except BadInput as error:
        raise BadInput(error.code, **{**error.params, "field": field}) from error

"""Sentences in Vietnamese that remember how they were put together, so that a page can show them in another language."""
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

Key = TypeVar("Key")

#: A place in a message: {name}, or {name|one|many}, which chooses between two words by whether the value is 1.
PLACE = re.compile(r"\{(\w+)(?:\|([^{}|]*)\|([^{}|]*))?\}")


class Said(str):
    """A Vietnamese text as any other: stored, mailed and printed it is nothing more. pattern: the message it was made from; values: what stands
    in its places; then: what was done with the letters. A list that was joined has no pattern, its parts are values, glue is between them."""

    pattern: str
    values: Mapping[str, object]
    glue: str
    then: Callable[[str], str] | None

    def __new__(
        cls, text: str, pattern: str = "", values: Mapping[str, object] | None = None, glue: str = "", then: Callable[[str], str] | None = None,
    ) -> "Said":
        made = super().__new__(cls, text)
        made.pattern, made.values, made.glue, made.then = pattern, values or {}, glue, then
        return made

    def __add__(self, other: str) -> str:
        return joined("", (self, other))

    def __radd__(self, other: str) -> str:
        return joined("", (other, self))

    def capitalize(self) -> str:
        return changed(self, str.capitalize)

    def lower(self) -> str:
        return changed(self, str.lower)


def tr(text: str, /, **values: object) -> str:
    """The sentence with its values in place, which a page can show in another language. Raises KeyError for a place without a value."""
    return Said(text.format(**values) if values else text, text, values)


def worded(table: Mapping[Key, str]) -> dict[Key, str]:
    """A table of words, each of which a page can show in another language."""
    return {key: Said(text, text) for key, text in table.items()}


def joined(between: str, parts: Iterable[str]) -> str:
    """The parts in one text; each is translated by itself."""
    listed = list(parts)
    return Said(between.join(listed), "", {str(n): part for n, part in enumerate(listed)}, between)


def changed(text: str, how: Callable[[str], str]) -> str:
    """The text with its letters changed, in whichever language it is shown."""
    return Said(how(str(text)), "", {"0": text}, "", how)


def capital(text: str) -> str:
    """The text beginning with a capital, the rest as it is."""
    return changed(text, _capital)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def plural(value: object, one: str, many: str) -> str:
    """The word for one or for any other number, as it is shown ("1", "1.204")."""
    return one if str(value).strip() == "1" else many


def filled(text: str, values: Mapping[str, object]) -> str:
    """A message with its places filled; places without a value stay as they are written."""
    def put(place: re.Match[str]) -> str:
        name, one, many = place.groups()
        if name not in values:
            return place[0]
        return str(values[name]) if one is None else plural(values[name], one, many)
    return PLACE.sub(put, text)

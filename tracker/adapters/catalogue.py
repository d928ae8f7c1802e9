"""The English words of pages: gettext files beside the messages, read once when the first English page is asked for."""
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import polib

from tracker.domain.wording import PLACE, Said, filled

ENGLISH = "en"
FOLDER = Path(__file__).resolve().parent.parent / "messages" / "en"


@cache
def english() -> Mapping[str, str]:
    """Vietnamese message → English one; what is not translated yet is left out."""
    entries = (entry for file in sorted(FOLDER.glob("*.po")) for entry in polib.pofile(str(file), encoding="utf-8"))
    return {entry.msgid: entry.msgstr for entry in entries if entry.msgstr and not entry.obsolete}


def in_english(value: object) -> object:
    """A sentence of ours in English, its values too; a list of them likewise; anything else, such as what people typed, as it is."""
    if isinstance(value, list | tuple):
        return [in_english(part) for part in value]
    if not isinstance(value, Said):
        return value
    if value.pattern and not value.values and value.pattern not in english():
        return recalled(value.pattern)
    values = {name: in_english(part) for name, part in value.values.items()}
    if not value.pattern:
        text = value.glue.join(str(part) for part in values.values())
        return value.then(text) if value.then else text
    return filled(english().get(value.pattern, value.pattern), values)


@lru_cache(maxsize=4096)
def recalled(text: str) -> str:
    """The English of a sentence that was stored with its values in place: of the messages that it could be made from, the one that says most of it.
    What is none of ours stays as it is; of a list (", ") each part is looked at."""
    words = _recalled(text)
    if words is None:
        words = next((_filled(message, found) for message in _shapes().get("", ()) if (found := _shape(message).fullmatch(text))), None)
    return text if words is None else words


#: Letters by which messages are looked up.
BEGINNING = 4


def _recalled(text: str) -> str | None:
    """Without the messages that begin with a value: what stands within a sentence of ours may be somebody else's words."""
    first, *more = text.split(", ")
    whole = _message(text)
    if whole is not None or not more:
        return whole
    return (_message(first) or first) + "".join(_message(f", {part}") or f", {_message(part) or part}" for part in more)


def _message(text: str) -> str | None:
    if text in english():
        return english()[text]
    return next((_filled(message, found) for message in _shapes().get(text[:BEGINNING], ()) if (found := _shape(message).fullmatch(text))), None)


def _filled(message: str, found: re.Match[str]) -> str:
    return filled(english()[message], {name: _recalled(value) or value for name, value in found.groupdict().items()})


@cache
def _shapes() -> Mapping[str, list[str]]:
    """Beginning → the messages with places that begin so, the longest first; "": those that begin with a place and then say something."""
    made: dict[str, list[str]] = {}
    for message in sorted(english(), key=lambda one: -len(PLACE.sub("", one))):
        first, said = PLACE.search(message), PLACE.sub("", message).strip(" ,.:;“”()")
        if first and "{0}" not in message and (first.start() >= BEGINNING or (first.start() == 0 and len(said) >= BEGINNING)):
            made.setdefault(message[:BEGINNING] if first.start() else "", []).append(message)
    return made


@cache
def _shape(message: str) -> re.Pattern[str]:
    made, at, seen = "", 0, set[str]()
    for place in PLACE.finditer(message):
        made += re.escape(message[at:place.start()]) + (f"(?P={place[1]})" if place[1] in seen else f"(?P<{place[1]}>.+?)")
        seen.add(place[1])
        at = place.end()
    return re.compile(made + re.escape(message[at:]), re.DOTALL)

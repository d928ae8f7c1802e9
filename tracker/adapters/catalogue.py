"""The English words of pages: gettext files beside the messages, read once when the first English page is asked for."""
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polib

from tracker.domain.wording import Said, filled

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
    values = {name: in_english(part) for name, part in value.values.items()}
    if not value.pattern:
        text = value.glue.join(str(part) for part in values.values())
        return value.then(text) if value.then else text
    return filled(english().get(value.pattern, value.pattern), values)

"""What the answer page's form says, read into the service's terms."""
import re
import secrets
from collections.abc import Iterable, Mapping

from werkzeug.datastructures import MultiDict

from tracker.services.answering import Answers
from tracker.web.dates import typed_date

_TOKEN = re.compile(r"[A-Za-z0-9_-]{10,40}")
_PAIR = re.compile(r"(\d{1,18})-(\d{1,18})")


def new_token() -> str:
    """A name for the page that is being opened."""
    return secrets.token_urlsafe(15)


def token_of(form: Mapping[str, str]) -> str:
    """The opened page's name; a new one where the form has none that can be true."""
    given = form.get("page", "")
    return given if _TOKEN.fullmatch(given) else new_token()


def read(form: "MultiDict[str, str]") -> Answers:
    """The form as it was sent. Raises BadInput for a date that cannot be read."""
    ticks: dict[int, set[int]] = {}
    for pair in form.getlist("tick"):
        if found := _PAIR.fullmatch(pair):
            ticks.setdefault(int(found[1]), set()).add(int(found[2]))
    return Answers(
        token=token_of(form), version=_number(form.get("version")), number=plain(form.get("number", "")), dated_on=typed_date(form.get("dated_on", "")),
        signatory=plain(form.get("signatory", "")), results=_numbered(form, "result"), chosen=frozenset(ids(form.getlist("pick"))),
        kinds=_numbered(form, "kind"), ticks={id: frozenset(answered) for id, answered in ticks.items()},
    )


def ids(values: Iterable[str]) -> list[int]:
    """Those of the values that are numbers."""
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]


def plain(text: str) -> str:
    """The text without characters that no keyboard makes (PostgreSQL refuses NUL); line ends as one kind."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c == "\n" or c == "\t" or ord(c) >= 32)


def _numbered(form: "MultiDict[str, str]", name: str) -> dict[int, str]:
    found = {}
    for key, value in form.items():
        head, dash, tail = key.partition("-")
        if head == name and dash and ids([tail]):
            found[int(tail)] = plain(value)
    return found


def _number(text: str | None) -> int:
    return next(iter(ids([text or ""])), 0)

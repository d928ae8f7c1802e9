"""Mail templates: three files of one kind and one context give subject, text and html."""
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tracker import clock

FOLDER = Path(__file__).resolve().parent.parent.parent / "templates" / "email"
LONGEST_SUBJECT = 200
BLANK_LINES = re.compile(r"\n{3,}")
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task in a mail. kind: that of domain.badges (over, ret, soon, …, none); status: its words; detail: small second part."""

    title: str
    kind: str = "none"
    status: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The three parts of a message."""

    subject: str
    text: str
    html: str


def render(kind: str, context: Mapping[str, Any]) -> Rendered:
    """Fills the templates of templates/email/<kind>; a name that the context lacks raises UndefinedError rather than leaving a hole."""
    environment = _environment()
    subject, text, html = (environment.get_template(f"{kind}/{part}").render(context) for part in ("subject.txt", "body.txt", "body.html"))
    # Whatever a title holds, a subject is one line: a line break in it would start a new header.
    return Rendered(_cut(" ".join(subject.split())), BLANK_LINES.sub("\n\n", text).strip() + "\n", html)


def _cut(subject: str) -> str:
    return subject if len(subject) <= LONGEST_SUBJECT else subject[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _local_day(value: date | datetime) -> date:
    return clock.local(value).date() if isinstance(value, datetime) else value


def _full(value: date | datetime) -> str:
    return _local_day(value).strftime("%d/%m/%Y")


def _short(value: date | datetime) -> str:
    return _local_day(value).strftime("%d/%m")


def _weekday(value: date | datetime) -> str:
    return f"{WEEKDAYS[_local_day(value).weekday()]}, {_full(value)}"


def _is_html(name: str | None) -> bool:
    return bool(name and name.endswith(".html"))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=_is_html, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )
    environment.filters.update(date=_full, day=_short, weekday=_weekday)
    return environment

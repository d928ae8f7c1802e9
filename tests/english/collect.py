"""Every message that a page can show: what templates say, what the code gives to tr() and worded(), and the sentences of the error codes."""
import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import Flask

from tests.house.source import ROOT, calls, modules, templates
from tracker.domain.wording import PLACE
from tracker.i18n import MESSAGES
from tracker.web import assets, script_words
from tracker.web.messages_of_page import LETTER
from tracker.web.translating import BilingualEnvironment, translate

#: File of the catalogue → the beginnings of the sources whose messages stand there; the first that fits takes them.
AREAS = {
    "drafts": ("templates/dispatches/draft", "templates/dispatches/_", "templates/dispatches/issue", "templates/dispatches/amend",
               "tracker/services/draft", "tracker/web/draft", "tracker/reading"),
    "dispatches": ("templates/dispatches", "templates/units", "templates/quiet", "templates/groups", "tracker/services/dispatch", "tracker/services/matrix"),
    "figures": ("templates/figures", "templates/indicators", "tracker/services/figure", "tracker/web/figure", "tracker/services/indicator"),
    "help": ("templates/help",),
    "unit_reports": ("templates/district_reports", "tracker/services/district_report"),
    "reports": ("templates/reports", "templates/contests", "templates/letters", "templates/registers", "tracker/services/report", "tracker/services/letter",
                "tracker/services/contest", "tracker/web/report"),
    "mail": ("templates/incoming", "templates/sent_mail", "templates/mail_links", "tracker/services/mail", "tracker/services/incoming"),
    "reminders": ("templates/reminders", "templates/plan", "templates/policies", "templates/pauses", "templates/calendar", "templates/ledger",
                  "templates/absences", "tracker/services/plan", "tracker/services/reminder", "tracker/services/pause", "tracker/services/polic"),
    "work": ("templates/assignments", "templates/asking", "templates/submissions", "templates/reviews", "templates/requests", "templates/questions",
             "tracker/services/answer", "tracker/services/assignment", "tracker/services/request"),
    "people": ("templates/account", "templates/people", "templates/imports", "templates/settings"),
    "errors": ("tracker/messages", "tracker/i18n.py"),
    "scripts": ("tracker/web/static",),
    "frame": ("templates",),
    "code": ("tracker",),
}
#: Literals of templates that are Vietnamese though no letter shows it.
SAID = {"Cho", "Ghi", "Trang", "Xong", "xong", "xem {0}", "T2", "T3", "T4", "T5", "T6", "T7", "CN"}


@dataclass
class Found:
    """Messages → the files they were seen in."""

    messages: dict[str, set[str]] = field(default_factory=dict)

    def add(self, text: str, where: str) -> None:
        """Takes a message up."""
        self.messages.setdefault(text, set()).add(where)


class _Collector:
    def __init__(self, found: Found, where: str) -> None:
        self.found, self.where = found, where

    def __call__(self, text: str) -> None:
        self.found.add(text, self.where)

    def quietly(self, text: str) -> None:
        """A literal that may be a name of the code."""
        if text in SAID:
            self(text)


def everything() -> Found:
    """All messages of the product."""
    found = Found()
    environment = BilingualEnvironment(Flask(__name__))
    for name, file in templates().items():
        if name.endswith(".html") and not name.startswith("email/"):
            translate(environment.parse(file.read_text(), name), _Collector(found, f"templates/{name}"))
    for name, file in modules().items():
        for text in in_code(name):
            found.add(text, file.relative_to(ROOT).as_posix())
    for name, source in scripts().items():
        for text in script_words.messages(source):
            found.add(text, name)
    for text in MESSAGES.values():
        found.add(text, "tracker/i18n.py")
    return found


def scripts() -> dict[str, str]:
    """Path → source of the scripts that pages load, without what comes from elsewhere."""
    own = (ROOT / "tracker/web/static" / part for part in assets.BUNDLES[assets.SCRIPTS] if not part.startswith("vendor/"))
    return {file.relative_to(ROOT).as_posix(): file.read_text() for file in own}


def in_code(name: str) -> Iterator[str]:
    """Literals that a module gives to tr() and worded()."""
    for called, call in calls(name):
        if called == "tr" and call.args:
            yield from _texts(call.args[0])
        elif called == "worded":
            tables = [part for part in ast.walk(call) if isinstance(part, ast.Dict)]
            yield from (text for table in tables for value in table.values for text in _texts(value))


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and LETTER.search(PLACE.sub("", node.value)):
        yield node.value


def area(sources: set[str]) -> str:
    """The file of the catalogue for a message seen in these files."""
    fitting = [name for name, beginnings in AREAS.items() if any(source.startswith(beginnings) for source in sources)]
    return fitting[0]



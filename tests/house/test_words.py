"""Every error that can be raised has its words, with a value for each gap in them, and no word waits for an error that is gone."""
import ast
import re
from string import Formatter

import pytest

from tests.house.source import calls, literals, modules, templates, tree
from tracker.domain import errors
from tracker.i18n import MESSAGES

CODE = re.compile(r"[a-z_]+\.[a-z_]+")
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
RAISED = ERRORS | {"say"}
OTHERS = [name for name in modules() if not name.startswith(("tracker.i18n", "tracker.messages"))]


def told(by: set[str] = RAISED) -> list[tuple[str, str, set[str] | None]]:
    """(module, code, values given) of every error and every sentence asked for; None for values that are passed on as they came."""
    found = []
    for name in OTHERS:
        for called, call in calls(name):
            if called in by and call.args and isinstance(call.args[0], ast.Constant | ast.IfExp):
                given = {keyword.arg for keyword in call.keywords}
                values = None if None in given else {str(word) for word in given}
                found += [(name, code, values) for code in literals(call.args[0]) if CODE.fullmatch(code) or not isinstance(call.args[0], ast.IfExp)]
    return found


def test_every_error_has_its_words() -> None:
    assert [(name, code) for name, code, _ in told() if code not in MESSAGES] == []


def test_every_gap_in_the_words_gets_its_value() -> None:
    gaps = {code: {field for _, field, _, _ in Formatter().parse(text) if field} for code, text in MESSAGES.items()}
    assert [(name, code, gaps[code] - values) for name, code, values in told() if values is not None and not gaps[code] <= values] == []


def test_codes_that_are_passed_on_by_name_are_written_nearby_and_have_words() -> None:
    """Where the first argument is a name, the codes stand as literals in the same module: each that looks like one of ours is one."""
    families = {code.split(".")[0] for code in MESSAGES}
    by_name = {name for name in OTHERS for called, call in calls(name) if called in RAISED and call.args and isinstance(call.args[0], ast.Name)}
    assert by_name
    loose = {text for name in by_name for text in literals(tree(name)) if CODE.fullmatch(text) and text.split(".")[0] in families}
    assert loose - set(MESSAGES) - NO_WORDS == set()


#: Literals of those modules that look like codes: events of the history, and a hint for whoever looks after the machine.
NO_WORDS = {"person.invite", "feed.make", "feed.revoke", "document.pdf_fallback"}


def test_no_word_is_left_over() -> None:
    in_code = set().union(*(literals(tree(name)) for name in OTHERS))
    in_pages = set(re.findall(r"[\"']([a-z_.]+)[\"']", "\n".join(file.read_text() for file in templates().values())))
    assert sorted(set(MESSAGES) - in_code - in_pages) == []


@pytest.mark.parametrize("code", MESSAGES)
def test_a_sentence_is_plain_vietnamese(code: str) -> None:
    """One paragraph that begins with a capital and ends as a sentence does; no word of the machine room."""
    text = MESSAGES[code]
    assert text[0].isupper() or text[0] in "“{"
    assert text.rstrip("}").endswith((".", "”.", "?", "first", "lines")), text
    assert not re.search(r"\b(null|None|error|exception|invalid|failed|database|server|token|upload)\b", text), text


def test_a_refusal_of_input_says_what_to_do_next() -> None:
    """Errors that a person can mend name the way on: an order (hãy, cần, phải), or what holds instead."""
    ways = re.compile(r"\b(hãy|cần|phải|chỉ|nhờ|chờ|đợi|chọn|chưa ghi|không thuộc|không cần|không còn)\b", re.IGNORECASE)
    refusals = {code for _, code, _ in told(ERRORS)}
    assert sorted(code for code in refusals if not ways.search(MESSAGES[code])) == []


"""The catalogue says everything that pages can say, once, with the same places, and nothing that no page says any more."""
import ast
import re
from collections import Counter

import polib
import pytest

from tests.english.collect import Found, everything, scripts
from tests.house.source import calls, in_layers, tree
from tracker.adapters.catalogue import FOLDER
from tracker.domain.wording import PLACE
from tracker.web.messages_of_page import VIETNAMESE
from tracker.web.script_words import SAID

TAG = re.compile(r"</?[a-z]+\d*>")
OLD_STYLE = re.compile(r"%[sd]")
ENTRIES = [entry for file in sorted(FOLDER.glob("*.po")) for entry in polib.pofile(str(file), encoding="utf-8")]


@pytest.fixture(scope="module")
def said() -> Found:
    """All messages of the product."""
    return everything()


def test_every_message_is_translated(said: Found) -> None:
    translated = {entry.msgid for entry in ENTRIES if entry.msgstr}
    missing = {text: sorted(where) for text, where in said.messages.items() if text not in translated}
    assert missing == {}, "run `make messages`, then fill the empty msgstr in tracker/messages/en"


def test_scripts_say_nothing_past_the_catalogue() -> None:
    """Every line of a script that is no comment: what stands in tr("…") is taken out, and nothing Vietnamese is left."""
    past = [
        (name, line.strip()) for name, source in scripts().items()
        for line in SAID.sub("", re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)).splitlines() if VIETNAMESE.search(line)
    ]
    assert past == [], "show it through tr(\"…\"), in one piece and with its values as {places}"


def test_pages_say_nothing_past_the_catalogue() -> None:
    """Vietnamese in the code of the pages stands in tr(…), in worded(…) or in words for programmers."""
    past = []
    for name in in_layers("web"):
        inside = [call for called, call in calls(name) if called in ("tr", "worded", "compile")]
        inside += [node.body[0] for node in ast.walk(tree(name)) if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)]
        known = {id(part) for node in inside for part in ast.walk(node) if isinstance(part, ast.Constant)}
        past += [(name, part.value) for part in ast.walk(tree(name)) if isinstance(part, ast.Constant) and isinstance(part.value, str)
                 and VIETNAMESE.search(part.value) and id(part) not in known]
    assert past == [], "say it through tr(\"…\")"


def test_no_translation_is_left_over(said: Found) -> None:
    assert [entry.msgid for entry in ENTRIES if entry.msgid not in said.messages] == [], "run `make messages`"


def test_no_message_stands_twice() -> None:
    assert {text: times for text, times in Counter(entry.msgid for entry in ENTRIES).items() if times > 1} == {}


def test_places_and_tags_are_the_same_in_both_languages() -> None:
    wrong = [(entry.msgid, entry.msgstr) for entry in ENTRIES if entry.msgstr and _marks(entry.msgid) != _marks(entry.msgstr)]
    assert wrong == []


def _marks(text: str) -> tuple[set[str], Counter[str], list[str]]:
    return {place[1] for place in PLACE.finditer(text)}, Counter(TAG.findall(text)), OLD_STYLE.findall(text)


def test_english_brings_no_other_markup() -> None:
    strange = [entry.msgstr for entry in ENTRIES if "<" in TAG.sub("", entry.msgstr) and "<" not in TAG.sub("", entry.msgid)]
    assert strange == []


def test_edges_of_a_message_stay() -> None:
    """What is joined to something else keeps its space or comma."""
    wrong = [(entry.msgid, entry.msgstr) for entry in ENTRIES if entry.msgstr and _edges(entry.msgid) != _edges(entry.msgstr)]
    assert wrong == []


def _edges(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()

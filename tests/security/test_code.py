"""What the code never does, read from the code itself: no shell, no evaluation, no SQL of values, no chance for secrets, no markup of words."""
import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.house.source import ROOT

OURS = [path for folder in ("tracker", "workers") for path in sorted((ROOT / folder).rglob("*.py"))]
SCRIPTS = sorted((ROOT / "tracker/web/static").glob("*.js"))
#: Modules that open connections: adapters, the mail entry, and the commands that look whether a server answers.
NETWORK = {"socket", "smtplib", "imaplib", "http", "urllib.request", "requests", "httpx", "aiohttp", "ftplib", "urllib3", "telnetlib", "poplib"}
MAY = ("tracker/adapters/", "tracker/listener/", "tracker/cli/", "tracker/services/delivery.py")
#: Texts of SQL whose pieces are constants of the same module; values go in by name.
PIECED = {"tracker/services/ledger.py"}


@cache
def everything() -> list[tuple[str, ast.AST]]:
    """Every node of the code with its file."""
    return [(str(path.relative_to(ROOT)), node) for path in OURS for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


def nodes(kind: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Every node of a kind with its file."""
    return ((where, node) for where, node in everything() if isinstance(node, kind))


@cache
def calls() -> list[tuple[str, str, ast.Call]]:
    """(file, what is called, the call)."""
    return [(where, ast.unparse(node.func), node) for where, node in nodes(ast.Call) if isinstance(node, ast.Call)]


def imports() -> Iterator[tuple[str, str]]:
    """(file, module imported)."""
    for where, node in nodes(ast.Import):
        assert isinstance(node, ast.Import)
        yield from ((where, one.name) for one in node.names)
    for where, found in nodes(ast.ImportFrom):
        assert isinstance(found, ast.ImportFrom)
        yield where, found.module or ""


def test_nothing_is_run_by_a_shell_or_evaluated() -> None:
    evil = re.compile(r"(eval|exec|compile|__import__|os\.(system|popen)|.*render_template_string|.*from_string|.*\.Template|tempfile\.mktemp)")
    assert [(where, name) for where, name, _ in calls() if evil.fullmatch(name)] == []
    assert [where for where, name, call in calls() if any(word.arg == "shell" for word in call.keywords)] == []
    assert [(where, name) for where, name in imports() if name.partition(".")[0] in {"pickle", "marshal", "shelve", "yaml", "dill"}] == []


def test_sql_texts_are_fixed() -> None:
    wrong = []
    for where, name, call in calls():
        if name.rpartition(".")[2] in {"text", "literal_column", "exec_driver_sql"} and call.args and where not in PIECED:
            pieces = [node for node in ast.walk(call.args[0]) if isinstance(node, ast.FormattedValue)]
            if any(not isinstance(piece.value, ast.Name) or not piece.value.id.isupper() for piece in pieces):
                wrong.append((where, ast.unparse(call)[:80]))
    named = {where for where, name in imports() if name == "sqlalchemy"}
    assert [(where, said) for where, said in wrong if where in named and "dump.py" not in where] == []


def test_patterns_are_fixed_or_escaped() -> None:
    wrong = []
    for where, name, call in calls():
        if re.fullmatch(r"re\.(compile|search|match|fullmatch|sub|findall|finditer|split)", name) and isinstance(call.args[0], ast.JoinedStr):
            source = (ROOT / where).read_text(encoding="utf-8")
            for piece in (node for node in ast.walk(call.args[0]) if isinstance(node, ast.FormattedValue)):
                said = ast.unparse(piece.value)
                # A constant of the module, an escaped value, or one that is escaped where it is made.
                if not (said.strip("_").isupper() or "escape" in said or re.search(rf"\b{re.escape(said)} = .*(escape|fold)", source)):
                    wrong.append((where, said))
    assert [one for one in wrong if not one[0].startswith(("tracker/reading/", "tracker/services/recognising.py", "tracker/adapters/documents/"))] == []


def test_only_adapters_talk_to_the_network() -> None:
    assert [(where, name) for where, name in imports() if name in NETWORK and not where.startswith(MAY)] == []
    assert [where for where, name in imports() if name in {"requests", "httpx", "aiohttp", "urllib.request", "urllib3"}] == []


def test_nothing_secret_comes_from_plain_chance() -> None:
    assert [where for where, name in imports() if name in {"random", "numpy.random"}] == []
    assert [(where, name) for where, name, _ in calls() if re.fullmatch(r"uuid\.uuid1|uuid1", name)] == []


def test_weak_hashes_are_not_used() -> None:
    assert [(where, name) for where, name, _ in calls() if re.search(r"\b(md5|sha1|MD5|SHA1)\b", name)] == []


def test_forms_are_never_poured_into_rows() -> None:
    """A form's fields reach a call by name: `**request.form` would let whoever sends it name any column."""
    poured = [ast.unparse(word.value) for _, _, call in calls() for word in call.keywords if word.arg is None]
    assert [said for said in poured if "request." in said and "**" not in said] == []
    assert [where for where, name, _ in calls() if where.startswith("tracker/web") and name == "setattr"] == []


def test_form_and_query_are_read_apart() -> None:
    """Both together are read only where a page is asked for and drawn again by the form of the same fields."""
    both = {Path(where).name for where, node in nodes(ast.Attribute) if isinstance(node, ast.Attribute) and ast.unparse(node) == "request.values"}
    assert both <= {"letters.py", "incoming.py"}


def test_scripts_make_no_markup_of_words() -> None:
    found = [(path.name, line.strip()) for path in SCRIPTS for line in path.read_text(encoding="utf-8").splitlines()
             if re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|postMessage|[\"']message[\"']", line)]
    # The one place puts in a fragment that our own server has made and escaped.
    assert found == [("upload.js", "fresh.innerHTML = xhr.responseText;")]


def test_the_time_frames_for_updates_stand_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    told = text[text.index("- **Bản vá.**"):].split("- **")[1]
    assert all(words in told for words in ("make audit", "3 ngày", "14 ngày", "90 ngày", "make lock ARGS=--upgrade"))
    assert "\naudit:" in (ROOT / "Makefile").read_text()

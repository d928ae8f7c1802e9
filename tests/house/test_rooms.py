"""Small rooms, one clock, one place that commits, and a top level that holds the product only."""
import ast
import re
import subprocess
from collections import Counter

from tests.house.source import ROOT, calls, in_layers, layer, modules, templates, tree

LONGEST_FILE, LONGEST_FUNCTION = 300, 60
TOP = {"pyproject.toml", "wsgi.py", "tracker", "workers", "templates", "migrations", "tests", "README.md", "Makefile", "requirements.lock"}
#: The sweeper of the file store compares with the times that the file system itself wrote.
READS_THE_CLOCK = {("tracker.clock", "now"), ("tracker.services.file_sweep", "time")}


def test_no_file_is_too_long() -> None:
    lengths = {name: len(file.read_text().splitlines()) for name, file in modules().items()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    long = [
        (name, node.name, node.end_lineno - node.lineno + 1)
        for name in modules()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_every_module_opens_with_a_sentence() -> None:
    opened = {name: (ast.get_docstring(tree(name)) or "").split("\n\n")[0].strip() for name in modules()}
    assert [name for name, sentence in opened.items() if not sentence.endswith((".", "?"))] == []


def test_every_public_function_of_a_layer_says_what_it_does() -> None:
    silent = [
        (name, node.name)
        for name in in_layers("domain", "models", "adapters", "services", "db", "clock", "i18n", "config", "app")
        for node in tree(name).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_service_says_which_errors_it_raises() -> None:
    """A public function that itself raises an error with a code names the kind or the code in its docstring."""
    untold = []
    for name in in_layers("services"):
        for node in tree(name).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            raised = [part.exc for part in ast.walk(node) if isinstance(part, ast.Raise) and isinstance(part.exc, ast.Call)]
            kinds = {call.func.id for call in raised if isinstance(call.func, ast.Name)}
            untold += [(name, node.name, kind) for kind in kinds if kind not in (ast.get_docstring(node) or "")]
    assert untold == []


def test_only_the_clock_asks_what_time_it_is() -> None:
    """Elsewhere time.monotonic may measure how long something takes; what day or hour it is comes from tracker.clock."""
    asking = {
        (name, called)
        for name in modules()
        for called, call in calls(name)
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)
        and (call.func.value.id, called) in {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time"),
                                             ("time", "localtime"), ("time", "gmtime"), ("time", "strftime")}
    }
    assert asking == READS_THE_CLOCK
    bare = [name for name in modules() for node in ast.walk(tree(name)) if isinstance(node, ast.ImportFrom) and node.module == "time"
            and {alias.name for alias in node.names} - {"monotonic", "sleep", "perf_counter"}]
    assert bare == []


def test_no_default_of_a_column_asks_the_time() -> None:
    named = {"func.now", "func.current_timestamp", "func.current_date", "datetime.now", "datetime.utcnow", "date.today"}
    found = [(name, ast.unparse(node)) for name in modules() if name != "tracker.clock" for node in ast.walk(tree(name))
             if isinstance(node, ast.Attribute) and ast.unparse(node) in named]
    assert found == []


def test_only_the_database_module_commits() -> None:
    committing = {
        (name, called) for name in modules() for called, call in calls(name)
        if called == "commit" or (called == "begin" and "engine" in ast.unparse(call.func))
    }
    assert committing == {("tracker.db", "commit")}


def test_services_open_no_transaction_of_their_own() -> None:
    """They are given one, or an opener by the edge where one call needs several (sending mail, the plan)."""
    opening = [name for name in in_layers("services", "models", "adapters", "domain", "reading") for node in ast.walk(tree(name))
               if isinstance(node, ast.ImportFrom) and node.module == "tracker.db" and "transaction" in {alias.name for alias in node.names}]
    assert opening == []


def test_layers_have_a_file_for_each_noun_and_no_hub() -> None:
    """An __init__ holds its sentence, and at most the names of what stands in the package."""
    hubs = {
        name: len(file.read_text().splitlines()) for name, file in modules().items()
        if file.name == "__init__.py" and layer(name) not in ("reading",) and len(file.read_text().splitlines()) > 40
    }
    assert hubs == {}


def test_nothing_public_stands_unused() -> None:
    """A name of a layer that occurs nowhere but where it is defined is a room without a door."""
    spoken = Counter(word for file in [*modules().values(), *templates().values()] for word in re.findall(r"\w+", file.read_text()))
    unused = [(name, node.name) for name in in_layers("services", "domain", "adapters", "reading", "i18n", "clock", "db", "config")
              for node in tree(name).body if isinstance(node, ast.FunctionDef | ast.ClassDef) and spoken[node.name] == 1]
    assert unused == []


def test_the_top_level_holds_what_the_product_is() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    assert {path.split("/")[0] for path in listed if path and not path.startswith(".")} == TOP

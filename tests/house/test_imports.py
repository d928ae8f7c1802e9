"""The import law: downward only, pure rules stay pure, and the request stays at the door."""
import importlib
import subprocess
import sys
import tomllib
from itertools import pairwise

from tests.house.source import ROOT, imports, in_layers, layer, modules

#: Layers from the top; what stands on one line may not import each other, but for BESIDE.
LAYERS = (("wsgi",), ("__main__",), ("cli", "workers"), ("app",), ("web", "listener"), ("base",), ("services",), ("models", "adapters"), ("db",), ("reading",),
          ("domain", "i18n", "config", "clock", "turns"), ("messages",))
#: Who imports what on its own line: the words know the rules whose values they name, the settings those by which they are judged.
BESIDE = {("i18n", "domain"), ("config", "domain")}
HEIGHT = {name: -n for n, line in enumerate(LAYERS) for name in line}
#: What a module outside the web may take from Flask: the running app and its settings, never the request.
OUTSIDE_WEB = {"Flask", "current_app"}


def test_every_module_has_its_room() -> None:
    assert {layer(name) for name in modules()} == set(HEIGHT) | {"tracker"}
    assert not list(imports("tracker")) and "tracker" in modules()


def test_imports_run_downward_only() -> None:
    against = [
        (name, other)
        for name in modules()
        for other in ours(name)
        if not (layer(other) == layer(name) or HEIGHT[layer(other)] < HEIGHT[layer(name)] or (layer(name), layer(other)) in BESIDE)
        or (name.startswith("tracker") and other.startswith("workers"))
    ]
    assert against == []


def ours(name: str) -> set[str]:
    """Modules of ours that a module imports; a package is left out where only a module in it is meant."""
    return {f"{module}.{inner}" if f"{module}.{inner}" in modules() else module for module, inner in imports(name)} & set(modules())


def test_rules_and_reading_need_the_standard_library_alone() -> None:
    pure = in_layers("domain", "reading", "clock", "i18n", "config", "messages")
    found = {(name, module) for name in pure for module, _ in imports(name) if module.split(".")[0] not in sys.stdlib_module_names | {"tracker"}}
    assert found == set()


def test_the_request_is_seen_by_the_web_alone() -> None:
    outside = [(name, module, inner) for name in modules() if layer(name) != "web" for module, inner in imports(name)]
    assert [taken for taken in outside if taken[1].startswith(("flask_login", "flask_limiter", "wtforms", "werkzeug.local"))] == []
    assert [taken for taken in outside if taken[1] == "flask" and taken[2] not in OUTSIDE_WEB] == []


def test_flask_is_known_where_it_must_be() -> None:
    """Services ask the running app for its settings only; models, reading and rules know no framework at all."""
    found = {
        (layer(name), module, inner) for name in in_layers("domain", "reading", "models", "services", "clock", "i18n", "config")
        for module, inner in imports(name) if module.split(".")[0].startswith(("flask", "werkzeug"))
    }
    assert found <= {("services", "flask", "current_app")}


def test_no_import_dodges_the_law() -> None:
    texts = {name: file.read_text() for name, file in modules().items()}
    assert [name for name, text in texts.items() if "TYPE_CHECKING" in text or "__import__" in text] == []
    # A command or a reader that is loaded late stands in a table, which the next test walks.
    assert {name for name, text in texts.items() if "import_module" in text} == {"tracker.__main__", "tracker.adapters.documents.registry"}


def test_what_is_loaded_late_is_there_and_lies_below() -> None:
    commands = importlib.import_module("tracker.__main__").COMMANDS
    for module, function, _ in commands.values():
        assert layer(module) == "cli" and callable(getattr(importlib.import_module(module), function))


def test_no_ring_of_imports() -> None:
    left = {name: ours(name) - {name} for name in modules()}
    while free := [name for name, needs in left.items() if not needs & set(left)]:
        for name in free:
            del left[name]
    assert not left


def test_the_contract_in_pyproject_says_the_same() -> None:
    """import-linter's contract is what `make check` runs: its layers must be the ones above."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert {"tracker", "workers"} <= set(settings["root_packages"])
    (layered,) = [contract for contract in settings["contracts"] if contract["type"] == "layers"]
    told = [[part.strip() for part in line.replace(":", "|").split("|")] for line in layered["layers"]]
    assert [{layer(name) for name in line} for line in told] == [set(line) for line in LAYERS if line != ("wsgi",)]
    forbidden = {(source, target) for contract in settings["contracts"] if contract["type"] == "forbidden"
                 for source in contract["source_modules"] for target in contract["forbidden_modules"]}
    assert ("tracker", "workers") in forbidden
    assert {("tracker.domain", "flask"), ("tracker.reading", "sqlalchemy"), ("tracker.services", "flask_login")} <= forbidden
    assert all(HEIGHT[layer(upper[0])] > HEIGHT[layer(lower[0])] for upper, lower in pairwise(told))


def test_import_linter_keeps_its_contracts() -> None:
    done = subprocess.run([f"{sys.prefix}/bin/lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout

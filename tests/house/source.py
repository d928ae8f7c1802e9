"""The product's own text, as the house tests read it."""
import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"


@cache
def modules() -> dict[str, Path]:
    """Dotted name → file of every module that ships."""
    files = [*ROOT.glob("tracker/**/*.py"), *ROOT.glob("workers/**/*.py"), ROOT / "wsgi.py"]
    return {_dotted(file): file for file in sorted(files)}


def _dotted(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(name: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(modules()[name].read_text())


def layer(name: str) -> str:
    """The layer a module belongs to: "web", "services", …; for a single file its own name; "workers", "wsgi"."""
    parts = name.split(".")
    return parts[1] if parts[0] == "tracker" and len(parts) > 1 else parts[0]


def in_layers(*wanted: str) -> list[str]:
    """Modules of some layers."""
    return [name for name in modules() if layer(name) in wanted]


def imports(name: str) -> Iterator[tuple[str, str]]:
    """What a module imports: (module, name in it), the name empty for a whole module."""
    package = name if modules()[name].name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            yield from ((".".join([*above, *filter(None, [node.module])]), alias.name) for alias in node.names)


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a module, with the last name of what is called."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Call):
            called = node.func
            yield (called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""), node


def literals(node: ast.AST) -> set[str]:
    """Strings that stand in a piece of code."""
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def templates() -> dict[str, Path]:
    """Name, as the loader knows it, → file of every template."""
    return {file.relative_to(TEMPLATES).as_posix(): file for file in sorted(TEMPLATES.rglob("*")) if file.is_file()}

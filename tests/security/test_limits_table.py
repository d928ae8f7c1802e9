"""The README's one list of limits says what the code says, and leaves out no rate."""
import ast
import re
from datetime import timedelta
from importlib import import_module

from tests.house.source import ROOT, modules, tree

MEGABYTE = 1024 * 1024


def rows() -> list[list[str]]:
    """The cells of the table."""
    text = (ROOT / "README.md").read_text()
    table = text[text.index("| limit | value | where |"):].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def rates() -> set[str]:
    """All rates that views name, as text or by a constant of their module or of limits."""
    found = set()
    for name in modules():
        if not name.startswith("tracker.web."):
            continue
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "limiter.limit":
                rate = node.args[0]
                found.add(rate.value if isinstance(rate, ast.Constant) else getattr(import_module(name), ast.unparse(rate)))
    return found


def words(value: object) -> str:
    """A constant as the table writes it."""
    if isinstance(value, timedelta):
        hours, minutes = divmod(int(value.total_seconds()) // 60, 60)
        return f"{hours} hours" if hours else f"{minutes} minutes"
    if isinstance(value, int) and value >= MEGABYTE and value % MEGABYTE == 0:
        return f"{value // MEGABYTE} MB"
    return str(value)


def test_every_rate_stands_in_the_table_and_nothing_else_does() -> None:
    told = {part for _, value, _ in rows() for part in value.split("; ") if " per " in part}
    assert told == rates()


def test_every_constant_has_the_value_that_the_table_gives() -> None:
    tried = 0
    for _, value, where in rows():
        names = re.findall(r"`(tracker\.[\w.]+)\.([A-Z_]+)`", where)
        if names:
            assert value.split("; ") == [words(getattr(import_module(module), name)) for module, name in names], where
            tried += len(names)
    assert tried > 20

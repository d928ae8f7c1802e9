"""The table of the security standard is whole: every requirement of levels 1 and 2 has one row, a reason, and a test that exists.

asvs_required.csv holds the ids and levels of OWASP ASVS 5.0.0; what each asks is read in the standard itself.
"""
import ast
import csv
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
MET = {"yes", "not applicable", "partly", "no"}


@cache
def table(name: str) -> list[dict[str, str]]:
    """The rows of one of the two files."""
    with (HERE / name).open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@cache
def functions(path: str) -> frozenset[str]:
    """Names of the test functions of a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_requirement_has_its_one_row() -> None:
    required = {(row["id"], row["level"]) for row in table("asvs_required.csv")}
    assert (len(required), len(table("asvs_required.csv"))) == (253, 253)
    told = [(row["id"], row["level"]) for row in table("asvs.csv")]
    assert sorted(set(told) ^ required) == [] and len(told) == len(set(told))


def test_every_row_says_how_in_a_sentence() -> None:
    assert [row["id"] for row in table("asvs.csv") if row["met"] not in MET] == []
    assert [row["id"] for row in table("asvs.csv") if len(row["how"].split()) < 4 or not row["how"].endswith(".")] == []


def test_every_test_that_is_named_is_there() -> None:
    named = [(row["id"], *row["test"].split("::")) for row in table("asvs.csv") if row["test"]]
    assert [(id, path, name) for id, path, name in named if not (ROOT / path).is_file() or name not in functions(path)] == []


def test_what_is_met_is_held_by_a_test() -> None:
    assert [row["id"] for row in table("asvs.csv") if row["met"] == "yes" and not row["test"]] == []

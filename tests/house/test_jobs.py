"""The names by which jobs are sent are the names that workers know, and what beat orders is there."""
import ast
import re

import pytest

from tests.house.source import calls, literals, modules, tree
from tracker.adapters import jobs
from workers.schedule import SCHEDULE


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Task names as the workers' files write them."""
    found = {keyword.value.value for name in modules() if name.startswith("workers.") for called, call in calls(name) if called == "shared_task"
             for keyword in call.keywords if keyword.arg == "name" and hasattr(keyword.value, "value")}
    return {str(name) for name in found}


def test_every_job_that_is_sent_has_its_task(names: set[str]) -> None:
    assert jobs.NAMES <= names
    assert {name: SCHEDULE[name]["task"] for name in SCHEDULE} == {name: name for name in SCHEDULE}
    assert set(SCHEDULE) <= names


def test_every_task_is_sent_or_scheduled(names: set[str]) -> None:
    assert names == jobs.NAMES | set(SCHEDULE)


def test_jobs_are_sent_by_a_name_on_the_list() -> None:
    """By a literal, or by the constant of the noun's own service."""
    sending = [name for name in modules() for called, _ in calls(name) if called == "enqueue"]
    told = {text for name in [*sending, "tracker.services.outbox", "tracker.services.reports"] for text in literals(tree(name))}
    assert sending and told & jobs.NAMES == jobs.NAMES


def test_a_task_says_why_a_second_run_is_harmless() -> None:
    told = {
        (name, node.name): ast.get_docstring(node) or ""
        for name in modules() if name.startswith("workers.")
        for node in tree(name).body
        if isinstance(node, ast.FunctionDef) and any("shared_task" in ast.unparse(decorator) for decorator in node.decorator_list)
    }
    assert told and [where for where, text in told.items() if not re.search(r"second|twice|again|several|once", text)] == []


def test_no_task_sleeps_until_later() -> None:
    """With Redis a message that waits long is delivered again and again: a row carries the time, and a sweep takes it up."""
    late = [(name, keyword.arg) for name in modules() for _, call in calls(name) for keyword in call.keywords if keyword.arg in ("eta", "countdown")]
    late += [(name, called) for name in modules() if name.startswith("workers.") for called, _ in calls(name) if called == "retry"]
    assert late == []

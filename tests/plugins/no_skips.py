"""Where everything a test needs can be had, a skipped test counts as a failure (TRACKER_NO_SKIPS=1)."""

import os

import pytest


def _skipped(config: pytest.Config) -> list[pytest.TestReport]:
    """Skipped reports, seen only where results are gathered: not in a worker process of xdist."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("TRACKER_NO_SKIPS") != "1" or terminal is None or hasattr(config, "workerinput"):
        return []
    return terminal.stats.get("skipped", [])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if skipped := _skipped(config):
        terminalreporter.section("skipped tests are failures here", red=True)
        terminalreporter.line(f"{len(skipped)} skipped: this machine has everything, so nothing may be left out")

"""How the test processes share the work: a file is one piece, the browser's walks are two, and what takes longest is begun first.

The walks share one served sample a process, which starts and is put back far more cheaply than each file could serve its own.
"""
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

#: Rooms whose files take minutes: begun last, one of them would run on alone.
LONG = ("tests/e2e/", "tests/setup/")


class Lines(LoadFileScheduling):
    """Files, but the paths of the walks in one piece and the other walks in another."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if not file.startswith("tests/e2e/"):
            return file
        return "tests/e2e/paths" if "/test_path_" in file else "tests/e2e/pages"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the long ones first; each process comes to the same order."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Lines | None:
    """Takes the place of `--dist loadfile`, in the order in which the tests were found."""
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return Lines(config, log)

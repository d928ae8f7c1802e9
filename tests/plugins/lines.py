"""How the test processes share the work: a file is one piece, the browser's walks are two, and what takes longest is begun first.

The walks share one served sample a process, which starts and is put back far more cheaply than each file could serve its own.
"""
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

#: The walks take minutes: begun last, one of them would run on alone.
FIRST = "tests/e2e/"
#: These start processes and wait for them much of the time; after each come so many files that only compute, so that never all wait at once.
WAITING, BETWEEN = ("tests/setup/", "tests/listener/"), 7


class Lines(LoadFileScheduling):
    """Files, but the paths of the walks in one piece and the other walks in another."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if not file.startswith("tests/e2e/"):
            return file
        return "tests/e2e/paths" if "/test_path_" in file else "tests/e2e/pages"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the walks first and mixes what waits with what computes; each process comes to the same order."""
    files = list(dict.fromkeys(_file(item) for item in items))
    waiting = [file for file in files if file.startswith(WAITING)]
    computing = [file for file in files if not file.startswith((FIRST, *WAITING))]
    place = {file: n * (BETWEEN + 1) for n, file in enumerate(waiting, 1)} | {file: n + n // BETWEEN + 1 for n, file in enumerate(computing)}
    items.sort(key=lambda item: place.get(_file(item), 0))


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Lines | None:
    """Takes the place of `--dist loadfile`, in the order in which the tests were found."""
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return Lines(config, log)

"""Fixtures of the browser walks: Chromium, and a served home with the live sample, which every file finds as it was when first served."""
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chromium import chromium as chromium
from tests.e2e.axe import Eye
from tests.e2e.homes import Shared
from tests.e2e.seat import Place
from tests.setup.processes import Served, free_port

Serve = Callable[..., Place]


@pytest.fixture(scope="module")
def serve(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """serve(**settings) gives a served copy of that home: web, worker, beat, Redis and the capture server."""
    running: list[Served] = []

    def serve(**settings: str) -> Place:
        home = tmp_path_factory.mktemp("e2e") / "home"
        shutil.copytree(sample_home, home)
        running.append(Served(home, free_port(), **settings))
        running[-1].ready()
        return Place(running[-1])

    yield serve
    for served in running:
        served.stop()


@pytest.fixture(scope="session")
def shared(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """The sample, served once; its start costs more than many a walk."""
    home = tmp_path_factory.mktemp("shared") / "home"
    shutil.copytree(sample_home, home)
    served = Served(home, free_port())
    try:
        served.ready()
        kept = Shared(served, home.with_suffix(".kept"))
        kept.keep()
        yield kept
    finally:
        served.stop()


@pytest.fixture(scope="module")
def place(shared: Shared) -> Place:
    """The served sample that sends nothing out, as if nobody had been there before."""
    return shared.place()


@pytest.fixture(scope="session")
def eyes() -> dict[str, Eye]:
    """What has been looked at in light, on a phone, and in the dark, on a PC; whichever file comes to a page first finds its faults."""
    return defaultdict(Eye)

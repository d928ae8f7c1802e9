"""Fixtures of the browser walks: Chromium once, and for each file a served home with the live sample."""
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.seat import Place
from tests.setup.processes import Served, free_port


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """`tracker serve` on an empty home: web, worker, beat, Redis and the capture server, with the sample loaded."""
    served = Served(tmp_path_factory.mktemp("e2e") / "home", free_port())
    try:
        served.ready()
        yield Place(served)
    finally:
        served.stop()

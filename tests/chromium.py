"""Debian's Chromium for every test that looks at pages as people do; the rooms' conftest.py files take the fixture from here."""
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

# Three other test processes may be at work beside the browser: waiting longer costs nothing where all is well.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for a room's tests that follow each other; it ends with them, because its loop would be in the way of other tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()

"""Fixtures of the pages' tests: Chromium, and the stage behind a real server."""
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.chromium import chromium as chromium
from tests.web import base_stage
from tests.web.base_stage import Stage


@pytest.fixture
def served_stage(sqlite_app: Flask) -> Iterator[Stage]:
    """The stage; its url is the server's address."""
    sqlite_app.config["PROPAGATE_EXCEPTIONS"] = False
    stage = base_stage.mount(sqlite_app)
    with base_stage.behind_a_server(sqlite_app) as stage.url:
        yield stage

"""Fixtures of the tests that run real commands and processes."""
import shutil
from pathlib import Path

import pytest


@pytest.fixture
def filled_home(sample_home: Path, tmp_path: Path) -> Path:
    """A home of this test with the sample in it, for tests that are not about how it comes there."""
    shutil.copytree(sample_home, tmp_path / "home")
    return tmp_path / "home"

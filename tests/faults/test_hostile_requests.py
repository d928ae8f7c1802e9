"""Ten thousand hostile requests, made from the URL map; the ordinary tests run a share of them."""
import os

import pytest

from tests.security.test_hostile_requests import SHARE, troubles
from tests.web.test_routes import Stage, stage

__all__ = ["stage"]
COUNT = int(os.environ.get("HOSTILE_REQUESTS", "10000"))


@pytest.mark.timeout(3600)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_ten_thousand_hostile_requests_break_tell_and_change_nothing(stage: Stage) -> None:
    wrong = troubles(stage, range(SHARE, SHARE + COUNT))
    assert not wrong, "\n".join(wrong[:50])

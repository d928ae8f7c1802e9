"""Until when somebody is away, in the words that programs and people write."""
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.reading.away import LONGEST, away_until

TODAY = date(2026, 9, 8)


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("Tôi đi công tác đến hết ngày 12/9.", date(2026, 9, 12)),
        ("Tôi nghỉ phép từ 7/9/2026 đến 15/9/2026, việc gấp xin gọi 0912 345 678.", date(2026, 9, 15)),
        ("Văn phòng nghỉ tới ngày 20 tháng 9 năm 2026", date(2026, 9, 20)),
        ("I am out of office until September 20.", date(2026, 9, 20)),
        ("I'll be back on 21 Sep 2026", date(2026, 9, 20)),
        ("Tôi sẽ trở lại làm việc vào ngày 14 tháng 9", date(2026, 9, 13)),
        ("Nghỉ đến 5/1", date(2027, 1, 5)),
        ("Nghỉ đến 5/1/2026", None), ("Gửi số liệu đến 31/02", None), ("Tôi đang vắng.", None), ("số 12/9", None),
    ],
)
def test_the_last_day_is_found(words: str, until: date | None) -> None:
    assert away_until(words, TODAY) == until


@given(st.text(alphabet="đến hết ngày until 0123456789/.-back", max_size=200))
def test_no_words_make_it_stumble(words: str) -> None:
    found = away_until(words, TODAY)
    assert found is None or TODAY <= found <= TODAY + LONGEST

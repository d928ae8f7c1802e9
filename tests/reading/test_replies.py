"""What a person wrote, apart from what their mail program added."""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.reading.replies import cut

OWN = "Huyện gửi báo cáo.\n\nTrân trọng."


@pytest.mark.parametrize(
    "rest",
    [
        "Vào Th 3, 8 thg 9, 2026 vào lúc 07:31 Đôn Đốc <dondoc@tinh.example> đã viết:\n> Việc 1",
        "Vào Th 3, 8 thg 9, 2026 vào lúc 07:31 Văn phòng Hội Nông dân tỉnh\n<dondoc@tinh.example> đã viết:\n> Việc 1",
        "On Tue, Sep 8, 2026 at 7:31 AM Don Doc <dondoc@tinh.example> wrote:\n\n> Việc 1",
        "-----Original Message-----\nFrom: Đôn Đốc\nSent: Tuesday\nTo: Huyện\nSubject: 931\n\nViệc 1",
        "---------- Forwarded message ---------\nTừ: Đôn Đốc\n",
        "________________________________\nFrom: Đôn Đốc\nSent: x\n",
        "Từ: Đôn Đốc <dondoc@tinh.example>\nĐã gửi: 08 Tháng Chín 2026 7:31\nĐến: Huyện\nChủ đề: 931-CV/HNDT\n\nViệc 1",
        "*From:* Đôn Đốc\n*Sent:* x\n*To:* y\n*Subject:* z\n",
        "-- \nTrịnh Văn Khải\nVăn phòng HND huyện",
        "Gửi từ điện thoại Samsung của tôi",
        "Sent from my iPhone\n\n> Việc 1\n> Việc 2",
        "> Việc 1\n> Việc 2",
    ],
)
def test_what_programs_add_is_cut_off(rest: str) -> None:
    assert cut(f"{OWN}\n\n{rest}")[0] == OWN


@pytest.mark.parametrize(
    "text",
    [
        OWN,
        "Từ: ngày 1 tháng 9 đến nay huyện đã làm xong.",
        "Vào ngày 8/9 huyện đã họp và thống nhất.\nSau đó đã viết báo cáo.",
        "Kết quả:\n- Đến: 12 xã\n- Từ: 3 thị trấn\nHết.",
    ],
)
def test_words_of_ones_own_stay(text: str) -> None:
    assert cut(text) == (text, "")


def test_who_answers_below_what_is_quoted_is_heard() -> None:
    body, rest = cut("Vào 8/9/2026 lúc 07:31, Đôn Đốc đã viết:\n> Việc 1\n> Việc 2\n\nĐã làm xong cả hai việc.")
    assert body == "Đã làm xong cả hai việc." and rest == "> Việc 1\n> Việc 2"


@given(st.text(alphabet=st.sampled_from("ab>-_:\n fromsubjectđếtừ "), max_size=300))
def test_any_text_is_cut_without_losing_a_word_of_it(text: str) -> None:
    body, rest = cut(text)
    words = text.replace(">", " ").split()
    kept = f"{body} {rest}".replace(">", " ").split()
    assert set(kept) <= set(words)
    if not body:
        assert kept == words or not any(line.strip(" >") for line in text.split("\n") if not line.startswith(">"))

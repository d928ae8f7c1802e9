"""What a scan does to markers, titles and closing words, and what is read all the same."""

import pytest

from tests.reading.test_tasks import HEAD, TAIL, WRAPPED, starts
from tracker.reading import read
from tracker.reading.titles import title_of


@pytest.mark.parametrize("second", ["2, Khơi mương.", "2: Khơi mương.", "2..Khơi mương.", "†2. Khơi mương.", "-_2,Khơi mương.", "ˆ_2= Khơi mương."])
def test_a_number_whose_point_is_spoilt_still_counts_on(second: str) -> None:
    assert starts(f"UBND huyện yêu cầu các xã:\n1. Thu gom rác.\n{second}\n3. Trồng hoa ven đường.") == ["Thu gom rác.", "Khơi mương.", "Trồng hoa ven"]


def test_a_number_that_does_not_count_on_is_no_marker() -> None:
    assert starts("UBND huyện yêu cầu các xã:\n1. Thu gom rác theo khoản 1,\n7, Điều 3 của quy ước.\n2. Khơi mương.") == ["Thu gom rác", "Khơi mương."]


def test_a_dash_read_as_a_tilde() -> None:
    assert starts("UBND huyện yêu cầu các xã:\n~ Thu gom rác.\n- Khơi mương.") == ["Thu gom rác.", "Khơi mương."]
    found = read(HEAD.replace("Kính gửi: UBND các xã.", "Kính gửi:\n~ UBND các xã;\n- Phòng Y tế.") + "Đề nghị các xã thu gom rác." + TAIL)
    assert [r.value for r in found.recipients] == ["UBND các xã", "Phòng Y tế"]


def test_a_short_letter_that_is_hard_wrapped_is_joined_too() -> None:
    order = "Thực hiện kế hoạch năm của tỉnh, UBND huyện Tam Giang đề nghị UBND\ncác xã, thị trấn phối hợp thực hiện một số việc như sau:\n"
    body = order + "+ Thu gom rác.\n+ Khơi mương."
    assert [task.text for task in read(HEAD + body + TAIL).tasks] == ["Thu gom rác.", "Khơi mương."]


@pytest.mark.parametrize("roman", ["1V- TỔ CHỨC THỰC HIỆN", "IV-TỔ CHỨC THỰC HIỆN"])
def test_a_roman_number_half_read(roman: str) -> None:
    body = f"I- MỤC ĐÍCH\n1- Làng sạch.\nII- KINH PHÍ\n1- Từ quỹ thôn.\n{roman}\n1- Các xã thu gom rác.\n2- Các thôn khơi mương."
    assert starts(body) == ["Các xã thu", "Các thôn khơi"]


@pytest.mark.parametrize(
    ("line", "title"),
    [("huong dan", "huong dan"), ("huong dann :", "huong dan"), ("thong tin", None), ("de an", "de an"), ("i. chuong trinh", None), ("ban do", None)],
)
def test_a_title_with_a_spoilt_letter(line: str, title: str | None) -> None:
    assert title_of(line) == title


def test_closing_words_begin_a_paragraph_where_a_scan_lost_their_indent() -> None:
    tasks = read(HEAD + WRAPPED.replace("      ", "") + TAIL).tasks
    assert [task.label for task in tasks] == ["1", "2"] and tasks[1].text.endswith("góp công làm.")

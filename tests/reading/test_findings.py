"""Shortcomings that name units outside brackets: each unit once, and no other unit's name beside it."""

import pytest

from tests.reading import letters
from tests.reading.test_whole import UNITS
from tracker.reading import UnitRow, read

ROWS = (*UNITS, UnitRow("390", "Huyện Cẩm Thủy", "district", "38"), UnitRow("407", "Thị xã Nghi Sơn", "district", "38"))
OURS = letters.PROVINCE.replace("TỈNH SÔNG LAM", "TỈNH THANH HÓA")


def findings(line: str, text: str = OURS) -> list[tuple[str | None, str, str]]:
    old = "- Sổ quỹ ghi chép chưa đầy đủ (Hội Làm vườn xã Thượng Lĩnh – Nga Sơn).\n- Vài nơi chưa họp đúng kỳ (Hội Làm vườn huyện Thọ Xuân; "
    found = read(text.replace(old + "Hội Làm vườn thị trấn Mường Lát).", line), ROWS).findings
    return [(f.code, f.text, f.context) for f in found]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- Sổ quỹ còn thiếu; Hội Làm vườn huyện Thọ Xuân báo cáo chênh 12 hộ.", [("395", "Hội Làm vườn huyện Thọ Xuân báo cáo chênh 12 hộ", "")]),
        (
            "- Nợ quỹ tăng cao tại các huyện Thọ Xuân, Cẩm Thủy và thị xã Nghi Sơn.",
            [("395", "Thọ Xuân", "Nợ quỹ tăng cao"), ("390", "Cẩm Thủy", "Nợ quỹ tăng cao"), ("407", "Nghi Sơn", "")],
        ),
        ("- Huyện Thọ Xuân, huyện Cẩm Thủy còn chậm.", [("395", "Huyện Thọ Xuân", ""), ("390", "huyện Cẩm Thủy còn chậm", "")]),
        ("- Việc thu quỹ ở huyện Thọ Xuân và huyện Cẩm Thủy còn chậm.", [("395", "Thọ Xuân", "Việc thu quỹ"), ("390", "Cẩm Thủy", "")]),
        # a numbered heading opens what stands below it
        (
            "- Tồn tại, hạn chế\n+ Sổ chưa ghi: vườn mẫu Đồi Gò, huyện Thọ Xuân; quỹ Bến Ngự, huyện Cẩm Thủy.",
            [("395", "vườn mẫu Đồi Gò, huyện Thọ Xuân", ""), ("390", "quỹ Bến Ngự, huyện Cẩm Thủy", "")],
        ),
        # a district's name alone; a commune's, a person's or a province's is none
        ("- Chưa gửi sổ: Huyện đoàn Thọ Xuân; ông Cẩm Thủy.", [("395", "Huyện đoàn Thọ Xuân", "")]),
        ("- Phong trào ở huyện Thọ Xuân khá tốt.", []),
        # a word with 'giao' in it is no order
        ("- Vườn mẫu Bến Ngự huyện Thọ Xuân không họp giao ban.", [("395", "Vườn mẫu Bến Ngự huyện Thọ Xuân không họp giao ban", "")]),
    ],
)
def test_in_words(line: str, expected: list[tuple[str, str, str]]) -> None:
    assert findings(line) == expected


def test_another_province_s_unit_of_the_same_name_is_not_ours() -> None:
    assert findings("- Hội Làm vườn huyện Thọ Xuân còn chậm.", letters.PROVINCE) == []


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        # outside any part of shortcomings: who has not done it stands behind the colon
        ("Còn các huyện chưa nộp sổ: Thọ Xuân, Cẩm Thủy; thị xã Nghi Sơn (2 xã).", ["395", "390", "407"]),
        ("Đến nay còn hai huyện chưa hoàn thành kế hoạch gồm: Thọ Xuân, Cẩm Thủy.", ["395", "390"]),
        # of two named in one sentence only the one whose clause says so
        ("Hội huyện Thọ Xuân đạt 98% kế hoạch; Hội huyện Cẩm Thủy đạt thấp nhất.", ["390"]),
        ("Làm tốt: huyện Thọ Xuân. Thực hiện chậm: huyện Cẩm Thủy.", ["390"]),
        ("Hội huyện Thọ Xuân đạt 98% kế hoạch.", []),
    ],
)
def test_who_lags_is_told_anywhere_before_the_orders(told: str, expected: list[str]) -> None:
    text = OURS.replace("Sáu tháng qua, phong trào cải tạo vườn tạp đạt kết quả khá.", told)
    found = [f for f in read(text, ROWS).findings if text.index(told) <= f.span[0] < text.index("Bên cạnh đó")]
    assert [f.code for f in found] == expected
    assert not [f for f in found for other in ("Thọ Xuân", "Cẩm Thủy", "Nghi Sơn") if other in f.context]

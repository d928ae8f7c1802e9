"""Documents that a dispatch names, and what its items ask to be sent back."""
from datetime import date

import pytest

from tracker.reading.citations import find_citations
from tracker.reading.deliverables import deliverables
from tracker.reading.page import Page
from tracker.reading.text import clean


@pytest.mark.parametrize(("words", "expected"), [
    ("Thực hiện Công văn số 123/UBND-VX ngày 05/3/2024 của UBND tỉnh,", [("công văn", "123/UBND-VX", date(2024, 3, 5), "cites")]),
    ("căn cứ Kế hoạch số 15-KH/HNDT ngày 02 tháng 4 năm 2023 và Nghị định 30/2020/NĐ-CP.",
     [("kế hoạch", "15-KH/HNDT", date(2023, 4, 2), "cites"), ("nghị định", "30/2020/NĐ-CP", None, "cites")]),
    ("Hướng dẫn này thay thế Hướng dẫn số 07-HD/HNDT, ngày 01/02/2019.", [("hướng dẫn", "07-HD/HNDT", date(2019, 2, 1), "replaces")]),
    ("Phúc đáp Công văn số: 88/SNV-CCVC của Sở Nội vụ; theo Công văn số 88/SNV-CCVC", [("công văn", "88/SNV-CCVC", None, "answers")]),
    ("Chỉ thị số 05\nngày 15/5/2016 và 12/15 đơn vị", []),
])
def test_documents_that_are_named(words: str, expected: list[tuple[str, str, date | None, str]]) -> None:
    page = Page(clean(words))
    found = find_citations(page, 0, len(page.text))
    assert [(c.kind, c.number, c.day, c.relation) for c in found] == expected
    assert all(c.number in page.text[slice(*c.span)] for c in found)


@pytest.mark.parametrize(("words", "expected"), [
    ("Ban hành kế hoạch triển khai, gửi báo cáo về Tỉnh hội trước ngày 25/8.", ("implementing_document", "report")),
    ("Báo cáo kết quả kèm biên bản kiểm tra và hình ảnh.", ("report", "minutes", "photo")),
    ("Tổng hợp theo mẫu số 02 kèm theo.", ("table",)),
    ("Tăng cường tuyên truyền cho hội viên, nông dân.", ()),
    ("Nghe báo cáo của cơ sở tại hội nghị giao ban.", ()),
])
def test_what_is_to_be_sent_back(words: str, expected: tuple[str, ...]) -> None:
    assert deliverables(words) == expected

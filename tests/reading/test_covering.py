"""Which tasks a document is about."""
from tracker.reading.covering import covered

TASKS = {
    1: ("Củng cố tổ TK&VV trung bình và yếu", "Rà soát, củng cố các tổ tiết kiệm và vay vốn xếp loại trung bình, yếu; báo cáo danh sách."),
    2: ("Tập huấn nghiệp vụ uỷ thác cho cán bộ mới", "Mở lớp tập huấn nghiệp vụ cho cán bộ Hội mới được giao phụ trách uỷ thác."),
    3: ("Nợ", "Nợ"),
}


def test_an_item_that_holds_a_tasks_words_covers_it() -> None:
    items = ["Hội cơ sở rà soát, củng cố các tổ TK&VV loại trung bình, yếu trước ngày 20/9.", "Cử cán bộ mới dự tập huấn nghiệp vụ uỷ thác tại huyện."]
    assert covered(items, TASKS) == [1, 2]
    assert covered(items[:1], TASKS) == [1]


def test_other_words_cover_nothing() -> None:
    assert covered([], TASKS) == covered(["Báo cáo kết quả về Ban Thường vụ Hội."], TASKS) == covered(["Nợ quá hạn tăng."], TASKS) == []

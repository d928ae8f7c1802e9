"""Which item a term belongs to."""
import pytest

from tracker.reading import read

HEAD = "ỦY BAN NHÂN DÂN\nTỈNH SÔNG LAM\nSố: 12/TB-UBND\nSông Lam, ngày 4 tháng 2 năm 2021\n\nTHÔNG BÁO\nVề việc tổ chức Tết trồng cây\n\n"
DAYS = "trồng cây đầu xuân từ ngày 15/02/2021 đến hết ngày 20/02/2021."
FIRST = f"Ủy ban nhân dân tỉnh đề nghị các cơ quan, đơn vị và nhân dân tổ chức {DAYS}\n\n"
SAME = "Ủy ban nhân dân các xã có trách nhiệm kiểm tra việc tổ chức trồng cây đầu xuân ở địa bàn./."
OTHER = "Ủy ban nhân dân các xã có trách nhiệm kiểm tra việc chăm sóc rừng ở địa bàn./."


@pytest.mark.parametrize(("rest", "task"), [(SAME, "all"), (OTHER, 1), (SAME.replace("./.", " trước ngày 01/03/2021./."), 1)])
def test_the_days_in_which_something_is_done_are_also_theirs_who_look_after_it(rest: str, task: object) -> None:
    found = read(HEAD + FIRST + rest)
    assert len(found.tasks) == 2
    assert found.deadlines[0].task == task


@pytest.mark.parametrize("line", ["3. Thời gian hoàn thành: trước ngày 01/03/2021.", "3. Thời hạn: trước ngày 01/03/2021."])
def test_an_item_that_only_tells_when_is_for_all(line: str) -> None:
    text = HEAD.replace("THÔNG BÁO\nVề việc", "CÔNG VĂN\nVề việc") + (
        "Ủy ban nhân dân tỉnh yêu cầu các xã:\n1. Rà soát diện tích đất trống, lập danh sách gửi Ủy ban nhân dân huyện.\n"
        f"2. Chuẩn bị cây giống, phân công người chăm sóc sau khi trồng.\n{line}\n"
    )
    assert [d.task for d in read(text).deadlines] == ["all"]

"""Doubts: what is found in its legal place and agrees with the rest carries none; weak, worn or contradicting values say why."""

import pytest

from tests.reading import letters
from tests.reading.test_whole import UNITS
from tracker.reading import as_json, read

HEAD = (
    "UBND HUYỆN TAM GIANG\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 3/UBND\tTam Giang, ngày 1 tháng 2 năm 2022\n"
    "V/v dọn vệ sinh làng xóm\n\nKính gửi: UBND các xã.\n\n"
)
TAIL = "\nNơi nhận:\n- Như trên;\n- Lưu: VT.\nCHỦ TỊCH\nTrần Quốc Khánh\n"
ORDER = "UBND huyện yêu cầu các xã thực hiện:\n1. Thu gom rác thải ở đường làng, ngõ xóm.\n2. Khơi thông mương thoát nước trong thôn.\n"


def doubted(body: str = ORDER, head: str = HEAD, tail: str = TAIL) -> set[str]:
    return set(read(head + body + tail, UNITS).doubts)


def test_a_clear_dispatch_has_none() -> None:
    assert doubted() == set()
    assert set(read(letters.WRAPPED).doubts) <= {"report_to"}


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("Số: 3/UBND", "Số: 3/BC-UBND", "kind"),
        ("Số: 3/UBND", "Số: 3/SYT-NV", "issuer"),
        ("UBND HUYỆN TAM GIANG", "RÁC RƯỞI TAM GIANG", "issuer"),
        ("V/v dọn vệ sinh làng xóm", "V/v dọn vệ sinh làng xóm và", "subject"),
        ("V/v dọn vệ sinh làng xóm", "V/v dọn vệ s~nh làng x°óm", "subject"),
        ("Kính gửi: UBND các xã.", "Kính gửi: Vào mùa hè rác nhiều.", "recipients"),
        ("Tam Giang, ngày", "ngày", "issued_on"),
    ],
)
def test_letterhead(old: str, new: str, path: str) -> None:
    assert path in doubted(head=HEAD.replace(old, new))


def test_a_signature_of_two_syllables_and_a_citation_from_the_future() -> None:
    assert "signatory" in doubted(tail=TAIL.replace("Trần Quốc Khánh", "Trần Khánh"))
    assert "issued_on" in doubted("Theo Công văn số 9/UBND ngày 15/3/2022 của tỉnh.\n" + ORDER)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (ORDER + "4. Báo cáo kết quả thực hiện về UBND huyện.", "tasks.2"),
        (ORDER.replace("Khơi thông mương", "Đã có mương và đã đạt chuẩn, mương"), "tasks.1"),
        (ORDER.replace("Khơi thông mương thoát nước trong thôn.", "Hệ thống loa."), "tasks.1"),
        (ORDER.replace("1. Thu gom", "2. Thu gom").replace("2. Khơi", "3. Khơi"), "tasks.0"),
        (ORDER.replace("trong thôn.", "trước 30/11."), "deadlines.0.date"),
        (ORDER + "Các xã gửi báo cáo về UBND huyện trước ngày 20/2/2022.", "deadlines.0.task"),
        (ORDER.replace("trong thôn.", "trong quý III."), "deadlines.0.kind"),
        (ORDER.replace("xóm.", "xóm trước ngày 20/2/2022.").replace("trong thôn.", "trước ngày 20/2/2022."), "deadlines.1.task"),
    ],
)  # fmt: skip
def test_tasks_and_terms(body: str, path: str) -> None:
    assert path in doubted(body)


def test_a_term_with_its_year_in_its_own_item_is_sure() -> None:
    assert doubted(ORDER.replace("trong thôn.", "xong trước ngày 20/3/2022.")) == set()


def test_recipients_without_kinh_gui_are_inferred() -> None:
    head = HEAD.replace("V/v dọn vệ sinh làng xóm\n\nKính gửi: UBND các xã.\n", "\nTHÔNG BÁO\nVề việc dọn vệ sinh làng xóm\n").replace("3/UBND", "3/TB-UBND")
    assert doubted(head=head) == {"recipients"}


def test_a_unit_named_outside_brackets_is_a_doubtful_finding() -> None:
    text = letters.PROVINCE.replace("(Hội Làm vườn huyện Thọ Xuân; Hội Làm vườn thị trấn Mường Lát)", "nhất là ở huyện Thọ Xuân")
    text = text.replace("TỈNH SÔNG LAM", "TỈNH THANH HÓA")
    found = read(text, UNITS)
    assert [(f.code, f.text, f.bracketed) for f in found.findings][1:] == [("395", "Vài nơi chưa họp đúng kỳ nhất là ở huyện Thọ Xuân", False)]
    assert "findings.1" in found.doubts


def test_a_worn_text_doubts_what_single_letters_decide() -> None:
    worn = "".join(c + ("~" if i % 41 == 0 and c.isalpha() else "") for i, c in enumerate(letters.PROVINCE))
    assert {"number", "issued_on"} & set(read(worn, UNITS).doubts)


def test_the_json_tells_every_doubt_by_path_and_on_the_task() -> None:
    plain = as_json(read(HEAD + ORDER + "4. Báo cáo kết quả thực hiện về UBND huyện." + TAIL))
    assert plain["doubts"]["tasks.2"] == plain["tasks"][2]["doubt"] and plain["tasks"][0]["doubt"] is None
    assert all(text.endswith(".") and text[0].isupper() for text in plain["doubts"].values())

"""Which items are tasks, rule by rule."""

import pytest

from tracker.reading import read
from tracker.reading.tasks import title

HEAD = "UBND HUYỆN TAM GIANG\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 3/UBND\tTam Giang, ngày 1 tháng 2 năm 2022\nV/v dọn vệ sinh\n\nKính gửi: UBND các xã.\n\n"
TAIL = "\nNơi nhận:\n- Như trên;\n- Lưu: VT.\nCHỦ TỊCH\nTrần Quốc Khánh\n"


def starts(body: str) -> list[str]:
    return [" ".join(task.text.split()[:3]) for task in read(HEAD + body + TAIL).tasks]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # numbers, with nested letters and dashes kept inside
        ("UBND huyện yêu cầu các xã:\n1. Phát quang bụi rậm:\na) Ở đường làng;\nb) Ở bờ mương.\n2. Thu gom rác.\n- "
            "Mỗi tuần hai lần.", ["Phát quang bụi", "Thu gom rác."]),
        ("UBND huyện yêu cầu các xã:\n1/ Phát quang bụi rậm.\n2/ Thu gom rác thải.", ["Phát quang bụi", "Thu gom rác"]),
        # dashes where there are no numbers
        ("UBND huyện yêu cầu các xã:\n- Phát quang bụi rậm.\n+ Ở đường làng.\n- Thu gom rác thải.", ["Phát quang bụi", "Thu gom rác"]),
        # ordinals in words
        ("UBND huyện yêu cầu:\nMột là, phát quang bụi rậm.\nHai là, thu gom rác thải.", ["phát quang bụi", "thu gom rác"]),
        # items that start mid-line
        ("UBND huyện yêu cầu các xã: 1. Phát quang bụi rậm; 2. Thu gom rác thải; 3. Báo cáo kết quả.", ["Phát quang bụi", "Thu gom rác", "Báo cáo kết"]),
        # a plain paragraph inside an item does not part the list
        ("UBND huyện yêu cầu các xã:\n1. Thu gom rác.\nCác thôn là đầu mối.\n2. Phát quang bụi rậm.", ["Thu gom rác.", "Phát quang bụi"]),
        # shortcomings before the order are none
        ("Còn một số tồn tại, hạn chế:\n1. Rác còn nhiều.\n2. Mương còn tắc.\nUBND huyện yêu cầu các xã:\n1. Thu "
            "gom rác thải.\n2. Khơi mương.", ["Thu gom rác", "Khơi mương."]),
        # who is to be charged stands in headings over dashes
        (
            "UBND huyện phân công như sau:\nPhòng Văn hóa:\n- Làm băng rôn.\n- Phát thanh.\nCông an huyện:\n- Giữ trật tự.",
            ["Phòng Văn hóa:", "Công an huyện:"],
        ),
        # no list: each commanding sentence, the purpose before it left out, the closing words none
        ("Để sạch làng, UBND huyện đề nghị các xã quét đường vào thứ bảy.\nGiao Phòng Văn hóa theo dõi, tổng "
            "hợp.\nĐề nghị các xã nghiêm túc thực hiện.", ["UBND huyện đề", "Giao Phòng Văn"]),
        # an order behind the list is a task, carrying out and contacts are none
        ("UBND huyện yêu cầu các xã:\n1. Thu gom rác.\n2. Khơi mương.\nGiao Phòng Y tế theo dõi, đôn đốc việc thực "
            "hiện Công văn này.\nYêu cầu các xã nghiêm túc triển khai.", ["Thu gom rác.", "Khơi mương.", "Giao Phòng Y"]),
        # a reply commands nobody
        ("Trả lời công văn của xã, UBND huyện có ý kiến: việc thu phí theo đúng quy định.", []),
        # the outline of a report is one order
        (
            "UBND huyện đề nghị UBND các xã xây dựng báo cáo theo các nội dung sau:\n1. Tình hình rác thải.\n2. Kết "
                "quả thu gom.\n3. Kiến nghị, đề xuất.",
            ["UBND huyện đề"],
        ),
        # labels and programme entries are none
        ("UBND huyện yêu cầu các xã:\n1. Treo cờ tại công sở.\n2. Thời gian: sáng thứ bảy.\n3. Kinh phí: theo dự toán.", ["Treo cờ tại"]),
    ],
)  # fmt: skip
def test_items(body: str, expected: list[str]) -> None:
    assert starts(body) == expected


def test_sections_of_purpose_and_results_hold_no_task() -> None:
    body = (
        "I. MỤC ĐÍCH, YÊU CẦU\n1. Làng sạch.\nII. NỘI DUNG\n1. Thu gom rác.\n2. Khơi mương.\nIII. TỔ CHỨC THỰC "
        "HIỆN\n- Giao các xã thu gom.\n- Giao công an giữ trật tự."
    )
    assert starts(body) == ["Thu gom rác.", "Khơi mương.", "Giao các xã", "Giao công an"]


def test_a_programme_with_times_and_places_is_none() -> None:
    body = (
        "I. CHƯƠNG TRÌNH\n1. Khai mạc\n- Thành phần: lãnh đạo xã.\n- Địa điểm: hội trường.\n- Thời gian: 8 giờ.\n"
        "II. TỔ CHỨC THỰC HIỆN\n1. Văn phòng chuẩn bị hội trường.\n2. Các thôn cử người dự."
    )
    assert starts(body) == ["Văn phòng chuẩn", "Các thôn cử"]


def test_what_follows_the_signature_is_an_annex() -> None:
    annex = "\nPHỤ LỤC\n1. Mẫu biểu thứ nhất.\n2. Mẫu biểu thứ hai.\n"
    body = "UBND huyện yêu cầu các xã:\n1. Thu gom rác.\n2. Khơi mương./.\n"
    assert len(read(HEAD + body + TAIL + annex).tasks) == 2


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Rà soát danh sách; báo cáo kết quả.", "Rà soát danh sách"),
        ("Nộp trước ngày 05/3/2022.", "Nộp trước ngày 05/3/2022"),
        ("Tập trung tuyên truyền sâu rộng tới toàn thể nhân dân các chủ trương, chính sách mới về nông thôn và đô "
            "thị", "Tập trung tuyên truyền sâu rộng tới toàn thể nhân dân các chủ trương…"),
    ],
)  # fmt: skip
def test_titles_are_the_first_clause(text: str, short: str) -> None:
    assert title(text) == short
    assert len(title(text)) <= 81


def test_a_cut_off_item_and_a_gap_in_the_numbers_are_told() -> None:
    long = "Việc ghi chép sổ sách ở nhiều thôn còn chậm và chưa có người chịu trách nhiệm theo dõi thường xuyên."
    body = f"Còn một số hạn chế:\n- {long}\n- Ý thức giữ\n- {long}\nUBND huyện yêu cầu các xã:\n1. Thu gom rác.\n3. Khơi mương."
    codes = [w.code for w in read(HEAD + body + TAIL).warnings]
    assert codes == ["item.cut_off", "numbering.gap"]


@pytest.mark.parametrize(
    ("item", "charged"),
    [
        ("Phòng Y tế chủ trì, phối hợp với Công an huyện kiểm tra các quán ăn.", [("Phòng Y tế", "lead"), ("Công an huyện", "coordinate")]),
        ("Giao Phòng Văn hóa, Đài Truyền thanh tổ chức hội diễn.", [("Phòng Văn hóa, Đài Truyền thanh", "lead")]),
        ("UBND các xã: rà soát danh sách.", [("UBND các xã", "lead")]),
        ("Đối với Công an huyện: giữ trật tự.", [("Công an huyện", "lead")]),
        ("Tập trung rà soát danh sách.", []),
    ],
)
def test_who_is_charged(item: str, charged: list[tuple[str, str]]) -> None:
    task = read(HEAD + f"UBND huyện yêu cầu:\n1. {item}\n2. Thu gom rác." + TAIL).tasks[0]
    assert [(c.name, c.role) for c in task.charges] == charged


def test_numbered_parts_that_tell_results_and_then_set_duties() -> None:
    told = "Chủ tịch kết luận như sau:\n1. Kết quả đạt được\na) Đường sạch hơn.\nb) Mương thông.\n"
    body = told + "2. Nhiệm vụ tháng tới\na) Các xã thu gom rác.\nb) Các thôn khơi mương."
    assert starts(body) == ["Các xã thu", "Các thôn khơi"]


def test_a_list_whose_numbers_were_lost_is_still_a_list() -> None:
    assert starts("UBND huyện yêu cầu UBND các xã:\nThu gom rác thải.\nKhơi mương nước.\nYêu cầu các xã nghiêm túc thực hiện.") == [
        "Thu gom rác",
        "Khơi mương nước.",
    ]


def test_a_report_by_a_day_in_the_closing_words_is_a_task() -> None:
    found = starts(
        "UBND huyện yêu cầu các xã:\n1. Thu gom rác.\n2. Khơi mương.\nKết thúc đợt ra quân, các đơn vị báo cáo kết quả về UBND huyện trước ngày 20/3/2022."
    )
    assert found == ["Thu gom rác.", "Khơi mương.", "Kết thúc đợt"]

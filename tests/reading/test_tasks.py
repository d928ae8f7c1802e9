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
        # a list before the one that an order announces tells of something else
        ("Sáu tháng qua các xã làm được nhiều việc, cụ thể:\n1. Trồng được ba nghìn cây.\n2. Thu hai tấn rác.\nUBND huyện yêu cầu các xã thực "
            "hiện các việc sau:\n1. Phát quang bụi rậm.\n2. Khơi mương.", ["Phát quang bụi", "Khơi mương."]),
        # an answer's list commands nobody
        ("UBND huyện nhận được đơn của ông, sau khi xem xét xin trả lời như sau:\n1. Về mức thu: theo quy định của tỉnh.\n2. Về miễn giảm: hộ nghèo "
            "được giảm nửa.", []),
        # among time and place the shared-out work is the list; elsewhere it is one item
        ("UBND huyện thông báo:\n1. Thời gian: sáng thứ bảy.\n2. Địa điểm: sân vận động.\n3. Phân công nhiệm vụ\n- Phòng Y tế: chuẩn bị thuốc.\n"
            "- Công an huyện: giữ trật tự.", ["Phòng Y tế:", "Công an huyện:"]),
        ("UBND huyện yêu cầu các xã:\n1. Phát quang bụi rậm.\n2. Thu gom rác thải.\n3. Phân công nhiệm vụ:\na) Phòng Y tế hướng dẫn.\nb) Công an huyện "
            "giữ trật tự.", ["Phát quang bụi", "Thu gom rác", "Phân công nhiệm"]),
        # the next number behind a full stop begins an item even without a new line
        ("UBND huyện yêu cầu:\n1. Phát quang bụi rậm.\n2. Thu gom rác thải. 3. Khơi thông mương.\n4. Báo cáo kết quả.",
            ["Phát quang bụi", "Thu gom rác", "Khơi thông mương.", "Báo cáo kết"]),
        # plain orders under a heading, then dashes below a body's name
        ("I. Đánh giá\n1. Kết quả: rác giảm.\n2. Hạn chế: mương tắc.\nII. Nhiệm vụ\nUBND huyện yêu cầu các xã tập trung:\nGiao Phòng Y tế: phát thuốc.\n"
            "Đối với UBND các xã:\n- Thu gom rác.\n- Khơi mương.\nPhòng Văn hóa: tuyên truyền lưu động.",
            ["Giao Phòng Y", "Đối với UBND", "Phòng Văn hóa:"]),
        # what was reached in a time gone by is told, not ordered
        ("UBND huyện kết luận như sau:\n1. Trong 3 tháng đầu năm, tỷ lệ thu gom đạt 60%, cao hơn cùng kỳ.\n2. Yêu cầu các xã thu gom rác.\n3. Giao Phòng Y tế "
            "theo dõi.", ["Yêu cầu các", "Giao Phòng Y"]),
        # the plain paragraph below an item's heading is its content
        ("UBND huyện yêu cầu các xã:\n1. Về môi trường\n- Thu gom rác.\n2. Về chế độ báo cáo\nCác xã báo cáo quý về UBND huyện trước ngày 10/3/2022.",
            ["Về môi trường", "Về chế độ"]),
        # what papers to bring is told beside time and place
        ("UBND huyện thông báo:\n1. Hồ sơ gồm: đơn, ảnh.\n2. Thời gian: sáng thứ bảy.\nĐề nghị các xã tổng hợp, gửi danh sách về Phòng Nội vụ (hộp thư "
            "noivu@tg.example) trước ngày 12/2/2022.", ["Đề nghị các"]),
        # items without numbers are labels with their contents; what is marked below one belongs to it; the closing words are none
        ("UBND huyện yêu cầu các xã thực hiện một số việc:\nVề cây xanh: trồng mới, thay cây chết.\nVề rác thải: thu gom mỗi ngày; cần nhớ:\n+ Phân loại;\n"
            "+ Cân từng xe.\nHằng quý, các xã báo cáo số cây.\nNhận được công văn, yêu cầu các xã khẩn trương triển khai; vướng đâu hỏi đó.",
            ["Về cây xanh:", "Về rác thải:", "Hằng quý, các"]),
        # under a section's heading each unnumbered paragraph that names whom it charges is an item
        ("UBND huyện đề nghị thực hiện các việc sau:\nA. VỀ CÂY XANH\nĐối với các xã: trồng cây.\nĐối với hộ dân: chăm cây trước nhà.\nB. VỀ RÁC THẢI\n"
            "Trưởng các thôn: phân lịch quét.\nĐối với hợp tác xã: thêm xe.", ["Đối với các", "Đối với hộ", "Trưởng các thôn:", "Đối với hợp"]),
        # a described list (who, what with, how much) before unnumbered orders
        ("UBND huyện thông báo:\n1. Thời gian: sáng thứ bảy.\n2. Mức thu: 5.000 đồng.\nĐề nghị các thôn làm các việc sau:\nĐối với các hộ dân: quét ngõ.\n"
            "Công an xã tuần tra.\nVậy thông báo để các thôn biết, thực hiện.", ["Đối với các", "Công an xã"]),
        # a section that only describes, half of it labels; a section told 'về tình hình'
        ("I. VỀ TÌNH HÌNH\n1. Rác còn ở ba thôn.\nII. NỘI DUNG\n1. Đối tượng: người dân.\n2. Các phần thi: hát, múa.\n3. Kinh phí: quỹ.\nIII. TỔ CHỨC THỰC "
            "HIỆN\n1. Phòng Văn hóa: dựng sân khấu.\n2. Công an huyện: giữ trật tự.", ["Phòng Văn hóa:", "Công an huyện:"]),
        # what an event consists of
        ("A. NỘI DUNG ĐẠI HỘI\na) Báo cáo tổng kết;\nb) Bầu đại biểu.\nB. TỔ CHỨC THỰC HIỆN\na) Các thôn cử người dự.\nb) Văn phòng lo hội trường.",
            ["Các thôn cử", "Văn phòng lo"]),
        # the standing duties of a body that is being set up
        ("I. CƠ CẤU TỔ CHỨC\n1. Mỗi thôn lập một tổ ba người.\nII. NHIỆM VỤ CỦA TỔ TỰ QUẢN\n1. Nhắc nhau giữ ngõ sạch.\nIII. TRÁCH NHIỆM CỦA CÁC XÃ\n1. Lập tổ "
            "trước ngày 10/3/2022.\n2. Bố trí kinh phí cho tổ.", ["Lập tổ trước", "Bố trí kinh"]),
        # an article that only announces: the bodies' items are the tasks
        ("Điều 1. Giao nhiệm vụ cho các đơn vị như sau:\n1. Phòng Y tế: mua thuốc.\n2. Phòng Nội vụ: lập danh sách.\nĐiều 2. Quyết định có hiệu lực từ nay.",
            ["Phòng Y tế:", "Phòng Nội vụ:"]),
        # a body charged apart, and one that follows up
        ("UBND huyện yêu cầu các xã:\n1. Thu gom rác.\n2. Khơi mương.\nRiêng UBND xã Đông không khơi mương mà đắp bờ.\nPhòng Nội vụ chủ trì, phối hợp với "
            "Văn phòng theo dõi, đôn đốc việc thực hiện.", ["Thu gom rác.", "Khơi mương.", "Riêng UBND xã", "Phòng Nội vụ"]),
        # an unnumbered report in a rhythm behind the list
        ("UBND huyện yêu cầu các xã:\n1. Thu gom rác.\n2. Khơi mương.\nCác xã báo cáo tiến độ về UBND huyện vào thứ Năm hàng tuần.",
            ["Thu gom rác.", "Khơi mương.", "Các xã báo"]),
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


@pytest.mark.parametrize("title_line", ["BÁO CÁO", "TỜ TRÌNH", "GIẤY MỜI", "THƯ MỜI"])
def test_what_reports_asks_or_invites_commands_nobody(title_line: str) -> None:
    head = HEAD.replace("V/v dọn vệ sinh\n\nKính gửi: UBND các xã.\n", f"\n{title_line}\nDọn vệ sinh đầu năm\n")
    assert read(head + "Phương hướng:\n1. Tiếp tục thu gom rác.\n2. Đề nghị tỉnh cấp thêm xe." + TAIL).tasks == ()


def test_topics_to_be_looked_at_are_no_tasks() -> None:
    head = HEAD.replace("V/v dọn vệ sinh\n\nKính gửi: UBND các xã.\n", "\nHƯỚNG DẪN\nkiểm điểm cuối năm\n")
    body = "I- NỘI DUNG KIỂM ĐIỂM\n1. Việc giữ vệ sinh.\n2. Kết quả thu gom rác.\nII- TỔ CHỨC THỰC HIỆN\nMột là, họp các thôn.\nHai là, gửi biên bản."
    assert [task.text for task in read(head + body + TAIL).tasks] == ["họp các thôn.", "gửi biên bản."]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # an order that asks for a report by a day asks for more than carrying out
        ("Do vậy, UBND huyện trân trọng đề nghị UBND các xã tổ chức thực hiện đợt thu gom và gửi báo cáo về huyện trước ngày 20/3/2022.", ["Do vậy, UBND"]),
        # another document ordered that, this one only tells of it
        ("Ngày 05/01/2022, UBND huyện có công văn số 2/UBND đề nghị các xã thu gom rác trước ngày 15/01/2022. Đến nay chưa xã nào báo cáo.\n"
         "UBND huyện yêu cầu các xã thu gom rác ngay.", ["UBND huyện yêu"]),
        # what a body has done is told
        ("Phòng Y tế đã tổ chức họp ngày 03/01/2022 với các xã.\nUBND huyện yêu cầu các xã thu gom rác.", ["UBND huyện yêu"]),
        # a sentence on those who have not done it yet, and one that only says when, belong to the order before them
        ("Đề nghị các xã thu gom rác. Đơn vị nào chưa thực hiện thì làm bù.\nCác đơn vị thực hiện trước ngày 24/3/2022.", ["Đề nghị các"]),
        # an answer that agrees asks for nothing; beside it an order stands
        ("Chủ tịch UBND huyện có ý kiến như sau:\n1. Đồng ý với đề nghị của Phòng Y tế.\n2. Giao Phòng Y tế mua thùng rác.", ["Giao Phòng Y"]),
        ("UBND huyện có ý kiến như sau:\n- Về phí thu gom:\nMức thu theo quy định của tỉnh.\n- Về miễn giảm:\nHộ nghèo được giảm nửa.", []),
        # an order below the heading that names its matter is that item's content
        ("UBND huyện có ý kiến như sau:\n1. Đối với rác tồn từ ngày 01/10/2021 đến 31/12/2021\nĐề nghị các xã thu gom xong trước ngày 24/3/2022.\n"
         "2. Đối với rác mới: thu gom hằng ngày.", ["Đối với rác", "Đối với rác"]),
        # who sits on a body is no order
        ("Điều 1. Thành lập Đoàn kiểm tra gồm các ông, bà có tên sau:\n1. Ông Đinh Quang Tám - Trưởng đoàn;\n2. Bà Lê Thị Chín - Phó đoàn.\n"
         "Điều 2. Giao Đoàn kiểm tra báo cáo kết quả.", ["Giao Đoàn kiểm"]),
        # what is to be sent by a day stands behind the list; hopes and thanks are no part of it
        ("UBND huyện đề nghị các xã:\n1. Thu gom rác.\n2. Khơi mương.\nKết quả thực hiện báo cáo về UBND huyện trước ngày 20/3/2022.\n"
         "Rất mong các xã quan tâm.", ["Thu gom rác.", "Khơi mương.", "Kết quả thực"]),
        # 'Một số yêu cầu' asks, 'Yêu cầu' beside a purpose tells; what announces the parts names nobody's items
        ("Phòng Y tế thông báo như sau:\nI. Lịch nghỉ\n- Nghỉ từ ngày 20/3/2022 đến hết ngày 22/3/2022.\nII. Một số yêu cầu\n1. Các xã thu gom rác.\n"
         "2. Các thôn khơi mương.", ["Các xã thu", "Các thôn khơi"]),
        # grounds that speak of teachers, school books or the Party's Tuyên giáo assign nothing
        ("Hưởng ứng lời kêu gọi của Ban Tuyên giáo các huyện về việc giúp giáo viên các xã vùng cao;\nUBND huyện yêu cầu các xã thu gom rác.",
         ["UBND huyện yêu"]),
        # an item that begins with 'Mỗi' is no invitation to get in touch
        ("UBND huyện yêu cầu các xã:\n1. Thu gom rác.\n2. Mỗi xã trồng một hàng cây trước ngày 20/3/2022.", ["Thu gom rác.", "Mỗi xã trồng"]),
        # where a letter asks for nothing else, carrying out a numbered document is the task
        ("Chủ tịch UBND tỉnh có ý kiến như sau:\nĐồng chí Chủ tịch UBND huyện chỉ đạo triển khai thực hiện nghiêm Công điện số 12/CĐ-UBND.\n"
         "Văn phòng thông báo để biết, thực hiện.", ["Đồng chí Chủ"]),
        # contents of a report are no orders
        ("UBND huyện đề nghị các xã thực hiện việc báo cáo nhu cầu thùng rác, gồm:\n- Số lượng thùng nhỏ;\n- Số lượng thùng lớn.", ["UBND huyện đề"]),
        # words of action that begin like a body's name
        ("Điều 1. Ban hành kèm theo Quyết định này Kế hoạch tổ chức thu gom.\nĐiều 2. Giao Phòng Y tế theo dõi.", ["Giao Phòng Y"]),
    ],
)  # fmt: skip
def test_what_is_asked_and_what_is_only_told(body: str, expected: list[str]) -> None:
    assert starts(body) == expected


def test_what_people_are_told_and_how_is_no_task_where_another_part_says_who_does_it() -> None:
    head = HEAD.replace("V/v dọn vệ sinh\n\nKính gửi: UBND các xã.\n", "\nHƯỚNG DẪN\ntuyên truyền dọn vệ sinh\n")
    topics = "I- NỘI DUNG TUYÊN TRUYỀN\n1- Ích lợi của làng sạch.\n2- Trách nhiệm của mỗi nhà.\nII- HÌNH THỨC TUYÊN TRUYỀN\n1- Phát thanh.\n"
    body = topics + "III- TỔ CHỨC THỰC HIỆN\n1- Phòng Văn hóa viết bài.\n2- Các xã treo băng rôn."
    assert [" ".join(task.text.split()[:3]) for task in read(head + body + TAIL).tasks] == ["Phòng Văn hóa", "Các xã treo"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # what an application consists of is none
        ("UBND huyện thông báo việc xét làng sạch như sau:\n1. Hồ sơ đăng ký\n- Đơn;\n- Ảnh.\n2. Các xã gửi hồ sơ trước ngày 24/3/2022.", ["Các xã gửi"]),
        # a programme entry that asks for something by a day
        ("I. NỘI DUNG\n1. Thi vẽ\n- Thời gian: 20/3/2022.\n- Đối tượng: trẻ em.\n- Các xã gửi tranh về huyện trước ngày 15/3/2022.\n2. Thi hát\n"
         "- Thời gian: 21/3/2022.\n- Đối tượng: người lớn.", ["Thi vẽ -"]),
        # a section that is one order: its heading in capitals is not the item's
        ("I. NHIỆM VỤ\n1. Các xã thu gom rác.\n2. Các thôn khơi mương.\nII. CHẾ ĐỘ BÁO CÁO\nCác xã báo cáo về huyện trước ngày 20/3/2022.",
         ["Các xã thu", "Các thôn khơi", "Các xã báo"]),
    ],
)  # fmt: skip
def test_parts_of_a_plan(body: str, expected: list[str]) -> None:
    assert starts(body) == expected


WRAPPED = """      UBND huyện yêu cầu các xã tập trung thực hiện tốt những việc sau đây trong
tháng thanh niên:
      1. Thu gom rác ở đường làng, ngõ xóm, hai bên bờ mương và quanh các chợ
quê, bến bãi; phân loại tại nguồn và đưa về bãi chung của xã trước cuối tuần.
      2. Khơi thông cống rãnh ở các khu dân cư; vận động nhân dân góp công làm.
      Nhận được công văn này, các xã triển khai ngay tới từng thôn, từng xóm và
từng hộ dân.
"""


def test_a_first_line_set_in_begins_a_paragraph_of_a_hard_wrapped_text() -> None:
    tasks = read(HEAD + WRAPPED + TAIL).tasks
    assert [task.label for task in tasks] == ["1", "2"] and tasks[1].text.endswith("góp công làm.")


def test_what_stands_below_a_heading_in_capitals_is_no_part_of_it() -> None:
    text = WRAPPED.replace("      Nhận", "      II. CHẾ ĐỘ BÁO CÁO\n      Các xã báo cáo kết quả về huyện trước ngày 20/3/2022.\n      Nhận")
    text = text.replace("      UBND huyện", "      I. NHIỆM VỤ\n      UBND huyện")
    assert [" ".join(task.text.split()[:3]) for task in read(HEAD + text + TAIL).tasks] == ["Thu gom rác", "Khơi thông cống", "Các xã báo"]

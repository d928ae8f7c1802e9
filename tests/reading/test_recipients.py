"""Whom a dispatch without Kính gửi addresses, and the office that an answer goes to, row by row."""

import pytest

from tracker.reading import read
from tracker.reading.page import Page
from tracker.reading.reporting import find_report_to

HEAD = """ỦY BAN NHÂN DÂN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
XÃ SUỐI MÂY                 Độc lập - Tự do - Hạnh phúc
Số: 14/TB-UBND              Suối Mây, ngày 08 tháng 4 năm 2022

THÔNG BÁO
Về việc dọn vệ sinh kênh mương

"""
TAIL = """
1. Dọn cỏ hai bên bờ kênh trước ngày 20/4/2022.

2. Báo cáo kết quả về UBND xã trước ngày 25/4/2022.

Nơi nhận:
- Lưu: VT.
"""


@pytest.mark.parametrize(
    ("opening", "names"),
    [
        ("UBND xã thông báo tới các bản, các hộ trồng lúa như sau:", ["các bản", "các hộ trồng lúa"]),
        ("UBND xã thông báo tới các tổ thủy nông và nhân dân như sau:", ["các tổ thủy nông", "nhân dân"]),
        ("Trưởng các bản và Hội Nông dân xã cần làm tốt các việc sau:", ["Trưởng các bản và Hội Nông dân xã"]),
        ("Thực hiện kế hoạch năm, UBND xã trân trọng kính mời:\n- Trưởng các bản;\n- Tổ thủy nông (theo danh sách kèm theo).\n",
         ["Trưởng các bản", "Tổ thủy nông"]),
        ("Chủ tịch UBND xã yêu cầu các bản, Hội Nông dân xã thực hiện ngay một số việc sau:", ["các bản", "Hội Nông dân xã"]),
        ("Đoàn kiểm tra đã chỉ ra:\n- 12 hộ lấn bờ kênh;\n- 03 cống hỏng. Chủ tịch UBND xã yêu cầu các bản thực hiện các việc sau:", ["các bản"]),
    ],
)  # fmt: skip
def test_whom_a_letter_without_kinh_gui_addresses(opening: str, names: list[str]) -> None:
    assert [r.value for r in read(HEAD + opening + "\n" + TAIL).recipients] == names


@pytest.mark.parametrize("heading", ["Nơi nhận:", "Rcti ulidn"], ids=["written", "lost in the scan"])
def test_a_notice_that_addresses_nobody_is_for_those_who_get_it(heading: str) -> None:
    tail = TAIL.replace("Nơi nhận:\n", f"KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\nLò Văn Ún\n\n{heading}\n- TT Đảng ủy (để b/c);\n- Các bản, tổ dân phố;\n")
    found = read(HEAD + "Kênh mương trong xã nhiều nơi bị lấp.\n" + tail)
    assert [r.value for r in found.recipients] == ["Các bản, tổ dân phố"] and "recipients" in found.doubts


@pytest.mark.parametrize(
    ("text", "office"),
    [
        ("Báo cáo gửi về Sở Thông tin và Truyền thông qua thư điện tử trước ngày 20/4", "Sở Thông tin và Truyền thông"),
        ("Gửi danh sách về Sở Xây dựng trước ngày 20/4", "Sở Xây dựng"),
        ("Gửi báo cáo về Bộ GDĐT trước ngày 20/4", "Bộ GDĐT"),
        ("Gửi báo cáo về Ban Chỉ huy Phòng, chống thiên tai huyện trước ngày 20/4", "Ban Chỉ huy Phòng, chống thiên tai huyện"),
        ("Gửi số liệu về Vụ Nông, Lâm nghiệp và Thủy lợi, thời hạn ngày 20/4", "Vụ Nông, Lâm nghiệp và Thủy lợi"),
        ("Báo cáo Bộ (qua Cục Thủy lợi, hộp thư thuyloi@mau.example) trước 15 giờ", "Bộ (qua Cục Thủy lợi)"),
        ("Gửi phiếu về Phòng Tổ chức (tochuc@mau.example) trước ngày 20/4", "Phòng Tổ chức"),
        ("Gửi hồ sơ về phòng Kế hoạch trước ngày 20/4", "phòng Kế hoạch"),
        ("Kịp thời báo cáo UBND tỉnh chỉ đạo giải quyết", "UBND tỉnh"),
        ("Báo cáo kết quả về Chi nhánh (qua phòng Kế hoạch) trước 05/7", "Chi nhánh (qua phòng Kế hoạch)"),
        ("Rà soát các hồ; báo cáo Thủ tướng Chính phủ trước ngày 20/4", "Thủ tướng Chính phủ"),
        ("Bản giấy nộp tại Văn phòng Trường, bản mềm gửi sau", "Văn phòng Trường"),
        ("Phiếu gửi về: Phòng Thủy nông trước ngày 20/4", "Phòng Thủy nông"),
        ("Gửi về địa chỉ: Văn phòng Nông thôn mới, số 12 phố Chợ", "Văn phòng Nông thôn mới"),
        ("Danh sách gửi về huyện Hội qua hộp thư hoi@mau.example", "huyện Hội"),
        ("Gửi báo cáo về Sở Thủy lợi và các sở, ngành liên quan trước ngày 20/4", "Sở Thủy lợi"),
        ("Báo cáo Bộ Thủy lợi (qua Cục Đê điều; số 5 phố Chợ; điện thoại: 024.000) trước 15 giờ", "Bộ Thủy lợi (qua Cục Đê điều)"),
    ],
)
def test_the_office_of_an_answer(text: str, office: str) -> None:
    found = find_report_to(Page(text), [(0, len(text))])
    assert found and found.office and found.office.value == office


def test_a_plan_that_is_drawn_up_is_no_office() -> None:
    text = "Các bản lập và trình Quy hoạch thủy nông đúng hạn"
    found = find_report_to(Page(text), [(0, len(text))])
    assert found is None or found.office is None


def test_the_letter_s_own_words_on_the_line_of_the_addressee_are_not_his_name() -> None:
    text = HEAD.replace("THÔNG BÁO\nVề việc dọn vệ sinh kênh mương\n", "V/v dọn kênh\n\nKính gửi: Trưởng các bản. Thực hiện kế hoạch năm, UBND xã yêu cầu:")
    assert [r.value for r in read(text + TAIL).recipients] == ["Trưởng các bản"]


def test_those_above_get_a_notice_only_to_know_of_it() -> None:
    tail = TAIL.replace("- Lưu: VT.", "- UBND huyện (b/c);\n- Chính phủ;\n- Các bản,\n- Lưu: VT.")
    assert [r.value for r in read(HEAD + "Kênh mương trong xã nhiều nơi bị lấp.\n" + tail).recipients] == ["Các bản"]


def test_an_invitation_asks_for_an_answer_by_a_day() -> None:
    invitation = HEAD.replace("14/TB-UBND", "14/TM-UBND").replace("THÔNG BÁO\nVề việc dọn vệ sinh kênh mương", "THƯ MỜI\nDự hội thảo thủy nông")
    body = "Kính gửi: Các nhà khoa học\nUBND xã trân trọng kính mời các nhà khoa học dự hội thảo.\n1. Thời gian: 8 giờ ngày 20/5/2022.\n"
    found = read(invitation + body + "2. Hạn nộp bài: trước ngày 30/4/2022.\nBài gửi về Ban Tổ chức qua hộp thư hoithao@mau.example.\nNơi nhận:\n- Lưu: VT.\n")
    assert found.kind == "thư mời" and found.tasks == () and found.subject and found.subject.value == "Dự hội thảo thủy nông"
    assert [d.text for d in found.deadlines] == ["trước ngày 30/4/2022"]
    assert found.report_to and found.report_to.office and found.report_to.office.value == "Ban Tổ chức"

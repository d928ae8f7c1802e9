"""Terms, rule by rule: the phrase, its kind, the last day in time."""

from datetime import date

import pytest

from tests.reading import letters
from tracker.reading import read
from tracker.reading.deadlines import cell_deadline, find_deadlines
from tracker.reading.page import Page

ISSUED = date(2021, 8, 11)


def terms(text: str) -> list[tuple[str, str, str | None]]:
    found = find_deadlines(Page(text), [(0, len(text))], ISSUED)
    return [(d.text, d.kind, d.date.isoformat() if d.date else d.every) for d in found]


@pytest.mark.parametrize(
    ("text", "phrase", "kind", "value"),
    [
        ("nộp trước ngày 25/8/2021 để gộp", "trước ngày 25/8/2021", "date", "2021-08-24"),
        ("nộp trước 30/11/2021", "trước 30/11/2021", "date", "2021-11-29"),
        ("nộp trước ngày 20 tháng 12 năm 2021", "trước ngày 20 tháng 12 năm 2021", "date", "2021-12-19"),
        ("nộp trước ngày 17/12/2021 (thứ Sáu)", "trước ngày 17/12/2021 (thứ Sáu)", "date", "2021-12-16"),
        ("báo cáo chậm nhất ngày 15 tháng 9", "chậm nhất ngày 15 tháng 9", "date", "2021-09-15"),
        ("xong trước 30/6", "xong trước 30/6", "date", "2022-06-29"),
        ("nhận đến hết ngày 30/9/2021", "đến hết ngày 30/9/2021", "date", "2021-09-30"),
        ("hạn chót 13/10/2021, theo mẫu", "hạn chót 13/10/2021", "date", "2021-10-13"),
        ("hạn chót nộp hồ sơ là 12/3/2022", "hạn chót nộp hồ sơ là 12/3/2022", "date", "2022-03-12"),
        ("gửi về phòng trong ngày 12/9/2021", "trong ngày 12/9/2021", "date", "2021-09-12"),
        ("hồ sơ gửi sau ngày 22/12/2021 sẽ không được xét", "sau ngày 22/12/2021 sẽ không được", "date", "2021-12-22"),
        ("báo cáo trước 16 giờ ngày 12/9", "trước 16 giờ ngày 12/9", "datetime", "2021-09-12"),
        ("hạn cuối: 17h00 ngày 20/5/2022", "hạn cuối: 17h00 ngày 20/5/2022", "datetime", "2022-05-20"),
        ("treo cờ từ ngày 10/9/2021 đến hết ngày 14/9/2021", "từ ngày 10/9/2021 đến hết ngày 14/9/2021", "range", "2021-09-14"),
        ("làm vào ngày 01-31/12/2021 tại xã", "vào ngày 01-31/12/2021", "range", "2021-12-31"),
        ("từ 01 đến 15/9/2021", "từ 01 đến 15/9/2021", "range", "2021-09-15"),
        ("xét từ ngày 30/10/2021 đến 03/1 1/2021", "từ ngày 30/10/2021 đến 03/1 1/2021", "range", "2021-11-03"),
        ("xét từ ngày 30/10/2021 đến 03/11/2011", "từ ngày 30/10/2021 đến 03/11/2011", "range", "2021-11-03"),
        ("Sau 30/9/2021, Phòng không nhận phiếu", "Sau 30/9/2021, Phòng không nhận", "date", "2021-09-30"),
        ("Ngày nộp: 20/9/2021", "Ngày nộp: 20/9/2021", "date", "2021-09-20"),
        ("Thời gian đăng ký: 20/9/2021", "Thời gian đăng ký: 20/9/2021", "date", "2021-09-20"),
        ("nộp phiếu trước giờ hành chính ngày 20/9/2021", "trước giờ hành chính ngày 20/9/2021", "date", "2021-09-19"),
        ("trình UBND tỉnh đề án thu gom Quý IV năm 2021.", "Quý IV năm 2021", "period", "2021-12-31"),
        ("Thời gian thực hiện: tháng 9 - tháng 11/2021", "tháng 9 - tháng 11/2021", "period", "2021-11-30"),
        ("báo cáo tháng gửi trước ngày 25, không để chậm", "trước ngày 25", "recurring", "P1M"),
        ("- Hàng tuần tổ chức quét chợ", "Hàng tuần", "recurring", "P1W"),
        ("hoàn thành trong quý IV", "trong quý IV", "period", "2021-12-31"),
        ("xong trong tháng 9", "trong tháng 9", "period", "2021-09-30"),
        ("hoàn thành trước quý II/2022", "trước quý II/2022", "period", "2022-03-31"),
        ("hoàn thành cuối năm 2022", "cuối năm 2022", "period", "2022-12-31"),
        ("trong tháng 10 năm 2021 hoàn thành", "trong tháng 10 năm 2021", "period", "2021-10-31"),
        ("trong vòng 05 ngày làm việc kể từ ngày nhận được văn bản", "trong vòng 05 ngày làm việc kể từ ngày nhận được văn bản", "relative", None),
        ("gửi báo cáo trước ngày 20 hàng tháng", "trước ngày 20 hàng tháng", "recurring", "P1M"),
        ("định kỳ sáu tháng báo cáo", "định kỳ sáu tháng", "recurring", "P6M"),
        ("định kỳ 03 tháng/lần báo cáo", "định kỳ 03 tháng/lần", "recurring", "P3M"),
        ("định kỳ hằng quý gửi về", "định kỳ hằng quý", "recurring", "P3M"),
        ("hằng năm, trước ngày 15/11 gửi về", "hằng năm, trước ngày 15/11", "recurring", "P1Y"),
        ("chậm nhất ngày 20 của tháng cuối quý", "chậm nhất ngày 20 của tháng cuối quý", "recurring", "P3M"),
        ("báo cáo tỉnh theo định kỳ", "theo định kỳ", "vague", None),
        ("yêu cầu triển khai ngay các việc", "triển khai ngay", "immediate", None),
        ("báo cáo vào chiều thứ Năm hàng tuần", "vào chiều thứ Năm hàng tuần", "recurring", "P1W"),
        ("Trước 10 giờ thứ Sáu hàng tuần, gửi số liệu", "Trước 10 giờ thứ Sáu hàng tuần", "recurring", "P1W"),
        ("cứ 3 giờ một lần báo cáo", "cứ 3 giờ một lần", "recurring", "PT3H"),
        ("thông tin mực nước tới các xã hằng ngày.", "hằng ngày", "recurring", "P1D"),
        ("hàng tháng tổng hợp báo cáo huyện", "hàng tháng", "recurring", "P1M"),
        ("mỗi xã họp dân trong tháng 10;", "trong tháng 10", "period", "2021-10-31"),
        ("phấn đấu đến cuối năm đạt chuẩn", "đến cuối năm", "vague", None),
        ("có vật tư để khắc phục ngay các điểm sạt lở", "khắc phục ngay", "immediate", None),
        ("không để người trên đò sau 19 giờ ngày 29/9", "sau 19 giờ ngày 29/9", "datetime", "2021-09-29"),
        ("gửi trước ít nhất 05 ngày làm việc", "trước ít nhất 05 ngày làm việc", "relative", None),
        ("báo cáo định kỳ trước ngày 15 hàng tháng", "trước ngày 15 hàng tháng", "recurring", "P1M"),
        ("nộp trước ngày\n      25/8/2021", "trước ngày 25/8/2021", "date", "2021-08-24"),
        ("Hạn nộp báo cáo: 15/9/2021", "Hạn nộp báo cáo: 15/9/2021", "date", "2021-09-15"),
        ("hồ sơ hạn 15/9/2021", "hạn 15/9/2021", "date", "2021-09-15"),
        ("bàn giao trước thời điểm 15/9/2021", "trước thời điểm 15/9/2021", "date", "2021-09-14"),
        ("từ nay đến 30/9/2021 kiểm tra các hộ", "từ nay đến 30/9/2021", "date", "2021-09-30"),
        ("đến ngày 31/12/2021 đạt 100% kế hoạch", "đến ngày 31/12/2021 đạt", "date", "2021-12-31"),
        ("ban hành kế hoạch trước ngày 20/9/2021", "trước ngày 20/9/2021", "date", "2021-09-19"),
        ("từ 8h00 ngày 01/9/2021 đến 17h00 ngày 15/9/2021", "từ 8h00 ngày 01/9/2021 đến 17h00 ngày 15/9/2021", "range", "2021-09-15"),
        ("Thời gian đăng ký: 01/9/2021 - 15/9/2021", "01/9/2021 - 15/9/2021", "range", "2021-09-15"),
        ("thu hồi nợ đến hết tháng 9/2021", "đến hết tháng 9/2021", "period", "2021-09-30"),
        ("chậm nhất là quý IV/2021 trình đề án", "chậm nhất là quý IV/2021", "period", "2021-12-31"),
        ("trước tháng 10/2021 có quy chế", "trước tháng 10/2021", "period", "2021-09-30"),
        ("xây dựng chuyên đề (quý IV/2021)", "quý IV/2021", "period", "2021-12-31"),
        ("phấn đấu trong quý IV năm 2021 di dời xong các hộ", "trong quý IV năm 2021", "period", "2021-12-31"),
        ("ra quân kiểm tra ngay trong tháng 9/2021 các hộ nuôi", "trong tháng 9/2021", "period", "2021-09-30"),
        ("trình kỳ họp cuối năm 2021", "cuối năm 2021", "period", "2021-12-31"),
        ("phủ sóng các bản trong những tháng cuối năm 2021.", "trong những tháng cuối năm 2021", "vague", None),
        ("sửa xong phòng học trước khai giảng", "trước khai giảng", "vague", None),
        ("chi trả hết trước Tết Nguyên đán", "trước Tết Nguyên đán", "vague", None),
        ("định kỳ báo cáo Thường trực", "định kỳ", "vague", None),
        ("trả lời dân trong thời gian sớm nhất", "trong thời gian sớm nhất", "vague", None),
        ("lập danh sách trong 03 ngày làm việc", "trong 03 ngày làm việc", "relative", None),
        ("giải trình trong 05 ngày kể từ ngày ký", "trong 05 ngày kể từ ngày ký", "relative", None),
        ("trả lời trong vòng ba ngày", "trong vòng ba ngày", "relative", None),
        ("thời hạn giải quyết: 10 ngày kể từ ngày nhận đơn", "thời hạn giải quyết: 10 ngày kể từ ngày nhận đơn", "relative", None),
        ("gửi tài liệu trước hội nghị ít nhất 05 ngày", "trước hội nghị ít nhất 05 ngày", "relative", None),
        ("gửi tài liệu trước hội nghị 05 ngày", "trước hội nghị 05 ngày", "relative", None),
        ("báo cáo 10 ngày sau khi kết thúc đợt", "10 ngày sau khi kết thúc đợt", "relative", None),
        ("báo cáo huyện ngay sau khi xong đợt", "ngay sau khi xong đợt", "relative", None),
        ("ký cam kết ngay sau khi văn bản này được ban hành", "ngay sau khi văn bản này được ban hành", "immediate", None),
        ("giải quyết dứt điểm đơn trước khi mở đại hội", "trước khi mở đại hội", "relative", None),
        ("báo cáo ngay khi có ca bệnh", "báo cáo ngay", "immediate", None),
        ("các xã khắc phục ngay tồn tại", "khắc phục ngay", "immediate", None),
        ("gửi số liệu trước 15 giờ hàng ngày", "trước 15 giờ hàng ngày", "recurring", "P1D"),
        ("phát lúc 5 giờ 30 phút hằng ngày", "lúc 5 giờ 30 phút hằng ngày", "recurring", "P1D"),
        ("Ngày 28 hằng tháng gửi số liệu", "Ngày 28 hằng tháng", "recurring", "P1M"),
        ("chậm nhất ngày 10/12 hằng năm", "chậm nhất ngày 10/12 hằng năm", "recurring", "P1Y"),
        ("trước ngày 05 của tháng sau", "trước ngày 05 của tháng sau", "recurring", "P1M"),
        ("hằng tháng (trước ngày 20", "hằng tháng (trước ngày 20", "recurring", "P1M"),
        ("ngày 25 của tháng cuối quý", "ngày 25 của tháng cuối quý", "recurring", "P3M"),
        ("báo cáo Thường trực mỗi quý một lần", "mỗi quý một lần", "recurring", "P3M"),
        ("kiểm tra tối thiểu 03 điểm mỗi tháng", "mỗi tháng", "recurring", "P1M"),
        ("kiểm tra ít nhất 1 lần/tháng", "ít nhất 1 lần/tháng", "recurring", "P1M"),
        ("giao ban hai tuần/lần", "hai tuần/lần", "recurring", "P2W"),
        ("khử trùng lớp học hàng tuần.", "hàng tuần", "recurring", "P1W"),
        ("gửi vào ngày cuối tháng", "vào ngày cuối tháng", "recurring", "P1M"),
    ],
)
def test_one_term(text: str, phrase: str, kind: str, value: str | None) -> None:
    assert terms(text) == [(phrase, kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "những tháng cuối năm 2021",
        "Công văn số 12/UBND ngày 03/9/2021 của huyện",
        "các chương trình sẽ kết thúc vào năm 2022",
        "đất đã giao trước ngày 01/7/2014",
        "nộp trước ngày 31/02/2022",
        "tiền 25/8 phần",
        "Đến 31/7/2021, dư nợ tăng",
        "khẩn trương thực hiện",
        "Sau 9 tháng thực hiện, phong trào khá lên",
        "thống kê hồ sơ từ ngày 01/01/2021 đến ngày 31/8/2021",
        "giao dịch cố định hàng tháng tại xã",
        "giao dịch xã cố định hàng tháng.",
        "chi từ nguồn kinh phí hằng tháng;",
        "Sở sẽ kiểm tra trực tiếp trong quý III/2021",
        "nợ sẽ đến hạn trong những tháng cuối năm 2021.",
        "đến 31/7 đạt 60% kế hoạch",
        "trong 7 ngày gần đây có 02 ca",
        "cho trẻ nghỉ học ít nhất 10 ngày kể từ khi khởi bệnh",
        "phải cách ly ngay tại chỗ",
        "báo cáo ngày 12 của xã",
        "giấy phép hết hạn 15/9/2021",
    ],
)
def test_no_term(text: str) -> None:
    assert terms(text) == []


def test_a_missing_year_is_inferred_and_said() -> None:
    text = "nộp trước ngày 05/01"
    found = find_deadlines(Page(text), [(0, len(text))], date(2021, 12, 20))[0]
    assert found.date == date(2022, 1, 4)
    assert found.inferred_year
    assert "suy từ ngày ban hành" in found.why


def test_without_a_day_of_issue_a_missing_year_stays_missing() -> None:
    text = "nộp trước ngày 05/01"
    assert find_deadlines(Page(text), [(0, len(text))], None) == []


@pytest.mark.parametrize(("text", "words"), [("trước ngày 25/8/2021", "24/08/2021"), ("đến hết ngày 25/8/2021", "Tính cả ngày 25/08/2021")])
def test_why_tells_inclusive_from_exclusive(text: str, words: str) -> None:
    found = find_deadlines(Page(text), [(0, len(text))], ISSUED)[0]
    assert words in found.why
    assert found.exclusive is text.startswith("trước")


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [("15/9/2021", "date", "2021-09-15"), ("Quý IV/2021", "period", "2021-12-31"), ("Tuần 3 tháng 9/2021", "period", "2021-09-21"),
     ("Thường xuyên", "vague", None), ("Chủ nhật hàng tuần", "recurring", "P1W"), ("Hàng quý", "recurring", "P3M"), ("3 tháng/lần", "recurring", "P3M")],
)  # fmt: skip
def test_a_cell_of_a_time_column(cell: str, kind: str, value: str | None) -> None:
    found = cell_deadline(Page(cell), (0, len(cell)), ISSUED)
    assert found is not None
    assert (found.kind, found.date.isoformat() if found.date else found.every) == (kind, value)


def test_areas_that_lie_over_each_other_give_a_term_once() -> None:
    page = Page("Gửi báo cáo trước ngày 25/8/2021.")
    assert len(find_deadlines(page, [(0, 33), (4, 33)], None)) == 1


def test_a_day_in_the_grounds_of_an_order_is_not_its_term() -> None:
    order = "Để kịp báo cáo Thủ tướng Chính phủ trong tháng 9 năm 2021, Sở đề nghị các huyện báo cáo các nội dung sau:\n1. Số vườn.\n2. Diện tích vườn."
    text = letters.PROVINCE.replace("Để làm tốt hơn, Thường trực Hội yêu cầu Hội Làm vườn các huyện, thị xã thực hiện các việc sau:", order)
    assert "trong tháng 9 năm 2021" not in [d.text for d in read(text).deadlines]


@pytest.mark.parametrize("text", ["Gửi báo cáo năm, chốt số liệu đến ngày 31/12, theo mẫu", "báo cáo kết quả tính đến ngày 30/11/2021 của xã"])
def test_a_day_up_to_which_is_counted_is_no_term(text: str) -> None:
    assert terms(text) == []

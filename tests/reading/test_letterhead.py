"""The letterhead, rule by rule."""

from datetime import date

import pytest

from tests.reading import letters
from tracker.reading import read

HEAD = (
    "SỞ XÂY DỰNG\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nPHÒNG HẠ TẦNG\tĐộc lập - Tự do - Hạnh "
    "phúc\n{number}\t{place}\nV/v kiểm tra cống\n\nKính gửi: Các đội.\n\nĐề nghị các đội dọn cống./.\n"
)


def head(number: str = "Số: 12/SXD-HT", place: str = "Sông Lam, ngày 05 tháng 6 năm 2022") -> str:
    return HEAD.format(number=number, place=place)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Số: 12/SXD-HT", "12/SXD-HT"),
        ("Số 931-CV/TU", "931-CV/TU"),
        ("Số:  07 /2019/CT-UBND".replace(" /2019", "/2019"), "07/2019/CT-UBND"),
        ("Số: 849/ CT-TTHT", "849/CT-TTHT"),
        ("Số: 56/CV-CAH(QLHC)", "56/CV-CAH(QLHC)"),
        ("Số: 33 /BGDĐT-GDTrH", "33/BGDĐT-GDTrH"),
    ],
)
def test_numbers_in_state_and_party_form(written: str, value: str) -> None:
    found = read(head(number=written))
    assert found.number and found.number.value == value


@pytest.mark.parametrize("written", ["Số:        /SXD-HT", "Số: Ø2/SXD-HT", "Số: 1(4/SXD-HT", "Số:.-204JSXD-HT", "Số: …/SXD"])
def test_a_number_that_is_blank_or_damaged_stays_unknown(written: str) -> None:
    found = read(head(number=written))
    assert found.number is None
    assert "number.lost" in [w.code for w in found.warnings]


@pytest.mark.parametrize(
    "written", ["Sông Lam, ngày 05 tháng 6 năm 2022", "Sông Lam, ngày 05  tháng  06  năm 2022", "Sông Lam, ngày 05tháng 6 năm 2022", "Sông Lam, ngày 5/6/2022"]
)
def test_days_of_issue(written: str) -> None:
    found = read(head(place=written))
    assert found.issued_on and found.issued_on.value == date(2022, 6, 5)
    assert found.place and found.place.value == "Sông Lam"


@pytest.mark.parametrize("written", ["Sông Lam, ngày     tháng 6 năm 2022", "Sông Lam, ngày 32 tháng 6 năm 2022", "Sông Lam, ngày 0# tháng 6 năm 2022"])
def test_a_day_that_is_blank_or_damaged_stays_unknown(written: str) -> None:
    found = read(head(place=written))
    assert found.issued_on is None
    assert "date.lost" in [w.code for w in found.warnings]


@pytest.mark.parametrize(
    ("lines", "issuer"),
    [
        ("ỦY BAN NHÂN DÂN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nTỈNH SÔNG LAM\tĐộc lập - Tự do - Hạnh phúc", "Ủy ban nhân dân tỉnh Sông Lam"),
        ("UBND TỈNH SÔNG LAM CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSỞ Y TẾ Độc lập - Tự do - Hạnh phúc", "Sở Y tế tỉnh Sông Lam"),
        ("BỘ VĂN HIẾN\nVĂN PHÒNG\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc", "Văn phòng Bộ Văn Hiến"),
        ("BẢO HIỂM MÙA MÀNG\nVIỆT NAM\n-------\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc", "Bảo hiểm Mùa Màng Việt Nam"),
        ("HỘI LÀM VƯỜN        CỘNG HÒA XÃ HỘI CHỦ NGHĨA\n                         VIỆT NAM\n     *        Độc lập - Tự do - Hạnh phúc", "Hội Làm vườn"),
        ("ỦY BAN NHÂN DÂN\nXÃ TÂN LẬP\n-------\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc", "Ủy ban nhân dân xã Tân Lập"),
    ],
)
def test_issuers(lines: str, issuer: str) -> None:
    found = read(f"{lines}\nSố: 1/ABC\nSông Lam, ngày 1 tháng 2 năm 2022\nKính gửi: Các xã.\n\nĐề nghị các xã dọn cống./.\n")
    assert found.issuer and found.issuer.value == issuer


def test_a_signature_stamp_above_the_letterhead_is_no_issuer() -> None:
    stamp = "TRUNG TÂM CÔNG BÁO\ncongbao@songlam.example\n09.01.2025 10:21:11 +07:00\n\n"
    found = read(stamp + head())
    assert found.parent and found.parent.value == "Sở Xây dựng"


@pytest.mark.parametrize("title", ["THÔNG BÁO", "KẾ HOẠCH", "CHỈ THỊ", "HƯỚNG DẪN", "BÁO CÁO", "CÔNG ĐIỆN"])
def test_the_title_line_names_the_kind(title: str) -> None:
    text = (
        f"UBND XÃ TÂN LẬP\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 3/UBND\tTân Lập, ngày 1 tháng 2 năm "
        f"2022\n\n{title}\nVề việc dọn vệ sinh\nđường làng\n\nNgày mai dọn đường./.\n"
    )
    found = read(text)
    assert found.kind == title.lower()
    assert found.subject and found.subject.value == "dọn vệ sinh đường làng"


@pytest.mark.parametrize(("mark", "secret"), [("MẬT", True), ("Tối mật", True), ("TUYỆT MẬT", True), ("MẬT ONG", False), ("mật", False)])
def test_a_secrecy_mark_stands_alone_near_the_letterhead(mark: str, secret: bool) -> None:
    assert read(head().replace("V/v", f"{mark}\nV/v")).secret is secret


def test_the_word_secret_in_the_body_is_no_mark() -> None:
    assert not read(head() + "\n" * 3 + "Giữ bí mật đời tư.\n").secret


@pytest.mark.parametrize(("mark", "name"), [("HỎA TỐC", "hoả tốc"), ("THƯỢNG KHẨN", "thượng khẩn"), ("KHẨN", "khẩn")])
def test_urgency(mark: str, name: str) -> None:
    found = read(head().replace("V/v", f"{mark}\nV/v"))
    assert found.urgency and found.urgency.value == name


@pytest.mark.parametrize(
    ("block", "name"),
    [
        ("TL. GIÁM ĐỐC\nCHÁNH VĂN PHÒNG\n\n(Đã ký)\n\nPhan Thị Mơ", "Phan Thị Mơ"),
        ("KT. HIỆU TRƯỞNG\nPHÓ HIỆU TRƯỞNG\n\nPGS.TS. Lê Văn Bốn", "Lê Văn Bốn"),
        ("GIÁM ĐỐC\n\n  Trần  Thị  Lệ", "Trần Thị Lệ"),
        ("GIÁM ĐỐC\n\nF Thị Lệ", None),
        ("GIÁM ĐỐC\n\nY Thoan Niê", "Y Thoan Niê"),
        ("KT. THỐNG ĐỐC\nPHÓ THỐNG ĐỐC\n\nKsor Bình", "Ksor Bình"),
    ],
)
def test_signers(block: str, name: str | None) -> None:
    found = read(head() + f"Nơi nhận:\n- Như trên;\n- Đ/c Nguyễn Văn Tám (để b/c);\n- Lưu: VT.\n{block}\n")
    assert found.signatory
    assert (found.signatory.name.value if found.signatory.name else None) == name


def test_a_left_column_given_whole_before_the_right_one_keeps_its_subject() -> None:
    text = (
        "HỘI NÔNG DÂN VIỆT NAM\nBCH HND TỈNH THANH HOÁ\n*\nSố 931-CV/HNDT\nV/v giữ vững chất lượng tín dụng\n\n"
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập – Tự do – Hạnh phúc\n\nThanh Hóa, ngày 11 tháng 8 năm 2026\n\n"
        "Kính gửi: Ban Thường vụ Hội Nông dân 27 huyện, thị, thành phố.\n\n1. Kiểm tra đủ nội dung.\n2. Báo cáo kết quả.\n"
    )
    found = read(text)
    assert (found.subject and found.subject.value, found.number and found.number.value) == ("giữ vững chất lượng tín dụng", "931-CV/HNDT")


def test_a_committee_below_its_body_carries_its_name() -> None:
    front = letters.PROVINCE.replace("HỘI LÀM VƯỜN VIỆT NAM", "UỶ BAN MTTQ VIỆT NAM TỈNH SÔNG LAM").replace("HỘI LÀM VƯỜN TỈNH SÔNG LAM", "BAN THƯỜNG TRỰC")
    named = read(front).issuer
    assert named and named.value == "Ban Thường trực Uỷ ban Mặt trận Tổ quốc Việt Nam tỉnh Sông Lam"
    text = letters.PROVINCE.replace("HỘI LÀM VƯỜN VIỆT NAM", "LIÊN ĐOÀN LAO ĐỘNG TỈNH SÔNG LAM").replace("HỘI LÀM VƯỜN TỈNH SÔNG LAM", "BAN CHẤP HÀNH")
    found = read(text)
    assert found.issuer and found.issuer.value == "Ban Chấp hành Liên đoàn Lao động tỉnh Sông Lam"


def test_a_name_broken_over_two_lines_is_one() -> None:
    text = letters.WRAPPED.replace("   ỦY BAN NHÂN DÂN   ", "TRƯỜNG ĐẠI HỌC KỸ THUẬT").replace(
        "   HUYỆN TAM GIANG      ", "     CÔNG NGHIỆP        "
    )
    found = read(text)
    assert found.issuer and found.issuer.value.lower() == "trường đại học kỹ thuật công nghiệp"


def test_of_whom_a_party_directive_is_stands_before_its_subject() -> None:
    text = letters.PARTY.replace("KẾ HOẠCH\ntổ chức", "CHỈ THỊ\nCỦA BAN THƯỜNG VỤ TỈNH ỦY\nvề tổ chức")
    found = read(text)
    assert found.subject and found.subject.value == "về tổ chức hội thi tuyên truyền viên năm 2021"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("V/v kiểm tra cống", "Về: kiểm tra cống"),
        ("V/v kiểm tra cống", "Về kiểm tra cống"),
        ("V/v kiểm tra cống", "V/v\n: Kiểm tra cống"),
        ("Số: 12/SXD-HT", "Số: 12/SXD-HT V/v kiểm tra cống"),
        # every line with a blank one behind it
        ("\nV/v kiểm tra cống", "\n\nV/v kiểm tra\n\nCống qua đường liên xã"),
    ],
    ids=["with a colon", "without its second word", "below its sign", "beside the number", "double spaced"],
)
def test_ways_of_writing_the_subject(old: str, new: str) -> None:
    text = head().replace(old, new)
    text = text.replace("\nV/v kiểm tra cống\n", "\n") if "Số: 12/SXD-HT V/v" in new else text
    found = read(text)
    assert found.subject and found.subject.value.lower().startswith("kiểm tra cống")


def test_a_left_column_given_last_of_all_keeps_its_subject() -> None:
    text = head().replace("V/v kiểm tra cống\n", "") + "- Như trên;\n- Lưu: VT.\nV/v kiểm tra cống\nqua đường\nGIÁM ĐỐC\n\nLê Văn Bốn\n"
    found = read(text)
    assert found.subject and found.subject.value == "kiểm tra cống qua đường"
    assert [task.text for task in found.tasks] == ["Đề nghị các đội dọn cống."]


def test_who_decides_stands_below_the_subject_of_a_decision() -> None:
    text = (
        "BỘ THỦY NÔNG\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 3/QĐ-BTN\tHà Nội, ngày 1 tháng 2 năm 2022\n\nQUYẾT ĐỊNH\nVỀ VIỆC BAN HÀNH SỔ TAY\n"
        "BỘ TRƯỞNG BỘ THỦY NÔNG\nCăn cứ Luật Thủy lợi;\nQUYẾT ĐỊNH:\nĐiều 1. Ban hành kèm theo Quyết định này Sổ tay tổ chức thủy nông.\n"
        "Điều 2. Quyết định này có hiệu lực từ ngày ký.\nKT. BỘ TRƯỞNG\nTHỨ TRƯỞNG\n\nLê Văn Bốn\n"
    )
    found = read(text)
    assert found.subject and found.subject.value == "BAN HÀNH SỔ TAY" and found.tasks == ()


@pytest.mark.parametrize("blank", ["\n", "\n\n"])
def test_marks_between_number_and_addressee_do_not_begin_the_body(blank: str) -> None:
    text = head().replace("V/v kiểm tra cống\n\n", f"V/v kiểm tra cống{blank}đầu mùa{blank}KHẨN{blank}\n")
    found = read(text)
    assert [r.value for r in found.recipients] == ["Các đội"] and len(found.tasks) == 1


@pytest.mark.parametrize(
    "opening",
    [
        "Phòng Y tế huyện lập kế hoạch dọn vệ sinh như sau:\n",
        "Nhà trường mời toàn thể giáo viên, học sinh dọn vệ sinh đầu năm với các nội dung dưới đây; mọi người xem kỹ phần việc của mình và làm theo.\n",
        "",
    ],
)
def test_a_title_that_no_blank_line_ends_is_not_the_body_s(opening: str) -> None:
    text = (
        "UBND XÃ TÂN LẬP\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 3/KH-UBND\tTân Lập, ngày 1 tháng 2 năm 2022\n\nKẾ HOẠCH\nDọn vệ sinh\nđường làng\n"
        f"{opening}I. NHIỆM VỤ\n1. Các thôn thu gom rác.\n2. Các xóm khơi mương.\nCHỦ TỊCH\n\nLê Văn Bốn\n"
    )
    found = read(text)
    assert found.subject and found.subject.value == "Dọn vệ sinh đường làng" and len(found.tasks) == 2


@pytest.mark.parametrize(("title", "kind"), [("CHƯƠNG TRÌNH HÀNH ĐỘNG", "chương trình"), ("KẾ HOẠCH LIÊN NGÀNH", "kế hoạch"), ("THƯ NGỎ", "thư ngỏ")])
def test_kinds_that_are_called_by_more_words(title: str, kind: str) -> None:
    assert read(head().replace("V/v kiểm tra cống", f"\n{title}\nKiểm tra cống")).kind == kind

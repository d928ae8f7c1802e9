"""Corners of real documents: letterheads and lists that offices write their own way, and words that look like what they are not."""

from datetime import date

import pytest

from tests.reading import letters
from tracker.reading import Reading, UnitRow, read
from tracker.reading.casing import readable
from tracker.reading.search_words import asked, excerpt
from tracker.reading.text import clean
from tracker.reading.units import Gazetteer

HEAD = (
    "SỞ XÂY DỰNG\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nPHÒNG HẠ TẦNG\tĐộc lập - Tự do - Hạnh phúc\nSố: 12/SXD-HT\tSông Lam, ngày 06 tháng 6 năm 2022\n"
    "V/v kiểm tra cống\n\n"
)


def letter(to: str = "Kính gửi: Các đội.\n", body: str = "Đề nghị các đội dọn cống./.\n", end: str = "") -> Reading:
    return read(f"{HEAD}{to}\n{body}{end}")


def terms(sentence: str) -> list[tuple[str, date | None]]:
    return [(term.kind, term.date) for term in letter(body=f"Đề nghị các đội làm các việc sau:\n1. {sentence}\n2. Dọn cống.\n").deadlines]


def codes(reading: Reading) -> set[str]:
    return {warning.code for warning in reading.warnings}


@pytest.mark.parametrize(
    ("to", "named"),
    [
        ("Kính gửi:\n\n- Đội Một;\n- Đội Hai.\n", ["Đội Một", "Đội Hai"]),
        ("Kính gửi:\nỦy ban nhân dân các xã\n", ["Ủy ban nhân dân các xã"]),
        ("Kính gửi:\n- Hội Nông dân các huyện, thị xã và thành phố\ntrực thuộc tỉnh;\n- Đội Hai.\n",
         ["Hội Nông dân các huyện, thị xã và thành phố trực thuộc tỉnh", "Đội Hai"]),
        ("Kính gửi: Ủy ban nhân dân các huyện;\nỦy ban nhân dân các thị xã.\n", ["Ủy ban nhân dân các huyện", "Ủy ban nhân dân các thị xã"]),
        ("Kính gửi: Công ty Cấp nước Sông Lam\nĐịa chỉ: số 5 đường Bờ Đê\nMã số thuế: 0100000000\n", ["Công ty Cấp nước Sông Lam"]),
        ("Kính gửi: Ủy ban nhân dân các huyện (sau đây gọi là huyện); Đội Hai.\n", ["Ủy ban nhân dân các huyện", "Đội Hai"]),
        ("Kính gửi: Các đội.\n\n\n\n\n\n", ["Các đội"]),
    ],
)  # fmt: skip
def test_recipients_stand_as_offices_write_them(to: str, named: list[str]) -> None:
    found = letter(to)
    assert [one.value for one in found.recipients] == named and len(found.tasks) == 1


def test_a_letter_that_ends_with_its_recipients_has_no_task() -> None:
    found = read(f"{HEAD}Kính gửi: Các đội;")
    assert [one.value for one in found.recipients] == ["Các đội"] and found.tasks == ()


@pytest.mark.parametrize("gap", ["\n{}", "{}", "      {}", "                                            Sông Lam, ngày 03 tháng 9 năm 2021\n{}"])
@pytest.mark.parametrize("more", ["2016 - 2020 và phương hướng năm sau", "27 chi hội", "15/9 hằng năm"])
def test_a_number_begins_the_second_line_of_a_partys_subject(gap: str, more: str) -> None:
    text = letters.PARTY.partition("Số 45")[0].replace("ngày 03 tháng 9 năm 2021", "" if "ngày" in gap else "ngày 03 tháng 9 năm 2021")
    text += f"Số 45-CV/BDVTU\nV/v tổng kết phong trào dân vận khéo\n{gap.format(more)}\n\nKính gửi: Ban Dân vận các huyện ủy.\n\n"
    found = read(text + "Đề nghị các ban báo cáo trước ngày 15/10/2021./.\n")
    assert found.subject and found.subject.value == f"tổng kết phong trào dân vận khéo {more}"
    assert [one.value for one in found.recipients] == ["Ban Dân vận các huyện ủy"]


def test_an_item_behind_a_subject_is_no_part_of_it() -> None:
    found = read(HEAD.replace("cống\n\n", "cống\n\n1. Đề nghị các đội dọn cống trước ngày 15/6/2022.\n2. Đề nghị Đội Hai báo cáo.\n"))
    assert found.subject and found.subject.value == "kiểm tra cống" and [task.label for task in found.tasks] == ["1", "2"]


def test_a_subject_ends_where_the_first_sentence_begins() -> None:
    """No Kính gửi and no blank line parts them: what is as long as a full line is the body's."""
    body = "Thực hiện kế hoạch kiểm tra công trình thoát nước năm 2022, Phòng Hạ tầng đề nghị các đội dọn cống trước ngày 20/6/2022."
    found = read(HEAD.rstrip("\n") + f"\n{body}\n")
    assert len(found.tasks) == 1 and [one.date for one in found.deadlines] == [date(2022, 6, 19)]
    wrapped = "Thực hiện kế hoạch kiểm tra công trình thoát nước năm 2022, Phòng\nHạ tầng đề nghị các đội dọn hết các cống dọc đường trước ngày 20/6,\n"
    wrapped += "trong đó làm trước các cống ở đường thấp, báo cáo số cống đã dọn và\nsố cống còn lại cho Phòng Hạ tầng để tổng hợp.\n"
    found = read(HEAD.rstrip("\n") + f"\n{wrapped}")
    assert found.subject and "Thực hiện" not in found.subject.value and len(found.deadlines) == 1


def test_the_grounds_of_a_plan_are_no_part_of_its_subject() -> None:
    head = HEAD.replace("V/v kiểm tra cống\n", "\nKẾ HOẠCH\nKiểm tra cống mùa mưa\nCăn cứ Chỉ thị của tỉnh về thoát nước.\n")
    found = read(head + "I. NHIỆM VỤ\n1. Dọn cống.\n")
    assert (found.kind, found.subject and found.subject.value) == ("kế hoạch", "Kiểm tra cống mùa mưa")


def test_a_day_far_below_the_number_is_not_the_day_of_issue() -> None:
    body = "\n".join(f"Đoạn {n} của thư." for n in range(18))
    found = read(HEAD.replace("Sông Lam, ngày 06 tháng 6 năm 2022", "") + f"{body}\nSông Lam, ngày 07 tháng 7 năm 2022\n")
    assert found.issued_on is None


def test_words_far_above_the_letterhead_are_not_the_issuer() -> None:
    found = read("CHUYỂN TIẾP GẤP\n\n\n\n" + HEAD + "Kính gửi: Các đội.\n\nĐề nghị các đội dọn cống./.\n")
    assert found.issuer and "CHUYỂN" not in found.issuer.value.upper() and (found.parent is None or "CHUYỂN" not in found.parent.value.upper())


def test_a_second_document_behind_the_signature_is_an_annex() -> None:
    end = "\nNơi nhận:\n- Như trên;\n- ;\n\u205f|\n- Lưu: VT.\nGIÁM ĐỐC\n\nLê Văn Bốn\n\nSỞ TÀI CHÍNH\n"
    end += HEAD.replace("SỞ XÂY DỰNG\t", "") + "1. Đề nghị Sở Y tế khám bệnh.\n"
    found = letter(end=end)
    assert len(found.tasks) == 1 and found.signatory and found.signatory.name and found.signatory.name.value == "Lê Văn Bốn"
    assert [one.value for one in found.copies] == ["Như trên", "Lưu: VT"]


def test_a_closing_mark_long_before_the_copies_closes_nothing() -> None:
    body = "Đề nghị các đội làm các việc sau:\n1. Dọn cống./.\n" + "".join(f"{n}. Dọn cống số {n} trên đường Bờ Đê.\n" for n in range(2, 30))
    assert len(letter(body=body, end="\nNơi nhận:\n- Như trên.\n").tasks) == 29


def test_ky_thay_within_a_sentence_signs_nothing() -> None:
    found = letter(body="Đề nghị các đội làm các việc sau:\n1. Ghi rõ trong biên bản:\nKT. đội trưởng, phó đội trưởng ký.\n2. Dọn cống.\n")
    assert len(found.tasks) == 2


@pytest.mark.parametrize(("shown", "name"), [("Vi A\n", None), ("Lê Văn Bốn\nGIÁM ĐỐC\n", "Lê Văn Bốn")])
def test_names_beside_a_title(shown: str, name: str | None) -> None:
    end = f"\nNơi nhận:\n- Như trên.\n{shown}"
    signed = letter(end=end).signatory
    assert (signed.name.value if signed and signed.name else None) == name


@pytest.mark.parametrize(
    "sentence",
    [
        "Nghỉ từ ngày 30 - 31/02/2023.", "Xong trước tháng 13/2022.", "Gửi số liệu tính đến hết ngày 31/12/2022.", "Báo cáo ngày, giờ dọn từng cống.",
    ],
)
def test_words_that_set_no_term(sentence: str) -> None:
    assert terms(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "warned"),
    [
        ("Dọn cống thứ Ba ngày 07/6/2022.", False), ("Dọn cống thứ Hai ngày 07/6/2022.", True), ("Thu hai ngày 07/6/2022 của mỗi hộ.", False),
        ("Họp thứ Hai ngày 31/02/2022.", False),
    ],
)
def test_only_a_weekday_that_is_spelt_and_a_day_that_exists_contradict_each_other(sentence: str, warned: bool) -> None:
    assert ("date.weekday" in codes(letter(body=f"Đề nghị các đội làm các việc sau:\n1. {sentence}\n2. Dọn cống.\n"))) is warned


def test_without_a_day_of_issue_a_weekday_and_a_range_are_held_against_nothing() -> None:
    found = read("Đề nghị các đội họp thứ Hai ngày 07/6 và nghỉ từ ngày 05/13 đến ngày 02/01.\n")
    assert not {"date.weekday", "date.order"} & codes(found)


def test_rows_of_a_table_in_bars_are_tasks_and_its_total_is_none() -> None:
    body = (
        "Đề nghị các đội thực hiện theo bảng sau:\n| STT | Nội dung công việc | Đơn vị chủ trì | Thời gian |\n"
        "| 1 | Dọn cống đường Bờ Đê | Đội Một | 20/6/2022 |\n"
        "| 2 | Thay nắp cống hỏng | Đội Hai |\n| Cộng | Hai việc phải làm | | |\n| 3 | Sơn lại biển báo | Đội Ba | Tuần 2 tháng 13 |\n"
    )
    found = letter(body=body)
    assert [(task.label, [charge.name for charge in task.charges]) for task in found.tasks] == [("1", ["Đội Một"]), ("2", ["Đội Hai"]), ("3", ["Đội Ba"])]
    assert [(term.date, term.task) for term in found.deadlines] == [(date(2022, 6, 20), 1)]


def test_who_is_invited_by_name() -> None:
    head = HEAD.replace("V/v kiểm tra cống\n", "\nGIẤY MỜI\nHọp bàn việc dọn cống\n")
    found = read(head + "Trân trọng kính mời Giám đốc Sở Y tế, Giám đốc Sở Xây dựng đến dự họp ngày 20/6/2022.\n")
    assert [one.value for one in found.recipients] == ["Giám đốc Sở Y tế", "Giám đốc Sở Xây dựng"]


def test_the_place_of_a_name_in_capitals_keeps_its_capital() -> None:
    assert readable("ỦY BAN NHÂN DÂN HUYỆN LONG THÀNH") == "Ủy ban nhân dân huyện Long Thành"


def test_a_page_number_far_from_the_margin_goes_and_a_count_in_the_text_stays() -> None:
    text = clean("Đoạn đầu. " * 80 + "\n" + " " * 40 + "17\n" + "12\nĐoạn sau.\n")
    assert "17" not in text and "12" in text


ROWS = (
    UnitRow("27", "Huyện Nga Sơn", "district"), UnitRow("30", "Huyện Thọ Xuân", "district"), UnitRow("301", "Xã Hà Vân", "commune", "30"),
    UnitRow("302", "Phường 5", "commune", "30"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code"), [("thị trấn Hà Vân", "30"), ("thị trấn Nga Sơn", None), ("huyện Nga Sơn", "27"), ("5 hộ vay", None), ("Phường 5", "30")]
)
def test_a_unit_is_known_by_its_type_and_name(words: str, code: str | None) -> None:
    unit = Gazetteer(ROWS).resolve(words).unit
    assert (unit.code if unit else None) == code


def test_an_excerpt_of_a_long_text_ends_with_a_whole_word() -> None:
    text = "đầu " * 60 + "cống thoát nước " + "cuối " * 200
    pieces = excerpt(text, asked("cống thoát nước"))
    assert pieces[0].text == "…" and pieces[-1].text.endswith("cuối…") and [piece.text for piece in pieces if piece.hit] == ["cống", "thoát", "nước"]


def test_the_office_that_a_report_goes_to_is_the_one_that_a_day_points_at() -> None:
    body = (
        "Đề nghị các đội làm các việc sau:\n"
        "1. Gửi báo cáo về Phòng Hạ tầng (nhận cả bản giấy và bản mềm, ghi rõ số cống đã dọn, số cống còn lại và nguyên nhân từng cống) "
        "trước ngày 20/6/2022.\n2. Khi cần thì liên hệ với Văn phòng Sở.\n"
    )
    found = letter(body=body).report_to
    assert found and found.office and found.office.value == "Phòng Hạ tầng"


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        (("12/SXD-HT", "12/SXD-HTkt"), "number", "chữ thường"),
        (("PHÒNG HẠ TẦNG", "BAN QUẢN LÝ OCOP"), "issuer", "viết tắt"),
        (("Các đội.", "Các độ1i và tr@ạm."), "recipients", "chữ bị lỗi"),
    ],
)
def test_what_may_be_wrong_in_the_head_is_told(change: tuple[str, str], field: str, said: str) -> None:
    found = read((HEAD + "Kính gửi: Các đội.\n\nĐề nghị các đội dọn cống./.\n").replace(*change))
    assert said in found.doubts.get(field, "")


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ("1. Dọn hết các cống trên đường Bờ Đê.\n2. Nhiệm vụ chung của các đội theo biểu STT, việc, nơi, ai làm.\n", "đầu bảng"),
        ("1. Dọn cống.\n2. Biển hiệu: sạch đường phố, sạch cống rãnh, sạch vỉa hè cho mọi người dân.\n", "mục thông tin"),
        ("1. Dọn hết các cống trên đường Bờ Đê.\n2. Đội Một và Đội Hai\n", "không thấy việc"),
        ("2. Dọn hết các cống trên đường Bờ Đê.\n3. Sơn lại toàn bộ biển báo trên đường.\n", "mục trước có thể bị sót"),
        ("1. Dọn hết các cống trên đường Bờ Đê.\n4. Sơn lại toàn bộ biển báo trên đường.\n", "nhảy từ 1 sang 4"),
    ],
)
def test_what_may_be_wrong_in_the_list_is_told(items: str, said: str) -> None:
    found = letter(body=f"Đề nghị các đội làm các việc sau:\n{items}")
    assert any(said in text for path, text in found.doubts.items() if path.startswith("tasks.")), found.doubts


@pytest.mark.parametrize(
    ("sentence", "part", "said"),
    [
        ("Gửi báo cáo trước ngày 20/8/2025.", "date", "quá xa"), ("Gửi báo cáo chậm nhất ngày 06/6/2022.", "date", "đúng ngày ban hành"),
        ("Tổ chức lễ ra quân trong tháng 7/2022.", "kind", "sự kiện"),
    ],
)
def test_what_may_be_wrong_in_a_term_is_told(sentence: str, part: str, said: str) -> None:
    found = letter(body=f"Đề nghị các đội làm các việc sau:\n1. {sentence}\n2. Dọn cống.\n")
    assert said in found.doubts.get(f"deadlines.0.{part}", ""), (found.deadlines, found.doubts)

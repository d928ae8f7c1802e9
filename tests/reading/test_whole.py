"""Whole dispatches: what a careful reader would write down of each."""

from datetime import date

import pytest

from tests.reading import letters
from tracker.reading import Reading, UnitRow, as_json, read

UNITS = (
    UnitRow("38", "Tỉnh Thanh Hóa", "province"),
    UnitRow("401", "Huyện Nga Sơn", "district", "38"),
    UnitRow("395", "Huyện Thọ Xuân", "district", "38"),
    UnitRow("384", "Huyện Mường Lát", "district", "38"),
    UnitRow("14845", "Thị trấn Mường Lát", "commune", "384"),
    UnitRow("16000", "Xã Tân Lập", "commune", "401"),
    UnitRow("16001", "Xã Tân Lập", "commune", "395"),
)


def labels(reading: Reading) -> list[str | None]:
    return [task.label for task in reading.tasks]


def test_a_letter_of_a_provincial_body() -> None:
    found = read(letters.PROVINCE, UNITS)
    assert found.kind == "công văn"
    assert found.number and found.number.value == "118/HLV-KT"
    assert found.issued_on and found.issued_on.value == date(2021, 7, 6)
    assert found.place and found.place.value == "Sông Lam"
    assert found.issuer and found.issuer.value == "Hội Làm vườn tỉnh Sông Lam"
    assert found.parent and found.parent.value == "Hội Làm vườn Việt Nam"
    assert found.subject and found.subject.value == "rà soát vườn mẫu và quỹ quay vòng"
    assert [r.value for r in found.recipients] == ["Hội Làm vườn các huyện, thị xã", "Trung tâm Giống cây trồng"]
    assert [c.value for c in found.copies] == ["Như trên", "Lưu: VT"]
    assert found.signatory and found.signatory.name and found.signatory.name.value == "Đinh Thị Thu Hằng"
    assert found.signatory.title and found.signatory.title.value == "TM. THƯỜNG TRỰC HỘI KT. CHỦ TỊCH PHÓ CHỦ TỊCH"
    assert found.report_to and found.report_to.office and found.report_to.office.value == "Thường trực Hội (qua Ban Kinh tế)"
    assert [e.value for e in found.report_to.emails] == ["vuonmau@songlam.example"]
    assert labels(found) == ["1", "2", "3"]
    assert "Đối chiếu với ngân hàng" in found.tasks[1].text
    assert [(d.task, d.kind, d.date) for d in found.deadlines] == [(1, "date", date(2021, 8, 24)), (3, "period", date(2021, 9, 30))]
    assert found.deadlines[1].inferred_year and "suy từ ngày ban hành" in found.deadlines[1].why
    assert [(f.code, f.text) for f in found.findings] == [
        ("401", "Hội Làm vườn xã Thượng Lĩnh – Nga Sơn"),
        ("395", "Hội Làm vườn huyện Thọ Xuân"),
        ("384", "Hội Làm vườn thị trấn Mường Lát"),
    ]
    assert not found.secret


def test_without_units_no_finding_is_invented() -> None:
    assert read(letters.PROVINCE).findings == ()


def test_a_commune_name_that_two_districts_share_stays_open() -> None:
    text = letters.PROVINCE.replace("Hội Làm vườn xã Thượng Lĩnh – Nga Sơn", "Hội Làm vườn xã Tân Lập")
    first = read(text, UNITS).findings[0]
    assert first.code is None
    assert len(first.candidates) == 2


def test_a_unit_that_was_dissolved_before_the_day_of_issue_is_not_named() -> None:
    gone = [*UNITS[:2], UnitRow("395", "Huyện Thọ Xuân", "district", "38", valid_to=date(2020, 12, 31)), *UNITS[3:]]
    assert "395" not in [f.code for f in read(letters.PROVINCE, gone).findings]


def test_a_party_plan_has_tasks_in_its_duties_and_its_organisation() -> None:
    found = read(letters.PARTY)
    assert found.kind == "kế hoạch"
    assert found.number and found.number.value == "45-KH/BDVTU"
    assert found.issuer and found.issuer.value == "Ban Dân vận Tỉnh ủy Sông Lam"
    assert labels(found) == ["1", "2", "1", "2", "3"]
    assert found.tasks[0].section == "NHIỆM VỤ"
    assert found.tasks[0].title == "Tổ chức vòng thi cấp huyện"
    assert [(d.task, d.date) for d in found.deadlines] == [(1, date(2021, 10, 14)), (3, date(2021, 10, 30))]
    assert found.signatory and found.signatory.title and found.signatory.title.value == "TRƯỞNG BAN"


def test_a_decision_charges_by_its_articles() -> None:
    found = read(letters.DECISION)
    assert found.kind == "quyết định"
    assert found.subject and found.subject.value == "thành lập Tổ kiểm tra đê điều"
    assert labels(found) == ["2", "3"]
    assert [d.date for d in found.deadlines] == [date(2024, 3, 14)]


def test_a_wrapped_page_is_joined_and_its_page_number_left_out() -> None:
    found = read(letters.WRAPPED)
    assert labels(found) == ["1", "2", "3"]
    assert "156/2018/NĐ-CP" in found.tasks[0].text
    assert found.tasks[1].text.endswith("ghi sổ trực theo mẫu của Hạt Kiểm lâm.")
    assert found.subject and found.subject.value == "phòng cháy rừng mùa khô"
    assert found.issuer and found.issuer.value == "Ủy ban nhân dân huyện Tam Giang"
    assert found.report_to and found.report_to.office and found.report_to.office.value == "UBND huyện"
    assert found.signatory and found.signatory.name and found.signatory.name.value == "Lò Văn Pháng"


def test_the_rows_of_a_table_are_tasks() -> None:
    found = read(letters.TABLE)
    assert labels(found) == ["1", "2", "3"]
    assert [task.charges[0].name for task in found.tasks] == ["Trạm Khuyến nông", "Văn phòng UBND huyện", "UBND các xã"]
    assert [(d.task, d.date) for d in found.deadlines] == [(1, date(2022, 2, 15)), (2, date(2022, 2, 19)), (3, date(2022, 6, 30))]


def test_a_telegram_names_its_recipients_behind_its_own_word() -> None:
    found = read(letters.TELEGRAM)
    assert found.kind == "công điện"
    assert [r.value for r in found.recipients] == ["Bộ trưởng các bộ", "Chủ tịch Ủy ban nhân dân các tỉnh, thành phố"]
    assert [(c.name, c.role) for c in found.tasks[1].charges] == [
        ("Bộ Công an", "lead"),
        ("Bộ Công Thương và các địa phương", "coordinate"),
    ]
    assert [(d.task, d.date) for d in found.deadlines] == [(1, date(2023, 9, 14))]


@pytest.mark.parametrize("text", [letters.TABLE, letters.TELEGRAM, letters.PROVINCE, letters.PARTY, letters.DECISION, letters.WRAPPED])
def test_every_span_holds_what_it_says(text: str) -> None:
    found = read(text, UNITS)
    for task in found.tasks:
        assert "".join(task.text.split())[:40] in "".join(found.text[slice(*task.span)].split())
    for item in (*found.deadlines, *found.findings):
        assert item.text == " ".join(found.text[slice(*item.span)].split())
    for value in (found.number, found.place, *found.recipients, *found.copies):
        assert value is None or value.value.split()[0][:2] in found.text[slice(*value.span)]


def test_the_json_has_the_agreed_keys() -> None:
    plain = as_json(read(letters.PROVINCE, UNITS))
    keys = "kind number issued_on issuer subject recipients signatory report_to text tasks deadlines findings figures warnings"
    assert set(plain) >= set(keys.split())
    assert plain["issued_on"] == "2021-07-06"
    assert set(plain["tasks"][0]) >= {"label", "text", "span"}
    assert set(plain["deadlines"][0]) >= {"text", "kind", "date", "every", "task", "span"}
    assert set(plain["findings"][0]) >= {"unit", "code", "text", "span"}


def test_a_letterhead_broken_over_narrow_lines() -> None:
    found = read(letters.NARROW)
    assert found.number and found.number.value == "06/2024/CT-UBND"
    assert found.issued_on and found.issued_on.value == date(2024, 1, 25)
    assert found.place and found.place.value == "Sông Lam"
    assert found.issuer and found.issuer.value == "Ủy ban nhân dân tỉnh Sông Lam"
    assert found.subject and found.subject.value == "CHỐNG RÉT CHO TRÂU BÒ"
    assert labels(found) == ["1", "2"]

"""Items that name districts are drafted for those alone; the rest for everybody."""
from flask import Flask

from tests.factories import Factory
from tests.services.test_intake import TEXT, bring, tasks
from tracker.db import db, transaction
from tracker.models.units import Unit

NAMED = TEXT.replace(
    "2. Củng cố các tổ yếu kém, phân công người theo dõi từng tổ.",
    "2. Giao Hội Nông dân huyện Thọ Xuân chủ trì, phối hợp với Hội Nông dân huyện Nga Sơn xây dựng mô hình điểm.\n"
    "3. Hội Nông dân tỉnh Thanh Hóa cử người hướng dẫn các huyện.",
)


def test_named_districts_are_proposed_with_their_roles(app: Flask, make: Factory) -> None:
    lead, other = make.unit("Huyện Thọ Xuân"), make.unit("Huyện Nga Sơn")
    make.unit("Thành phố Thanh Hóa")
    first, second, third = tasks(bring(make.actor(), NAMED.encode(), "cv.txt"))
    assert first.to_all and third.to_all and not first.units and not third.units
    assert not second.to_all
    assert {row.unit_id: row.role for row in second.units} == {lead.id: "lead", other.id: "coordinate"}
    assert [doubt["code"] for doubt in second.doubts] == ["units"] and "Thọ Xuân" in second.doubts[0]["text"]


def test_evidence_follows_the_words(app: Flask, make: Factory) -> None:
    first, second = tasks(bring(make.actor(), TEXT.encode(), "cv.txt"))
    assert (first.evidence, second.evidence) == (["report"], ["implementing_document"])


def test_units_that_are_not_ours_change_nothing(app: Flask, make: Factory) -> None:
    with transaction() as session:
        session.query(Unit).filter(Unit.level == "district").delete()
    assert all(task.to_all for task in tasks(bring(make.actor(), NAMED.encode(), "cv.txt")))
    assert db.session.query(Unit).filter(Unit.level == "district").count() == 0

"""Search: accents and spelling do not matter, and nobody finds what they may not see."""
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from tests.factories import REVIEW, Factory
from tests.services.search_made import answer, finding, indexed, letter, named
from tracker import clock
from tracker.adapters import word_index
from tracker.db import db, transaction
from tracker.domain.access import DISTRICT_ROLES, Actor, Role
from tracker.domain.errors import Forbidden
from tracker.models.dispatches import Dispatch, DispatchRecipient
from tracker.models.search import SearchEntry
from tracker.models.submissions import Evidence, Submission
from tracker.models.tasks import Task
from tracker.services import search, search_entries
from tracker.services.search import Filters

ANY = Filters()


def numbers(actor: Actor, text: str, filters: Filters = ANY) -> list[str]:
    """Numbers of the dispatches that are found."""
    return [hit.number for group in search.search(actor, text, filters).groups if group.kind == "dispatch" for hit in group.hits]


def found(actor: Actor, text: str, filters: Filters = ANY) -> dict[str, list[int]]:
    """Ids of what is found, by kind."""
    return {group.kind: [hit.id for hit in group.hits] for group in search.search(actor, text, filters).groups}


SPELT = (
    "931-CV/HNDT", "931/cv-hndt", "931 cv", "931cvhndt", "công văn số 931", "0931", "uỷ thác", "ủy thác", "UY THAC", "thác những tháng", "uy tha", '"uỷ thác"',
)


def test_a_dispatch_is_found_however_it_is_spelt(app: Flask, make: Factory) -> None:
    dispatch = make.issued([make.unit()], number="931-CV/HNDT")
    named(dispatch, "Uỷ thác những tháng cuối năm")
    named(make.issued([make.unit()], number="12-KH/HNDT"), "Vệ sinh môi trường")
    indexed()
    clerk = make.actor()
    assert {text: numbers(clerk, text) for text in SPELT} == {text: ["931-CV/HNDT"] for text in SPELT}


def test_old_and_new_tone_marks_and_taken_apart_letters_are_one(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    for n, written in enumerate(("Hoà Bình", "Hòa Bình", "Ho\u0300a Bi\u0300nh", "hoa binh"), 1):
        named(make.issued([unit], number=f"{n}-CV"), f"Xã {written} đã xong")
    indexed()
    for typed in ("hoà bình", "hòa bình", "HOA BINH", "hoa binh", "hoà bìn", "Ho\u0300a Bi\u0300nh", "da xong", "đã xo"):
        assert numbers(clerk, typed) == ["4-CV", "3-CV", "2-CV", "1-CV"], typed


def test_the_number_comes_first_then_words_side_by_side_then_the_newest(app: Flask, make: Factory) -> None:
    unit = make.unit()
    for number, subject in (("93-CV", "Một"), ("7-CV", "Nợ xấu theo công văn 93"), ("8-CV", "Xấu vì nợ cũ"), ("9-CV", "Nợ xấu"), ("931-CV", "Khác")):
        named(make.issued([unit], number=number), subject)
    indexed()
    assert numbers(make.actor(), "93") == ["93-CV", "7-CV", "931-CV"]
    assert numbers(make.actor(), "nợ xấu") == ["9-CV", "7-CV", "8-CV"]
    assert numbers(make.actor(), '"nợ xấu"') == ["9-CV", "7-CV"]


def test_every_kind_is_found_by_its_words(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit("Huyện Hà Trung"), make.actor()
    dispatch = make.issued([unit], number="1-CV")
    finding(clerk, dispatch, unit.id, "Nợ xấu ở xã Hà Bình")
    evidence = answer(dispatch, unit, "45/BC-HND", "Kết quả thu hồi nợ xấu của huyện")
    mail = letter("Báo cáo nợ xấu", "Kính gửi tỉnh, nợ xấu giảm.")
    indexed()
    assert found(clerk, "no xau")["evidence"] == [evidence] and found(clerk, "no xau")["mail"] == [mail]
    assert len(found(clerk, "no xau")["task"]) == 1
    assert found(clerk, "45-BC")["evidence"] == [evidence] and found(clerk, "thu hoi no")["evidence"] == [evidence]
    group = next(group for group in search.search(clerk, "thu hồi nợ").groups if group.kind == "evidence")
    assert [piece.text for piece in group.hits[0].excerpt if piece.hit] == ["thu", "hồi", "nợ"]


def test_who_finds_what(app: Flask, make: Factory) -> None:
    """Every role against every kind of object, ours, theirs, draft: nothing more and nothing less."""
    ours, theirs = make.unit("Huyện Hà Trung"), make.unit("Huyện Quan Sơn")
    both, foreign, clerk = make.issued([ours, theirs], number="1-CV"), make.issued([theirs], number="2-CV"), make.actor()
    for dispatch in (both, foreign):
        named(dispatch, "Thu hồi nợ xấu")
    ids = {unit.id: (finding(clerk, both, unit.id, f"Nợ xấu {unit.name}"), answer(both, unit, "", f"Nợ xấu {unit.name}")) for unit in (ours, theirs)}
    mail, now = letter("Nợ xấu", "Thư"), clock.now()
    with transaction() as session:
        session.add(Dispatch(number="3-CV", subject="Nợ xấu", short_subject="Nợ xấu", created_at=now, updated_at=now))
    indexed()
    for role in Role:
        finds_its_own(make.actor(role, ours if role in DISTRICT_ROLES else None), ids, ours.id, theirs.id, mail)


def finds_its_own(actor: Actor, ids: dict[int, tuple[int, int]], ours: int, theirs: int, mail: int) -> None:
    seen, district, triage = found(actor, "no xau"), actor.role in DISTRICT_ROLES, actor.role == Role.CLERK
    assert sorted(numbers(actor, "no xau")) == (["1-CV"] if district else ["1-CV", "2-CV", "3-CV"] if triage else ["1-CV", "2-CV"])
    visible = [ids[ours]] if district else [*ids.values()]
    assert set(seen["task"]) == {task for task, _ in visible} and set(seen["evidence"]) == {evidence for _, evidence in visible}
    assert seen.get("mail", []) == ([mail] if triage else [])
    assert found(actor, "no xau", Filters(kind="mail")).get("mail", []) == ([mail] if triage else [])
    if district:
        assert found(actor, "no xau", Filters(unit_id=theirs)) == seen
        told = repr(search.search(actor, "quan son"))
        assert "Quan Sơn" not in told and "2-CV" not in told


def test_what_is_taken_away_is_hidden_at_once_and_forgotten_with_the_next_run(app: Flask, make: Factory) -> None:
    unit = make.unit()
    dispatch, officer = make.issued([unit], number="1-CV"), make.actor(Role.OFFICER, unit)
    named(dispatch, "Nợ xấu")
    evidence = answer(dispatch, unit, "", "Nợ xấu")
    indexed()
    assert found(officer, "no xau") == {"dispatch": [dispatch.id], "evidence": [evidence]}
    with transaction() as session:
        session.execute(delete(DispatchRecipient).where(DispatchRecipient.dispatch_id == dispatch.id))
        session.execute(delete(Submission))
    assert found(officer, "no xau") == {}
    indexed()
    assert db.session.scalars(select(SearchEntry.kind).where(SearchEntry.kind == "evidence")).all() == []
    with transaction() as session:
        session.delete(session.get_one(Dispatch, dispatch.id))
    indexed()
    assert db.session.scalar(select(SearchEntry).limit(1)) is None
    assert word_index.find([("x", word_index.Wanted(("no", "xau")))]) == {"x": []}


def test_words_that_were_changed_are_found_no_more(app: Flask, make: Factory) -> None:
    dispatch = make.issued([make.unit()], number="1-CV")
    named(dispatch, "Ông Nguyễn Văn Bê vay vốn")
    indexed()
    assert numbers(make.actor(), "van be") == ["1-CV"]
    named(dispatch, "Ông N.V.B. vay vốn")
    indexed()
    assert numbers(make.actor(), "van be") == [] and numbers(make.actor(), "vay von") == ["1-CV"]


def test_a_dispatch_that_ends_is_found_under_its_new_state_with_all_that_is_its(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    dispatch = make.issued([unit], number="1-CV")
    named(dispatch, "Nợ xấu")
    evidence = answer(dispatch, unit, "", "Nợ xấu")
    indexed()
    with transaction() as session:
        row = session.get_one(Dispatch, dispatch.id)
        row.state, row.ended_at, row.field = "closed", clock.now(), "Tín dụng"
    indexed()
    assert found(clerk, "no xau", Filters(state="issued")) == {}
    both = {"dispatch": [dispatch.id], "evidence": [evidence]}
    assert found(clerk, "no xau", Filters(state="closed")) == both and found(clerk, "no xau", Filters(field="tín dụng")) == both


def test_filters_narrow(app: Flask, make: Factory) -> None:
    units, clerk = [make.unit(), make.unit()], make.actor()
    dispatches = [make.issued([unit], number=f"{n}-CV") for n, unit in enumerate(units, 1)]
    for dispatch in dispatches:
        named(dispatch, "Nợ xấu")
    with transaction() as session:
        session.get_one(Dispatch, dispatches[0].id).issued_on = date(2024, 2, 29)
    indexed()
    for filters, expected in (
        (Filters(unit_id=units[0].id), ["1-CV"]), (Filters(dispatch_id=dispatches[1].id), ["2-CV"]), (Filters(year=2024), ["1-CV"]),
        (Filters(from_on=date(2024, 3, 1)), ["2-CV"]), (Filters(until_on=date(2024, 2, 29)), ["1-CV"]), (Filters(year=2023), []),
        (Filters(year=2024, from_on=date(2024, 3, 1)), []), (Filters(kind="task"), []), (Filters(), ["2-CV", "1-CV"]),
    ):
        assert numbers(clerk, "no xau", filters) == expected, filters


def test_pages_of_one_kind_go_on_where_the_last_ended(app: Flask, make: Factory) -> None:
    unit, clerk = make.unit(), make.actor()
    dispatch = make.issued([unit])
    tasks = [Task(dispatch_id=dispatch.id, position=10 + n, title="Nợ xấu" if n % 3 else "Xấu do nợ", text="x", review_on=REVIEW) for n in range(45)]
    with transaction() as session:
        session.add_all(tasks)
    indexed()
    assert len(found(clerk, "no xau")["task"]) == search.EACH
    seen, before, pages = list[int](), "", 0
    while True:
        (page,) = search.search(clerk, "no xau", Filters(kind="task", before=before)).groups
        seen, before, pages = seen + [hit.id for hit in page.hits], page.before, pages + 1
        if not page.more:
            break
    side_by_side = [task.id for n, task in enumerate(tasks) if n % 3]
    apart = [task.id for n, task in enumerate(tasks) if not n % 3]
    assert pages == 3 and seen == sorted(side_by_side, reverse=True) + sorted(apart, reverse=True)
    for odd in ("x", "9", "1.x", "1." + "9" * 30, "3.0", "²"):
        search.search(clerk, "no xau", Filters(kind="task", before=odd))


def test_units_are_found_and_short_words_look_for_nothing(app: Flask, make: Factory) -> None:
    unit = make.unit()
    assert [row.id for row in search.search(make.actor(), unit.folded).units] == [unit.id]
    assert search.search(make.actor(Role.OFFICER, make.unit()), unit.folded).units == []
    assert search.search(make.actor(), " x ").too_short
    assert search.search(make.actor(), "100%_ ' \" ; -- ) OR * : ^ NEAR(").total == 0


def test_nobody_without_the_right(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.domain.access.RIGHTS", {role: frozenset() for role in Role})
    with pytest.raises(Forbidden):
        search.search(make.actor(), "no xau")


@given(st.dates(date(2000, 1, 1), date(2089, 1, 1)), st.dates(date(2000, 1, 1), date(2089, 1, 1)), st.integers(1, 2**39), st.integers(1, 2**39))
def test_ids_in_order_are_days_in_order(day: date, other: date, one: int, two: int) -> None:
    first, second = search_entries.key(day, "dispatch", one), search_entries.key(other, "mail", two)
    assert search_entries.day_of(first) == day and first < 2**63
    if day < other:
        assert first < search_entries.first_of(other) <= second
    assert search_entries.first_of(day) <= first < search_entries.first_of(day + timedelta(1))


def test_evidence_in_a_draft_is_nobodys_find(app: Flask, make: Factory) -> None:
    unit = make.unit()
    answer(make.issued([unit]), unit, "", "Nợ xấu", handed_in=False)
    indexed()
    assert db.session.scalar(select(Evidence.id)) and found(make.actor(), "no xau") == {} and found(make.actor(Role.OFFICER, unit), "no xau") == {}

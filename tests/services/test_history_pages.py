"""Histories: what is found by which filter, what is folded, page by page, bounded whatever their length, and who reads what."""
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.factories import Factory
from tests.house.source import calls, literals, modules
from tests.services.test_overview import queries
from tracker import clock
from tracker.db import transaction
from tracker.domain.access import MACHINE, Actor, Role
from tracker.domain.errors import Forbidden, NotFound
from tracker.models.dispatches import Dispatch
from tracker.services import history, history_kinds, history_pages, history_tables
from tracker.services.history_pages import Asked, Page
from tracker.services.sentences import ACTS

MONDAY, TUESDAY = date(2026, 9, 7), date(2026, 9, 8)


class Told:
    """Two units, a dispatch to both, and a week of acts."""

    def __init__(self, make: Factory) -> None:
        self.make, self.ours, self.theirs = make, make.unit("Hà Trung"), make.unit("Yên Định")
        self.dispatch = make.issued([self.ours, self.theirs], number="931-CV/HNDT")
        self.clerk, self.officer = make.actor(), make.actor(Role.OFFICER, self.ours)
        self.row = make.assignments(self.dispatch, self.ours)[0]
        self.link = Actor(None, "Hà Trung (qua liên kết trong thư gửi a@b.example)", Role.OFFICER, self.ours.id)
        with clock.frozen(MONDAY), transaction():
            for unit in (self.ours, self.theirs):
                for row in make.assignments(self.dispatch, unit):
                    self.act(self.clerk, "assignment.issue", row)
        with clock.frozen(TUESDAY), transaction():
            self.act(self.officer, "assignment.acknowledge", self.row)
            self.act(self.link, "assignment.submit", self.row, round=1, files=2)
            history.record(self.clerk, "plan.hold", dispatch_id=self.dispatch.id, unit_id=self.ours.id, day="2026-09-09", reason="Đã gọi")
            history.record(MACHINE, "report.ready", dispatch_id=self.dispatch.id, report_id=7, as_of="2026-09-08")
            history.record(self.clerk, "person.password", target_id=self.clerk.id)

    @staticmethod
    def act(who: Actor, kind: str, row, **data: object) -> None:  # type: ignore[no-untyped-def]
        history.record(who, kind, dispatch_id=row.dispatch_id, assignment_id=row.id, unit_id=row.unit_id, **data)


@pytest.fixture
def told(app: Flask, make: Factory) -> Told:
    return Told(make)


def texts(page: Page) -> list[str]:
    """The sentences, without who."""
    return [f"{line.text.rstrip('.')}×{line.count}".split(" ", 3)[-1] for _, lines in page.days for line in lines]


def kinds_of(page: Page) -> int:
    """How many events stand on the page."""
    return sum(line.count for _, lines in page.days for line in lines)


def test_days_are_headings_and_what_is_alike_stands_in_one_line(told: Told) -> None:
    found = history_pages.page(told.clerk, history_pages.of_dispatch(told.clerk, told.dispatch.id), Asked())
    assert [day for day, _ in found.days] == [TUESDAY, MONDAY]
    issued = found.days[1][1]
    assert (len(issued), issued[0].count, found.before) == (1, 4, None)
    assert issued[0].about[0] == ("Việc thứ 2 – Yên Định", f"/assignments/{told.make.assignments(told.dispatch, told.theirs)[1].id}")
    assert issued[0].dispatch == ("931-CV/HNDT", f"/dispatches/{told.dispatch.id}")
    assert [line.way for line in found.days[0][1]] == ["machine", "web", "link", "web"]


def test_filters_by_kind_way_person_unit_and_days(told: Told) -> None:
    office = history_pages.of_office(told.clerk)

    def count(**asked: object) -> int:
        return kinds_of(history_pages.page(told.clerk, office, Asked(**asked)))  # type: ignore[arg-type]

    assert count() == 8
    assert (count(kind="work"), count(kind="review"), count(kind="chase"), count(kind="xyz")) == (6, 0, 1, 8)
    assert (count(way="link"), count(way="machine"), count(way="mail"), count(way="web")) == (1, 1, 0, 6)
    assert (count(person_id=told.officer.id), count(who=told.officer.name.upper()), count(who="khong co ai")) == (1, 1, 0)
    assert (count(unit_id=told.theirs.id), count(unit_id=told.theirs.id, way="link")) == (2, 0)
    assert (count(first=TUESDAY), count(last=MONDAY), count(first=MONDAY, last=TUESDAY)) == (4, 4, 8)
    assert (count(first=TUESDAY + timedelta(days=1)), count(last=MONDAY - timedelta(days=1))) == (0, 0)


def test_pages_follow_one_another_and_nothing_is_lost(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_pages, "LINES", 2)
    monkeypatch.setattr(history_pages, "EVENTS", 3)
    scope, asked, seen = history_pages.of_dispatch(told.clerk, told.dispatch.id), Asked(), 0
    for _ in range(9):
        found = history_pages.page(told.clerk, scope, asked)
        seen += kinds_of(found)
        if found.before is None:
            break
        asked = Asked(before=found.before)
    assert (found.before, seen) == (None, 8)


def test_a_page_looks_through_a_bounded_window_and_says_how_far(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_pages, "WINDOW", 3)
    scope = history_pages.of_dispatch(told.clerk, told.dispatch.id)
    first = history_pages.page(told.clerk, scope, Asked(kind="work"))
    assert (texts(first), first.until) == ([], None) or first.until == TUESDAY
    assert first.before is not None
    second = history_pages.page(told.clerk, scope, Asked(kind="work", before=first.before))
    assert kinds_of(first) + kinds_of(second) >= 3


def test_each_page_costs_few_queries(told: Told) -> None:
    scope = history_pages.of_dispatch(told.clerk, told.dispatch.id)
    assert queries(lambda: history_pages.page(told.clerk, scope, Asked(kind="work", who="nguyen", first=MONDAY, last=TUESDAY))) <= 6


def test_a_unit_reads_its_own_work_and_not_how_the_province_goes_about_it(told: Told) -> None:
    who = told.officer
    for scope in (history_pages.of_unit(who, told.ours.id), history_pages.of_dispatch(who, told.dispatch.id)):
        found = history_pages.page(who, scope, Asked())
        assert kinds_of(found) == 4
        assert "kế hoạch nhắc" not in " ".join(texts(found))
    assert kinds_of(history_pages.page(who, history_pages.of_assignment(who, told.row.id), Asked())) == 3
    theirs = told.make.assignments(told.dispatch, told.theirs)[0]
    for foreign in (lambda: history_pages.of_unit(who, told.theirs.id), lambda: history_pages.of_assignment(who, theirs.id),
                    lambda: history_pages.of_dispatch(who, told.make.issued([told.theirs]).id)):
        with pytest.raises(NotFound):
            foreign()
    with pytest.raises(Forbidden):
        history_pages.of_office(who)


def test_accounts_and_persons_are_for_who_looks_after_them(told: Told) -> None:
    officer_id = told.officer.id or 0
    for role, sees in ((Role.ADMIN, True), (Role.AUDITOR, True), (Role.CLERK, False), (Role.LEADER, False)):
        who = told.make.actor(role)
        found = history_pages.page(who, history_pages.of_office(who), Asked(kind="account"))
        assert (kinds_of(found) == 1) is sees
        if sees:
            assert kinds_of(history_pages.page(who, history_pages.of_person(who, officer_id), Asked())) == 1
        else:
            with pytest.raises(Forbidden):
                history_pages.of_person(who, officer_id)
    assert kinds_of(history_pages.page(told.officer, history_pages.of_person(told.officer, officer_id), Asked())) == 1
    with pytest.raises(NotFound):
        history_pages.of_person(told.make.actor(Role.ADMIN), 10**6)


def test_drafts_are_seen_by_who_drafts(told: Told) -> None:
    now = clock.now()
    with transaction() as session:
        draft = Dispatch(created_at=now, updated_at=now, number="948-CV/HNDT")
        session.add(draft)
        session.flush()
        history.record(told.clerk, "dispatch.draft", dispatch_id=draft.id, name="948.docx")
    assert kinds_of(history_pages.page(told.clerk, history_pages.of_dispatch(told.clerk, draft.id), Asked())) == 1
    leader = told.make.actor(Role.LEADER)
    assert kinds_of(history_pages.page(leader, history_pages.of_office(leader), Asked(kind="dispatch"))) == 0
    with pytest.raises(NotFound):
        history_pages.of_dispatch(leader, draft.id)


def test_a_table_has_a_row_for_each_event_and_ends_at_its_bound(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    scope = history_pages.of_office(told.clerk)
    sheet = history_tables.sheet(told.clerk, scope, Asked(kind="work"))
    assert (len(sheet.rows), len(sheet.rows[0])) == (6, len(history_tables.HEAD))
    assert sheet.rows[0][0] == TUESDAY
    assert sheet.rows[0][3:] == (
        "qua liên kết trong thư", f"{told.link.name} nộp kết quả lần 1, kèm 2 tệp.", "Giao việc, nộp kết quả", "931-CV/HNDT", "Việc thứ 1", "Hà Trung")
    monkeypatch.setattr(history_tables, "IN_BOOK", 5)
    cut = history_tables.sheet(told.clerk, scope, Asked())
    assert (len(cut.rows), "5 dòng mới nhất" in cut.note) == (5, True)


def test_every_recorded_kind_has_words_and_one_group() -> None:
    recorded = {
        text for name in modules() for called, call in calls(name) if called == "record" and len(call.args) > 1
        for text in literals(call.args[1]) if text.count(".") == 1 and not text.endswith(".")
    }
    assert len(recorded) > 60
    assert sorted(recorded - set(ACTS)) == []
    for kind in ACTS:
        assert sum(kind.startswith(beginnings) for _, beginnings in history_kinds.GROUPS.values()) == 1, kind

"""Signed links in mails: one purpose, one unit, one dispatch, an end; through them a unit does what its people do on the web."""
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.conftest import NOW
from tests.factories import Factory
from tests.samples import PDF
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import BadInput, Conflict, DomainError, Forbidden, NotFound
from tracker.domain.status import State
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.events import Event
from tracker.models.extensions import Extension
from tracker.models.mail_links import MailLink
from tracker.models.mails import Mail
from tracker.models.objections import Objection
from tracker.models.people import Person
from tracker.models.submissions import Submission, SubmissionItem
from tracker.models.units import Unit
from tracker.services import (
    amending,
    answering,
    assignments,
    ending,
    files,
    link_acts,
    link_page,
    mail_links,
    nudges,
    office,
    reminders,
    reviewing,
    sentences,
    submissions,
    units,
)
from tracker.services.answering import Answers
from tracker.services.link_acts import Request

TODAY = date(2026, 9, 8)
TOKEN = re.compile(r"/link/([\w.-]+)")
PURPOSES = ("acknowledge", "upload", "extend", "object")


class Mailed:
    """A unit that was nudged about a dispatch of three tasks (the last without a deadline), and the links in its mail."""

    def __init__(self, make: Factory) -> None:
        self.make, self.clerk = make, make.actor()
        self.unit, self.other = make.unit("Huyện Thọ Xuân"), make.unit()
        self.dispatch = make.issued([self.unit, self.other], [(TODAY + timedelta(5), None)] * 2 + [(None, TODAY + timedelta(30))], "931-CV/HNDT")
        self.ids = [row.id for row in make.assignments(self.dispatch, self.unit)]
        with transaction():
            nudges.nudge(self.clerk, self.dispatch.id, [self.unit.id])
        self.mail = db.session.scalars(select(Mail).where(Mail.unit_id == self.unit.id)).one()

    def token(self, purpose: str) -> str:
        """As it stands in the mail's text."""
        by_purpose = {link_acts.find(token).purpose: token for token in TOKEN.findall(self.mail.body_text)}
        return by_purpose[purpose]

    def answers(self, chosen: list[int], results: dict[int, str] | None = None, page: str = "trang-1234567") -> Answers:
        return Answers(page, 0, "45/HD", TODAY, "Nguyễn Văn A", results or {}, frozenset(chosen))

    def hand_in(self, *args: object, uploads: tuple[str, ...] = (), **more: object) -> submissions.Outcome:
        blobs = [(files.take(BytesIO(PDF), name), name) for name in uploads]
        with transaction():
            return link_acts.hand_in(self.token("upload"), self.answers(*args, **more), blobs)  # type: ignore[arg-type]

    def states(self) -> list[str]:
        db.session.rollback()
        return list(db.session.scalars(select(Assignment.state).where(Assignment.id.in_(self.ids)).order_by(Assignment.id)))


@pytest.fixture
def mailed(app: Flask, make: Factory) -> Mailed:
    return Mailed(make)


def change(row: type, **values: object) -> None:
    with transaction() as session:
        session.execute(update(row).values(**values))


def test_a_mail_brings_one_link_for_each_purpose_with_its_row(mailed: Mailed) -> None:
    rows = list(db.session.scalars(select(MailLink).order_by(MailLink.id)))
    assert [row.purpose for row in rows] == ["upload", "acknowledge", "extend", "object"]
    assert {(row.mail_id, row.unit_id, row.dispatch_id) for row in rows} == {(mailed.mail.id, mailed.unit.id, mailed.dispatch.id)}
    assert {row.expires_at for row in rows} == {datetime(2026, 10, 8, 23, 59, 59, tzinfo=clock.LOCAL)}
    tokens = TOKEN.findall(mailed.mail.body_text)
    assert len(set(tokens)) == 4 and set(TOKEN.findall(mailed.mail.body_html)) == set(tokens)
    assert all(row.key not in ("", None) and len(row.key) >= 22 for row in rows)
    assert "đến hết ngày 08/10/2026" in mailed.mail.body_text
    assert "không chuyển thư này ra ngoài đơn vị" in mailed.mail.body_text


def test_acknowledging_is_of_the_whole_dispatch_and_told_as_the_unit(mailed: Mailed) -> None:
    with transaction():
        assert link_acts.acknowledge(mailed.token("acknowledge")) == 3
    assert mailed.states() == ["acknowledged"] * 3
    link = db.session.scalars(select(MailLink).where(MailLink.purpose == "acknowledge")).one()
    assert link.used_at == clock.now() and db.session.get_one(Mail, mailed.mail.id).confirmed_at == clock.now()
    event = db.session.scalars(select(Event).where(Event.assignment_id == mailed.ids[0], Event.kind == "assignment.acknowledge")).one()
    told = sentences.sentence(event.kind, event.person_name, event.data)
    assert told == f"Huyện Thọ Xuân (qua liên kết trong thư gửi {mailed.unit.mailbox}) tiếp nhận nhiệm vụ."
    with transaction():
        assert link_acts.acknowledge(mailed.token("acknowledge")) == 0
    assert link_page.page(link_acts.find(mailed.token("acknowledge"))).used_up
    theirs = select(Assignment.state).where(Assignment.unit_id == mailed.other.id).distinct()
    assert list(db.session.scalars(theirs)) == ["assigned"]


def test_handing_in_makes_a_submission_of_its_own_by_this_channel(mailed: Mailed) -> None:
    first, second, third = mailed.ids
    done = mailed.hand_in([first, second], {first: "Đã làm."}, uploads=("45-hd.pdf",))
    assert done.count == 2 and mailed.states() == ["submitted", "submitted", "assigned"]
    row = db.session.get_one(Submission, done.submission_id)
    assert (row.channel, row.state, row.number, row.signatory, row.created_by_id) == ("link", "submitted", "45/HD", "Nguyễn Văn A", None)
    items = db.session.scalars(select(SubmissionItem).where(SubmissionItem.submission_id == row.id).order_by(SubmissionItem.assignment_id))
    assert [(item.result, item.round, item.chosen) for item in items] == [("Đã làm.", 1, True), ("", 1, True)]
    assert [one.file.name for one in row.evidence] == ["45-hd.pdf"]
    assert mailed.hand_in([first, second], {}).submission_id == row.id, "the same page pressed twice"
    with transaction():
        reviewing.accept(mailed.clerk, row.id, [first])
    mailed.hand_in([third], {third: "Xong."}, page="trang-7654321")
    assert mailed.states() == ["accepted", "submitted", "submitted"]
    assert link_page.page(link_acts.find(mailed.token("upload"))).used_up


def test_of_several_presses_at_once_one_hands_in(app: Flask, make: Factory) -> None:
    mailed = Mailed(make)
    token, barrier, told = mailed.token("upload"), Barrier(4), []

    def press(n: int) -> None:
        with app.app_context():
            barrier.wait(20)
            try:
                # Two of the same page, two of pages opened apart.
                answers = mailed.answers([mailed.ids[0]], {mailed.ids[0]: "Đã làm."}, page=f"trang-{n // 2}-1234567")
                with transaction():
                    told.append(link_acts.hand_in(token, answers, []).submission_id)
            except Conflict as refused:
                told.append(refused.code)
            db.session.remove()

    threads = [Thread(target=press, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.rollback()
    made = db.session.scalars(select(Submission.id)).all()
    assert len(made) == 1 and sorted(map(str, told)) == sorted([str(made[0])] * 2 + ["answer.moved"] * 2)


def test_the_units_own_draft_stays_and_no_longer_hands_in_what_the_link_did(mailed: Mailed) -> None:
    officer, (first, second, third) = mailed.make.actor(Role.OFFICER, mailed.unit), mailed.ids
    with transaction():
        results = {first: "nháp", second: "nháp hai", third: ""}
        answering.save(officer, mailed.dispatch.id, Answers("trang-web-01", 0, results=results, chosen=frozenset((first, second))))
    mailed.hand_in([first], {first: "Đã làm."})
    with transaction():
        outcome = submissions.submit(officer, mailed.dispatch.id, "trang-web-01", confirmed=True)
    assert outcome.count == 1 and mailed.states() == ["submitted", "submitted", "assigned"]
    kept = dict(db.session.execute(select(Assignment.id, Assignment.result).where(Assignment.id.in_((first, second)))).all())  # type: ignore[arg-type]
    assert kept == {first: "Đã làm.", second: "nháp hai"}


@pytest.mark.parametrize(("chosen", "results", "number", "code"), [
    ([], {}, "", "answer.none_chosen"), ([0], {}, "", "answer.nothing"), ([0], {0: "x" * 4001}, "", "answer.too_long"),
    ([0], {0: "x"}, "1" * 61, "answer.too_long"),
])
def test_what_a_form_lacks_is_refused_and_nothing_is_written(mailed: Mailed, chosen: list[int], results: dict[int, str], number: str, code: str) -> None:
    answers = Answers("trang-1234567", 0, number, results={mailed.ids[n]: text for n, text in results.items()}, chosen=frozenset(mailed.ids[n] for n in chosen))
    with pytest.raises(BadInput, match=code), transaction():
        link_acts.hand_in(mailed.token("upload"), answers, [])
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0
    assert db.session.scalar(select(MailLink.used_at).where(MailLink.purpose == "upload")) is None


def test_asking_for_time_and_objecting_go_by_the_same_services_with_their_file(mailed: Mailed) -> None:
    first, second, _ = mailed.ids
    blob = files.take(BytesIO(PDF), "to-trinh.pdf")
    with transaction():
        asked = link_acts.ask_for_time(mailed.token("extend"), Request((first,), "Mưa lũ.", TODAY + timedelta(20), "weather", upload=(blob, "to-trinh.pdf")))
        told = link_acts.object_to(mailed.token("object"), Request((second,), "Việc của huyện bên.", suggestion="Sở Xây dựng"))
    assert (asked, told) == (1, 1)
    extension, objection = db.session.scalars(select(Extension)).one(), db.session.scalars(select(Objection)).one()
    assert (extension.assignment_id, extension.channel, extension.asked_by_id, extension.file_id is not None) == (first, "link", None, True)
    assert (objection.assignment_id, objection.channel, objection.suggestion, objection.file_id) == (second, "link", "Sở Xây dựng", None)
    assert mailed.states() == ["assigned", "objected", "assigned"]
    extend, upload = (link_page.page(link_acts.find(mailed.token(purpose))) for purpose in ("extend", "upload"))
    assert extend.used_up and upload.able == {mailed.ids[0], mailed.ids[2]}, "asked already, held, or without a deadline"


Act = Callable[[str, tuple[int, ...]], object]
ACTS: dict[str, Act] = {
    "acknowledge": lambda token, ids: link_acts.acknowledge(token),
    "upload": lambda token, ids: link_acts.hand_in(token, Answers("trang-1234567", 0, results=dict.fromkeys(ids, "x"), chosen=frozenset(ids)), []),
    "extend": lambda token, ids: link_acts.ask_for_time(token, Request(ids, "Vì bão.", TODAY + timedelta(9), "weather")),
    "object": lambda token, ids: link_acts.object_to(token, Request(ids, "Không phải việc của huyện.")),
}


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_link_is_for_its_one_purpose(mailed: Mailed, purpose: str) -> None:
    for other in set(PURPOSES) - {purpose}:
        with pytest.raises(NotFound, match=r"mail_link\.unknown"), transaction():
            ACTS[purpose](mailed.token(other), (mailed.ids[0],))
    assert mailed.states() == ["assigned"] * 3


@pytest.mark.parametrize("purpose", ["upload", "extend", "object"])
def test_a_link_reaches_no_other_unit_and_no_other_dispatch(mailed: Mailed, purpose: str) -> None:
    theirs = mailed.make.assignments(mailed.dispatch, mailed.other)[0].id
    another = mailed.make.assignments(mailed.make.issued([mailed.unit], [(TODAY + timedelta(5), None)]))[0].id
    for foreign in (theirs, another, 10**6):
        with pytest.raises(NotFound), transaction():
            ACTS[purpose](mailed.token(purpose), (foreign,))
    assert db.session.scalar(select(func.count()).select_from(Event).where(Event.person_id.is_(None), Event.kind != "assignment.issue")) == 0


TROUBLES: dict[str, tuple[str, Callable[[Mailed], object]]] = {
    "revoked for the unit": ("revoked", lambda m: run(mail_links.revoke_of_unit, m.clerk, m.unit.id)),
    "revoked for the dispatch": ("revoked", lambda m: run(mail_links.revoke_of_dispatch, m.clerk, m.dispatch.id)),
    "closed": ("ended", lambda m: run(ending.close, m.clerk, m.dispatch.id, 1)),
    "withdrawn": ("ended", lambda m: run(ending.withdraw, m.clerk, m.dispatch.id, 1, "Nhầm.")),
    "closed and opened again": ("revoked", lambda m: (run(ending.close, m.clerk, m.dispatch.id, 1), run(ending.reopen, m.clerk, m.dispatch.id, 2))),
    "another mailbox": ("revoked", lambda m: move(m, "moi@huyen.example")),
    "another mailbox and back": ("revoked", lambda m: (move(m, "moi@huyen.example"), move(m, m.mail.address))),
    "a mailbox changed past the page": ("moved", lambda m: change(Unit, mailbox="khac@huyen.example")),
    "expired": ("expired", lambda m: change(MailLink, expires_at=NOW - timedelta(seconds=1))),
    "a setting shortened since": ("expired", lambda m: shorten(m, 7)),
}


def shorten(mailed: Mailed, days: int) -> None:
    change(MailLink, created_at=NOW - timedelta(days=days + 1))
    run(office.set_link_days, mailed.make.actor(Role.ADMIN), days)


def run(call: Callable[..., object], *args: object) -> object:
    with transaction():
        return call(*args)


def move(mailed: Mailed, mailbox: str) -> None:
    run(lambda: units.change(mailed.clerk, mailed.unit.id, mailbox=mailbox, phone="", valid_from=None, valid_to=None))


@pytest.mark.parametrize("case", TROUBLES)
def test_a_link_that_works_no_more_does_nothing_and_shows_nothing(mailed: Mailed, case: str) -> None:
    tokens, (trouble, happens) = {purpose: mailed.token(purpose) for purpose in PURPOSES}, TROUBLES[case]
    happens(mailed)
    before = mailed.states()
    for purpose, token in tokens.items():
        page = link_page.page(link_acts.find(token))
        assert (page.link.trouble, page.tasks, page.able) == (trouble, None, frozenset())
        with pytest.raises(Conflict, match=r"mail_link\.gone"), transaction():
            ACTS[purpose](token, (mailed.ids[0],))
    assert mailed.states() == before


@pytest.mark.parametrize("gone", ["left", "another unit", "another address"])
def test_an_officers_link_ends_when_they_go(app: Flask, make: Factory, gone: str) -> None:
    unit, other, clerk = make.unit(), make.unit(), make.actor()
    officer, dispatch = make.person(Role.OFFICER, unit), make.issued([unit])
    run(nudges.nudge, clerk, dispatch.id, [unit.id])
    mail = db.session.scalars(select(Mail)).one()
    assert mail.person_id == officer.id and link_acts.find(TOKEN.findall(mail.body_text)[0]).trouble == ""
    values = {"left": {"left_at": NOW}, "another unit": {"unit_id": other.id}, "another address": {"email": "khac@huyen.example"}}[gone]
    with transaction() as session:
        session.execute(update(Person).where(Person.id == officer.id).values(**values))
    assert link_acts.find(TOKEN.findall(mail.body_text)[0]).trouble == "moved"


def test_a_mail_that_never_left_keeps_its_links_for_the_new_mailbox(mailed: Mailed) -> None:
    change(Mail, state="failed")
    move(mailed, "moi@huyen.example")
    change(Mail, state="queued", address="moi@huyen.example")
    assert link_acts.find(mailed.token("upload")).trouble == ""


@pytest.mark.parametrize("forged", ["", "abc", "abc.def", "MTIz.{signature}", "{key}", "{key}.", "{token}x", "x{token}", "é.ü", "a" * 5000])
def test_a_forged_token_is_not_found(mailed: Mailed, forged: str) -> None:
    token = mailed.token("upload")
    key, _, signature = token.rpartition(".")
    with pytest.raises(NotFound, match=r"mail_link\.unknown"):
        link_acts.find(forged.format(token=token, key=key, signature=signature))


def test_looking_changes_only_when_it_was_first_looked_at(mailed: Mailed) -> None:
    token = mailed.token("acknowledge")
    with transaction():
        link_acts.opened(link_acts.find(token))
    with clock.frozen(NOW + timedelta(hours=1)), transaction():
        link_acts.opened(link_acts.find(token))
    link = db.session.scalars(select(MailLink).where(MailLink.purpose == "acknowledge")).one()
    assert (link.opened_at, link.used_at) == (clock.now(), None)
    assert mailed.states() == ["assigned"] * 3 and mailed.mail.confirmed_at is None


def test_what_is_offered_fits_what_is_left_to_do(mailed: Mailed) -> None:
    with transaction():
        link_acts.acknowledge(mailed.token("acknowledge"))
    dated = select(Assignment.state, Assignment.due_on).where(Assignment.id == mailed.ids[0])
    undated = select(Assignment.state, Assignment.due_on).where(Assignment.id == mailed.ids[2])
    assert mail_links.fitting(db.session.execute(dated).all()) == ["upload", "extend", "object"]
    assert mail_links.fitting(db.session.execute(undated).all()) == ["upload", "object"]


def test_every_mail_that_asks_for_something_has_links_and_the_others_none(mailed: Mailed) -> None:
    first = mailed.ids[0]
    done = mailed.hand_in([first], {first: "Đã làm."})
    run(reviewing.send_back, mailed.clerk, done.submission_id, [first], "Thiếu số liệu.", TODAY + timedelta(3))
    change(Dispatch, version=1)
    task = mailed.make.assignments(mailed.dispatch, mailed.unit)[1].task
    run(amending.amend, mailed.clerk, mailed.dispatch.id, 1, [amending.TaskChange(task.id, task.title, task.text, TODAY + timedelta(9), None)], [], "Dời.")
    run(ending.withdraw, mailed.clerk, mailed.dispatch.id, 2, "Nhầm.")
    counted = select(Mail.kind, func.count(MailLink.id)).outerjoin(MailLink, MailLink.mail_id == Mail.id).where(Mail.unit_id == mailed.unit.id)
    assert dict(db.session.execute(counted.group_by(Mail.kind)).all()) == {"nudge": 4, "reviewed": 2, "amended": 4, "withdrawn": 0}  # type: ignore[arg-type]


def test_a_digest_has_links_for_its_first_few_dispatches_and_a_leaders_copy_none(app: Flask, make: Factory) -> None:
    unit = make.unit()
    leader, numbers = make.person(Role.DISTRICT_LEADER, unit), [f"{n}-CV/HNDT" for n in range(101, 107)]
    for number in numbers:
        make.issued([unit], [(TODAY - timedelta(1), None), (TODAY + timedelta(1), None)], number)
    acknowledged = make.issued([unit], [(TODAY, None)], "99-CV/HNDT", State.ACKNOWLEDGED)
    with clock.frozen(TODAY):
        reminders.plan(transaction, TODAY)
    db.session.rollback()
    digest = db.session.scalars(select(Mail).where(Mail.kind == "digest")).one()
    rows = db.session.execute(select(MailLink.dispatch_id, MailLink.purpose).where(MailLink.mail_id == digest.id)).all()
    named = list(dict.fromkeys(row.dispatch_id for row in rows))
    assert len(named) == mail_links.MOST_DISPATCHES and len(set(TOKEN.findall(digest.body_text))) == len(rows)
    assert {row.purpose for row in rows if row.dispatch_id != acknowledged.id} == set(PURPOSES)
    assert all(link_acts.find(token).trouble == "" for token in TOKEN.findall(digest.body_html))
    assert all("/link/" not in mail.body_text for mail in db.session.scalars(select(Mail).where(Mail.person_id == leader.id)))


@pytest.mark.parametrize("days", [0, 91, None, -1])
def test_how_long_links_work_has_its_limits(app: Flask, make: Factory, days: int | None) -> None:
    with pytest.raises(BadInput, match=r"office\.link_days"), transaction():
        office.set_link_days(make.actor(Role.ADMIN), days)
    assert office.link_days() == 30


def test_only_who_manages_units_takes_links_back(mailed: Mailed) -> None:
    for role in (Role.LEADER, Role.AUDITOR, Role.OFFICER):
        for refused, id in ((mail_links.revoke_of_unit, mailed.unit.id), (mail_links.revoke_of_dispatch, mailed.dispatch.id)):
            with pytest.raises(Forbidden), transaction():
                refused(mailed.make.actor(role, mailed.unit if role == Role.OFFICER else None), id)
    assert mail_links.of_unit(mailed.clerk, mailed.unit.id).links == 4 and mail_links.of_dispatch(mailed.clerk, mailed.dispatch.id).mails == 1
    assert run(mail_links.revoke_of_unit, mailed.clerk, mailed.unit.id) == 4
    assert mail_links.of_unit(mailed.clerk, mailed.unit.id).links == 0
    for missing in (mail_links.of_unit, mail_links.of_dispatch):
        with pytest.raises(DomainError):
            missing(mailed.clerk, 10**6)


def test_states_are_what_the_table_says(mailed: Mailed) -> None:
    run(assignments.acknowledge, mailed.make.actor(Role.OFFICER, mailed.unit), mailed.ids[0])
    assert link_page.page(link_acts.find(mailed.token("acknowledge"))).able == set(mailed.ids[1:]) and State.ACKNOWLEDGED in mailed.states()


def test_links_of_a_mail_that_was_not_written_are_not_kept(app: Flask) -> None:
    with transaction():
        mail_links.keep([("<none@nowhere>", [mail_links.Maker().offer(1, "1-CV")])])
    assert db.session.scalar(select(func.count()).select_from(MailLink)) == 0

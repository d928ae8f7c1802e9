"""Reminders by policy: which one a dispatch follows, who is addressed, opening sentences; changing one never tells a step again."""
from collections import Counter
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.factories import Factory
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.domain.policies import DEFAULT, PolicyStep, Rank, as_json
from tracker.models.dispatches import Dispatch
from tracker.models.mails import Mail, Reminder
from tracker.models.policies import Policy
from tracker.services import policies, policy_preview, reminders

TODAY = date(2026, 9, 8)  # a Tuesday
LATE_TWO = date(2026, 9, 4)
STEPS = [PolicyStep(-2), PolicyStep(2, (Rank.OFFICER, Rank.DISTRICT_LEADER)), PolicyStep(4, (Rank.PROVINCE_LEADER,), every=2)]


@pytest.fixture
def clerk(make: Factory) -> Actor:
    return make.actor()


def save(clerk: Actor, kind: str | None = None, urgency: str | None = None, steps: list[PolicyStep] | None = None, id: int | None = None) -> int:
    with transaction():
        return policies.save(clerk, id, name="Lịch thử", kind=kind, urgency=urgency, steps=steps or STEPS).id


def ledger() -> list[tuple[str, str]]:
    db.session.rollback()
    return [(row[0], row[1]) for row in db.session.execute(select(Reminder.recipient, Reminder.step).order_by(Reminder.id))]


def mails() -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def be(dispatch: Dispatch, **values: object) -> None:
    with transaction() as session:
        session.execute(update(Dispatch).where(Dispatch.id == dispatch.id).values(values))


def test_each_dispatch_follows_the_policy_that_fits_it_best(app: Flask, make: Factory, clerk: Actor) -> None:
    unit = make.unit()
    save(clerk, kind="kế hoạch")
    save(clerk, urgency="urgent", steps=[PolicyStep(2)])
    plain, plan, urgent = (make.issued([unit], [(LATE_TWO, None)]) for _ in range(3))
    be(plan, kind="kế hoạch")
    be(urgent, kind="kế hoạch", urgency="urgent")
    own = make.issued([unit], [(date(2026, 9, 10), None)])
    with transaction():
        kept = policies.own(clerk, own.id)
        policies.save(clerk, kept.id, name=kept.name, kind=None, urgency=None, steps=[PolicyStep(-2)])
    reminders.plan(transaction, TODAY)
    told = {row.dispatch_id: row.step for row in db.session.scalars(select(Reminder))}
    assert told == {plain.id: "on-0", plan.id: "late-2", urgent.id: "late-2", own.id: "before-2"}
    found = {dispatch.id: policies.in_force(db.session.get_one(Dispatch, dispatch.id)) for dispatch in (plain, plan, urgent, own)}
    assert [(one.own, one.picked, len(one.ladder.steps)) for one in found.values()] == [
        (False, False, 6), (False, False, 3), (False, False, 1), (True, True, 1)]


def test_who_is_addressed_at_each_step(app: Flask, make: Factory, clerk: Actor) -> None:
    save(clerk, steps=[PolicyStep(0, (Rank.DISTRICT_LEADER,)), PolicyStep(2, (Rank.OFFICER, Rank.PROVINCE_LEADER))])
    unit = make.unit("Huyện Thọ Xuân")
    officer, leader = make.person(Role.OFFICER, unit), make.person(Role.DISTRICT_LEADER, unit)
    first, second = make.person(Role.LEADER), make.person(Role.LEADER)
    make.issued([unit, make.unit("Huyện Kịp")], [(TODAY, None), (LATE_TWO, None), (LATE_TWO, None)])
    reminders.plan(transaction, TODAY)
    assert Counter(recipient for recipient, _ in ledger()) == {
        f"p{officer.id}": 2, f"p{leader.id}": 1, f"p{first.id}": 4, f"p{second.id}": 4, f"u{unit.id + 1}": 2}
    by_address = {mail.address: mail for mail in mails()}
    assert by_address[first.email].kind == "province_digest" and len(mails()) == 5
    body = by_address[first.email].body_text
    assert "Huyện Thọ Xuân" in body and "Huyện Kịp" in body and "2 việc" in body and "lâu nhất quá 4 ngày" in body
    assert reminders.plan(transaction, TODAY).digests == []


def test_a_changed_policy_never_tells_a_step_again(app: Flask, make: Factory, clerk: Actor) -> None:
    make.issued([make.unit()], [(date(2026, 9, 3), None)])  # three working days late
    reminders.plan(transaction, TODAY)
    assert [step for _, step in ledger()] == ["late-3"]
    id = save(clerk, steps=[PolicyStep(3, opening="Nhắc lại"), PolicyStep(5)])
    reminders.plan(transaction, date(2026, 9, 9))
    assert [step for _, step in ledger()] == ["late-3"]
    with transaction():
        policies.remove(clerk, id)
    reminders.plan(transaction, date(2026, 9, 10))
    assert [step for _, step in ledger()] == ["late-3"]
    reminders.plan(transaction, date(2026, 9, 11))
    assert [step for _, step in ledger()] == ["late-3", "late-6"]


def test_the_built_in_policy_is_todays_ladder(app: Flask, make: Factory) -> None:
    assert as_json(DEFAULT) == [
        {"days": days, "ranks": ["officer", *(["district_leader"] if days == 6 else [])], "opening": "", "every": 3 if days == 6 else 0}
        for days in (-5, -3, -1, 0, 3, 6)
    ]


def test_a_steps_own_sentence_opens_the_digest(app: Flask, make: Factory, clerk: Actor) -> None:
    save(clerk, steps=[PolicyStep(0, opening="{đơn vị} đến hạn {số việc} việc của {số} ngày {ngày}."), PolicyStep(2, opening="Đã chậm.")])
    unit = make.unit("Huyện Thọ Xuân")
    for number in ("931-CV/HNDT", "932-CV/HNDT"):
        make.issued([unit], [(TODAY, None), (TODAY, None)], number=number)
    make.issued([unit], [(LATE_TWO, None)])
    reminders.plan(transaction, TODAY)
    (mail,) = mails()
    opening = "Huyện Thọ Xuân đến hạn 4 việc của 931-CV/HNDT, 932-CV/HNDT ngày 08/09/2026."
    assert opening in mail.body_text and opening in mail.body_html and mail.body_text.index("Đã chậm.") < mail.body_text.index(opening)


def test_a_sentence_is_shown_as_text_whatever_it_holds(app: Flask, make: Factory, clerk: Actor) -> None:
    save(clerk, steps=[PolicyStep(0, opening="<b>Gấp</b> & {đơn vị}")])
    make.issued([make.unit("Huyện <i>A</i>")], [(TODAY, None)])
    reminders.plan(transaction, TODAY)
    assert "&lt;b&gt;Gấp&lt;/b&gt; &amp; Huyện &lt;i&gt;A&lt;/i&gt;" in mails()[0].body_html


@pytest.mark.parametrize("step", [PolicyStep(-3), PolicyStep(3, opening="Còn {số việc} việc."), PolicyStep(6, (Rank.DISTRICT_LEADER,)),
                                  PolicyStep(9, (Rank.PROVINCE_LEADER,)), PolicyStep(12, (Rank.LETTER, Rank.CRITICISM))])
def test_the_preview_is_the_mail_itself(app: Flask, step: PolicyStep) -> None:
    words = policy_preview.mail(step)
    assert bool(words) == (Rank.LETTER not in step.ranks)
    if words:
        assert words["body_html"].startswith("<!doctype html>") and "Ví Dụ" in words["body_text"]
        assert ("Còn 3 việc." in words["body_text"]) == bool(step.opening)
    assert mails() == []


def test_one_policy_for_each_place_and_none_without_a_name(app: Flask, make: Factory, clerk: Actor) -> None:
    id = save(clerk, kind="kế hoạch")
    for kind, urgency, name, code in (("kế hoạch", None, "Khác", "policy.taken"), ("công văn", None, " ", "policy.name")):
        with pytest.raises(BadInput) as refused, transaction():
            policies.save(clerk, None, name=name, kind=kind, urgency=urgency, steps=STEPS)
        assert refused.value.code == code
    save(clerk, kind="kế hoạch", id=id)
    with pytest.raises(Conflict), transaction():
        policies.save(clerk, id, name="Cũ", kind="kế hoạch", urgency=None, steps=STEPS, version=1)
    with pytest.raises(Forbidden), transaction():
        policies.save(make.actor(Role.AUDITOR), None, name="Thử", kind=None, urgency=None, steps=STEPS)
    with pytest.raises(NotFound):
        policies.get(clerk, 999)


def test_a_dispatch_takes_a_policy_and_gives_its_own_up(app: Flask, make: Factory, clerk: Actor) -> None:
    id, dispatch = save(clerk, kind="kế hoạch"), make.issued([make.unit()])
    with transaction():
        own = policies.own(clerk, dispatch.id).id
        assert policies.own(clerk, dispatch.id).id == own
    with transaction():
        policies.pick(clerk, dispatch.id, id, "flash")
    kept = db.session.get_one(Dispatch, dispatch.id)
    assert (kept.policy_id, kept.urgency, db.session.get(Policy, own)) == (id, "flash", None)
    with transaction():
        policies.remove(clerk, id)
    db.session.expire_all()
    assert db.session.get_one(Dispatch, dispatch.id).policy_id is None
    with transaction():
        policies.pick(clerk, dispatch.id, None, "nonsense")
    assert db.session.get_one(Dispatch, dispatch.id).urgency is None


def test_another_dispatchs_own_policy_cannot_be_taken(app: Flask, make: Factory, clerk: Actor) -> None:
    one, other = make.issued([make.unit()]), make.issued([make.unit()])
    with transaction():
        own = policies.own(clerk, one.id).id
    with pytest.raises(NotFound), transaction():
        policies.pick(clerk, other.id, own, None)


@pytest.mark.parametrize("missed", [date(2026, 9, 9), date(2026, 9, 15)])
def test_across_a_missed_week_only_the_latest_step_of_any_policy_is_told(app: Flask, make: Factory, clerk: Actor, missed: date) -> None:
    save(clerk, steps=[PolicyStep(-2), PolicyStep(0), PolicyStep(1), PolicyStep(2), PolicyStep(4, every=1)])
    make.issued([make.unit()], [(date(2026, 9, 10), None)])
    reminders.plan(transaction, TODAY)
    back = missed + timedelta(days=7)
    reminders.plan(transaction, back)
    assert [step for _, step in ledger()] == ["before-2", {date(2026, 9, 16): "late-4", date(2026, 9, 22): "late-8"}[back]]

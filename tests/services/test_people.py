"""People: entering, changing, leaving with hand-over, and the second factor; on both databases."""
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import Factory
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.access import OPERATOR, Actor, Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.models.dispatches import Dispatch
from tracker.models.events import Event
from tracker.models.mails import Mail
from tracker.models.people import AccessLink, Person
from tracker.models.reports import ReportSchedule
from tracker.models.submissions import Submission
from tracker.services import access_links, handover, passwords, people, people_list, sentences, sign_in, two_factor


def fresh(person: Person) -> Person:
    """The row as the database holds it now."""
    db.session.rollback()
    return db.session.get_one(Person, person.id, populate_existing=True)


def add(**values: object) -> Person:
    """A person entered at the command line."""
    with transaction():
        return people.add(OPERATOR, **({"email": "ai@tinh.example", "name": "Ai Đó", "role": Role.CLERK} | values))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"email": "khong phai thu"}, "person.email"), ({"email": "a@b"}, "person.email"), ({"email": "a@b.example\nBcc: x@y.example"}, "person.email"),
        ({"email": "vănthư@tinh.example"}, "person.email"),
        ({"name": "  "}, "person.name"), ({"role": Role.OFFICER}, "person.unit_needed"), ({"email": " AI@Tinh.example "}, "person.taken"),
    ],
)
def test_what_cannot_be_entered_is_refused_with_its_field(app: Flask, make: Factory, values: dict[str, object], code: str) -> None:
    assert make.province
    add()
    before = db.session.scalar(select(db.func.count(Person.id)))
    with pytest.raises(BadInput) as refused:
        add(**({"email": "khac@tinh.example"} | values))
    assert (refused.value.code, "field" in refused.value.params) == (code, True)
    assert db.session.scalar(select(db.func.count(Person.id))) == before


def test_province_roles_belong_to_the_province_and_district_roles_to_their_district(app: Flask, make: Factory) -> None:
    district = make.unit()
    assert add().unit_id == make.province.id
    assert add(email="b@x.example", role=Role.OFFICER, unit_id=district.id).unit_id == district.id
    with pytest.raises(BadInput, match="person.unit_province"):
        add(email="c@x.example", unit_id=district.id)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
def test_only_administrators_manage_people(app: Flask, make: Factory, role: Role) -> None:
    actor, other = make.actor(role, make.unit()), make.person(Role.CLERK)
    values = {"email": "x@y.example", "name": "X", "role": Role.CLERK, "unit_id": None}
    for act in (
        lambda: people.add(actor, **values), lambda: people.change(actor, other.id, **values), lambda: access_links.invite(actor, other.id),
        lambda: handover.leave(actor, other.id, None), lambda: handover.come_back(actor, other.id), lambda: two_factor.reset(actor, other.id),
        lambda: people_list.lines(actor),
    ):
        with pytest.raises(Forbidden), transaction():
            act()


def test_a_new_role_ends_sessions_and_a_new_phone_does_not(app: Flask, make: Factory) -> None:
    person = make.person(Role.CLERK)
    same = {"email": person.email, "name": person.name, "unit_id": None}
    with transaction():
        people.change(OPERATOR, person.id, role=Role.CLERK, phone="0912", **same)
    assert fresh(person).session_epoch == 0
    with transaction():
        people.change(OPERATOR, person.id, role=Role.AUDITOR, phone="0912", **same)
    assert (fresh(person).session_epoch, fresh(person).role) == (1, Role.AUDITOR)


def test_the_last_administrator_stays(app: Flask, make: Factory) -> None:
    only = make.person(Role.ADMIN, password_hash="x")
    make.person(Role.ADMIN)  # invited, has never signed in
    for act in (
        lambda: handover.leave(OPERATOR, only.id, None),
        lambda: people.change(OPERATOR, only.id, email=only.email, name="X", role=Role.CLERK, unit_id=None),
    ):
        with pytest.raises(BadInput, match="person.last_admin"), transaction():
            act()
    assert fresh(only).left_at is None and fresh(only).role == Role.ADMIN


def open_work(make: Factory, owner: Person) -> Dispatch:
    """A draft answer, a draft dispatch and a schedule of the owner's; and one handed in, which must stay theirs."""
    now, dispatch = clock.now(), make.issued([make.unit()])
    recipient = make.assignments(dispatch)[0].unit_id
    with transaction() as session:
        session.add_all([
            Submission(dispatch_id=dispatch.id, unit_id=recipient, created_at=now, updated_at=now, created_by_id=owner.id),
            Submission(dispatch_id=dispatch.id, unit_id=recipient, state="submitted", submitted_at=now, created_at=now, updated_at=now, created_by_id=owner.id),
            Dispatch(subject="Soạn dở", created_at=now, updated_at=now, created_by_id=owner.id),
            ReportSchedule(dispatch_id=dispatch.id, every="weekly", next_on=clock.today(), created_by_id=owner.id),
            Mail(
                kind="invite", address=owner.email, person_id=owner.id, subject="s", body_text="t", body_html="h", created_at=now, not_before=now,
                next_attempt_at=now,
            ),
        ])
    with transaction():
        access_links.make(owner, access_links.RESET)
    return dispatch


def test_leaving_hands_open_work_over_in_one_step(app: Flask, make: Factory) -> None:
    unit = make.unit()
    leaver, successor = make.person(Role.OFFICER, unit, password_hash="x"), make.person(Role.DISTRICT_LEADER, unit)
    open_work(make, leaver)
    with pytest.raises(BadInput, match="person.successor_needed"), transaction():
        handover.leave(OPERATOR, leaver.id, None)
    assert fresh(leaver).left_at is None
    with transaction():
        moved = handover.leave(OPERATOR, leaver.id, successor.id)
    assert (moved.submissions, moved.dispatches, moved.schedules) == (1, 1, 1)
    gone = fresh(leaver)
    assert (gone.left_at, gone.successor_id, gone.session_epoch) == (clock.now(), successor.id, 1)
    assert set(db.session.scalars(select(Submission.created_by_id).where(Submission.state == "draft"))) == {successor.id}
    assert set(db.session.scalars(select(Submission.created_by_id).where(Submission.state == "submitted"))) == {leaver.id}
    assert db.session.scalar(select(Dispatch.created_by_id).where(Dispatch.state == "draft")) == successor.id
    assert db.session.scalar(select(ReportSchedule.created_by_id)) == successor.id
    assert set(db.session.scalars(select(Mail.state))) == {"cancelled"}
    assert db.session.scalar(select(db.func.count(AccessLink.id)).where(AccessLink.used_at.is_(None))) == 0
    told = db.session.scalars(select(Event).where(Event.kind == "person.leave")).one()
    assert sentences.of_person(leaver.id, unit.id)[-1].text == f"Dòng lệnh khoá tài khoản của {leaver.name}, người nhận bàn giao: {successor.name}."
    assert (told.unit_id, told.data["successor"], told.data["submissions"]) == (unit.id, successor.name, 1)
    with pytest.raises(Conflict), transaction():
        handover.leave(OPERATOR, leaver.id, successor.id)


def test_a_successor_works_in_the_same_unit(app: Flask, make: Factory) -> None:
    unit = make.unit()
    leaver, stranger, clerk = make.person(Role.OFFICER, unit), make.person(Role.OFFICER, make.unit()), make.person(Role.CLERK)
    gone = make.person(Role.OFFICER, unit, left_at=clock.now())
    assert handover.successors(leaver) == []
    for wrong in (stranger.id, clerk.id, gone.id, leaver.id, 999):
        with pytest.raises(BadInput, match="person.successor"), transaction():
            handover.leave(OPERATOR, leaver.id, wrong)


def test_who_comes_back_needs_an_invitation(app: Flask, make: Factory) -> None:
    person = make.person(Role.OFFICER, make.unit(), password_hash="x", left_at=clock.now())
    with pytest.raises(NotFound), transaction():
        access_links.invite(OPERATOR, person.id)
    with transaction():
        handover.come_back(OPERATOR, person.id)
        access_links.invite(OPERATOR, person.id)
    assert (fresh(person).left_at, fresh(person).password_hash) == (None, None)
    with pytest.raises(Conflict), transaction():
        handover.come_back(OPERATOR, person.id)


def test_the_list_is_found_without_accents(app: Flask, make: Factory) -> None:
    admin = make.actor(Role.ADMIN)
    make.person(Role.OFFICER, make.unit("Huyện Đông Sơn"), name="Lê Thị Đào", password_hash="x")
    make.person(Role.OFFICER, make.unit("Huyện Nga Sơn"), name="Phạm Văn Mận")
    assert [line.name for line in people_list.lines(admin, "dao")[0]] == ["Lê Thị Đào"]
    assert [line.name for line in people_list.lines(admin, "NGA son can bo")[0]] == ["Phạm Văn Mận"]
    lines, counts = people_list.lines(admin, "son", "invited")
    assert ([line.name for line in lines], counts) == (["Phạm Văn Mận"], {"invited": 1, "active": 1, "left": 0})


def test_passwords_are_kept_as_argon2id_and_ruled() -> None:
    made = passwords.hashed("lúa chín vàng đồng", "a@b.example")
    assert made.startswith("$argon2id$")
    assert passwords.matches(made, "lúa chín vàng đồng".encode().decode()) and not passwords.matches(made, "lúa chín vàng")
    decomposed = "lu\u0301a chi\u0301n va\u0300ng \u0111o\u0302\u0300ng"
    assert passwords.matches(made, decomposed)
    assert not passwords.matches(None, "nobody has this password") and not passwords.matches("no hash", "x")
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("lúa chín vàng đồng")
    stronger = passwords.refreshed(weak, "lúa chín vàng đồng")
    assert stronger and passwords.refreshed(stronger, "lúa chín vàng đồng") is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("chín ký t", "password.short"), ("x" * 201, "password.long"), ("nguyenvanan@tinh.example", "password.email"), ("NguyenVanAn", "password.email"),
        ("Matkhau123", "password.common"), ("aaaaaaaaaaaa", "password.common"), ("1212121212", "password.common"),
    ],
)
def test_a_poor_password_is_refused(password: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        passwords.hashed(password, "nguyenvanan@tinh.example")
    assert (refused.value.code, refused.value.params["field"]) == (code, "password")


def test_a_weak_hash_grows_with_the_next_sign_in(app: Flask, make: Factory) -> None:
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("lúa chín vàng đồng")
    person = make.person(Role.CLERK, password_hash=weak)
    proof = sign_in.by_password(person.email.upper(), "lúa chín vàng đồng")
    assert proof and proof.fresh_hash
    with transaction():
        sign_in.record(proof)
    assert fresh(person).password_hash == proof.fresh_hash
    assert fresh(person).last_login_at == clock.now()


def code_of(person: Person, steps: int = 0) -> str:
    """What the phone shows, some steps of 30 seconds away."""
    return pyotp.TOTP(two_factor.secret(fresh(person))).at(clock.now() + timedelta(seconds=30 * steps))


def test_a_code_works_once_and_only_near_its_time(app: Flask, make: Factory) -> None:
    person = make.person(Role.CLERK)
    actor = make.as_actor(person)
    with transaction():
        two_factor.begin(actor)
    secret = fresh(person).totp_secret
    with transaction():
        two_factor.begin(actor)
    assert fresh(person).totp_secret == secret
    for far in (-3, 3):
        with pytest.raises(BadInput, match="totp.wrong"), transaction():
            two_factor.confirm(actor, code_of(person, far), [])
    with transaction():
        epoch = two_factor.confirm(actor, code_of(person), [])
    assert (epoch, fresh(person).session_epoch, fresh(person).totp_confirmed_at) == (1, 1, clock.now())
    for again in (0, -1):
        with pytest.raises(BadInput, match="totp.used"), transaction():
            two_factor.use_code(person.id, code_of(person, again))
    shown = code_of(person, 1)
    with transaction():
        two_factor.use_code(person.id, f" {shown[:3]} {shown[3:]} ")
    with pytest.raises(Conflict, match="totp.on"), transaction():
        two_factor.begin(actor)


def test_administrators_keep_their_second_factor_and_can_reset_others(app: Flask, make: Factory) -> None:
    admin, clerk = make.person(Role.ADMIN), make.person(Role.CLERK, totp_secret="B" * 32, totp_confirmed_at=clock.now(), totp_last_step=5)
    with pytest.raises(Conflict, match="totp.must"), transaction():
        two_factor.turn_off(make.as_actor(admin))
    with transaction():
        two_factor.reset(make.as_actor(admin), clerk.id)
    changed = fresh(clerk)
    assert (changed.totp_secret, changed.totp_confirmed_at, changed.totp_last_step, changed.session_epoch) == (None, None, None, 1)


def test_machines_own_acts_need_no_person(app: Flask, make: Factory) -> None:
    with transaction():
        people.add(OPERATOR, email="a@b.example", name="A", role=Role.ADMIN)
    told = db.session.scalars(select(Event)).one()
    assert (told.person_id, told.person_name, told.kind) == (None, "Dòng lệnh", "person.add")
    assert isinstance(people.as_actor(db.session.scalars(select(Person)).one()), Actor)


def test_a_blank_name_is_refused_and_one_of_two_administrators_may_change(app: Flask, make: Factory) -> None:
    first, second = (make.person(Role.ADMIN, password_hash="x") for _ in range(2))
    same = {"email": first.email, "name": first.name, "unit_id": None}
    with pytest.raises(BadInput, match=r"^person\.name"), transaction():
        people.change(OPERATOR, first.id, **(same | {"name": " "}), role=Role.ADMIN)  # type: ignore[arg-type]
    with transaction():
        people.change(OPERATOR, first.id, **same, role=Role.CLERK)  # type: ignore[arg-type]
    assert fresh(first).role == Role.CLERK and fresh(second).role == Role.ADMIN


def test_what_opens_doors_is_proved_again(app: Flask, make: Factory) -> None:
    admin, clerk = make.actor(Role.ADMIN), make.person()
    same = (clerk.email.upper(), Role.CLERK, clerk.unit_id)
    assert not people.opens_doors(admin, clerk.id, *same) and not people.opens_doors(admin, None, "moi@tinh.example", Role.CLERK, None)
    assert people.opens_doors(admin, None, "moi@tinh.example", Role.ADMIN, None)
    for other in (("khac@tinh.example", *same[1:]), (same[0], Role.LEADER, same[2])):
        assert people.opens_doors(admin, clerk.id, *other)


def test_a_secret_kept_open_is_sealed_once_and_a_second_factor_is_not_turned_on_twice(app: Flask, make: Factory) -> None:
    admin = make.person(Role.ADMIN)
    assert two_factor.secret(admin) == "A" * 32
    with transaction():
        assert two_factor.reseal() == 0
    sealed = fresh(admin).totp_secret
    assert sealed != "A" * 32 and two_factor.secret(fresh(admin)) == "A" * 32
    with transaction():
        assert two_factor.reseal() == 0
    assert fresh(admin).totp_secret == sealed
    with pytest.raises(Conflict, match=r"^totp\.on"), transaction():
        two_factor.confirm(make.as_actor(admin), "000000", [])
    clerk = make.person(totp_secret=sealed, totp_confirmed_at=clock.now())
    with transaction():
        two_factor.turn_off(make.as_actor(clerk))
    assert (fresh(clerk).totp_secret, fresh(clerk).totp_confirmed_at) == (None, None)


def test_who_has_left_stands_apart_in_the_list(app: Flask, make: Factory) -> None:
    admin = make.actor(Role.ADMIN)
    make.person(Role.CLERK, name="Đã Nghỉ", left_at=clock.now())
    lines, counts = people_list.lines(admin, standing="left")
    assert ([line.name for line in lines], counts["left"]) == (["Đã Nghỉ"], 1)


def test_a_password_longer_than_any_that_is_kept_matches_nobodys() -> None:
    assert not passwords.matches(None, "x" * (passwords.LONGEST + 1))

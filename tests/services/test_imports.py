"""Imports from CSV and xlsx: what is read, what is planned, and that only what was seen is written."""
import io
import zipfile

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Factory
from tracker.adapters import tables
from tracker.adapters.files import store
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.errors import BadInput, Conflict, Forbidden, NotFound
from tracker.models.files import StoredFile
from tracker.models.mails import Mail
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import import_people, import_units, imports
from tracker.services.imports import CHANGED, ERROR, MAILBOXES, NEW, PEOPLE, SAME, Planned

HEAD = "Họ và tên;Thư điện tử;Vai trò;Đơn vị;Chức vụ;Điện thoại\n"


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def kept(actor: Actor, kind: str, data: bytes, name: str = "bảng.csv") -> int:
    blob = store().put_bytes(data, name)
    with transaction():
        return imports.keep(actor, kind, blob, name).id


def planned(actor: Actor, file_id: int, kind: str = PEOPLE) -> list[Planned]:
    plan = import_people.plan if kind == PEOPLE else import_units.plan
    return plan(actor, imports.rows_of(imports.kept(actor, kind, file_id), kind))


@pytest.mark.parametrize(
    "data",
    [
        b"a;b\n1;hai, ba\n", "a;b\r\n1;hai, ba\r\n".encode("utf-8-sig"), b'a,b\n1,"hai, ba"\n', "a\tb\n1\thai, ba\n".encode("utf-16"),
        workbook(("a", "b"), (1, "hai, ba")), workbook(("a", "b"), (1.0, " hai, ba ")),
    ],
    ids=["semicolons", "excel-utf8", "commas", "excel-unicode", "xlsx", "xlsx-spaces"],
)
def test_the_tables_that_excel_writes_are_read(data: bytes) -> None:
    assert tables.read(data, "bảng.csv") == [["a", "b"], ["1", "hai, ba"]]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        ("Họ tên".encode("cp1258", "replace"), "a.csv", "import.encoding"), (b"PK\x03\x04 broken", "a.xlsx", "document.unreadable"),
        (b"%PDF-1.4", "a.pdf", "import.type"), (b"a;b\n" * 5001, "a.csv", "import.large"), (b"x" * (2 * 1024 * 1024 + 1), "a.csv", "import.large"),
        (bomb(), "a.xlsx", "document.bomb"),
    ],
    ids=["encoding", "broken", "type", "rows", "bytes", "bomb"],
)
def test_what_is_no_table_is_refused(data: bytes, name: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        tables.read(data, name)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "import.no_rows"), ([["", ""]], "import.no_rows"), ([["Họ và tên", "Vai trò"], ["A", "B"]], "import.columns"),
        ([["họ tên", "EMAIL", "vai tro"]], "import.no_rows"),
    ],
)
def test_a_table_needs_its_columns_and_rows(rows: list[list[str]], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        imports.named(rows, PEOPLE)
    assert refused.value.code == code


def test_each_row_is_planned_in_words_and_nothing_is_written(app: Flask, make: Factory) -> None:
    admin, unit = make.actor(Role.ADMIN), make.unit("Huyện Bá Thước")
    make.person(Role.OFFICER, unit, email="cu@x.example", name="Cũ", title="Văn phòng")
    make.person(Role.OFFICER, unit, email="y@x.example", name="Y Nguyên")
    make.person(Role.OFFICER, unit, email="nghi@x.example", left_at=db.session.get_one(Person, admin.id).created_at)
    text = HEAD + "\n".join([
        "Mới Toanh;MOI@x.example;can bo huyen;ba thuoc;;+84 912 345 678", "Cũ;cu@x.example;Lãnh đạo huyện;Huyện Bá Thước;;", "",
        f"Y Nguyên;y@x.example;Cán bộ huyện;{unit.code};;", "=HYPERLINK(1);a@x.example;Cán bộ huyện;bá thước;;", "@b;b@x.example;Cán bộ huyện;bá thước;;",
        "Sai;khong-phai;Cán bộ huyện;bá thước;;", "Sai;c@x.example;Chủ tịch xã;;;", "Sai;d@x.example;Cán bộ huyện;;;", "Sai;e@x.example;Cán bộ huyện;Ở đâu;;",
        "Lại;moi@x.example;Cán bộ huyện;bá thước;;", "Nghỉ;nghi@x.example;Cán bộ huyện;bá thước;;", ";g@x.example;Cán bộ huyện;bá thước;;",
    ])
    rows = planned(admin, kept(admin, PEOPLE, text.encode()))
    assert [(row.line, row.action) for row in rows] == [(2, NEW), (3, CHANGED), (5, SAME), *((n, ERROR) for n in range(6, 15))]
    assert rows[1].words == ("vai trò: Cán bộ huyện → Lãnh đạo huyện",)
    said = [row.words[0] for row in rows if row.action == ERROR]
    parts = ("công thức", "công thức", "viết chưa đúng", "Chủ tịch xã", "cần một đơn vị", "Ở đâu", "dòng 2", "đã nghỉ", "họ và tên")
    for words, expected in zip(said, parts, strict=True):
        assert expected in words
    assert db.session.scalar(select(func.count(Person.id))) == 4 and db.session.scalar(select(func.count(Mail.id))) == 0


def test_what_was_seen_is_written_once(app: Flask, make: Factory) -> None:
    admin, unit = make.actor(Role.ADMIN), make.unit("Huyện Bá Thước")
    old = make.person(Role.OFFICER, unit, email="cu@x.example", name="Cũ", title="Văn phòng", phone="0912")
    file_id = kept(admin, PEOPLE, workbook(
        ("Họ tên", "Email", "Vai trò", "Huyện"), ("Mới", "moi@x.example", "Cán bộ huyện", int(unit.code)), ("Cũ", "cu@x.example", "Lãnh đạo huyện", "Bá Thước"),
        ("Sai", "sai", "Cán bộ huyện", "Bá Thước"),
    ), "bảng.xlsx")
    seen = imports.fingerprint(planned(admin, file_id))
    with pytest.raises(Conflict), transaction():
        import_people.write(admin, file_id, "another plan")
    assert db.session.scalar(select(func.count(Person.id))) == 2
    with transaction():
        assert import_people.write(admin, file_id, seen) == {NEW: 1, CHANGED: 1, SAME: 0, ERROR: 1}
    new = db.session.scalars(select(Person).where(Person.email == "moi@x.example")).one()
    changed = db.session.get_one(Person, old.id, populate_existing=True)
    assert (new.unit_id, new.role, new.password_hash) == (unit.id, Role.OFFICER, None)
    assert (changed.role, changed.title, changed.phone) == (Role.DISTRICT_LEADER, "Văn phòng", "0912")
    assert list(db.session.scalars(select(Mail.address))) == ["moi@x.example"]
    with pytest.raises(NotFound), transaction():
        import_people.write(admin, file_id, seen)


def test_a_plan_that_went_stale_writes_nothing(app: Flask, make: Factory) -> None:
    admin = make.actor(Role.ADMIN)
    assert make.province
    file_id = kept(admin, PEOPLE, (HEAD + "Mới;moi@x.example;Chuyên viên tỉnh;;;").encode())
    seen = imports.fingerprint(planned(admin, file_id))
    make.person(Role.AUDITOR, email="moi@x.example")
    with pytest.raises(Conflict), transaction():
        import_people.write(admin, file_id, seen)
    assert db.session.scalars(select(Person.role).where(Person.email == "moi@x.example")).one() == Role.AUDITOR


def test_a_table_is_its_uploaders_until_dropped(app: Flask, make: Factory) -> None:
    first, second, clerk = make.actor(Role.ADMIN), make.actor(Role.ADMIN), make.actor(Role.CLERK)
    file_id = kept(first, PEOPLE, (HEAD + "Mới;moi@x.example;Chuyên viên tỉnh;;;").encode())
    with pytest.raises(NotFound):
        imports.kept(second, PEOPLE, file_id)
    with pytest.raises(Forbidden):
        imports.kept(clerk, PEOPLE, file_id)
    with transaction():
        imports.drop(first, PEOPLE, file_id)
    assert db.session.scalars(select(StoredFile.state)).one() == "rejected"
    with pytest.raises(NotFound):
        imports.kept(first, PEOPLE, file_id)


def test_mailboxes_are_read_by_code_or_name(app: Flask, make: Factory) -> None:
    clerk, first, second, third = make.actor(Role.CLERK), make.unit("Huyện Nga Sơn", mailbox=None), make.unit("Thị xã Bỉm Sơn"), make.unit("Huyện Như Xuân")
    with transaction() as session:
        session.add(Unit(code="1", level="commune", name="Xã Nga Sơn", short_name="Nga Sơn", folded="xa nga son", parent_id=first.id))
        session.add_all(Unit(code=code, level="commune", name="Xã Quang Trung", short_name="Quang Trung", folded="xa quang trung") for code in ("2", "3"))
    text = (
        f"Mã đơn vị,Hộp thư,SĐT\nnga son,Nga@huyen.example,02373\n{second.code},{second.mailbox},\nNhư Xuân,,0237 1\nquang trung,q@x.example,\n"
        "Lạ,l@x.example,\nBỉm Sơn,khac@x.example,\n"
    )
    file_id = kept(clerk, MAILBOXES, text.encode())
    rows = planned(clerk, file_id, MAILBOXES)
    assert [row.action for row in rows] == [CHANGED, SAME, CHANGED, ERROR, ERROR, ERROR]
    assert rows[0].words == ("hộp thư: trống → nga@huyen.example", "điện thoại: trống → 02373")
    with transaction():
        import_units.write(clerk, file_id, imports.fingerprint(rows))
    db.session.expire_all()
    assert [db.session.get_one(Unit, u.id).mailbox for u in (first, second, third)] == ["nga@huyen.example", second.mailbox, third.mailbox]
    assert db.session.get_one(Unit, third.id).phone == "0237 1"


def test_nothing_to_write_is_said(app: Flask, make: Factory) -> None:
    clerk, unit = make.actor(Role.CLERK), make.unit()
    file_id = kept(clerk, MAILBOXES, f"Mã đơn vị;Hộp thư\n{unit.code};{unit.mailbox}\n".encode())
    with pytest.raises(BadInput, match="import.nothing"), transaction():
        import_units.write(clerk, file_id, imports.fingerprint(planned(clerk, file_id, MAILBOXES)))


def test_the_sample_table_is_text_only_and_comes_back_as_it_is(app: Flask, make: Factory) -> None:
    made = imports.sample(MAILBOXES, [["=1+1", "0123", "a@b.example"]])
    cell = openpyxl.load_workbook(io.BytesIO(made)).active["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert imports.named(tables.read(made, "a.xlsx"), MAILBOXES) == [(2, {"unit": "=1+1", "mailbox": "0123", "phone": "a@b.example"})]

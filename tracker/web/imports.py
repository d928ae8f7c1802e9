"""Imports of people and of duty mailboxes: choose a table, look at what it would do, confirm or drop it."""
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.adapters import scanner, tables
from tracker.adapters.files import store
from tracker.db import transaction
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput
from tracker.domain.wording import tr
from tracker.services import files, import_people, import_units, imports, units
from tracker.services.imports import MAILBOXES, PEOPLE, Planned
from tracker.web.guards import actor, needs

blueprint = Blueprint("imports", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHAPES = {"new": ("done", tr("mới")), "changed": ("soon", tr("thay đổi")), "same": ("none", tr("không đổi")), "error": ("over", tr("lỗi"))}


@dataclass(frozen=True)
class Kind:
    """What differs between the two imports."""

    key: str
    start: str
    back: str
    heading: str
    plan: Callable[[Actor, list[tuple[int, dict[str, str]]]], list[Planned]]
    write: Callable[[Actor, int, str], dict[str, int]]
    done: str


KINDS = {
    PEOPLE: Kind(PEOPLE, "imports.people", "people.index", tr("Nhập người dùng từ bảng"), import_people.plan, import_people.write, "import.done_people"),
    MAILBOXES: Kind(MAILBOXES, "imports.mailboxes", "units.index", tr("Nhập hộp thư đơn vị từ bảng"), import_units.plan, import_units.write,
                    "import.done_mailboxes"),
}


def _start(kind: Kind, error: BadInput | None = None) -> ResponseReturnValue:
    columns = [(title, key in imports.NEEDED[kind.key]) for key, (title, _) in imports.COLUMNS[kind.key].items()]
    html = render_template("imports/start.html", kind=kind, columns=columns, error=i18n.words(error) if error else "", roles=i18n.ROLES.values())
    return html, 422 if error else 200


def _upload(kind: Kind) -> ResponseReturnValue:
    upload = request.files.get("table")
    if upload is None or not upload.filename:
        return _start(kind, BadInput("import.no_file"))
    name = files.clean_name(upload.filename)
    try:
        imports.named(tables.read(upload.stream.read(tables.MOST_BYTES + 1), name), kind.key)
        upload.stream.seek(0)
        blob = store().put(upload.stream, name, check=scanner.check())
    except BadInput as error:
        return _start(kind, error)
    with transaction():
        file_id = imports.keep(actor(), kind.key, blob, name).id
    return redirect(url_for(f"imports.preview_{kind.key}", file_id=file_id))


def _preview(kind: Kind, file_id: int) -> ResponseReturnValue:
    file = imports.kept(actor(), kind.key, file_id)
    planned = kind.plan(actor(), imports.rows_of(file, kind.key))
    order = {"error": 0, "new": 1, "changed": 2, "same": 3}
    lines = sorted(planned, key=lambda p: (order[p.action], p.line))
    return render_template(
        "imports/preview.html", kind=kind, file=file, lines=lines, counts=imports.counts(planned), seen=imports.fingerprint(planned), shapes=SHAPES
    )


def _write(kind: Kind, file_id: int) -> ResponseReturnValue:
    if "drop" in request.form:
        with transaction():
            imports.drop(actor(), kind.key, file_id)
        flash(i18n.say("import.dropped"))
        return redirect(url_for(kind.start))
    with transaction():
        counts = kind.write(actor(), file_id, request.form.get("seen", ""))
    flash(i18n.say(kind.done, **counts), "success")
    return redirect(url_for(kind.back))


def _sample(kind: str, rows: list[list[str]], name: str) -> ResponseReturnValue:
    return Response(imports.sample(kind, rows), mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@blueprint.get("/people/import")
@needs(Right.PERSON_MANAGE)
def people() -> ResponseReturnValue:
    """Chooses a table of people."""
    return _start(KINDS[PEOPLE])


@blueprint.post("/people/import")
@needs(Right.PERSON_MANAGE)
def people_upload() -> ResponseReturnValue:
    """Takes the table; writes nobody yet."""
    return _upload(KINDS[PEOPLE])


@blueprint.get("/people/import/sample.xlsx")
@needs(Right.PERSON_MANAGE)
def people_sample() -> ResponseReturnValue:
    """An empty table with the right headings."""
    return _sample(PEOPLE, [], "nguoi-dung.xlsx")


@blueprint.get("/people/import/<int:file_id>")
@needs(Right.PERSON_MANAGE)
def preview_people(file_id: int) -> ResponseReturnValue:
    """What the table would do."""
    return _preview(KINDS[PEOPLE], file_id)


@blueprint.post("/people/import/<int:file_id>")
@needs(Right.PERSON_MANAGE)
def write_people(file_id: int) -> ResponseReturnValue:
    """Does it, or drops it."""
    return _write(KINDS[PEOPLE], file_id)


@blueprint.get("/units/import")
@needs(Right.UNIT_MANAGE)
def mailboxes() -> ResponseReturnValue:
    """Chooses a table of mailboxes."""
    return _start(KINDS[MAILBOXES])


@blueprint.post("/units/import")
@needs(Right.UNIT_MANAGE)
def mailboxes_upload() -> ResponseReturnValue:
    """Takes the table; writes nothing yet."""
    return _upload(KINDS[MAILBOXES])


@blueprint.get("/units/import/sample.xlsx")
@needs(Right.UNIT_MANAGE)
def mailboxes_sample() -> ResponseReturnValue:
    """The districts with what is known of them, to fill in."""
    rows = [[line.name, line.mailbox or "", line.phone or ""] for line in units.districts(actor())]
    return _sample(MAILBOXES, rows, "hop-thu-don-vi.xlsx")


@blueprint.get("/units/import/<int:file_id>")
@needs(Right.UNIT_MANAGE)
def preview_mailboxes(file_id: int) -> ResponseReturnValue:
    """What the table would do."""
    return _preview(KINDS[MAILBOXES], file_id)


@blueprint.post("/units/import/<int:file_id>")
@needs(Right.UNIT_MANAGE)
def write_mailboxes(file_id: int) -> ResponseReturnValue:
    """Does it, or drops it."""
    return _write(KINDS[MAILBOXES], file_id)

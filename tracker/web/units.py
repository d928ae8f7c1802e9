"""Units: the list with its search, one unit's facts, and a district's own page."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import db, transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput, NotFound
from tracker.models.units import Unit
from tracker.services import away_notes, known_senders, mail_health, unit_page, units
from tracker.web.fields import day_or_none
from tracker.web.guards import actor, needs

blueprint = Blueprint("units", __name__)


@blueprint.get("/units")
@needs(Right.UNIT_READ_ALL)
def index() -> ResponseReturnValue:
    """The districts, or what a search finds among districts and communes."""
    search, gone = request.args.get("q", "").strip(), "gone" in request.args
    lines = units.found(actor(), search) if search else units.districts(actor(), gone)
    silent = sum(line.mailbox is None and line.people == 0 for line in lines)
    return render_template("units/index.html", lines=lines, search=search, gone=gone, silent=silent, ill=mail_health.ill())


@blueprint.get("/units/<int:unit_id>")
@needs(Right.UNIT_READ_ALL)
def show(unit_id: int) -> ResponseReturnValue:
    """One unit for the province."""
    return _show(units.get(actor(), unit_id))


@blueprint.get("/unit")
@needs(Right.WORK_READ)
def mine() -> ResponseReturnValue:
    """A person's own unit."""
    unit_id = actor().unit_id
    if unit_id is None:
        raise NotFound()
    return _show(units.get(actor(), unit_id))


def _show(unit: Unit) -> ResponseReturnValue:
    parent = db.session.get(Unit, unit.parent_id) if unit.parent_id else None
    communes = units.communes(unit.id) if unit.level == "district" else []
    return render_template("units/show.html", unit=unit, parent=parent, people=units.people_of(unit.id), communes=communes, roles=i18n.ROLES,
                           ill=mail_health.of_unit(unit.id), away=away_notes.of_units([unit.id]).get(unit.id, []),
                           senders=known_senders.of_unit(unit.id) if actor().can(Right.MAIL_TRIAGE) else [],
                           work=unit_page.work(actor(), unit.id) if unit.level != "province" else None)


@blueprint.get("/units/<int:unit_id>/edit")
@needs(Right.UNIT_MANAGE)
def edit(unit_id: int) -> ResponseReturnValue:
    """The form of a unit's facts."""
    return _edit(units.get(actor(), unit_id))


def _edit(unit: Unit, error: BadInput | None = None) -> ResponseReturnValue:
    errors = {str(error.params.get("field", "")): i18n.words(error)} if error else {}
    return render_template("units/edit.html", unit=unit, errors=errors, typed=request.form), 422 if error else 200


@blueprint.post("/units/<int:unit_id>/edit")
@needs(Right.UNIT_MANAGE)
def change(unit_id: int) -> ResponseReturnValue:
    """Keeps a unit's facts."""
    form = request.form
    try:
        with transaction():
            unit = units.change(
                actor(), unit_id, mailbox=form.get("mailbox", ""), phone=form.get("phone", ""),
                valid_from=day_or_none(form, "valid_from"), valid_to=day_or_none(form, "valid_to"),
            )
    except BadInput as error:
        return _edit(units.get(actor(), unit_id), error)
    flash(i18n.say("unit.saved", name=unit.name), "success")
    return redirect(url_for("units.show", unit_id=unit_id))

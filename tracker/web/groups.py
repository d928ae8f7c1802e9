"""Saved recipient groups: list, make, change, remove."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput
from tracker.services import groups, units
from tracker.web.fields import whole
from tracker.web.guards import actor, needs

blueprint = Blueprint("groups", __name__, url_prefix="/groups")


@blueprint.get("")
@needs(Right.UNIT_READ_ALL)
def index() -> ResponseReturnValue:
    """All groups."""
    return render_template("groups/index.html", lines=groups.lines(actor()))


@blueprint.get("/new")
@needs(Right.UNIT_MANAGE)
def new() -> ResponseReturnValue:
    """The form of a new group."""
    return _form(None, "", set())


@blueprint.post("/new")
@needs(Right.UNIT_MANAGE)
def create() -> ResponseReturnValue:
    """Keeps a new group."""
    return _save(None)


@blueprint.get("/<int:group_id>")
@needs(Right.UNIT_READ_ALL)
def show(group_id: int) -> ResponseReturnValue:
    """One group: its units, to change for those who may."""
    group = groups.get(actor(), group_id)
    return _form(group_id, group.name, {unit.id for unit in group.units}, [unit.name for unit in group.units])


@blueprint.post("/<int:group_id>")
@needs(Right.UNIT_MANAGE)
def change(group_id: int) -> ResponseReturnValue:
    """Keeps a changed group."""
    groups.get(actor(), group_id)
    return _save(group_id)


def _save(group_id: int | None) -> ResponseReturnValue:
    name, chosen = request.form.get("name", ""), {id for raw in request.form.getlist("units") if (id := whole(raw)) is not None}
    try:
        with transaction():
            group = groups.save(actor(), group_id, name, chosen)
    except BadInput as error:
        return _form(group_id, name, chosen, error=error)
    flash(i18n.say("group.saved", name=group.name), "success")
    return redirect(url_for("groups.index"))


def _form(
    group_id: int | None, name: str, chosen: set[int], members: list[str] | None = None, error: BadInput | None = None
) -> ResponseReturnValue:
    errors = {str(error.params["field"]): i18n.words(error)} if error else {}
    choices = units.choices(actor())
    listed = {id for id, _ in choices}
    kept = [(unit.id, unit.name) for unit in groups.get(actor(), group_id).units if unit.id not in listed] if group_id is not None else []
    html = render_template(
        "groups/form.html", group_id=group_id, name=name, chosen=chosen, members=members or [], choices=choices + kept, errors=errors
    )
    return html, 422 if error else 200


@blueprint.post("/<int:group_id>/remove")
@needs(Right.UNIT_MANAGE)
def remove(group_id: int) -> ResponseReturnValue:
    """Removes a group, once confirmed."""
    group = groups.get(actor(), group_id)
    if "confirmed" not in request.form:
        return render_template("groups/confirm.html", group=group, action=request.path, cancel=url_for("groups.show", group_id=group_id))
    with transaction():
        groups.remove(actor(), group_id)
    flash(i18n.say("group.removed", name=group.name), "success")
    return redirect(url_for("groups.index"))

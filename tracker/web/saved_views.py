"""Saved views: keeping a filtered list under a name, and the page that renames and deletes them. They are one's own, so everyone who signed in has them."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import transaction
from tracker.domain.errors import BadInput
from tracker.domain.wording import tr
from tracker.services import saved_views as service
from tracker.web.confirming import question
from tracker.web.guards import actor, signed_in

blueprint = Blueprint("saved_views", __name__, url_prefix="/views")


@blueprint.get("")
@signed_in
def index() -> str:
    """All of one's own, and those that the office shares."""
    return _page()


@blueprint.post("")
@signed_in
def save() -> ResponseReturnValue:
    """Keeps the list at ?path under a name, and goes back to it."""
    form = request.form
    try:
        with transaction():
            view = service.save(actor(), form.get("name", ""), form.get("path", ""), "shared" in form)
    except BadInput as error:
        return _page(i18n.words(error), form.get("path", ""), form.get("name", "")), 422
    flash(i18n.say("view.saved", name=view.name), "success")
    return redirect(view.path)


@blueprint.post("/<int:view_id>")
@signed_in
def change(view_id: int) -> ResponseReturnValue:
    """Renames and shares one's own."""
    try:
        with transaction():
            view = service.change(actor(), view_id, request.form.get("name", ""), "shared" in request.form)
    except BadInput as error:
        return _page(i18n.words(error)), 422
    flash(i18n.say("view.changed", name=view.name), "success")
    return redirect(url_for("saved_views.index"))


@blueprint.post("/<int:view_id>/remove")
@signed_in
def remove(view_id: int) -> ResponseReturnValue:
    """Deletes one's own, once confirmed."""
    name = service.get(actor(), view_id).name
    asked = question(tr("Xoá bộ lọc"), tr("Xoá bộ lọc “{name}”? Danh sách mà nó mở ra vẫn còn nguyên.", name=name),
        tr("Xoá bộ lọc"), url_for("saved_views.index"))
    if asked is not None:
        return asked
    with transaction():
        service.remove(actor(), view_id)
    flash(i18n.say("view.removed", name=name), "success")
    return redirect(url_for("saved_views.index"))


def _page(problem: str = "", path: str = "", name: str = "") -> str:
    """problem: why nothing was kept; path: what was to be kept, where it is a list of ours."""
    try:
        path = service.address(path) if path else ""
    except BadInput:
        path = ""
    lines = service.listed(actor())
    return render_template(
        "search/views.html", mine=[line for line in lines if line.mine], shared=[line for line in lines if not line.mine], problem=problem, path=path,
        name=name[: service.LONGEST_NAME], may_share=service.may_share(actor()),
    )

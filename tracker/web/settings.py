"""The office's own settings: names on documents, what is taken in, how long a review may take."""
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import transaction
from tracker.domain import profiles
from tracker.domain.access import Right, Role
from tracker.domain.errors import BadInput
from tracker.services import office, standing, two_factor, watch
from tracker.web.guards import actor, needs

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@blueprint.get("")
@needs(Right.SETTINGS_MANAGE)
def index() -> ResponseReturnValue:
    """All settings on one page."""
    return _page()


def _page(error: BadInput | None = None) -> ResponseReturnValue:
    errors = {str(error.params.get("field", "")): i18n.words(error)} if error else {}
    html = render_template(
        "settings/index.html", names=office.names(), allow_zip=office.allow_zip(), errors=errors, typed=request.form, review_days=office.review_days(),
        settings=current_app.extensions["settings"], link_days=office.link_days(), contest_days=standing.contest_days(), alert_address=office.alert_address(),
        styles=profiles.STYLES, role_words=i18n.ROLES, two_factor_roles=office.two_factor_roles(), without=two_factor.without(actor()),
    )
    return html, 422 if error else 200


def _saved() -> ResponseReturnValue:
    flash(i18n.say("office.saved"), "success")
    return redirect(url_for("settings.index"))


@blueprint.post("/names")
@needs(Right.SETTINGS_MANAGE)
def names() -> ResponseReturnValue:
    """Keeps the names on the office's documents."""
    form = {key: " ".join(request.form.get(key, "").split()) for key in ("name", "parent", "place", "signer_title", "signer_name", "style")}
    try:
        with transaction():
            office.rename(actor(), office.Names(**form))
    except BadInput as error:
        return _page(error)
    return _saved()


@blueprint.post("/files")
@needs(Right.SETTINGS_MANAGE)
def files() -> ResponseReturnValue:
    """Opens or closes uploads of zip files."""
    with transaction():
        office.set_allow_zip(actor(), "allow_zip" in request.form)
    return _saved()


@blueprint.post("/review")
@needs(Right.SETTINGS_MANAGE)
def review() -> ResponseReturnValue:
    """Keeps within how many working days the province answers."""
    try:
        with transaction():
            office.set_review_days(actor(), request.form.get("review_days", type=int))
    except BadInput as error:
        return _page(error)
    return _saved()


@blueprint.post("/contests")
@needs(Right.SETTINGS_MANAGE)
def contests() -> ResponseReturnValue:
    """Keeps within how many working days a unit may contest its line of a report."""
    try:
        with transaction():
            standing.set_contest_days(actor(), request.form.get("contest_days", type=int))
    except BadInput as error:
        return _page(error)
    return _saved()


@blueprint.post("/links")
@needs(Right.SETTINGS_MANAGE)
def links() -> ResponseReturnValue:
    """Keeps for how long links in mails work."""
    try:
        with transaction():
            office.set_link_days(actor(), request.form.get("link_days", type=int))
    except BadInput as error:
        return _page(error)
    return _saved()


@blueprint.post("/two-factor")
@needs(Right.SETTINGS_MANAGE)
def two_factor_roles() -> ResponseReturnValue:
    """Keeps which roles must have a second factor."""
    with transaction():
        office.set_two_factor_roles(actor(), (role for role in Role if f"role_{role}" in request.form))
    return _saved()


@blueprint.post("/alerts")
@needs(Right.SETTINGS_MANAGE)
def alerts() -> ResponseReturnValue:
    """Keeps who is told of a trouble of the machine; the other button sends a mail there to try it."""
    try:
        with transaction():
            if "test" in request.form:
                flash(i18n.say("office.alert_sent", address=watch.send_test(actor())), "success")
                return redirect(url_for("settings.index"))
            office.set_alert_address(actor(), request.form.get("alert_address", ""))
    except BadInput as error:
        return _page(error)
    return _saved()

"""Trợ giúp: a short page for each role, a one-page guide to print, and how pages are shown to this person on this machine."""
from datetime import timedelta

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker import i18n
from tracker.config import Settings
from tracker.domain.access import DISTRICT_ROLES, Role
from tracker.domain.errors import NotFound
from tracker.web import cookies
from tracker.web.guards import actor, safe_next, signed_in

blueprint = Blueprint("help", __name__)

#: The page of each role; a district's people see those of districts only, the province's all, because they are the ones whom districts call.
PAGES = {
    Role.CLERK: "help/clerk.html",
    Role.LEADER: "help/leader.html",
    Role.OFFICER: "help/officer.html",
    Role.DISTRICT_LEADER: "help/district_leader.html",
    Role.ADMIN: "help/administrator.html",
    Role.AUDITOR: "help/auditor.html",
}
#: What a person may choose for this browser; "" is what the machine itself says. Kept in a cookie, because the old shared PC is the one hard to read.
CHOICES = {"text": ("", "large", "larger"), "theme": ("", "light", "dark")}
#: As long as browsers keep a cookie at most (draft-ietf-httpbis-rfc6265bis, 400 days).
KEPT = timedelta(days=400)


@blueprint.get("/help")
@signed_in
def index() -> ResponseReturnValue:
    """The page of one's own role; `about` is the section that the page asked from belongs to."""
    own = url_for("help.page", role=current_user.role)
    about = request.args.get("about", "")
    return redirect(f"{own}#{about}" if about.isidentifier() and about.isascii() else own)


@blueprint.get("/help/<role>")
@signed_in
def page(role: str) -> str:
    """The page of one role; raises NotFound for another word, or for the province's pages to a district."""
    if role not in tuple(Role) or role not in _open():
        raise NotFound()
    return render_template(PAGES[Role(role)], own=role == current_user.role, others=[one for one in _open() if one != role], roles=i18n.ROLES)


@blueprint.get("/help/guide")
@signed_in
def guide() -> str:
    """One sheet of A4 for the wall of a district office."""
    settings: Settings = current_app.extensions["settings"]
    return render_template("help/guide.html", limit=settings.upload_limit // 2**20)


@blueprint.post("/help/appearance")
@signed_in
def appearance() -> ResponseReturnValue:
    """Keeps the chosen size of text and brightness for this browser, and goes back to where it was chosen."""
    response = redirect(safe_next(request.form.get("next")) or url_for("account.index"))
    for name, choices in CHOICES.items():
        chosen = request.form.get(name)
        if chosen in choices:
            cookies.keep(response, name, chosen, KEPT)
    return response


def chosen(name: str) -> str:
    """What this browser keeps for "text" or "theme"; "" when nothing, or nothing known, was chosen."""
    found = cookies.kept(name)
    return found if found in CHOICES[name] else ""


def _open() -> list[Role]:
    return [role for role in PAGES if actor().role not in DISTRICT_ROLES or role in DISTRICT_ROLES]


def init_app(app: Flask) -> None:
    """Gives templates `shown_as(name)`, for the frame of every page."""
    app.jinja_env.globals["shown_as"] = chosen

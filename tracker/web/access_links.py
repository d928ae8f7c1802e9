"""Pages behind the links in mails: asking for a reset, and choosing a password."""
from time import monotonic, sleep

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import transaction
from tracker.domain.errors import BadInput, NotFound
from tracker.domain.wording import tr
from tracker.services import access_links
from tracker.web.errors import Words, page
from tracker.web.guards import everybody
from tracker.web.limits import limiter

blueprint = Blueprint("access_links", __name__)
#: No answer about a reset comes sooner, so that its time does not tell whether the address has an account.
EQUAL_SECONDS = 0.4
GONE = Words(tr("Đường dẫn không còn dùng được"), i18n.say("link.gone"), "")


def _purpose() -> str:
    return request.path.split("/")[1]


def _address() -> str:
    return f"reset {request.form.get('email', '').strip().lower()}"


@blueprint.get("/forgot")
@everybody
def forgot() -> ResponseReturnValue:
    """Asks which address to mail."""
    return render_template("account/forgot.html")


@blueprint.post("/forgot")
@everybody
@limiter.limit("5 per hour", key_func=_address)
@limiter.limit("30 per hour")
def forgot_post() -> ResponseReturnValue:
    """Says the same whether the address is somebody's or nobody's."""
    email, began = request.form.get("email", "").strip(), monotonic()
    with transaction():
        access_links.ask_reset(email)
    # Writing a mail takes its time, nobody's address takes none: both answers come when the slower one is due.
    sleep(max(0.0, EQUAL_SECONDS - (monotonic() - began)))
    return render_template("account/forgot.html", asked=email)


@blueprint.get("/invite/<token>")
@blueprint.get("/reset/<token>")
@everybody
def open_link(token: str) -> ResponseReturnValue:
    """Shows the form and changes nothing: mail scanners open links before people do."""
    return _form(_purpose(), token)


def _form(purpose: str, token: str, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    try:
        person = access_links.owner(purpose, token)
    except NotFound:
        return page(404, GONE)
    return render_template("account/choose.html", person=person, purpose=purpose, token=token, errors=errors or {}), 422 if errors else 200


@blueprint.post("/invite/<token>")
@blueprint.post("/reset/<token>")
@everybody
@limiter.limit("30 per 10 minutes")
def use_link(token: str) -> ResponseReturnValue:
    """Keeps the chosen password; the link is used up."""
    purpose = _purpose()
    try:
        if request.form.get("password", "") != request.form.get("again", ""):
            raise BadInput("password.again", field="again")
        made = access_links.new_hash(purpose, token, request.form.get("password", ""))
        with transaction():
            access_links.redeem(purpose, token, made)
    except BadInput as error:
        return _form(purpose, token, {str(error.params["field"]): i18n.words(error)})
    except NotFound:
        return page(404, GONE)
    flash(i18n.say("link.done"), "success")
    return redirect(url_for("account.login"))

"""Two-factor sign-in of one's own account; whose role must have it is led here before anything else."""
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker import i18n
from tracker.db import db, transaction
from tracker.domain.errors import BadInput, Conflict, NotFound
from tracker.models.people import Person
from tracker.services import recovery, sign_in, two_factor
from tracker.services.recovery import Made
from tracker.web.guards import EVERYBODY, access_of, actor, signed_in
from tracker.web.limits import failed, limiter, person
from tracker.web.second_step import take
from tracker.web.session import renew

blueprint = Blueprint("two_factor", __name__, url_prefix="/account/two-factor")


@blueprint.before_app_request
def _lead_here() -> ResponseReturnValue | None:
    if request.endpoint is None or request.blueprint == blueprint.name or access_of(request.endpoint) == EVERYBODY:
        return None
    if current_user.is_authenticated and current_user.must_set_up:
        return redirect(url_for("two_factor.index"))
    return None


def _me() -> Person:
    return db.session.get_one(Person, actor().id)


def _page(error: str = "", status: int = 200, proof_error: str = "") -> ResponseReturnValue:
    me = _me()
    return render_template(
        "account/two_factor.html", person=me, must=two_factor.required(me), error=error, proof_error=proof_error, left=recovery.left(me.id),
        secret="" if me.totp_confirmed_at else two_factor.secret(me),
    ), status


def _show(made: list[Made], first: bool) -> ResponseReturnValue:
    """The codes, in the answer itself: nothing keeps them for a second look."""
    return render_template("account/recovery.html", codes=[one.shown for one in made], first=first, person=_me())


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """Where it stands, and the next step."""
    return _page()


@blueprint.get("/qr.svg")
@signed_in
def qr() -> ResponseReturnValue:
    """The QR code, as long as no code has confirmed it."""
    me = _me()
    if me.totp_confirmed_at or not two_factor.secret(me):
        raise NotFound()
    return Response(two_factor.qr(me), mimetype="image/svg+xml")


@blueprint.post("/begin")
@signed_in
@limiter.limit("10 per 10 minutes", key_func=person, deduct_when=failed)
def begin() -> ResponseReturnValue:
    """Makes the secret, for who knows the password: an open browser alone must not bind somebody else's phone to the account."""
    try:
        sign_in.prove(actor(), request.form.get("proof", ""))
    except BadInput as error:
        return _page(status=422, proof_error=i18n.words(error))
    with transaction():
        two_factor.begin(actor())
    return redirect(url_for("two_factor.index"))


@blueprint.post("/confirm")
@signed_in
@limiter.limit("10 per 10 minutes", key_func=person, deduct_when=failed)
def confirm() -> ResponseReturnValue:
    """Turns it on with a first code and shows the recovery codes; other sessions end, this one stays."""
    codes = recovery.make()
    try:
        with transaction():
            renew(_me().id, two_factor.confirm(actor(), request.form.get("code", ""), codes))
    except BadInput as error:
        return _page(i18n.words(error), 422)
    return _show(codes, first=True)


@blueprint.post("/codes")
@signed_in
@limiter.limit("10 per 10 minutes", key_func=person, deduct_when=failed)
def codes() -> ResponseReturnValue:
    """Makes new recovery codes, against a code; the earlier ones end."""
    if not _me().totp_confirmed_at:
        raise Conflict("totp.not_on")
    made = recovery.make()
    try:
        take(_me().id, request.form.get("code", ""))
    except BadInput as error:
        return _page(i18n.words(error), 422)
    with transaction():
        recovery.renew(actor(), made)
    return _show(made, first=False)


@blueprint.post("/replace")
@signed_in
@limiter.limit("10 per 10 minutes", key_func=person, deduct_when=failed)
def replace() -> ResponseReturnValue:
    """Puts another telephone in the place of the present one, against a code of it or a recovery code."""
    try:
        take(_me().id, request.form.get("code", ""))
    except BadInput as error:
        return _page(i18n.words(error), 422)
    with transaction():
        renew(_me().id, two_factor.replace(actor()))
    return redirect(url_for("two_factor.index"))


@blueprint.post("/off")
@signed_in
@limiter.limit("10 per 10 minutes", key_func=person, deduct_when=failed)
def off() -> ResponseReturnValue:
    """Turns it off, against a code."""
    if two_factor.required(_me()):
        raise Conflict("totp.must")
    try:
        take(_me().id, request.form.get("code", ""))
    except BadInput as error:
        return _page(i18n.words(error), 422)
    with transaction():
        two_factor.turn_off(actor())
    flash(i18n.say("totp.off"), "success")
    return redirect(url_for("account.index"))

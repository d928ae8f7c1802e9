"""Signing in and out, and a person's own page: password, other sessions."""
from datetime import timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user

from tracker import clock, i18n
from tracker.db import db, transaction
from tracker.domain.errors import BadInput
from tracker.domain.wording import tr
from tracker.models.people import Person
from tracker.services import absences, recovery, sessions, sign_in
from tracker.services.sign_in import Proof
from tracker.web import security_log
from tracker.web.guards import actor, everybody, safe_next, signed_in
from tracker.web.limits import failed, limiter, person
from tracker.web.second_step import take
from tracker.web.session import BEGAN, KEY, load, renew

blueprint = Blueprint("account", __name__)

PENDING = "pending"
#: How long a password that matched waits for its code.
CODE_WITHIN = timedelta(minutes=10)


def _one_person() -> str:
    return f"{get_remote_address()} {request.form.get('email', '').strip().lower()}"


def _pending_person() -> str:
    return f"person {session.get(PENDING, {}).get('id')}"


@blueprint.get("/login")
@everybody
def login() -> ResponseReturnValue:
    """The form; who is signed in already goes on."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")) or "/")
    return render_template("account/login.html", next=safe_next(request.args.get("next")))


@blueprint.post("/login")
@everybody
@limiter.limit("8 per 10 minutes", key_func=_one_person, deduct_when=failed)
@limiter.limit("60 per 10 minutes", deduct_when=failed)
def login_post() -> ResponseReturnValue:
    """Lets in who knows the password; asks for the code where two-factor is on."""
    onward = safe_next(request.form.get("next"))
    email = request.form.get("email", "")
    proof = sign_in.by_password(email, request.form.get("password", ""))
    if proof is None:
        security_log.tell("sign-in-failed", sign_in.known(email))
        return render_template("account/login.html", next=onward, email=email, error=i18n.say("login.wrong")), 422
    if proof.second_factor:
        session.clear()
        session[PENDING] = {"id": proof.person_id, "epoch": proof.epoch, "at": clock.now().timestamp(), "hash": proof.fresh_hash, "next": onward}
        return redirect(url_for("account.code"))
    return _enter(proof, onward)


def _enter(proof: Proof, onward: str | None) -> ResponseReturnValue:
    """Opens a session of its own: nothing of the guest's session, its CSRF token included, lives on in it."""
    security_log.tell("signed-in-two-factor" if proof.second_factor else "signed-in", proof.person_id)
    session.clear()
    with transaction():
        sign_in.record(proof)
        renew(proof.person_id, proof.epoch)
    session[BEGAN] = clock.now().timestamp()
    session.permanent = True
    user = load(str(proof.person_id))
    if user is None:  # signed out everywhere, or left, in this very moment
        return redirect(url_for("account.login"))
    login_user(user)
    return redirect(onward or "/")


def _pending() -> Proof | None:
    """The password that matched and waits for its code, None once it has waited too long."""
    kept = session.get(PENDING)
    if not kept or clock.now().timestamp() - kept["at"] > CODE_WITHIN.total_seconds():
        return None
    return Proof(kept["id"], kept["epoch"], True, kept["hash"])


@blueprint.get("/login/code")
@everybody
def code() -> ResponseReturnValue:
    """Asks for the six figures, or a recovery code."""
    return render_template("account/code.html") if _pending() else redirect(url_for("account.login"))


@blueprint.post("/login/code")
@everybody
@limiter.limit("6 per 10 minutes", key_func=_pending_person, deduct_when=failed)
def code_post() -> ResponseReturnValue:
    """Takes the six figures or a recovery code; each works once."""
    proof = _pending()
    if proof is None:
        flash(i18n.say("login.code_late"), "warning")
        return redirect(url_for("account.login"))
    onward = safe_next(session[PENDING]["next"])
    try:
        left = take(proof.person_id, request.form.get("code", ""))
    except BadInput as error:
        security_log.tell("code-failed", proof.person_id)
        return render_template("account/code.html", error=i18n.words(error)), 422
    if left is None:
        return _enter(proof, onward)
    security_log.tell("recovery-code", proof.person_id)
    entered = _enter(proof, onward)
    flash(i18n.say("totp.recovery_used", left=left), "warning")
    return entered


@blueprint.post("/logout")
@everybody
def logout() -> ResponseReturnValue:
    """Ends this session, of which no copy works any more, and has the browser forget what it kept of our pages."""
    if current_user.is_authenticated and KEY in session:
        with transaction():
            sessions.end(session[KEY])
    logout_user()
    session.clear()
    flash(i18n.say("login.out"), "success")
    response = make_response(redirect(url_for("account.login")))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.get("/account")
@signed_in
def index() -> ResponseReturnValue:
    """The person's own page."""
    return page({})


def page(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    """The page, or after a refusal the same with the words of each field and what was typed."""
    person = db.session.get_one(Person, actor().id)
    return render_template(
        "account/index.html", person=person, errors=errors, roles=i18n.ROLES, away=absences.of_person(person.id), today=clock.today(),
        typed=request.form, stand_ins=[(one.id, one.name) for one in absences.candidates(person)], sessions=sessions.of_person(person.id, session.get(KEY, "")),
        codes=recovery.left(person.id) if person.totp_confirmed_at else None,
    ), status


@blueprint.post("/account/password")
@signed_in
@limiter.limit("10 per 10 minutes", key_func=person, deduct_when=failed)
def password() -> ResponseReturnValue:
    """Changes the password; other sessions end, this one stays."""
    form = request.form
    try:
        if form.get("password", "") != form.get("again", ""):
            raise BadInput("password.again", field="again")
        made = sign_in.own_hash(actor(), form.get("old", ""), form.get("password", ""))
        with transaction():
            renew(actor().id or 0, sign_in.change_password(actor(), made))
    except BadInput as error:
        return page({str(error.params.get("field", "password")): i18n.words(error)}, 422)
    flash(i18n.say("password.changed"), "success")
    return redirect(url_for("account.index"))


def _proven(heading: str, text: str, ok: str) -> ResponseReturnValue | None:
    """The page that asks for the own password, None once it was shown: an open browser alone must not shut others out."""
    asked = {"heading": heading, "text": text, "ok": ok, "back": url_for("account.index"), "back_words": tr("Tài khoản của tôi")}
    if "proof" not in request.form:
        return render_template("account/prove.html", error="", **asked)
    try:
        sign_in.prove(actor(), request.form["proof"])
    except BadInput as error:
        return render_template("account/prove.html", error=i18n.words(error), **asked), 422
    return None


@blueprint.post("/account/sessions/<int:session_id>/end")
@signed_in
@limiter.limit("10 per 10 minutes", key_func=person, deduct_when=failed)
def end_session(session_id: int) -> ResponseReturnValue:
    """Ends one session of the person's own, against the password."""
    one = sessions.own(actor(), session_id)
    text = tr("Máy ấy phải đăng nhập lại. Nếu không phải bạn đã đăng nhập ở đó, hãy đổi cả mật khẩu.")
    if asked := _proven(tr("Đăng xuất {browser} ({address})?", browser=one.browser, address=one.address), text, tr("Đăng xuất máy này")):
        return asked
    with transaction():
        sessions.end_one(actor(), session_id)
    flash(i18n.say("login.out_one", browser=one.browser), "success")
    return redirect(url_for("account.index"))


@blueprint.post("/account/everywhere")
@signed_in
@limiter.limit("10 per 10 minutes", key_func=person, deduct_when=failed)
def everywhere() -> ResponseReturnValue:
    """Ends every session of the person, this one included, against the password."""
    if asked := _proven(tr("Đăng xuất mọi nơi?"), tr("Mọi máy đang dùng tài khoản này, kể cả máy này, phải đăng nhập lại."), tr("Đăng xuất mọi nơi")):
        return asked
    with transaction():
        sign_in.everywhere(actor())
    session.clear()
    flash(i18n.say("login.out_everywhere"), "success")
    return redirect(url_for("account.login"))

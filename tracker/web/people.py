"""People: list, invitation, changes, leaving with hand-over."""
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock, i18n
from tracker.db import db, transaction
from tracker.domain.access import Right, Role
from tracker.domain.errors import BadInput
from tracker.domain.wording import tr
from tracker.models.people import Person
from tracker.models.units import Unit
from tracker.services import absences, access_links, handover, people, people_list, recovery, sentences, sessions, sign_in, two_factor, units
from tracker.web.fields import whole
from tracker.web.guards import actor, needs
from tracker.web.limits import failed, limiter, person

blueprint = Blueprint("people", __name__, url_prefix="/people")
STANDINGS = {"active": tr("đang làm"), "invited": tr("chưa nhận lời mời"), "left": tr("đã nghỉ")}
SHAPES = {"active": "done", "invited": "soon", "left": "none"}


@blueprint.get("")
@needs(Right.PERSON_MANAGE)
def index() -> ResponseReturnValue:
    """Everybody, found by name, address, role or unit."""
    search, standing = request.args.get("q", "").strip(), request.args.get("standing", "")
    lines, counts = people_list.lines(actor(), search, standing if standing in STANDINGS else "")
    total = sum(counts.values())
    tally = [(SHAPES[key], text, counts[key], url_for("people.index", q=search or None, standing=key), key) for key, text in STANDINGS.items()]
    return render_template(
        "people/index.html", lines=lines, tally=tally, total=total, search=search, standing=standing, standings=STANDINGS, shapes=SHAPES
    )


def _fields() -> dict[str, Any]:
    form = request.form
    try:
        role = Role(form.get("role", ""))
    except ValueError as error:
        raise BadInput("person.role", field="role") from error
    return {
        "email": form.get("email", ""), "name": form.get("name", ""), "role": role, "unit_id": whole(form.get("unit", "")),
        "title": form.get("title", ""), "phone": form.get("phone", ""),
    }


def _page(template: str, error: BadInput | None = None, **more: Any) -> ResponseReturnValue:
    errors = {str(error.params.get("field", "")): i18n.words(error)} if error else {}
    chosen = [(str(role), words) for role, words in i18n.ROLES.items()]
    html = render_template(template, roles=chosen, units=units.choices(actor()), errors=errors, typed=request.form, **more)
    return html, 422 if error else 200


def _prove_if_needed(person_id: int | None, fields: dict[str, Any]) -> None:
    if people.opens_doors(actor(), person_id, fields["email"], fields["role"], fields["unit_id"]):
        sign_in.prove(actor(), request.form.get("proof", ""))


@blueprint.get("/new")
@needs(Right.PERSON_MANAGE)
def new() -> ResponseReturnValue:
    """The form of an invitation."""
    return _page("people/new.html")


@blueprint.post("/new")
@needs(Right.PERSON_MANAGE)
@limiter.limit("30 per 10 minutes", key_func=person, deduct_when=failed)
def create() -> ResponseReturnValue:
    """Adds a person and mails the invitation."""
    try:
        fields = _fields()
        _prove_if_needed(None, fields)
        with transaction():
            person = people.add(actor(), **fields)
            access_links.invite(actor(), person.id)
    except BadInput as error:
        return _page("people/new.html", error)
    flash(i18n.say("person.invited", email=person.email), "success")
    return redirect(url_for("people.index"))


@blueprint.get("/<int:person_id>")
@needs(Right.PERSON_MANAGE)
def show(person_id: int) -> ResponseReturnValue:
    """One person: facts to change, and the rarer acts."""
    return page(person_id)


def page(person_id: int, error: BadInput | None = None) -> ResponseReturnValue:
    """The page of one person, after a refusal with the words of its field and what was typed. Raises NotFound."""
    person = people.get(actor(), person_id)
    return _page(
        "people/show.html", error, person=person, unit=db.session.get(Unit, person.unit_id) if person.unit_id else None,
        work=handover.open_work(person.id), history=sentences.of_person(person.id, person.unit_id), role_words=i18n.ROLES,
        away=absences.of_person(person.id), today=clock.today(), stand_ins=[(one.id, one.name) for one in absences.candidates(person)],
        sessions=sessions.of_person(person.id),
        codes=recovery.left(person.id) if person.totp_confirmed_at else None, successors=[(p.id, f"{p.name} ({p.email})") for p in handover.successors(person)],
        successor=db.session.get(Person, person.successor_id) if person.successor_id else None,
    )


@blueprint.post("/<int:person_id>")
@needs(Right.PERSON_MANAGE)
@limiter.limit("30 per 10 minutes", key_func=person, deduct_when=failed)
def change(person_id: int) -> ResponseReturnValue:
    """Keeps changed facts; a changed address, role or unit, which decides what opens, asks for the administrator's own password."""
    try:
        fields = _fields()
        _prove_if_needed(person_id, fields)
        with transaction():
            changed = people.change(actor(), person_id, **fields)
    except BadInput as error:
        return page(person_id, error)
    flash(i18n.say("person.saved", name=changed.name), "success")
    return redirect(url_for("people.show", person_id=person_id))


@blueprint.post("/<int:person_id>/invite")
@needs(Right.PERSON_MANAGE)
def invite(person_id: int) -> ResponseReturnValue:
    """Mails a fresh invitation; the earlier link ends."""
    with transaction():
        access_links.invite(actor(), person_id)
    flash(i18n.say("person.invited", email=people.get(actor(), person_id).email), "success")
    return redirect(url_for("people.show", person_id=person_id))


@blueprint.post("/<int:person_id>/two-factor")
@needs(Right.PERSON_MANAGE)
@limiter.limit("30 per 10 minutes", key_func=person, deduct_when=failed)
def reset_two_factor(person_id: int) -> ResponseReturnValue:
    """Lets in somebody who lost the phone, once the administrator has shown the own password."""
    whose = people.get(actor(), person_id)
    if "proof" not in request.form:
        return _ask_proof(whose)
    try:
        sign_in.prove(actor(), request.form["proof"])
    except BadInput as error:
        return _ask_proof(whose, i18n.words(error)), 422
    with transaction():
        two_factor.reset(actor(), person_id)
    flash(i18n.say("person.totp_reset", name=whose.name), "success")
    return redirect(url_for("people.show", person_id=person_id))


def _ask_proof(whose: Person, error: str = "") -> str:
    return render_template(
        "account/prove.html", heading=tr("Đặt lại xác nhận hai bước của {name}?", name=whose.name), ok=tr("Đặt lại"), error=error, back_words=whose.name,
        back=url_for("people.show", person_id=whose.id), text=tr("Hãy chắc chắn chính người này yêu cầu (gọi lại số đã biết). Sau đó chỉ cần mật khẩu "
        "là đăng nhập được, cho đến khi người này bật lại; các mã dự phòng cũng hết tác dụng."),
    )


@blueprint.post("/<int:person_id>/sign-out")
@needs(Right.PERSON_MANAGE)
def sign_out(person_id: int) -> ResponseReturnValue:
    """Ends every session of a person: a telephone was lost, or somebody else is thought to be in."""
    with transaction():
        sign_in.everywhere(actor(), person_id)
    flash(i18n.say("person.signed_out", name=people.get(actor(), person_id).name), "success")
    return redirect(url_for("people.show", person_id=person_id))


@blueprint.post("/<int:person_id>/leave")
@needs(Right.PERSON_MANAGE)
def leave(person_id: int) -> ResponseReturnValue:
    """Closes the account and hands over, once confirmed."""
    person, chosen = people.get(actor(), person_id), request.form.get("successor", "")
    if "confirmed" not in request.form:
        text = tr("Tài khoản bị khoá ngay, mọi phiên đăng nhập và địa chỉ lịch người ấy lập kết thúc, việc dở dang chuyển sang người nhận bàn giao.")
        return _ask(person, tr("Ghi {name} đã nghỉ?", name=person.name), text, tr("Khoá và bàn giao"))
    try:
        with transaction():
            moved = handover.leave(actor(), person_id, whole(chosen))
    except BadInput as error:
        return page(person_id, error)
    flash(i18n.say("person.gone" if moved.total else "person.gone_idle", name=person.name, total=moved.total), "success")
    return redirect(url_for("people.index"))


def _ask(person: Person, heading: str, text: str, ok: str) -> ResponseReturnValue:
    back = url_for("people.show", person_id=person.id)
    return render_template("people/confirm.html", heading=heading, text=text, ok=ok, action=request.path, cancel=back, fields=request.form)


@blueprint.post("/<int:person_id>/return")
@needs(Right.PERSON_MANAGE)
def come_back(person_id: int) -> ResponseReturnValue:
    """Opens a closed account again and mails an invitation."""
    with transaction():
        handover.come_back(actor(), person_id)
        access_links.invite(actor(), person_id)
    flash(i18n.say("person.back", name=people.get(actor(), person_id).name), "success")
    return redirect(url_for("people.show", person_id=person_id))

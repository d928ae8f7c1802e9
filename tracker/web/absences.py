"""Absences: noting when one is away and who stands in, on one's own page and on that of anybody whom one manages."""
from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import db, transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput
from tracker.models.people import Person
from tracker.services import absences
from tracker.web import account, people
from tracker.web.fields import day_or_none
from tracker.web.guards import actor, needs, signed_in

blueprint = Blueprint("absences", __name__)


@blueprint.post("/account/absences")
@signed_in
def add_own() -> ResponseReturnValue:
    """Notes an absence of one's own; a refusal is said beside what was typed."""
    try:
        _add(actor().id or 0)
    except BadInput as error:
        return account.page({str(error.params["field"]): i18n.words(error)}, 422)
    return redirect(url_for("account.index") + "#h-away")


@blueprint.post("/account/absences/<int:absence_id>/drop")
@signed_in
def drop_own(absence_id: int) -> ResponseReturnValue:
    """Takes one's own absence back."""
    return _drop(absence_id, url_for("account.index") + "#h-away")


@blueprint.post("/people/<int:person_id>/absences")
@needs(Right.PERSON_MANAGE)
def add(person_id: int) -> ResponseReturnValue:
    """Notes somebody's absence; a refusal is said beside what was typed."""
    try:
        _add(person_id)
    except BadInput as error:
        return people.page(person_id, error)
    return redirect(url_for("people.show", person_id=person_id) + "#h-away")


@blueprint.post("/people/absences/<int:absence_id>/drop")
@needs(Right.PERSON_MANAGE)
def drop(absence_id: int) -> ResponseReturnValue:
    """Takes somebody's absence back."""
    return _drop(absence_id, "")


def _add(person_id: int) -> None:
    form = request.form
    with transaction():
        days = day_or_none(form, "from_on"), day_or_none(form, "until_on")
        noted = absences.add(actor(), person_id, *days, form.get("stand_in", type=int), form.get("reason", ""))
    flash(i18n.say("absence.added", name=db.session.get_one(Person, noted.stand_in_id).name), "success")


def _drop(absence_id: int, back: str) -> ResponseReturnValue:
    with transaction():
        person_id = absences.drop(actor(), absence_id)
    flash(i18n.say("absence.dropped"), "success")
    return redirect(back or url_for("people.show", person_id=person_id) + "#h-away")

"""Lịch hạn: a month of dates that are still owed, one day of it, and the secret addresses for calendar programs."""
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from tracker import clock, i18n
from tracker.db import transaction
from tracker.domain.access import Actor, Right
from tracker.domain.errors import BadInput
from tracker.domain.wording import tr
from tracker.services import deadline_days, feeds, office_days, units
from tracker.services.deadline_days import DUE, FIX, REVIEW
from tracker.web import confirming
from tracker.web.guards import actor, everybody, needs
from tracker.web.limits import limiter

blueprint = Blueprint("deadlines", __name__)

#: Kind → the badge and the words beside its figure.
KINDS = {DUE: ("soon", tr("đến hạn")), FIX: ("ret", tr("phải sửa xong")), REVIEW: ("none", tr("xem lại, không hạn"))}
#: Where a new address waits to be shown, once.
NEW = "new_feed"


@blueprint.before_request
def _under_home() -> None:
    g.section = "home"


@blueprint.get("/calendar/month")
@needs(Right.WORK_READ)
def month() -> ResponseReturnValue:
    """A month (?month=2026-09) with its working days and how much is owed on each; ?unit= narrows for the province."""
    who, first = actor(), _month(request.args.get("month", ""))
    after = (first + timedelta(days=31)).replace(day=1)
    unit = request.args.get("unit", type=int) if who.sees_all_units else None
    owed = deadline_days.counts(who, first, after - timedelta(days=1), unit)
    return render_template(
        "calendar/month.html", sheet_of=office_days.month(first.year, first.month), first=first, owed=owed, today=clock.today(), kinds=KINDS,
        total=sum(n for day in owed.values() for n in day.values()), unit=unit, tail=f"&unit={unit}" if unit else "",
        before=_step(first, -1), after=_step(first, 1), units=units.choices(who) if who.sees_all_units else [], own=not who.sees_all_units,
    )


def _month(text: str) -> date:
    """The first day of the wanted month, of this one for anything else."""
    try:
        wanted = date.fromisoformat(f"{text}-01") if len(text) == 7 else clock.today()
    except ValueError:
        wanted = clock.today()
    near = abs(wanted.year - clock.today().year) <= office_days.MOST_YEARS
    return (wanted if near else clock.today()).replace(day=1)


def _step(first: date, by: int) -> str:
    """The month before or after, empty where the calendar ends."""
    there = (first - timedelta(days=1) if by < 0 else first + timedelta(days=31)).replace(day=1)
    return f"{there:%Y-%m}" if abs(there.year - clock.today().year) <= office_days.MOST_YEARS else ""


@blueprint.get("/calendar/day")
@needs(Right.WORK_READ)
def day() -> ResponseReturnValue:
    """What is owed on one day (?on=2026-09-15)."""
    who, unit = actor(), request.args.get("unit", type=int)
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        on = clock.today()
    lines = deadline_days.of_day(who, on, unit)
    return render_template(
        "calendar/day.html", on=on, lines=lines, kinds=KINDS, own=not who.sees_all_units, one_unit=unit if who.sees_all_units else None,
        most=deadline_days.MOST, today=clock.today(), tail=f"&unit={unit}" if unit and who.sees_all_units else "",
    )


@blueprint.get("/units/<int:unit_id>/feeds")
@needs(Right.WORK_READ)
def addresses(unit_id: int) -> ResponseReturnValue:
    """A unit's addresses for calendar programs."""
    return _addresses(actor(), unit_id)


def _addresses(who: Actor, unit_id: int, error: BadInput | None = None) -> ResponseReturnValue:
    lines = feeds.listed(who, unit_id)
    made: Any = session.pop(NEW, None) if error is None else None
    html = render_template(
        "calendar/feeds.html", lines=lines, unit_id=unit_id, made=made, error=i18n.words(error) if error else "", typed=request.form.get("label", ""),
        name=units.get(who, unit_id).name, may_make=who.can(Right.ASSIGNMENT_ANSWER), may_revoke_all=who.can(Right.UNIT_MANAGE),
    )
    response = Response(html, 422 if error else 200)
    response.headers["Cache-Control"] = "no-store"  # a new address is on it
    return response


@blueprint.post("/calendar/feeds")
@needs(Right.ASSIGNMENT_ANSWER)
def make() -> ResponseReturnValue:
    """A new address, shown once on the page that follows."""
    who = actor()
    try:
        with transaction():
            address = feeds.make(who, request.form.get("label", ""))
    except BadInput as error:
        return _addresses(who, who.unit_id or 0, error)
    session[NEW] = address
    return redirect(url_for(".addresses", unit_id=who.unit_id))


@blueprint.post("/calendar/feeds/<int:feed_id>/revoke")
@needs(Right.ASSIGNMENT_ANSWER)
def revoke(feed_id: int) -> ResponseReturnValue:
    """Takes one address back."""
    label, cancel = feeds.label_of(actor(), feed_id), url_for(".addresses", unit_id=actor().unit_id)
    if page := confirming.question(tr("Thu hồi địa chỉ “{label}”?", label=label), tr("Lịch đang dùng địa chỉ này thôi cập nhật."), tr("Thu hồi"), cancel):
        return page
    with transaction():
        label = feeds.revoke(actor(), feed_id)
    flash(i18n.say("feed.revoked", label=label), "success")
    return redirect(url_for(".addresses", unit_id=actor().unit_id))


@blueprint.post("/units/<int:unit_id>/feeds/revoke")
@needs(Right.UNIT_MANAGE)
def revoke_all(unit_id: int) -> ResponseReturnValue:
    """Takes all addresses of a unit back."""
    unit, cancel = units.get(actor(), unit_id), url_for(".addresses", unit_id=unit_id)
    if page := confirming.question(tr("Thu hồi mọi địa chỉ lịch của {name}?", name=unit.name), tr("Mọi lịch đang dùng các địa chỉ ấy thôi cập nhật."),
        tr("Thu hồi tất cả"), cancel):
        return page
    with transaction():
        count = feeds.revoke_all(actor(), unit_id)
    flash(i18n.say("feed.revoked_all", count=count, unit=unit.name), "success")
    return redirect(url_for(".addresses", unit_id=unit_id))


@blueprint.get("/calendar/feed/<token>.ics")
@everybody
@limiter.limit("600 per 10 minutes")
def feed(token: str) -> ResponseReturnValue:
    """The calendar itself, for programs: without signing in, for whoever has the address; 304 where nothing has changed."""
    response = Response(feeds.text(token), content_type="text/calendar; charset=utf-8")
    response.headers.update({
        "Cache-Control": "private, no-cache", "Content-Disposition": 'attachment; filename="viec-phai-lam.ics"',
        "X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer",
    })
    response.add_etag()
    return response.make_conditional(request)

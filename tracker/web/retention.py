"""Thời hạn bảo quản: the periods, what is past them, and the records of what was destroyed."""
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput
from tracker.domain.wording import tr
from tracker.services import retention
from tracker.services.retention import Periods
from tracker.web import confirming
from tracker.web.fields import whole
from tracker.web.guards import actor, needs
from tracker.web.settings import blueprint


@blueprint.get("/retention")
@needs(Right.SETTINGS_MANAGE)
def retention_index() -> ResponseReturnValue:
    """Periods, counts and records on one page."""
    return _page()


def _page(error: BadInput | None = None) -> ResponseReturnValue:
    errors = {str(error.params.get("field", "")): i18n.words(error)} if error else {}
    html = render_template(
        "settings/retention.html", periods=retention.periods(), past=retention.past(actor()), kinds=retention.KINDS, records=retention.records(actor()),
        errors=errors, typed=request.form,
    )
    return html, 422 if error else 200


@blueprint.post("/retention")
@needs(Right.SETTINGS_MANAGE)
def retention_save() -> ResponseReturnValue:
    """Keeps the periods; asks first where mails would go by themselves from now on."""
    given = {field: whole(request.form.get(field, "").strip()) for field in retention.BOUNDS}
    wanted = Periods(**{field: -1 if value is None else value for field, value in given.items()}, automatic="automatic" in request.form)
    try:
        if (count := retention.going(actor(), wanted)) and (asked := _asked(count)):
            return asked
        with transaction():
            retention.set_periods(actor(), wanted)
    except BadInput as error:
        return _page(error)
    flash(i18n.say("office.saved"), "success")
    return redirect(url_for("settings.retention_index"))


def _asked(count: int) -> str | None:
    said = tr("Theo thời hạn vừa chọn, {count} thư bị máy tự huỷ trong những lần chạy tới, không lấy lại được; mỗi lần có biên bản.", count=count)
    return confirming.question(tr("Để máy tự huỷ {count} thư?", count=count), said, tr("Lưu và để máy tự huỷ"), url_for("settings.retention_index"))


@blueprint.get("/retention/destroy")
@needs(Right.SETTINGS_MANAGE)
def retention_ask() -> ResponseReturnValue:
    """Asks once more: ?kind= says what of."""
    return render_template("settings/destroy.html", found=retention.of_kind(actor(), request.args.get("kind", "")), kinds=retention.KINDS, most=retention.MOST)


@blueprint.post("/retention/destroy")
@needs(Right.SETTINGS_MANAGE)
def retention_destroy() -> ResponseReturnValue:
    """Destroys what is past its time, with a record."""
    with transaction():
        record = retention.destroy(actor(), request.form.get("kind", ""), request.form.get("count", 0, type=int))
        count = record.count
    flash(tr("Đã huỷ {count} mục và lập biên bản.", count=count), "success")
    return redirect(url_for("settings.retention_index"))

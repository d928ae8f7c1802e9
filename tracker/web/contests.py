"""Both directions of a report: a unit's own line and what it says against it; the province tells the units and answers."""
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, transaction
from tracker.domain import standing as rules
from tracker.domain.access import Right
from tracker.domain.errors import BadInput, Conflict, DomainError, Forbidden
from tracker.domain.wording import tr
from tracker.i18n import words
from tracker.services import contests as service
from tracker.services import objections, report_orders, standing
from tracker.web.answer_form import plain
from tracker.web.guards import actor, needs

blueprint = Blueprint("contests", __name__)
VERDICTS = {"uphold": tr("Trả lời đồng ý, sẽ sửa số liệu?"), "dismiss": tr("Trả lời không đồng ý?")}


@blueprint.get("/reports/<int:report_id>/own")
@needs(Right.REPORT_READ)
def own(report_id: int) -> ResponseReturnValue:
    """A unit's own line of a report; for the province, whom it was told and what they say."""
    return _page(report_id)


def _page(report_id: int, error: DomainError | None = None) -> ResponseReturnValue:
    who, status = actor(), error.status if error else 200
    g.section = "reports"
    said = words(error) if error else ""
    if who.sees_all_units:
        told = service.told(who, report_id)
        html = render_template(
            "contests/told.html", t=told, title_of=standing.title_of(told.report), ranked_by=rules.RANKED_BY, days=standing.contest_days(), error=said,
            may_tell=who.can(Right.REPORT_COMPILE), deciders=objections.deciders() if told.notice is None else [], figures=standing.figures, me=who.id,
            contestable=rules.CONTESTABLE, rate=_rate,
        )
        return html, status
    found = service.own(who, report_id)
    html = render_template(
        "contests/own.html", o=found, title_of=standing.title_of(found.report), figures=standing.figures(found.line.counts), rate=_rate(found.line.counts),
        place=rules.place(found.line.rank, found.line.of_units), ranked_by=rules.RANKED_BY, contestable=rules.CONTESTABLE, typed=request.form,
        ticked=request.form.getlist("figures"), error=said, over=clock.today() > found.notice.contest_until,
        remarks=standing.remarks_of(found.line), may_write=who.can(Right.ASSIGNMENT_ANSWER),
    )
    return html, status


def _rate(counts: dict[str, int]) -> str:
    return rules.share(rules.rate(counts))


@blueprint.post("/reports/<int:report_id>/tell")
@needs(Right.REPORT_COMPILE)
def tell(report_id: int) -> ResponseReturnValue:
    """Tells every unit its line (answerer_id: who answers), once the person has said yes."""
    if request.form.get("confirmed") != "1":
        return _confirm(
            tr("Báo từng đơn vị phần của mình?"), tr("Mỗi đơn vị nhận một thư với số liệu, thứ hạng và nhận xét của riêng mình. Chỉ báo được một lần."),
            tr("Báo các đơn vị"), url_for("contests.own", report_id=report_id))
    try:
        with transaction():
            count = standing.tell(actor(), report_id, request.form.get("answerer_id", type=int))
    except (BadInput, Conflict) as error:
        db.session.rollback()
        return _page(report_id, error)
    flash(tr("Đã báo {count} đơn vị phần của mình; thư đang gửi.", count=count), "success")
    return redirect(url_for("contests.own", report_id=report_id), 303)


def _confirm(heading: str, text: str, ok: str, back: str) -> str:
    """The same question as a page, with all that was sent."""
    fields = list(request.form.items(multi=True))
    return render_template("contests/confirm.html", heading=heading, text=text, ok=ok, back=back, action=request.path, fields=fields)


@blueprint.post("/reports/<int:report_id>/own")
@needs(Right.ASSIGNMENT_ANSWER)
def contest(report_id: int) -> ResponseReturnValue:
    """The unit says what is wrong (figures…, reason)."""
    try:
        with transaction():
            service.contest(actor(), report_id, request.form.getlist("figures"), plain(request.form.get("reason", "")))
    except (BadInput, Conflict) as error:
        db.session.rollback()
        return _page(report_id, error)
    flash(tr("Đã gửi ý kiến. Tỉnh trả lời ở trang này và qua thư."), "success")
    return redirect(url_for("contests.own", report_id=report_id), 303)


@blueprint.post("/contests/<int:contest_id>/withdraw")
@needs(Right.ASSIGNMENT_ANSWER)
def withdraw(contest_id: int) -> ResponseReturnValue:
    """The unit takes its own contest back, once the person has said yes."""
    report_id = service.report_of(actor(), contest_id)
    back = url_for("contests.own", report_id=report_id)
    if request.form.get("confirmed") != "1":
        return _confirm(
            tr("Rút ý kiến này?"), tr("Tỉnh không trả lời ý kiến đã rút. Điều đã nêu còn trong nhật ký; còn thời hạn thì nêu ý kiến khác được."),
            tr("Rút ý kiến"), back)
    try:
        with transaction():
            service.withdraw(actor(), contest_id)
    except Conflict as error:
        flash(words(error), "error")
        return redirect(back, 303)
    flash(tr("Đã rút ý kiến."), "success")
    return redirect(back, 303)


@blueprint.get("/contests")
@needs(Right.REQUEST_DECIDE)
def index() -> ResponseReturnValue:
    """What waits for an answer, the nearest target first, and what was answered."""
    return _list()


def _list(error: DomainError | None = None) -> ResponseReturnValue:
    g.section = "requests"
    waiting, answered = service.listed(actor())
    html = render_template(
        "contests/index.html", waiting=waiting, answered=answered, contestable=rules.CONTESTABLE, deciders=objections.deciders() if waiting else [],
        today=clock.today(), error=words(error) if error else "", typed=request.form,
        mine={row.id for row in waiting if objections.may_decide(actor(), row.answerer_id)},
    )
    return html, error.status if error else 200


@blueprint.post("/contests/<int:contest_id>")
@needs(Right.REQUEST_DECIDE)
def answer(contest_id: int) -> ResponseReturnValue:
    """Answers one: verdict=uphold or dismiss, words-<id>."""
    verdict, said = request.form.get("verdict", ""), plain(request.form.get(f"words-{contest_id}", ""))
    if verdict in VERDICTS and said.strip() and request.form.get("confirmed") != "1":
        return _confirm(VERDICTS[verdict], tr("Câu trả lời: “{strip}” Thư đi ngay.", strip=said.strip()), tr("Gửi câu trả lời"), url_for("contests.index"))
    try:
        with transaction():
            if verdict not in VERDICTS:
                service.locked(actor(), contest_id)
                raise BadInput("contest.verdict")
            found = service.answer(actor(), contest_id, verdict == "uphold", said)
            report_id = found.report_id
    except (BadInput, Conflict, Forbidden) as error:
        if error.code == "forbidden":
            raise
        db.session.rollback()
        return _list(error)
    if verdict == "uphold":
        flash(tr("Đã trả lời đồng ý; thư đang gửi. Hãy lập bản báo cáo mới với số liệu đã sửa."), "success")
        newer = report_orders.replaced_by(report_id)
        return redirect(url_for("reports.show", report_id=newer) if newer else url_for("reports.correcting", report_id=report_id), 303)
    flash(tr("Đã trả lời không đồng ý; thư kèm lý do đang gửi."), "success")
    return redirect(url_for("contests.index"), 303)


@blueprint.post("/contests/<int:contest_id>/answerer")
@needs(Right.REQUEST_DECIDE)
def answerer(contest_id: int) -> ResponseReturnValue:
    """Names who answers (answerer-<id>=person)."""
    try:
        with transaction():
            name = service.name_answerer(actor(), contest_id, request.form.get(f"answerer-{contest_id}", 0, type=int))
    except (BadInput, Conflict) as error:
        db.session.rollback()
        return _list(error)
    flash(tr("Đã chuyển cho {name} trả lời.", name=name), "success")
    return redirect(url_for("contests.index"), 303)

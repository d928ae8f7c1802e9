"""The pages behind signed links in mails: open to whoever holds the link; looking changes nothing, acting needs a press on the page itself."""
from collections.abc import Callable

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.adapters.files import Blob
from tracker.db import transaction
from tracker.domain.access import Right
from tracker.domain.errors import BadInput, Conflict
from tracker.domain.wording import tr
from tracker.services import files, link_acts, link_page, links, mail_links
from tracker.services.link_acts import Link, Request
from tracker.web import answer_form
from tracker.web.dates import typed_date
from tracker.web.guards import actor, everybody, needs
from tracker.web.limits import limiter
from tracker.web.submissions import ACCEPT

blueprint = Blueprint("mail_links", __name__)
#: Said to search engines and archives; the address must reach neither them nor another site.
KEPT_APART = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "same-origin"}
PAGES = {
    "acknowledge": "mail_links/acknowledge.html", "upload": "mail_links/upload.html", "extend": "mail_links/extend.html", "object": "mail_links/object.html",
}


def _token() -> str:
    return f"link {(request.view_args or {}).get('token', '')}"


@blueprint.after_request
def keep_apart(response: Response) -> Response:
    """Nothing outside learns the address: a form of this page must name its origin to be believed, so that "no-referrer" is too much."""
    response.headers.update(KEPT_APART)
    return response


@blueprint.get("/link/<token>")
@everybody
@limiter.limit("300 per 10 minutes")
def show(token: str) -> ResponseReturnValue:
    """The page of a link. Mail gateways open links before people do: nothing is done but noting that it was asked for."""
    link = link_acts.find(token)
    if request.method == "GET":
        with transaction():
            link_acts.opened(link)
    return _page(link)


@blueprint.post("/link/<token>")
@everybody
@limiter.limit("60 per 10 minutes")
@limiter.limit("10 per minute", key_func=_token)
def act(token: str) -> ResponseReturnValue:
    """Does what the link is for; then the page again, which tells it."""
    link = link_acts.find(token)
    if link.trouble:
        return _page(link)
    try:
        said = ACTS[link.purpose](token)
    except (BadInput, Conflict) as error:
        return _page(link_acts.find(token), i18n.words(error), error.status)
    flash(said, "success")
    return redirect(links.path("mail_link", token=token), 303)


def _acknowledge(token: str) -> str:
    with transaction():
        count = link_acts.acknowledge(token)
    return tr("Đã tiếp nhận {count} việc. Tỉnh thấy ngay là đơn vị đã nhận được công văn.",
        count=count) if count else tr("Công văn này đã được tiếp nhận từ trước.")


def _hand_in(token: str) -> str:
    answers = answer_form.read(request.form)
    uploads = _uploads()
    with transaction():
        outcome = link_acts.hand_in(token, answers, uploads)
    said = tr("Đã nộp {count} việc; tỉnh sẽ duyệt và báo lại bằng thư.", count=outcome.count)
    lacking = sorted({i18n.EVIDENCE[kind].lower() for lack in outcome.lacks for kind in lack.kinds})
    return tr("{said} Tỉnh có hỏi thêm {names} mà lần này chưa có tệp; tỉnh có thể trả lại để bổ sung.", said=said,
        names=', '.join(lacking)) if lacking else said


def _extend(token: str) -> str:
    form = request.form
    wanted = Request(
        _picked(), answer_form.plain(form.get("reason", "")), typed_date(form.get("wished_on", "")), form.get("category", ""), upload=_one_upload(),
    )
    with transaction():
        count = link_acts.ask_for_time(token, wanted)
    return tr("Đã gửi đề nghị gia hạn {count} việc. Hạn cũ vẫn tính cho đến khi tỉnh trả lời.", count=count)


def _object(token: str) -> str:
    form = request.form
    wanted = Request(
        _picked(), answer_form.plain(form.get("reason", "")), suggestion=answer_form.plain(form.get("suggestion", "")), upload=_one_upload(),
    )
    with transaction():
        count = link_acts.object_to(token, wanted)
    return tr("Đã báo {count} việc không thuộc trách nhiệm. Tỉnh sẽ xem và trả lời; trong lúc chờ, các việc ấy không bị nhắc.", count=count)


#: What each purpose does; each gives the words that tell it.
ACTS: dict[str, Callable[[str], str]] = {"acknowledge": _acknowledge, "upload": _hand_in, "extend": _extend, "object": _object}


def _picked() -> tuple[int, ...]:
    return tuple(answer_form.ids(request.form.getlist("pick")))


def _uploads() -> list[tuple[Blob, str]]:
    """The request's files, checked and on the disk. Raises BadInput for the first that is not taken: then none is handed in."""
    sent = [storage for storage in request.files.getlist("files") if storage.filename]
    return [(files.take(storage.stream, storage.filename or ""), storage.filename or "") for storage in sent]


def _one_upload() -> tuple[Blob, str] | None:
    return next(iter(_uploads()), None)


def _page(link: Link, problem: str = "", status: int = 200) -> ResponseReturnValue:
    found = link_page.page(link)
    html = render_template(
        "mail_links/gone.html" if link.trouble else PAGES[link.purpose], p=found, link=link, problem=problem, typed=request.form,
        token=answer_form.token_of(request.form), picked=set(_picked()), accept=ACCEPT, limit=current_app.extensions["settings"].upload_limit,
        reasons=tuple(i18n.EXTENSION_REASONS.items()), title=i18n.LINK_TITLES[link.purpose],
    )
    return html, 410 if link.trouble else status


@blueprint.get("/units/<int:unit_id>/links")
@needs(Right.UNIT_MANAGE)
def of_unit(unit_id: int) -> ResponseReturnValue:
    """Asks whether all links of a unit shall be taken back."""
    g.section = "units"
    return _confirm(mail_links.of_unit(actor(), unit_id), links.path("unit", id=unit_id))


@blueprint.post("/units/<int:unit_id>/links")
@needs(Right.UNIT_MANAGE)
def revoke_of_unit(unit_id: int) -> ResponseReturnValue:
    """Takes them back."""
    with transaction():
        count = mail_links.revoke_of_unit(actor(), unit_id)
    return _revoked(count, links.path("unit", id=unit_id))


@blueprint.get("/dispatches/<int:dispatch_id>/links")
@needs(Right.UNIT_MANAGE)
def of_dispatch(dispatch_id: int) -> ResponseReturnValue:
    """Asks whether all links of a dispatch shall be taken back."""
    g.section = "dispatches"
    return _confirm(mail_links.of_dispatch(actor(), dispatch_id), links.path("dispatch", id=dispatch_id))


@blueprint.post("/dispatches/<int:dispatch_id>/links")
@needs(Right.UNIT_MANAGE)
def revoke_of_dispatch(dispatch_id: int) -> ResponseReturnValue:
    """Takes them back."""
    with transaction():
        count = mail_links.revoke_of_dispatch(actor(), dispatch_id)
    return _revoked(count, links.path("dispatch", id=dispatch_id))


def _confirm(standing: mail_links.Standing, back: str) -> ResponseReturnValue:
    return render_template("mail_links/revoke.html", standing=standing, back=back)


def _revoked(count: int, back: str) -> ResponseReturnValue:
    flash(tr("Đã thu hồi {count} liên kết. Thư gửi từ bây giờ có liên kết mới.",
        count=count) if count else tr("Không còn liên kết nào dùng được để thu hồi."), "success")
    return redirect(back, 303)

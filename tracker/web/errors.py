"""Error pages: each says in Vietnamese what happened and what to do next."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from tracker import i18n
from tracker.db import RANGE_ERRORS, beyond_integers, db, holds_nul
from tracker.domain.errors import DomainError, Forbidden
from tracker.domain.wording import tr
from tracker.web import security_log


@dataclass(frozen=True)
class Words:
    """The text of one error page: heading, what happened, what to do."""

    heading: str
    text: str
    advice: str


PAGES: Mapping[int, Words] = MappingProxyType(
    {
        400: Words(
            tr("Máy chưa hiểu yêu cầu"),
            tr("Dữ liệu gửi lên thiếu hoặc sai dạng nên chưa có gì được ghi."),
            tr("Quay lại trang trước, tải lại trang rồi làm lại bước vừa rồi."),
        ),
        403: Words(
            tr("Việc này ngoài quyền của tài khoản"),
            tr("Tài khoản đang dùng được xem nhưng không được làm việc này."),
            tr("Nếu việc này thuộc phần việc của bạn, hãy nhờ quản trị viên mở quyền."),
        ),
        404: Words(
            tr("Không có trang này"),
            tr("Địa chỉ gõ sai, hoặc nội dung không thuộc phần việc của đơn vị."),
            tr("Kiểm lại đường dẫn trong thư, hoặc tìm theo số công văn từ trang đầu."),
        ),
        405: Words(
            tr("Không mở thẳng trang này được"),
            tr("Địa chỉ này chỉ nhận dữ liệu gửi từ một biểu mẫu."),
            tr("Về trang đầu rồi mở lại trang có biểu mẫu đó."),
        ),
        409: Words(
            tr("Nội dung đã thay đổi từ lúc trang được mở"),
            tr("Có người khác, hoặc một thẻ khác của trình duyệt, vừa sửa chỗ này. Lần gửi vừa rồi chưa được ghi."),
            tr("Mở lại trang để xem bản mới nhất, rồi sửa tiếp trên bản đó."),
        ),
        413: Words(
            tr("Tệp quá lớn"),
            tr("Tệp gửi lên vượt mức cho phép nên không được nhận; những tệp đã nhận trước đó vẫn còn."),
            tr("Quét lại ở độ phân giải thấp hơn (200 dpi là đủ), hoặc tách thành nhiều tệp rồi gửi lại."),
        ),
        422: Words(
            tr("Chưa ghi được"),
            tr("Có chỗ chưa đúng trong phần vừa gửi."),
            tr("Quay lại trang trước, sửa chỗ đó rồi gửi lại."),
        ),
        429: Words(
            tr("Thử quá nhiều lần"),
            tr("Để giữ an toàn, máy tạm dừng nhận yêu cầu loại này từ máy của bạn."),
            tr("Đợi vài phút rồi thử lại. Nếu quên mật khẩu, dùng mục “Quên mật khẩu”."),
        ),
        500: Words(
            tr("Máy gặp lỗi"),
            tr("Việc vừa rồi chưa làm xong. Những gì đã lưu trước đó vẫn còn nguyên."),
            tr("Thử lại sau một phút. Nếu vẫn lỗi, hãy báo quản trị viên."),
        ),
        503: Words(
            tr("Máy đang bận hoặc đang bảo trì"),
            tr("Một bộ phận của máy chưa trả lời. Những gì đã lưu trước đó vẫn còn nguyên."),
            tr("Thử lại sau vài phút; không cần làm gì khác."),
        ),
    }
)
SIGNED_OUT = Words(
    tr("Phiên làm việc đã hết"),
    tr("Tài khoản đã đăng xuất ở máy này, hoặc lâu không dùng. Việc vừa gửi chưa được ghi."),
    tr("Đăng nhập lại; máy mở lại trang vừa rồi để gửi tiếp."),
)
STALE_PAGE = Words(
    tr("Trang này mở đã lâu"),
    tr("Vì an toàn, máy không nhận biểu mẫu từ một trang mở quá lâu hoặc mở trước khi đăng nhập lại. Chưa có gì được ghi."),
    tr("Quay lại trang trước, tải lại trang rồi gửi lại."),
)
#: Words on the link that leads on, by status.
LABELS = {401: tr("Đăng nhập"), 409: tr("Mở lại trang"), 422: tr("Quay lại trang trước")}
#: Fields that no page repeats: a password may be a sentence too.
UNREPEATED = frozenset({"password", "again", "old", "proof"})
#: What has fewer words is typed again as fast as copied.
WORTH_COPYING = 3


def page(status: int, words: Words | None = None, problem: str = "", retry: str = "", typed: Sequence[str] = ()) -> tuple[str, int]:
    """The error page of a status inside the frame; where the frame itself fails, the bare one. retry: where to go on; typed: see `written`."""
    words = words or PAGES.get(status) or PAGES[400 if status < 500 else 500]
    try:
        html = render_template(
            "errors/page.html", **vars(words), problem=problem, retry=retry, retry_label=LABELS.get(status, tr("Thử lại")), typed=typed,
        )
    except Exception:
        current_app.logger.exception("the framed error page failed")
        return bare(status, words, problem)
    return html, status


def bare(status: int, words: Words | None = None, problem: str = "", reference: str = "") -> tuple[str, int]:
    """The error page that needs neither database nor session. Context processors would need both: they are passed by."""
    template = current_app.jinja_env.get_template("errors/bare.html")
    return template.render(**vars(words or PAGES[status]), problem=problem, reference=reference), status


def back() -> str:
    """The page the person came from, if it is ours and can be asked for: the place to see the newest state."""
    referrer = request.referrer or ""
    if not referrer.startswith(request.host_url):
        return ""
    try:
        current_app.url_map.bind("").match(urlsplit(referrer).path, method="GET")
    except HTTPException:
        return ""
    return referrer


def written() -> list[str]:
    """What the person wrote in a form of ours that is refused as a whole, to be copied from the page that says so."""
    if request.method != "POST" or not (request.referrer or "").startswith(request.host_url):
        return []
    return [value for name, value in request.form.items(multi=True) if name not in UNREPEATED and len(value.split()) >= WORTH_COPYING]


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    if status in (403, 429):
        security_log.tell("forbidden" if status == 403 else "too-many")
    if status >= 500:
        return bare(status if status in PAGES else 500)
    retry = request.url if status == 429 and request.method == "GET" else ""
    body, status = page(status, retry=retry)
    headers = [(k, v) for k, v in error.get_headers() if k not in ("Content-Type", "Content-Length")]
    return body, status, headers


def _csrf(error: CSRFError) -> ResponseReturnValue:
    security_log.tell("csrf-refused")
    return page(400, STALE_PAGE, retry=back(), typed=written())


def _domain(error: DomainError) -> ResponseReturnValue:
    if isinstance(error, Forbidden):
        security_log.tell("forbidden")
    try:
        problem = i18n.words(error)
    except KeyError:
        # A refusal without words is still a refusal, not a crash; the general text of its status stands in.
        current_app.logger.error("no words for %r", error)
        problem = ""
    if error.status >= 500:
        return bare(error.status, problem=problem)
    if error.status not in (409, 422):
        return page(error.status, problem=problem)
    return page(error.status, problem=problem, retry=back(), typed=written())


def _too_large(error: Exception) -> ResponseReturnValue:
    """A number beyond the database's integers names nothing, a NUL is nothing that was typed; any other error of these kinds is a crash."""
    if beyond_integers(error) or holds_nul(error):
        db.session.rollback()
        return page(404 if beyond_integers(error) else 400)
    current_app.logger.error("a crash at %r", request.path, exc_info=error)
    return _crash(error)


def _crash(error: Exception) -> ResponseReturnValue:
    reference = secrets.token_hex(3)
    current_app.logger.error("the page showed the code %s for the error above, at %r", reference, request.path)
    return bare(500, reference=reference)


def init_app(app: Flask) -> None:
    """Registers the pages for refusals of the domain, of HTTP and of CSRF, and for crashes."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    for kind in RANGE_ERRORS:
        app.register_error_handler(kind, _too_large)
    app.register_error_handler(500, _crash)

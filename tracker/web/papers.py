"""Answers that carry an official paper: one page as a picture, or the whole as it stands."""
from werkzeug.wrappers import Response

from tracker.adapters import previews
from tracker.domain.errors import NotFound
from tracker.services.papers import TYPES


def picture(pdf: bytes, page: int) -> Response:
    """One page as a picture. Raises NotFound for a page that it does not have."""
    drawn = previews.sheet(pdf, page)
    if drawn is None:
        raise NotFound()
    return _private(Response(drawn, mimetype="image/png"))


def file(content: bytes, stem: str, kind: str, inline: bool = False) -> Response:
    """The paper as .docx or .pdf; inline: a pdf that the browser may show."""
    response = Response(content, mimetype=TYPES[kind])
    place = "inline" if inline and kind == "pdf" else "attachment"
    response.headers["Content-Disposition"] = f'{place}; filename="{stem}.{kind}"'
    return _private(response)


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response

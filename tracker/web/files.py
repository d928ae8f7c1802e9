"""Guarded files: sent as attachments, never shown by the browser on its own account."""
from flask import Blueprint, Response, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from tracker.adapters.files import store
from tracker.domain.access import Right
from tracker.domain.errors import NotFound
from tracker.models.files import StoredFile
from tracker.services import files, previews
from tracker.web.guards import actor, needs

blueprint = Blueprint("files", __name__)
SANDBOX = "sandbox; default-src 'none'"


@blueprint.get("/files/<int:file_id>")
@needs(Right.WORK_READ)
def download(file_id: int) -> BaseResponse:
    """The file itself, unaltered, as an attachment under its own name."""
    return attachment(files.readable(actor(), file_id))


@blueprint.get("/files/<int:file_id>/preview/<int:page>")
@needs(Right.WORK_READ)
def picture(file_id: int, page: int) -> BaseResponse:
    """One page of a PDF, or a photo, drawn as a JPEG for looking at in a page."""
    response = Response(previews.picture(actor(), file_id, page), mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def attachment(row: StoredFile) -> BaseResponse:
    """The answer that carries a stored file; its hash is its ETag. Raises NotFound("files.missing") where the bytes are gone."""
    if request.if_none_match.contains(row.sha256):
        return _kept(Response(status=304), row)
    path = store().path(row.sha256)
    if not path.exists():
        raise NotFound("files.missing", name=row.name)
    response: Response = send_file(path, mimetype=row.media_type, as_attachment=True, download_name=row.name, etag=row.sha256, conditional=True)
    response.headers["Content-Security-Policy"] = SANDBOX
    return _kept(response, row)


def _kept(response: Response, row: StoredFile) -> Response:
    """A browser may keep the file, but asks each time: whoever has signed out gets nothing."""
    response.set_etag(row.sha256)
    response.headers["Cache-Control"] = "private, no-cache"
    return response

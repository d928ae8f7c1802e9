"""Looking at a handed-in file in the page: pictures of its pages, or its words for office files."""
from dataclasses import dataclass

from tracker.adapters import previews
from tracker.adapters.documents import extract
from tracker.adapters.files import store
from tracker.domain.access import Actor
from tracker.domain.errors import DomainError, NotFound
from tracker.models.files import StoredFile
from tracker.services import files

LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Preview:
    """What can be shown of a file: pages as pictures, or text; neither where only a download helps."""

    file_id: int
    name: str
    size: int
    pages: int
    text: str
    cut: bool = False


def preview(row: StoredFile) -> Preview:
    """What can be shown of a file that the caller may read; never raises for a broken file."""
    path = store().path(row.sha256)
    if not path.exists():
        return Preview(row.id, row.name, row.size, 0, "")
    if previews.has_pictures(row.media_type):
        return Preview(row.id, row.name, row.size, previews.page_count(path, row.media_type), "")
    try:
        text = extract(path, row.name).text
    except DomainError:
        text = ""
    return Preview(row.id, row.name, row.size, 0, text[:LONGEST_TEXT], len(text) > LONGEST_TEXT)


def picture(actor: Actor, file_id: int, page: int) -> bytes:
    """One page as JPEG. Raises NotFound for a file that the actor may not read and for a page that cannot be drawn."""
    row = files.readable(actor, file_id)
    drawn = None
    if previews.has_pictures(row.media_type):
        drawn = previews.picture(store().path(row.sha256), row.media_type, page)
    if drawn is None:
        raise NotFound()
    return drawn

"""Looking at a handed-in file in the page: pictures of its pages, tables of a workbook, or the words of a text."""
from dataclasses import dataclass, field

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
    """What can be shown of a file: pages as pictures, tables, or text; nothing where only a download helps."""

    file_id: int
    name: str
    size: int
    pages: int
    text: str
    cut: bool = False
    tables: list[list[list[str]]] = field(default_factory=list)


def preview(row: StoredFile) -> Preview:
    """What can be shown of a file that the caller may read; never raises for a broken file."""
    path = store().path(row.sha256)
    if row.state != "ready" or not path.exists():
        return Preview(row.id, row.name, row.size, 0, "")
    if previews.has_pictures(row.media_type):
        return Preview(row.id, row.name, row.size, previews.page_count(path, row.media_type), "")
    if row.media_type in previews.SHEETS:
        tables = previews.tables(path, row.media_type)
        if tables:
            return Preview(row.id, row.name, row.size, 0, "", any(len(rows) >= previews.ROWS for rows in tables), tables)
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

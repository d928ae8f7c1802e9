"""Official papers as files: the two kinds that are signed and no other, kept before any row tells of them; one whose content is gone says so."""
import pytest
from flask import Flask

from tests.letter_data import AS_OF, paper
from tracker.adapters.files import store
from tracker.db import transaction
from tracker.domain import letter_document
from tracker.domain.errors import NotFound
from tracker.services import papers


def test_a_paper_is_kept_in_both_kinds_and_had_back(sqlite_app: Flask) -> None:
    kept = papers.prepared(letter_document.compose(paper(units=1)), AS_OF, 3, "cong-van-952")
    with transaction():
        rows = papers.rows(kept)
    assert {kind: (row.name, row.size) for kind, row in rows.items()} == {kind: (f"cong-van-952.{kind}", kept.blobs[kind].size) for kind in ("docx", "pdf")}
    assert papers.content(rows["pdf"].id).startswith(b"%PDF") and kept.version == 3
    store().path(rows["pdf"].sha256).unlink()
    with pytest.raises(NotFound) as gone:
        papers.content(rows["pdf"].id)
    assert (gone.value.code, gone.value.params) == ("files.missing", {"name": "cong-van-952.pdf"})
    with pytest.raises(NotFound):
        papers.drawn(letter_document.compose(paper(units=1)), AS_OF, "xlsx")

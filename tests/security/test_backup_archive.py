"""A backup made by somebody else: names that lead out of the home are not followed, and a part that unpacks without end is given up."""
import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tracker.adapters import archive
from tracker.config import SECRET_FILE
from tracker.domain.errors import BadInput
from tracker.services import restoring

SECRET = b"k" * 64
TOLD = {"format": 1, "revision": "0010", "program": "0", "made_at": "", "database": "sqlite", "tables": [], "files": {}, "missing": [], "damaged": [],
        "secret": {"sha256": hashlib.sha256(SECRET).hexdigest(), "size": len(SECRET)}}


def pack(path: Path, parts: dict[str, bytes], **more: Any) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in {SECRET_FILE: SECRET, **parts}.items():
            made.writestr(name, content)
        made.writestr(archive.MANIFEST, json.dumps(TOLD | more))
    return path


def test_names_that_lead_elsewhere_are_not_followed(tmp_path: Path) -> None:
    evil = {"../../xau.txt": 3, "/etc/xau": 3, "a" * 63: 3, "A" * 64: 3}
    parts = dict.fromkeys([*evil, "files/../../xau.txt"], b"xau")
    with archive.reading(pack(tmp_path / "a.zip", parts, files=evil)) as found:
        assert restoring.checked(found, lambda line: None).sizes == {}


def test_a_part_that_unpacks_without_end_is_given_up(tmp_path: Path) -> None:
    class Counted(archive.Archive):
        """Counts what is unpacked."""

        seen = 0

        def pieces(self, part: str) -> Iterator[bytes]:
            for piece in super().pieces(part):
                self.seen += len(piece)
                yield piece

    path = pack(tmp_path / "b.zip", {"files/x": b"0" * 60_000_000})
    with zipfile.ZipFile(path) as source:
        found = Counted(source, path.name)
        with pytest.raises(BadInput) as refused:
            found.check("files/x", "0" * 64, 1000)
    assert refused.value.code == "backup.damaged" and found.seen < 5_000_000


def test_a_manifest_that_says_it_is_huge_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pack(tmp_path / "c.zip", {})
    monkeypatch.setattr(archive, "LARGEST_MANIFEST", 10)
    with pytest.raises(BadInput) as refused, archive.reading(path):
        pass
    assert refused.value.code == "backup.not_ours"

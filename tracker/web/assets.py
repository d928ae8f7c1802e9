"""Static files, read and compressed once at start, served from memory under addresses that carry their own hash."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request

from tracker.web import language, script_words

#: One file each for styles and for scripts: over a weak line the number of requests costs more than their size.
BUNDLES = {
    "bundle.css": (
        "vendor/bootstrap/bootstrap.min.css",
        "vendor/be-vietnam-pro/fonts.css",
        "tokens.css",
        "screens.css",
        "app.css",
        "matrix.css",
    ),
    "bundle.js": ("vendor/htmx/htmx.min.js", "app.js", "forms.js", "upload.js", "answer.js", "draft.js", "figures.js", "matrix.js"),
}
SCRIPTS = "bundle.js"
#: The same scripts with their English words in front.
ENGLISH_SCRIPTS = "bundle.en.js"
MAX_AGE_VERSIONED = "public, max-age=31536000, immutable"
MAX_AGE_PLAIN = "public, no-cache"
#: Types by ending, stated here because the machine's own table differs from office to office.
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    "": "text/plain",
}
_PACKED_ALREADY = (".woff2", ".png", ".webp")
_LOCAL_URL = re.compile(rb"url\(\.?/?([\w./-]+\.woff2)\)")


@dataclass(frozen=True)
class Asset:
    """One file as it is sent: its bytes, the same packed (None where packing gains nothing), its type and hash."""

    body: bytes
    packed: bytes | None
    mimetype: str
    version: str


class Assets:
    """All static files of one folder by name, with the address of each; nothing but the English scripts is computed later."""

    def __init__(self, folder: Path, url_path: str) -> None:
        self._url_path = url_path.rstrip("/")
        self.files: dict[str, Asset] = {}
        self.urls: dict[str, str] = {}
        paths = sorted(p for p in folder.rglob("*") if p.is_file())
        # Fonts first: the styles that name them are rewritten to carry their hashes.
        for path in sorted(paths, key=lambda p: p.suffix != ".woff2"):
            name = path.relative_to(folder).as_posix()
            self._add(name, self._with_versions(name, path.read_bytes()))
        for bundle, parts in BUNDLES.items():
            self._add(bundle, b"\n".join(self.files[part].body for part in parts))

    def _add(self, name: str, body: bytes) -> None:
        version = hashlib.sha256(body).hexdigest()[:12]
        packed = None if name.endswith(_PACKED_ALREADY) else gzip.compress(body, 9, mtime=0)
        mimetype = TYPES[Path(name).suffix]
        self.files[name] = Asset(body, packed, mimetype, version)
        self.urls[name] = f"{self._url_path}/{name}?v={version}"

    def _with_versions(self, name: str, body: bytes) -> bytes:
        """A style with its font addresses made absolute and versioned, so that fonts are cached for good too."""
        if not name.endswith(".css"):
            return body
        parent = Path(name).parent
        return _LOCAL_URL.sub(lambda m: b"url(%s)" % self.urls[(parent / m[1].decode()).as_posix()].encode(), body)

    def url(self, name: str) -> str:
        """The versioned address of a static file; raises KeyError for a name that does not exist."""
        return self.urls[name]

    def scripts(self) -> str:
        """The address of the scripts in the language of the page."""
        if language.current() != language.ENGLISH:
            return self.urls[SCRIPTS]
        self._make_english()
        return self.urls[ENGLISH_SCRIPTS]

    def _make_english(self) -> None:
        """Only once they are asked for: an office without English pages reads no catalogue."""
        if ENGLISH_SCRIPTS not in self.urls:
            body = self.files[SCRIPTS].body
            self._add(ENGLISH_SCRIPTS, script_words.in_front(body.decode()).encode() + body)

    def serve(self, filename: str) -> Response:
        """The file as a response: cached for good when asked for by its hash, else checked again by its ETag."""
        if filename == ENGLISH_SCRIPTS:
            self._make_english()
        found = self.files.get(filename)
        if found is None:
            abort(404)
        packed = found.packed if "gzip" in request.headers.get("Accept-Encoding", "") else None
        response = Response(packed or found.body, mimetype=found.mimetype)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        if found.packed:
            response.vary.add("Accept-Encoding")
        response.set_etag(found.version + ("-gz" if packed else ""))
        response.headers["Cache-Control"] = (
            MAX_AGE_VERSIONED if request.args.get("v") == found.version else MAX_AGE_PLAIN
        )
        response.make_conditional(request)
        return response


def init_app(app: Flask) -> None:
    """Takes over the app's static route and gives templates `asset('x.css')`, `scripts()` and `icons` (the status shapes)."""
    assert app.static_folder is not None and app.static_url_path is not None
    assets = Assets(Path(app.static_folder), app.static_url_path)
    app.extensions["assets"] = assets
    app.view_functions["static"] = assets.serve
    app.jinja_env.globals.update(asset=assets.url, scripts=assets.scripts, icons=assets.url("status.svg"))

"""Pages that show every component and take what the scripts send, for the tests of the front end's base."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import login_user
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import make_server

from tests.factories import Factory
from tracker.db import db
from tracker.domain.access import Role
from tracker.domain.errors import BadInput, Conflict, Unavailable
from tracker.web import guards, nav
from tracker.web.session import EPOCH, load

HERE = Path(__file__).parent


class Stage:
    """The stage's blueprint and what it was sent."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {"so": "47-CV/HNDH", "loai": "kh", "han": "khong"}
        self.version = 1
        self.saves = 0
        self.files: dict[str, tuple[str, int]] = {}
        self.imports: list[int] = []
        self.fail: list[int] = []
        self.url = ""
        self.make = Factory()
        self.blueprint = Blueprint("stage", __name__, template_folder=str(HERE / "stage"), url_prefix="/stage")
        self._routes()

    def _routes(self) -> None:
        self._open("/as/<int:person_id>", self.enter)
        self._open("/components", self.components)
        self._open("/forms", self.forms)
        self._open("/save", self.save)
        self._open("/file", self.file)
        self._open("/import", self.take)
        self._open("/fail/<int:status>", self.fail_with)

    def _open(self, rule: str, method: Callable[..., ResponseReturnValue]) -> None:
        view = guards.everybody(lambda **values: method(**values))
        self.blueprint.add_url_rule(rule, method.__name__, view, methods=["GET", "POST"])

    @staticmethod
    def components() -> str:
        return render_template("stage/components.html")

    @staticmethod
    def enter(person_id: int) -> ResponseReturnValue:
        session[EPOCH] = 0
        login_user(load(str(person_id)))
        return redirect("/stage/components")

    def forms(self) -> str:
        return render_template("stage/forms.html", kept=self.kept, version=self.version)

    def save(self) -> ResponseReturnValue:
        if self.fail:
            abort(self.fail.pop(0))
        if request.form.get("xoa") and not request.form.get("confirmed"):
            return render_template("stage/confirm.html")
        if int(request.form.get("version", self.version)) != self.version:
            raise Conflict("stale")
        self.saves += 1
        self.version += 1
        self.kept = {name: value for name, value in request.form.items() if name not in ("csrf_token", "version")}
        if request.headers.get("X-Autosave"):
            return Response(status=204, headers={"X-Version": str(self.version)})
        flash("Đã xoá bản nháp." if request.form.get("xoa") else "Đã nộp.", "success")
        return redirect("/stage/components")

    def file(self) -> ResponseReturnValue:
        if self.fail:
            abort(self.fail.pop(0))
        sent = request.files["tep"]
        if sent.filename and sent.filename.endswith(".exe"):
            raise BadInput("files.type", name=sent.filename)
        self.files[request.headers["X-Upload-Key"]] = (sent.filename or "", len(sent.read()))
        return render_template("stage/files.html", names=[name for name, _ in self.files.values()])

    def take(self) -> ResponseReturnValue:
        self.imports.append(len(request.files["goc"].read()))
        flash("Đã nhận công văn.", "success")
        return redirect("/stage/components")

    @staticmethod
    def fail_with(status: int) -> ResponseReturnValue:
        if status == 500:
            db.session.execute(db.text("select * from no_such_table"))
        if status == 503:
            raise Unavailable("no.such.code")
        abort(status)


def _stand_in(app: Flask, endpoint: str) -> None:
    """A page for a menu entry that this app does not have (yet)."""
    if endpoint not in app.view_functions:
        app.add_url_rule(f"/stage/{endpoint}", endpoint, guards.everybody(lambda: render_template("stage/components.html")))


def mount(app: Flask) -> Stage:
    """The stage on this app, which must not have answered a request yet."""
    stage = Stage()
    app.register_blueprint(stage.blueprint)
    for endpoint in (*(entry.endpoint for entry in nav.PROVINCE + nav.DISTRICT), "search.index", "account.index"):
        _stand_in(app, endpoint)
    nav.count_with(app, "reviews.index", lambda: 9)
    return stage


@contextmanager
def behind_a_server(app: Flask) -> Iterator[str]:
    """The app answers at this address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def signed_in(chromium: Browser, stage: Stage, **options: object) -> BrowserContext:
    """A browser window in which the clerk has signed in; its first page stands on the components."""
    context = chromium.new_context(locale="vi-VN", **options)
    context.new_page().goto(f"{stage.url}/stage/as/{stage.make.person(Role.CLERK).id}")
    return context

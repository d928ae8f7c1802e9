"""Every route × every role and a guest × own and foreign objects, taken from the app's own URL map, so that none can be forgotten."""
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import Rule

from tests.conftest import NOW, Browser, settings_for
from tests.web.world import OBJECTS, OBJECTS_OF, World
from tracker import clock
from tracker.app import create_app
from tracker.db import db
from tracker.domain.access import RIGHTS, Right, Role
from tracker.web.guards import EVERYBODY, SIGNED_IN, access_of
from tracker.web.limits import limiter

RAW = "a" * 40
#: Own objects that a role may reach but that answer 404 by their state here: (rule, method) → why.
HIDDEN_BY_STATE = {
    ("/account/two-factor/qr.svg", "GET"): "shown only between beginning and confirming",
    ("/dispatches/<int:dispatch_id>/draft/tasks/<int:task_id>/restore", "POST"): "only a deleted task can be had back",
    ("/dispatches/<int:dispatch_id>/draft/doubts", "POST"): "an empty form names no doubt",
    ("/reviews/undo", "POST"): "an empty form names nothing that could be undone",
}
#: Views that end at the sign-in page because that is where they lead.
TO_SIGN_IN = ("account.logout", "account.code", "account.code_post", "access_links.use_link")
#: (rule, parameter) → why a foreign object answers as one that is no more does, without 404; the walk checks that nothing changes.
UNTOUCHED = {
    ("/dispatches/<int:dispatch_id>/answer/files/<int:evidence_id>/remove", "evidence_id"): "removing twice is no error",
}


@dataclass
class Stage:
    """The app, its world, and the database file as it was when the world was made."""

    app: Flask
    world: World
    clean: Path
    live: Path
    before: str = ""

    def content(self) -> str:
        """All that the database holds, but for the index of words, which follows from the rest and cannot be listed."""
        with closing(sqlite3.connect(self.live)) as connection:
            wanted = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_words%' ORDER BY name"
            tables = [name for name, in connection.execute(wanted).fetchall()]
            return "\n".join(f"{table} {row!r}" for table in tables for row in connection.execute(f'SELECT * FROM "{table}"'))  # noqa: S608  # our own names

    def reset(self) -> None:
        """Undoes whatever the last request wrote."""
        db.session.remove()
        db.engine.dispose()
        for ending in ("-wal", "-shm"):
            self.live.with_name(self.live.name + ending).unlink(missing_ok=True)
        shutil.copy(self.clean, self.live)


@pytest.fixture(scope="module")
def stage(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One world for all walks."""
    home = tmp_path_factory.mktemp("routes")
    live = home / "tracker.db"
    shutil.copy(sqlite_template, live)
    app = create_app(settings_for(home))
    app.test_client_class = Browser
    limiter.enabled = False
    with app.app_context(), clock.frozen(NOW):
        world = World()
        db.session.remove()
        db.engine.dispose()
        clean = home / "clean.db"
        shutil.copy(live, clean)
        found = Stage(app, world, clean, live)
        found.before = found.content()
        yield found
        db.session.remove()
        db.engine.dispose()
    limiter.enabled = True


def ways(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule with every method that a view answers itself."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def called(
    stage: Stage, rule: Rule, method: str, role: Role | None, values: dict[str, object], token: bool = True,
    watch: Callable[["Stage"], None] | None = None,
) -> tuple[int, str]:
    """Status and target of one request, as a role (None: a guest), with a CSRF token or without one; then all is as before."""
    browser = stage.app.test_client()
    with stage.app.app_context(), browser.session_transaction() as session:
        session["csrf_token"] = RAW
        if role:
            session["_user_id"], session["epoch"] = str(stage.world.people[role].id), 0
    form = None if method == "GET" else {"version": "1"}  # not stale, so that what is foreign is looked for
    built = rule.build(values)
    assert built, (rule, values)
    signed = URLSafeTimedSerializer(stage.app.secret_key, salt="wtf-csrf-token").dumps(RAW)  # type: ignore[arg-type]
    shown = browser.open(built[1], method=method, headers={"X-CSRFToken": signed} if token else {}, data=form)
    shown.close()
    if watch:
        watch(stage)
    if method != "GET":
        stage.reset()
    return shown.status_code, shown.headers.get("Location", "")


def pairs(stage: Stage, rule: Rule, role: Role) -> dict[str, object]:
    """Own values for all parameters of a rule."""
    return {name: provider(rule, name)(stage.world, role, rule).own for name in rule.arguments}


def provider(rule: Rule, name: str):  # type: ignore[no-untyped-def]
    """Who knows an object for this parameter."""
    return OBJECTS_OF.get((rule.rule, name)) or OBJECTS[name]


def may(role: Role, access: str | Right | None) -> bool:
    """What the view's mark and the table of rights say together."""
    return access in (EVERYBODY, SIGNED_IN) or access in RIGHTS[role]


def is_login(status: int, target: str) -> bool:
    """Whether a guest was sent to sign in."""
    return status == 302 and target.startswith("/login")


def test_every_view_says_who_may_enter(stage: Stage) -> None:
    closed = {rule.endpoint for rule, _ in ways(stage.app) if access_of(rule.endpoint) is None}
    assert not closed, f"put @everybody, @signed_in or @needs(Right.…) on: {sorted(closed)}"


def test_every_parameter_has_an_object_to_try(stage: Stage) -> None:
    unknown = {
        f"{name} of {rule.rule}" for rule, _ in ways(stage.app) for name in rule.arguments if (rule.rule, name) not in OBJECTS_OF and name not in OBJECTS
    }
    assert not unknown, f"tests/web/world.py needs a line in OBJECTS (ours and a foreign one) for: {sorted(unknown)}"


def test_guests_enter_only_what_is_open_to_everybody(stage: Stage) -> None:
    wrong = []
    for rule, method in ways(stage.app):
        status, target = called(stage, rule, method, None, pairs(stage, rule, Role.CLERK))
        opened = access_of(rule.endpoint) == EVERYBODY
        if opened and status >= 400 and status != 422:
            wrong.append(f"{method} {rule.rule}: open to everybody, but a guest got {status}")
        if not opened and not is_login(status, target):
            wrong.append(f"{method} {rule.rule}: a guest got {status} {target}, not the sign-in page")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", Role)
def test_a_role_enters_what_the_table_opens_and_nothing_else(stage: Stage, role: Role) -> None:
    wrong = []
    for rule, method in ways(stage.app):
        status, target = called(stage, rule, method, role, pairs(stage, rule, role))
        if may(role, access_of(rule.endpoint)):
            hidden = status == 404 and (rule.rule, method) in HIDDEN_BY_STATE
            turned_away = is_login(status, target) and rule.endpoint not in TO_SIGN_IN
            if turned_away or not (status < 400 or status in (400, 409, 413, 422) or hidden):
                wrong.append(f"{method} {rule.rule}: {role} has the right, but got {status} {target}")
        elif status != 403:
            wrong.append(f"{method} {rule.rule}: {role} lacks the right, but got {status} {target}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", Role)
def test_foreign_objects_are_not_found(stage: Stage, role: Role) -> None:
    wrong, tried = [], 0
    for rule, method in ways(stage.app):
        if not may(role, access_of(rule.endpoint)):
            continue
        for name in rule.arguments:
            pair = provider(rule, name)(stage.world, role, rule)
            for foreign in pair.foreign if role in pair.hidden_from else ():
                tried += 1
                values = pairs(stage, rule, role) | {name: foreign}
                if (rule.rule, name) in UNTOUCHED:
                    called(stage, rule, method, role, values, watch=unchanged)
                    continue
                status, target = called(stage, rule, method, role, values)
                if status != 404:
                    wrong.append(f"{method} {rule.rule}: {role} got {status} {target} for the foreign {name} {foreign}")
    assert tried
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", [role for role in Role if Right.DISPATCH_DRAFT not in RIGHTS[role]])
def test_a_draft_is_shown_to_who_drafts_alone(stage: Stage, role: Role) -> None:
    wrong = []
    for rule, method in ways(stage.app):
        if method == "GET" and "dispatch_id" in rule.arguments and may(role, access_of(rule.endpoint)):
            status, target = called(stage, rule, method, role, pairs(stage, rule, role) | {"dispatch_id": stage.world.draft.id})
            if status not in (403, 404):
                wrong.append(f"{rule.rule}: {role} got {status} {target} for a draft")
    assert not wrong, "\n".join(wrong)


def unchanged(stage: Stage) -> None:
    """Fails where the request has written anything."""
    db.session.remove()
    assert stage.content() == stage.before


def test_nothing_is_changed_without_a_token(stage: Stage) -> None:
    wrong = []
    for rule, method in ways(stage.app):
        if method in ("GET", "HEAD"):
            continue
        access = access_of(rule.endpoint)
        role = next((role for role in Role if may(role, access)), None)
        assert role, f"nobody may use {rule.rule}"
        status, target = called(stage, rule, method, role, pairs(stage, rule, role), token=False)
        if status != 400:
            wrong.append(f"{method} {rule.rule}: {status} {target} without a CSRF token")
    assert not wrong, "\n".join(wrong)

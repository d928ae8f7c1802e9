"""Every page of every role in English: nothing of ours in Vietnamese in headings, menus, buttons, labels and heads of tables."""
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from tests.conftest import NOW, Browser, settings_for
from tests.web.test_routes import may, provider
from tests.web.world import World
from tracker import clock
from tracker.app import create_app
from tracker.db import db
from tracker.domain.access import Role
from tracker.web.guards import EVERYBODY, access_of
from tracker.web.limits import limiter
from tracker.web.messages_of_page import VIETNAMESE

#: What a person reads to find the way; running text may quote what people wrote.
READ = "//title|//h1|//h2|//h3|//nav|//button|//label|//legend|//summary|//th|//dt|//caption|//*[contains(@class,'btn')]|//footer"
#: A document is Vietnamese in every language, and so is the way back to Vietnamese.
OUTSIDE = "ancestor-or-self::*[@lang='vi']"
#: The product's name, the other language's, days off as an office types them, and a name in a table that waits to be read in.
NAMES = {"Đôn Đốc", "Tiếng Việt", "nghỉ", "làm bù", "Nghỉ bù Quốc khánh", "Làm bù cho ngày", "Lê Mới", "Tỉnh uỷ Thanh Hóa"}


@pytest.fixture(scope="module")
def made(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, World, list[str]]]:
    """The app, a world with an object of every kind, and every text in its database, the longest first."""
    home = tmp_path_factory.mktemp("english")
    shutil.copy(sqlite_template, home / "tracker.db")
    app = create_app(settings_for(home))
    app.test_client_class = Browser
    limiter.enabled = False
    with app.app_context(), clock.frozen(NOW):
        world = World()
        typed = {text for table in db.metadata.sorted_tables for row in db.session.execute(table.select()) for value in row for text in texts(value)}
        db.session.remove()
        yield app, world, sorted(typed | NAMES, key=len, reverse=True)
        db.session.remove()
        db.engine.dispose()
    limiter.enabled = True


def texts(value: object) -> Iterator[str]:
    """Texts with Vietnamese letters in a stored value."""
    if isinstance(value, str) and VIETNAMESE.search(value):
        yield from {" ".join(value.split()), *(" ".join(line.split()) for line in value.splitlines() if VIETNAMESE.search(line))}
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def seen_by(app: Flask, world: World, role: Role | None) -> FlaskClient:
    """A browser that asks for English, signed in as that role's person (None: a guest)."""
    browser = app.test_client()
    browser.set_cookie("language", "en")
    if role is not None:
        with browser.session_transaction() as session:
            session["_user_id"], session["epoch"] = str(world.people[role].id), 0
    return browser


def vietnamese(page: str, typed: list[str]) -> set[str]:
    """What is Vietnamese among the texts that lead through a page, without what people typed."""
    root = html.fromstring(page)
    found = {" ".join(element.text_content().split()) for element in root.xpath(READ) if not element.xpath(OUTSIDE)}
    found |= {str(value) for value in root.xpath(f"//*[not({OUTSIDE})]/@*[name()='placeholder' or name()='aria-label' or name()='data-h']")}
    return {text for text in found if VIETNAMESE.search(text) and VIETNAMESE.search(without(text, typed))}


def without(text: str, typed: list[str]) -> str:
    """The text, what people typed taken out, also where it was cut short."""
    for value in typed:
        text = text.replace(value, " ")
    return re.sub(r"[^\s]*…", " ", text)


@pytest.mark.parametrize("role", [None, *Role])
def test_pages_are_in_english(made: tuple[Flask, World, list[str]], role: Role | None) -> None:
    app, world, typed = made
    browser, left, pages = seen_by(app, world, role), {}, 0
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        access = access_of(rule.endpoint)
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static" or not (access == EVERYBODY if role is None else may(role, access)):
            continue
        built = rule.build({name: provider(rule, name)(world, role or Role.CLERK, rule).own for name in rule.arguments})
        shown = browser.get(built[1] if built else "/")
        if "<html" in (shown.text if shown.mimetype == "text/html" and shown.status_code == 200 else ""):
            pages += 1
            assert 'lang="en"' in shown.text, rule.rule
            if found := vietnamese(shown.text, typed):
                left[rule.rule] = sorted(found)
        shown.close()
    assert pages > (3 if role is None else 10)
    assert left == {}


def test_the_language_is_chosen_kept_on_the_person_and_in_the_browser(made: tuple[Flask, World, list[str]]) -> None:
    app, world, _ = made
    browser = app.test_client()
    assert "Đăng nhập" in browser.get("/login").text
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        sent = browser.post("/language", data={"language": "en", "next": "/login?next=/units"})
        assert (sent.status_code, sent.headers["Location"]) == (302, "/login?next=/units")
        assert browser.post("/language", data={"language": "xx", "next": "//elsewhere.example"}).headers["Location"] == "/"
        assert "Sign in" in browser.get("/login").text
        own = seen_by(app, world, Role.CLERK)
        own.post("/language", data={"language": "vi", "next": "/"})
        own.set_cookie("language", "en")
        assert '<html lang="vi"' in own.get("/").text and '<option value="vi" selected>' in own.get("/account").text
        chosen = own.post("/language", data={"language": "en", "next": "/account#language"})
        assert chosen.headers["Location"] == "/account#language" and '<option value="en" selected>' in own.get("/account").text
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
        world.people[Role.CLERK].language = None

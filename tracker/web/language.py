"""In which language a page is shown: the person's choice, else the browser's, which a cookie keeps; Vietnamese is the first."""
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, Response, g, has_app_context, message_flashed, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.adapters.catalogue import ENGLISH, in_english
from tracker.db import transaction
from tracker.services import people
from tracker.web import cookies
from tracker.web.guards import actor, everybody, safe_next

blueprint = Blueprint("language", __name__)

VIETNAMESE = "vi"
COOKIE = "language"
YEAR = timedelta(days=365)


def current() -> str:
    """The language of the page that is made; Vietnamese outside of a request."""
    return str(g.get("language", VIETNAMESE)) if has_app_context() else VIETNAMESE


def in_words(said: str) -> str:
    """A sentence in the language of the page, for where it is put together with markup before a template shows it."""
    return str(in_english(said)) if current() == ENGLISH else said


def prefer(chosen: str | None) -> None:
    """From here on this request's page is in the language that was chosen; None: never chosen."""
    if chosen in (VIETNAMESE, ENGLISH):
        g.language = chosen


@blueprint.post("/language")
@everybody
def choose() -> ResponseReturnValue:
    """Takes the choice, keeps it on the person if there is one, and goes back to the page it was made on."""
    chosen = request.form.get("language", "")
    if chosen in (VIETNAMESE, ENGLISH):
        if current_user.is_authenticated:
            with transaction():
                people.choose_language(actor(), chosen)
        prefer(chosen)
    return redirect(safe_next(request.form.get("next")) or "/")


def _from_cookie() -> None:
    g.pop("language", None)
    prefer(cookies.kept(COOKIE))


def _remember(response: Response) -> Response:
    """Keeps the choice in the browser, for the pages before signing in."""
    if "language" in g and g.language != cookies.kept(COOKIE):
        cookies.keep(response, COOKIE, g.language, YEAR)
    return response


def _flashed(app: Flask, message: str, category: str, **_: Any) -> None:
    """What is said on the next page is put into words here: a session keeps texts only."""
    if current() == ENGLISH:
        session["_flashes"] = [*session["_flashes"][:-1], (category, str(in_english(message)))]


def _here() -> str:
    """The page to come back to after the choice: this one where it can be asked for again."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def init_app(app: Flask) -> None:
    """Reads the browser's choice before anything else is asked; the session's person may have another (web.session.load)."""
    app.before_request(_from_cookie)
    app.after_request(_remember)
    message_flashed.connect(_flashed, app)
    app.jinja_env.globals.update(page_language=current, this_page=_here)

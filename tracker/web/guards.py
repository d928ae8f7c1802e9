"""Everything is closed unless opened: a view says who may enter, and one that says nothing lets nobody in."""
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.db import db
from tracker.domain.access import Actor, Right
from tracker.domain.errors import Forbidden, NotFound
from tracker.web import errors

View = TypeVar("View", bound=Callable[..., Any])
#: Bytes from which a body may be long on its way: while it comes, the request holds neither a connection nor a snapshot of the database.
SLOW_BODY = 256 * 1024
EVERYBODY = "everybody"
SIGNED_IN = "signed_in"


def everybody(view: View) -> View:
    """Opens a view to people who have not signed in."""
    view.access = EVERYBODY  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Opens a view to everyone who has signed in."""
    view.access = SIGNED_IN  # type: ignore[attr-defined]
    return view


def needs(right: Right) -> Callable[[View], View]:
    """Opens a view to the roles that hold this right; which objects they see is the service's to decide."""

    def mark(view: View) -> View:
        view.access = right  # type: ignore[attr-defined]
        return view

    return mark


def actor() -> Actor:
    """Who acts in this request; only for views that are not open to everybody."""
    found: Actor = current_user.actor
    return found


def access_of(endpoint: str) -> str | Right | None:
    """What a view's opening mark says, None for a closed one (a test walks all of them)."""
    if endpoint == "static":
        return EVERYBODY
    return getattr(current_app.view_functions[endpoint], "access", None)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    access = access_of(request.endpoint)
    if access == EVERYBODY:
        return None
    if not current_user.is_authenticated:
        if access is None:
            raise NotFound()
        return _turned_away()
    if access is None:
        raise Forbidden("forbidden")
    if isinstance(access, Right):
        actor().need(access)
    current_user.note_use()
    if (request.content_length or 0) > SLOW_BODY:
        db.session.rollback()
    return None


def _turned_away() -> ResponseReturnValue:
    """To the sign-in and from there back to the page; a form that came too late is told so, with what was written in it."""
    if request.method == "GET":
        return redirect(url_for("account.login", next=request.full_path.rstrip("?")))
    came = urlsplit(errors.back())
    login = url_for("account.login", next=safe_next(came._replace(scheme="", netloc="", fragment="").geturl()))
    if typed := errors.written():
        return errors.page(401, errors.SIGNED_OUT, retry=login, typed=typed)
    if came.path and "X-Autosave" not in request.headers:
        flash(errors.SIGNED_OUT.text, "warning")
    return redirect(login)


def safe_next(target: str | None) -> str | None:
    """A path on this site to go to after signing in, or None for anything else (open redirects)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def init_app(app: Flask) -> None:
    """Closes every view of the app that is not opened."""
    app.before_request(_guard)

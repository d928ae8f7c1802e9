"""Small choices that a browser keeps for itself (language, size of text): cookies that only this host sets and scripts never see."""
from datetime import timedelta

from flask import current_app, request
from werkzeug.wrappers import Response


def _name(base: str) -> str:
    """With an https address under the prefix that browsers take from this very host alone, over TLS alone."""
    return f"__Host-{base}" if current_app.config["SESSION_COOKIE_SECURE"] else base


def kept(base: str) -> str:
    """What the browser keeps under this name; "" for nothing."""
    return request.cookies.get(_name(base), "")


def keep(response: Response, base: str, value: str, how_long: timedelta) -> None:
    """Has the browser keep it."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(_name(base), value, max_age=how_long, httponly=True, samesite="Lax", secure=secure)

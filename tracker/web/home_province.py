"""The province's first page."""
from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Actor


def page(actor: Actor) -> ResponseReturnValue:
    """The dispatches, until the overview stands here."""
    return redirect(url_for("dispatches.index"))

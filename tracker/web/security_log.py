"""Who signed in and what was refused, for the log that an administrator reads when something is wrong."""
from flask import request
from flask_login import current_user

from tracker.adapters.logs import security


def tell(what: str, person_id: int | None = None) -> None:
    """One line: what happened, to whom, from where, at which view. The view's name stands for the address, which may carry a token."""
    who = person_id if person_id is not None else current_user.get_id() if current_user.is_authenticated else None
    security.info("%s person=%s from=%s method=%s view=%s", what, who or "-", request.remote_addr, request.method, request.endpoint)

"""Throttling: shared by all web processes through Redis."""
from flask import Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user

#: Only views that ask for it are limited: signing in and what opens accounts, links without an account, and what costs much.
#: Uploads: a unit's folder of scans in one go, many times what a day brings. Search: faster than anybody types.
UPLOADS, SEARCHES = "1000 per 10 minutes", "120 per minute"
limiter = Limiter(get_remote_address, default_limits=[])


def person() -> str:
    """Counts by who is signed in, whatever address they come from; guests, who are turned away anyway, by address."""
    return f"person {current_user.get_id()}" if current_user.is_authenticated else get_remote_address()


def failed(response: Response) -> bool:
    """Whether the answer was a refusal: an office of forty behind one address may sign in as often as it likes."""
    return response.status_code >= 400

"""Throttling: shared by all web processes through Redis."""
from flask import Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

#: Only views that ask for it are limited (signing in, reset links, uploads).
limiter = Limiter(get_remote_address, default_limits=[])


def failed(response: Response) -> bool:
    """Whether the answer was a refusal: an office of forty behind one address may sign in as often as it likes."""
    return response.status_code >= 400

"""Throttling: shared by all web processes through Redis."""
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

#: Only views that ask for it are limited (signing in, reset links, uploads).
limiter = Limiter(get_remote_address, default_limits=[])

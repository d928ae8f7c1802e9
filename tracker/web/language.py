"""In which language a page is shown; Vietnamese is the first."""
from flask import g, has_app_context

VIETNAMESE, ENGLISH = "vi", "en"


def current() -> str:
    """The language of the page that is made; Vietnamese outside of a request."""
    return str(g.get("language", VIETNAMESE)) if has_app_context() else VIETNAMESE

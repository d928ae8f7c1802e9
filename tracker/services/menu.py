"""The figures of the menu: what waits for the province, all by one query, because every page asks."""
from sqlalchemy import select

from tracker.db import read
from tracker.services import contests, figure_corrections, requests, review_queue, triage_page

_WAITING = select(review_queue.WAITING.scalar_subquery(), triage_page.WAITING, *requests.COUNTS, contests.WAITING, figure_corrections.WAITING)


def waiting() -> dict[str, int]:
    """How many answers wait for review, how many messages for the clerk (up to a hundred), and how many requests and contests for a decision."""
    reviews, mails, asked, raised, contested, figures = read(_WAITING).one()
    return {"reviews": reviews, "mails": mails, "requests": asked + raised + contested, "figures": figures}

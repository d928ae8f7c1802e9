"""The figures of the menu: what waits for the province, all by one query, because every page asks."""
from sqlalchemy import select

from tracker.db import read
from tracker.services import requests, review_queue

_WAITING = select(review_queue.WAITING.scalar_subquery(), *requests.COUNTS)


def waiting() -> dict[str, int]:
    """How many answers wait for review, and how many requests for a decision."""
    reviews, asked, raised = read(_WAITING).one()
    return {"reviews": reviews, "requests": asked + raised}

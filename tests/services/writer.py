"""One of several processes that change assignments of the same unit at once; started by test_concurrency."""
import random
import sys
from pathlib import Path

from tests.conftest import settings_for
from tracker import clock
from tracker.app import create_app
from tracker.db import db, transaction
from tracker.domain.access import MACHINE
from tracker.domain.status import Act, State
from tracker.models.assignments import Assignment
from tracker.services import assignments

#: From each state the next act; an assignment goes round and round, so that every state's count moves both ways.
NEXT = {State.ASSIGNED: Act.ACKNOWLEDGE, State.ACKNOWLEDGED: Act.SUBMIT, State.SUBMITTED: Act.RETURN, State.RETURNED: Act.SUBMIT}


def _step(assignment: Assignment) -> None:
    act = NEXT[State(assignment.state)]
    fields = {Act.SUBMIT: {"submitted_on": clock.today()}, Act.RETURN: {"fix_by": clock.today()}}.get(act, {})
    assignments.advance(MACHINE, assignment, act, **fields)


def main(home: str, database_url: str, transactions: str, first: str, last: str) -> None:
    """Makes so many transactions, each one act on three of the assignments first..last, in no particular order."""
    app, mine, dice = create_app(settings_for(Path(home), database_url)), range(int(first), int(last) + 1), random.Random(first)
    with app.app_context():
        for _ in range(int(transactions)):
            with transaction():
                for id in dice.sample(mine, 3):
                    _step(db.session.get_one(Assignment, id, populate_existing=True))
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])

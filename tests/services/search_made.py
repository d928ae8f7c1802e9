"""What search tests look for: dispatches with words, findings, handed-in files, letters."""
from itertools import count

from tests.factories import REVIEW
from tracker import clock
from tracker.adapters.files import store
from tracker.db import db, transaction
from tracker.domain.access import Actor
from tracker.models.dispatches import Dispatch
from tracker.models.files import StoredFile
from tracker.models.incoming import IncomingMail
from tracker.models.search import SearchChange
from tracker.models.submissions import Evidence, Submission
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.reading.folding import fold
from tracker.services import issuing, search_files, search_index

_NUMBERS = count(1)


def indexed() -> None:
    """Everything that has changed is looked at and every file read."""
    search_index.run(transaction, 30)
    search_files.run(transaction, 30)
    assert db.session.query(SearchChange).count() == 0


def named(dispatch: Dispatch, subject: str) -> None:
    """Gives the dispatch a subject."""
    with transaction() as session:
        row = session.get_one(Dispatch, dispatch.id)
        row.short_subject, row.subject, row.folded = subject, subject, fold(f"{dispatch.number} {subject}")


def finding(clerk: Actor, dispatch: Dispatch, unit_id: int, title: str) -> int:
    """A shortcoming that the dispatch names for one unit."""
    with transaction() as session:
        task = Task(dispatch_id=dispatch.id, kind="finding", position=90, title=title, text=title, review_on=REVIEW, to_all=False)
        session.add(task)
        session.flush()
        issuing.assign(clerk, issuing.rows_of(dispatch.id, [task], {task.id: {unit_id: "lead"}}))
        return task.id


def answer(dispatch: Dispatch, unit: Unit, number: str, words: str, handed_in: bool = True, name: str = "bao-cao.txt") -> int:
    """An evidence: one text file that a unit handed in (or has in its draft)."""
    now, blob = clock.now(), store().put_bytes(words.encode(), name)
    with transaction() as session:
        file = StoredFile(sha256=blob.sha256, size=blob.size, media_type="text/plain", name=name, created_at=now)
        submission = Submission(
            dispatch_id=dispatch.id, unit_id=unit.id, state="submitted" if handed_in else "draft", number=number or None, created_at=now, updated_at=now,
            submitted_at=now if handed_in else None,
        )
        session.add_all([file, submission])
        session.flush()
        evidence = Evidence(submission_id=submission.id, file_id=file.id, created_at=now)
        session.add(evidence)
        session.flush()
        return evidence.id


def letter(subject: str, body: str) -> int:
    """A message that waits for the clerk."""
    with transaction() as session:
        mail = IncomingMail(
            sha256=f"{next(_NUMBERS):064}", size=1, source="hand", received_at=clock.now(), sender="ai@huyen.example", subject=subject, body=body,
            state="triage",
        )
        session.add(mail)
        session.flush()
        return mail.id

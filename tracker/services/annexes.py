"""The annexes and forms of a draft: added or taken away until the dispatch is issued."""
from collections.abc import Sequence

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.errors import BadInput, NotFound
from tracker.models.dispatches import Dispatch, DispatchFile
from tracker.models.files import StoredFile
from tracker.services import drafts, history, intake
from tracker.services.intake import Taken

#: With the original this is what one mail of links can still show.
MOST = 20


def add(actor: Actor, dispatch_id: int, files: Sequence[Taken]) -> Dispatch:
    """Puts stored files (intake.take_annexes) behind those that stand. Raises as drafts.change does, BadInput("annexes.none", "annexes.many")."""
    dispatch = drafts.change(actor, dispatch_id)
    if not files:
        raise BadInput("annexes.none")
    count, last = db.session.execute(
        select(func.count(), func.coalesce(func.max(DispatchFile.position), 0)).where(DispatchFile.dispatch_id == dispatch.id)
    ).one()
    if count + len(files) > MOST:
        raise BadInput("annexes.many", limit=MOST)
    for position, file in enumerate(files, last + 1):
        intake.attach(actor, dispatch, file, position)
    history.record(actor, "dispatch.annex", dispatch_id=dispatch.id, files=", ".join(file.name for file in files))
    return dispatch


def name_of(actor: Actor, dispatch_id: int, file_id: int) -> str:
    """The name of one annex. Raises as drafts.get does, NotFound."""
    return _found(drafts.get(actor, dispatch_id), file_id)[1].name


def _found(dispatch: Dispatch, file_id: int) -> tuple[DispatchFile, StoredFile]:
    link = db.session.scalars(select(DispatchFile).where(DispatchFile.dispatch_id == dispatch.id, DispatchFile.file_id == file_id)).first()
    if link is None:
        raise NotFound()
    return link, db.session.get_one(StoredFile, file_id)


def remove(actor: Actor, dispatch_id: int, file_id: int) -> str:
    """Takes one annex away, its bytes too where no other row names them; gives its name. Raises as drafts.change does, NotFound."""
    dispatch = drafts.change(actor, dispatch_id)
    link, file = _found(dispatch, file_id)
    db.session.delete(link)
    db.session.flush()
    db.session.delete(file)
    intake.forget_after_commit([file.sha256])
    history.record(actor, "dispatch.annex_removed", dispatch_id=dispatch.id, files=file.name)
    return file.name

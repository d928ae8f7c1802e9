"""Emptying a dispatch past its period: every file that hangs on it and the words of what was handed in; its row and its history stay."""
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, or_, select, update

from tracker import clock
from tracker.db import db
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch, DispatchFile
from tracker.models.district_reports import DistrictReport, DistrictReportScan
from tracker.models.extensions import Extension
from tracker.models.incoming import Filing, IncomingMail
from tracker.models.letters import Letter
from tracker.models.objections import Objection
from tracker.models.reports import Report, ReportFile
from tracker.models.submissions import Evidence, Submission, SubmissionItem
from tracker.services import removal

#: What was there (a line for each thing), the hashes of contents that were given up, and their bytes.
Emptied = tuple[list[dict[str, Any]], list[str], int]


def empty(dispatch_ids: Sequence[int]) -> Emptied:
    """Takes files and words of ended dispatches away, in the caller's transaction."""
    listed: list[dict[str, Any]] = []
    hashes: list[str] = []
    size = 0
    for dispatch in db.session.scalars(select(Dispatch).where(Dispatch.id.in_(dispatch_ids)).order_by(Dispatch.id)).all():
        files = removal.mark(_files(dispatch), "rejected")
        mails = list(db.session.scalars(_mails(dispatch.id)))
        for mail in mails:
            mail.body, mail.rest, mail.proposed, mail.removed_at = "", "", None, clock.now()
        _empty_words(dispatch)
        own = [{"name": file.name.removeprefix(removal.REMOVED), "sha256": file.sha256, "size": file.size} for file in files]
        listed.append({"what": f"{dispatch.number or ''} {dispatch.subject}".strip(), "on": str(dispatch.issued_on), "files": own, "mails": len(mails)})
        hashes += [file.sha256 for file in files] + [mail.sha256 for mail in mails] + ([dispatch.source_sha256] if dispatch.source_sha256 else [])
        size += sum(file.size for file in files) + sum(mail.size for mail in mails)
    db.session.flush()
    return listed, hashes, size


def _files(dispatch: Dispatch) -> list[int]:
    """All files that belong to the dispatch and to nothing else's work."""
    of = dispatch.id
    wanted = (
        select(DispatchFile.file_id).where(DispatchFile.dispatch_id == of),
        select(Evidence.file_id).join(Submission, Submission.id == Evidence.submission_id).where(Submission.dispatch_id == of),
        select(Extension.file_id).join(Assignment, Assignment.id == Extension.assignment_id).where(Assignment.dispatch_id == of),
        select(Objection.file_id).join(Assignment, Assignment.id == Objection.assignment_id).where(Assignment.dispatch_id == of),
        *(select(column).where(Letter.dispatch_id == of) for column in (Letter.docx_file_id, Letter.pdf_file_id, Letter.signed_file_id)),
        *(select(column).where(DistrictReport.dispatch_id == of) for column in (DistrictReport.docx_file_id, DistrictReport.pdf_file_id)),
        select(DistrictReportScan.file_id).join(DistrictReport, DistrictReport.id == DistrictReportScan.report_id).where(DistrictReport.dispatch_id == of),
        select(ReportFile.file_id).join(Report, Report.id == ReportFile.report_id).where(Report.dispatch_id == of),
    )
    found = {id for query in wanted for id in db.session.scalars(query) if id}
    return sorted((found | ({dispatch.file_id} if dispatch.file_id else set())) - _needed_elsewhere(of))


def _kept(dispatch_id: int) -> Select[int]:
    """Submissions to other dispatches, of those that are not destroyed."""
    others = select(Submission.id).join(Dispatch, Dispatch.id == Submission.dispatch_id)
    return others.where(Submission.dispatch_id != dispatch_id, Dispatch.destroyed_at.is_(None))


def _needed_elsewhere(dispatch_id: int) -> set[int]:
    """Files that came with one message for this dispatch and for another: they go with the last of these."""
    here = select(Evidence.file_id).join(Submission, Submission.id == Evidence.submission_id).where(Submission.dispatch_id == dispatch_id)
    return set(db.session.scalars(select(Evidence.file_id).where(Evidence.file_id.in_(here), Evidence.submission_id.in_(_kept(dispatch_id)))))


def _mails(dispatch_id: int) -> Select[IncomingMail]:
    """Messages about the dispatch; one that answered another dispatch too goes with the last of these."""
    of, here = Filing.incoming_id, select(Submission.id).where(Submission.dispatch_id == dispatch_id)
    about = or_(IncomingMail.dispatch_id == dispatch_id, IncomingMail.id.in_(select(of).where(Filing.submission_id.in_(here))))
    needed = select(of).where(Filing.submission_id.in_(_kept(dispatch_id)))
    return select(IncomingMail).where(about, IncomingMail.removed_at.is_(None), IncomingMail.id.not_in(needed)).order_by(IncomingMail.id)


def _empty_words(dispatch: Dispatch) -> None:
    submissions = select(Submission.id).where(Submission.dispatch_id == dispatch.id)
    quiet = {"synchronize_session": False}
    for statement in (
        update(SubmissionItem).where(SubmissionItem.submission_id.in_(submissions)).values(result=""),
        update(Submission).where(Submission.dispatch_id == dispatch.id).values(note=""),
        update(Assignment).where(Assignment.dispatch_id == dispatch.id).values(result=None),
    ):
        db.session.execute(statement.execution_options(**quiet))
    dispatch.text = dispatch.original_text = ""
    dispatch.destroyed_at = clock.now()

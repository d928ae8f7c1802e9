"""Who may do what: one table, everything denied unless it stands there."""
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.errors import Forbidden, NotFound


class Role(StrEnum):
    CLERK = "province_clerk"
    LEADER = "province_leader"
    OFFICER = "district_officer"
    DISTRICT_LEADER = "district_leader"
    ADMIN = "administrator"
    AUDITOR = "auditor"


DISTRICT_ROLES = frozenset({Role.OFFICER, Role.DISTRICT_LEADER})
PROVINCE_ROLES = frozenset(Role) - DISTRICT_ROLES


class Right(StrEnum):
    """An act, named noun.verb; reading is always limited to what the actor's unit may see."""

    WORK_READ = "work.read"                    # dispatches, assignments, evidence, history
    DISPATCH_DRAFT = "dispatch.draft"          # upload, correct, discard drafts; see drafts
    DISPATCH_ISSUE = "dispatch.issue"          # issue, amend, withdraw, close
    ASSIGNMENT_ANSWER = "assignment.answer"    # acknowledge, draft and submit results
    ASSIGNMENT_REVIEW = "assignment.review"    # accept, return, undo
    REQUEST_DECIDE = "request.decide"          # extensions and objections
    REMINDER_READ = "reminder.read"            # the ledger of the whole province
    REMINDER_SEND = "reminder.send"            # bulk "Đôn đốc" by hand
    LETTER_WRITE = "letter.write"              # draft, issue and discard formal letters; attach the signed scan
    REPORT_READ = "report.read"
    REPORT_COMPILE = "report.compile"          # compile, send, schedule
    UNIT_READ_ALL = "unit.read_all"            # every unit's page, lists over all units
    UNIT_MANAGE = "unit.manage"                # mailboxes, groups, imports
    PERSON_MANAGE = "person.manage"            # invite, roles, leavers
    MAIL_TRIAGE = "mail.triage"                # "Thư đến": see and file what units sent by mail
    SENT_MAIL_READ = "sent_mail.read"          # "Hộp thư đã gửi"
    SETTINGS_MANAGE = "settings.manage"
    HISTORY_READ = "history.read"              # what each person did, and what was done with accounts


_READ = frozenset({Right.WORK_READ, Right.REPORT_READ})
_READ_ALL = _READ | {Right.REMINDER_READ, Right.UNIT_READ_ALL}
_CLERK = _READ_ALL | {
    Right.DISPATCH_DRAFT, Right.DISPATCH_ISSUE, Right.ASSIGNMENT_REVIEW, Right.REQUEST_DECIDE, Right.REMINDER_SEND, Right.REPORT_COMPILE, Right.UNIT_MANAGE,
    Right.MAIL_TRIAGE, Right.LETTER_WRITE,
}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CLERK: _CLERK,
    Role.LEADER: _READ_ALL | {Right.ASSIGNMENT_REVIEW, Right.REQUEST_DECIDE, Right.REMINDER_SEND, Right.REPORT_COMPILE, Right.LETTER_WRITE},
    Role.OFFICER: _READ | {Right.ASSIGNMENT_ANSWER},
    Role.DISTRICT_LEADER: _READ | {Right.ASSIGNMENT_ANSWER},
    Role.ADMIN: _READ_ALL | {Right.UNIT_MANAGE, Right.PERSON_MANAGE, Right.SENT_MAIL_READ, Right.SETTINGS_MANAGE, Right.HISTORY_READ},
    Role.AUDITOR: _READ_ALL | {Right.SENT_MAIL_READ, Right.HISTORY_READ},
}


@dataclass(frozen=True)
class Actor:
    """Who acts: a person signed in, or the machine itself (id None)."""

    id: int | None
    name: str
    role: Role
    unit_id: int | None
    email: str = ""
    unit_name: str = ""

    def can(self, right: Right) -> bool:
        """Whether the actor's role opens this right."""
        return right in RIGHTS[self.role]

    def need(self, right: Right) -> None:
        """Raises Forbidden where the role does not open this right."""
        if not self.can(right):
            raise Forbidden("forbidden", right=str(right))

    @property
    def sees_all_units(self) -> bool:
        """Province roles see every unit's work; a district's people only their own unit's."""
        return self.can(Right.UNIT_READ_ALL)

    def need_unit(self, unit_id: int | None) -> None:
        """Raises NotFound for another unit's object: whether it exists is not told."""
        if not self.sees_all_units and (unit_id is None or unit_id != self.unit_id):
            raise NotFound()


#: Acts of workers and commands; it may do what the clerk may.
MACHINE = Actor(id=None, name="Đôn Đốc", role=Role.CLERK, unit_id=None)
#: Who holds the machine itself, at its command line; it may do what an administrator may.
OPERATOR = Actor(id=None, name="Dòng lệnh", role=Role.ADMIN, unit_id=None)

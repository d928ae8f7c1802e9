"""A small world with an object of every kind, ours and somebody else's, for the walk over all routes."""
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from flask import current_app
from PIL import Image
from werkzeug.routing import Rule

from tests import letters_in
from tests.factories import Factory
from tracker import clock
from tracker.adapters import capture
from tracker.adapters.files import store
from tracker.db import db, transaction
from tracker.domain import letters as letter_words
from tracker.domain import rhythm
from tracker.domain.access import DISTRICT_ROLES, Actor, Role
from tracker.domain.policies import PolicyStep
from tracker.domain.status import State
from tracker.models.dispatches import Dispatch, DispatchFile
from tracker.models.extensions import Extension
from tracker.models.feeds import CalendarFeed
from tracker.models.figures import FigureRequest, FormPeriod
from tracker.models.files import StoredFile
from tracker.models.incoming import AwayNote, KnownSender
from tracker.models.letters import Letter, LetterUnit
from tracker.models.objections import Objection
from tracker.models.people import Person, SignIn
from tracker.models.submissions import Evidence, Submission, SubmissionItem, evidence_items
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import (
    absences,
    access_links,
    contests,
    district_report_send,
    district_reports,
    feeds,
    figure_forms,
    groups,
    imports,
    incoming,
    indicators,
    letter_issue,
    mail_filing,
    mail_links,
    mail_receipts,
    outbox,
    passwords,
    pauses,
    people,
    plan_holds,
    plan_page,
    policies,
    questions,
    reports,
    saved_views,
    sessions,
    standing,
    tally,
)
from tracker.services import reports_schedule as schedules
from tracker.services.pauses import Wanted
from tracker.services.plan_holds import Scope
from workers.reports import compile_report

EVERYONE = frozenset(Role)
PASSWORD = "mưa thuận gió hòa"


@dataclass(frozen=True)
class Pair:
    """The value of a route's parameter that the role may reach, and those that must be hidden (404) from some roles, if there are any."""

    own: object
    foreign: tuple[object, ...] = ()
    hidden_from: frozenset[Role] = DISTRICT_ROLES


class World:
    """Two districts, ours and theirs; a dispatch to both, one to them alone, one draft; answers, evidence, reports, mails of both."""

    def __init__(self) -> None:
        self.make = Factory()
        self.ours, self.theirs = self.make.unit("Huyện Ta"), self.make.unit("Huyện Bạn")
        kept = passwords.hashed(PASSWORD, "")
        self.people = {role: self.make.person(role, self.ours if role in DISTRICT_ROLES else None, password_hash=kept) for role in Role}
        self.somebody = self.make.person(Role.OFFICER, self.theirs)
        self.shared = self.make.issued([self.ours, self.theirs], number="931-CV/HNDT")
        self.alien = self.make.issued([self.theirs], number="1-CV/HNDT")
        self._add_draft()
        self.files = {unit.id: self._file(f"anh-{unit.id}.png", unit.id) for unit in (self.ours, self.theirs)}
        self.handed = {unit.id: self._submission(unit, "submitted") for unit in (self.ours, self.theirs)}
        self.drafts = {unit.id: self._submission(unit, "draft") for unit in (self.ours, self.theirs)}
        self.evidence = {unit_id: self._evidence(submission, unit_id) for unit_id, submission in (self.drafts).items()}
        for unit_id, submission in self.handed.items():
            self._evidence(submission, unit_id)
        with transaction():
            tally.rebuild()
        self._add_dispatch_file()
        self.reports = {dispatch.id: self._report(dispatch) for dispatch in (self.shared, self.alien)}
        self._add_office()
        self._add_figures()
        self._add_letter()
        self._add_requests()
        self.series = self._series()
        self.letters = {unit.id: self._letter(unit, issued=True) for unit in (self.ours, self.theirs)}
        self.letter_draft = self._letter(self.ours, issued=False)
        self.unit_reports = {unit.id: self._unit_report(unit, sent=True) for unit in (self.ours, self.theirs)}
        self.unit_report_draft = self._unit_report(self.theirs, sent=False)
        self._tell_units()
        self.schedule = self._schedule()
        self._add_feeds()
        self.views = {role: self._view(people.as_actor(person)) for role, person in self.people.items()}
        self._add_questions()
        self._let_go()

    def _tell_units(self) -> None:
        """Both units know their lines of the reports, and ours has said something against its own."""
        clerk, officer = (people.as_actor(self.people[role]) for role in (Role.CLERK, Role.OFFICER))
        with transaction():
            for report_id in self.reports.values():
                standing.tell(clerk, report_id)
            self.contest = contests.contest(officer, self.reports[self.shared.id], ["total"], "Thiếu một việc.")

    def _unit_report(self, unit: Unit, sent: bool) -> int:
        """A report of one unit on the shared dispatch."""
        with transaction() as session:
            report = district_reports.draft(Actor(None, "Ai", Role.OFFICER, unit.id), self.shared.id)
            if sent:
                blob = store().put_bytes(district_report_send.drawn(report, "pdf"), "bao-cao.pdf")
                kept = [StoredFile(sha256=blob.sha256, size=blob.size, media_type="application/pdf", name="bao-cao.pdf", created_at=clock.now()) for _ in "ab"]
                session.add_all(kept)
                session.flush()
                report.number, report.dated_on, report.sha256 = "9-BC/HND", clock.today(), "0" * 64
                report.docx_file_id, report.pdf_file_id, report.state, report.sent_at = kept[0].id, kept[1].id, "sent", clock.now()
            return report.id

    def _add_questions(self) -> None:
        """A question of either unit that waits for an answer."""
        self.questions = {}
        for unit in (self.ours, self.theirs):
            with transaction():
                self.questions[unit.id] = questions.ask(Actor(None, "Ai", Role.OFFICER, unit.id), self.shared.id, None, "Nộp bản giấy không?")

    @staticmethod
    def _view(actor: Actor) -> int:
        """A list that somebody keeps for themselves."""
        with transaction():
            return saved_views.save(actor, "Nợ xấu", "/search?q=no+xau").id

    def _add_feeds(self) -> None:
        """A calendar address of either unit; our own one's secret is known."""
        self.feeds = {}
        for unit in (self.ours, self.theirs):
            with transaction():
                address = feeds.make(Actor(None, "Ai", Role.OFFICER, unit.id), "Điện thoại")
            self.feeds[unit.id] = db.session.scalars(db.select(CalendarFeed).filter_by(unit_id=unit.id)).one().id
            if unit is self.ours:
                self.tokens["calendar"] = address.rsplit("/", 1)[1].removesuffix(".ics")

    def _add_requests(self) -> None:
        """One waiting request of each kind for either unit, on what it has not handed in."""
        now = clock.now()
        self.extensions, self.objections = {}, {}
        for unit in (self.ours, self.theirs):
            row = self.make.assignments(self.shared, unit)[1]
            common = {"assignment_id": row.id, "dispatch_id": self.shared.id, "unit_id": unit.id, "reason": "Bão"}
            asked = Extension(**common, batch="b", due_before=clock.today(), wished_on=clock.today(), category="weather", asked_at=now)
            self.extensions[unit.id] = self._put(asked).id
            self.objections[unit.id] = self._put(Objection(**common, raised_at=now)).id

    def _let_go(self) -> None:
        """Plain values from here on: the walk puts the database back under these objects again and again."""
        self.assignments = {unit.id: self.make.assignments(self.shared, unit)[1].id for unit in (self.ours, self.theirs)}
        self.alien_task = self.make.assignments(self.alien)[0].task_id
        for row in list(db.session):
            db.session.refresh(row)
        db.session.expunge_all()

    def _put(self, row: Any) -> Any:
        with transaction() as session:
            session.add(row)
        return row

    def _add_draft(self) -> None:
        now = clock.now()
        self.draft = self._put(Dispatch(state="draft", number="2-CV/HNDT", subject="Soạn dở", text="1. Việc soạn dở.", created_at=now, updated_at=now))
        self.draft_file = self._file("du-thao.png", 3)
        with transaction() as session:
            session.get_one(Dispatch, self.draft.id).file_id = self.draft_file.id
        self.annex = self._file("bieu-mau.png", 5)
        self._put(DispatchFile(dispatch_id=self.draft.id, file_id=self.annex.id, label="bieu-mau.png", position=1))
        self.draft_task = self._put(Task(dispatch_id=self.draft.id, position=1, label="1", title="Việc soạn dở", text="Việc soạn dở.", precision="none"))

    def _file(self, name: str, shade: int) -> StoredFile:
        picture = io.BytesIO()
        Image.new("RGB", (40, 30), (shade % 250, 90, 90)).save(picture, "PNG")
        blob = store().put_bytes(picture.getvalue(), name)
        return self._put(StoredFile(sha256=blob.sha256, size=blob.size, media_type="image/png", name=name, created_at=clock.now()))

    def _submission(self, unit: Unit, state: str) -> Submission:
        now, handed = clock.now(), state == "submitted"
        submission = self._put(
            Submission(dispatch_id=self.shared.id, unit_id=unit.id, state=state, created_at=now, updated_at=now, submitted_at=now if handed else None)
        )
        assignment = self.make.assignments(self.shared, unit)[0 if handed else 1]
        self._put(SubmissionItem(submission_id=submission.id, assignment_id=assignment.id, result="Đã làm.", round=int(handed)))
        if handed:
            with transaction() as session:
                row = session.merge(assignment)
                row.state, row.round, row.submitted_on, row.submitted_at, row.chase_on = State.SUBMITTED, 1, clock.today(), now, None
        return submission

    def _evidence(self, submission: Submission, unit_id: int) -> Evidence:
        row = self._put(Evidence(submission_id=submission.id, file_id=self.files[unit_id].id, created_at=clock.now()))
        item = db.session.scalars(db.select(SubmissionItem).filter_by(submission_id=submission.id)).one()
        with transaction() as session:
            session.execute(evidence_items.insert().values(evidence_id=row.id, assignment_id=item.assignment_id))
        return row

    def _add_dispatch_file(self) -> None:
        file = self._file("931.png", 7)
        with transaction() as session:
            session.get_one(Dispatch, self.shared.id).file_id = file.id
            session.get_one(Dispatch, self.shared.id).report_to_email = "tonghop@tinh.example"

    def _schedule(self) -> int:
        """A report that compiles itself every month."""
        with transaction():
            return schedules.add(people.as_actor(self.people[Role.CLERK]), schedules.Setting("monthly")).id

    def _report(self, dispatch: Dispatch) -> int:
        with transaction():
            report_id = reports.request_report(people.as_actor(self.people[Role.CLERK]), dispatch.id, clock.today()).id
        compile_report.run(report_id)
        return report_id

    def _series(self) -> int:
        """The first task of the shared dispatch comes again every month."""
        with transaction() as session:
            task = session.scalars(db.select(Task).filter_by(dispatch_id=self.shared.id, position=1)).one()
            task.rhythm, task.period = rhythm.to_json(rhythm.Rhythm(rhythm.Every.MONTH, 1, 30)), "2026-09"
        return task.id

    def _letter(self, unit: Unit, issued: bool) -> int:
        """A letter to one unit."""
        now = clock.now()
        told = letter_words.Line(self.make.assignments(self.shared, unit)[0].id, unit.id, unit.name, "task", 1, "Việc thứ 1", "lead", letter_words.OVER, 3)
        letter = self._put(Letter(
            dispatch_id=self.shared.id, kind="urge", number="95-CV/HNDT", dated_on=clock.today(), subject="V/v đôn đốc", body="Đề nghị.",
            signer_title="Chủ tịch", signer_name="A", as_of=clock.today(), lines=[letter_words.to_json(told)], units=[LetterUnit(unit_id=unit.id)],
            created_at=now, updated_at=now,
        ))
        if issued:
            blob = store().put_bytes(letter_issue.drawn(letter, "pdf"), "cong-van.pdf")
            kept = self._put(StoredFile(sha256=blob.sha256, size=blob.size, media_type="application/pdf", name="cong-van.pdf", created_at=now))
            with transaction() as session:
                row = session.get_one(Letter, letter.id)
                row.state, row.issued_at, row.pdf_file_id = "issued", now, kept.id
        return letter.id

    def _add_office(self) -> None:
        actors = {role: people.as_actor(person) for role, person in self.people.items()}
        lists = {
            imports.PEOPLE: ("Họ và tên;Thư điện tử;Vai trò\nLê Mới;moi@tinh.example;Chuyên viên tỉnh\n", (Role.ADMIN,)),
            imports.MAILBOXES: (f"Đơn vị;Hộp thư\n{self.ours.code};moi@huyen.example\n", (Role.CLERK, Role.ADMIN)),
        }
        self.tables: dict[tuple[str, Role], int] = {}
        with transaction():
            self.group = groups.save(actors[Role.CLERK], None, "Hai huyện", [self.ours.id, self.theirs.id]).id
            storm = Wanted(clock.today() + timedelta(days=3), clock.today() + timedelta(days=5), "storm", "Bão số 5", self.theirs.id)
            self.pause = pauses.plan(actors[Role.CLERK], storm).id
            self.kept = capture.keep(current_app.extensions["settings"].sent_mail_dir, "a@tinh.example", ["b@huyen.example"], b"Subject: x\r\n\r\nx")
            self.policy = policies.save(actors[Role.CLERK], None, name="Cho kế hoạch", kind="kế hoạch", urgency=None, steps=[PolicyStep(0)]).id
            self.hold = plan_holds.hold(actors[Role.CLERK], plan_page.day(), Scope(unit_id=self.ours.id), "Đã gọi điện").id
            self.sessions = {role: self._session(person) for role, person in self.people.items()}
            self.absences = {role: self._absence(actor) for role, actor in actors.items()}
            self.mail = outbox.queue("reset", address="ai@huyen.example", context=_RESET, unit_id=self.ours.id).id
            self.tokens = {purpose: access_links.make(self.people[role], purpose) for purpose, role in _LINKS} | {"link": self._mail_link()}
        for kind, (text, roles) in lists.items():
            for role in roles:
                blob = store().put_bytes(text.encode(), "bang.csv")
                with transaction():
                    self.tables[kind, role] = imports.keep(actors[role], kind, blob, "bang.csv").id

    def _mail_link(self) -> str:
        """The token of a signed link by which our unit acknowledges the shared dispatch."""
        offer = mail_links.Maker().offer(self.shared.id, self.shared.number, ("acknowledge",))
        outbox.queue("reset", address=self.ours.mailbox, context=_RESET, unit_id=self.ours.id, dispatch_id=self.shared.id, offers=[offer])
        return offer.ways[0].url.rsplit("/", 1)[1]

    def _add_letter(self) -> None:
        """A reply that waits for our unit's own word."""
        officer, box = self.people[Role.OFFICER].email, parseaddr(current_app.extensions["settings"].mail_from)[1]
        raw = incoming.keep(letters_in.gmail(box.replace("@", "+x@"), sender=officer, subject="Báo cáo công văn 931-CV/HNDT"))
        with transaction():
            (self.letter,) = incoming.add([raw], "hand")
        mail_filing.run(transaction)
        self.tokens |= {"mail": mail_receipts.link_token(self.letter, "confirm"), "correct": mail_receipts.link_token(self.letter, "correct")}
        with transaction() as session:
            known = KnownSender(address="ai@huyen.example", unit_id=self.ours.id, at=clock.now())
            away = AwayNote(unit_id=self.ours.id, incoming_id=self.letter, address="ai@huyen.example", words="Vắng", ends_on=clock.today(), at=clock.now())
            session.add_all([known, away])
            session.flush()
            self.sender, self.away = known.id, away.id

    def _add_figures(self) -> None:
        """A form of either dispatch, and a request to correct of either unit."""
        clerk = people.as_actor(self.people[Role.CLERK])
        self.figure_forms, self.periods, self.figure_requests = {}, {}, {}
        with transaction() as session:
            self.indicator = indicators.save(clerk, None, indicators.Wanted("du_no", "Dư nợ", "Tín dụng")).id
            self.heading = indicators.groups()[0][0]
            for dispatch in (self.shared, self.alien):
                wanted = figure_forms.Wanted("Biểu", [self.indicator], ["actual"], due_on=clock.today())
                form_id = figure_forms.save(clerk, dispatch.id, None, wanted).id
                self.figure_forms[dispatch.id] = form_id
                self.periods[dispatch.id] = session.scalars(db.select(FormPeriod.id).filter_by(form_id=form_id)).one()
            for unit in (self.ours, self.theirs):
                asked = FigureRequest(period_id=self.periods[self.shared.id], unit_id=unit.id, cells={f"{self.indicator}.actual": "5"}, reason="Sót",
                                      asked_by_name="A", asked_at=clock.now())
                session.add(asked)
                session.flush()
                self.figure_requests[unit.id] = asked.id

    @staticmethod
    def _session(person: Person) -> int:
        """An open session in another browser."""
        kept = sessions.key_hash(sessions.begin(person.id, "Firefox trên Windows", "10.0.0.7"))
        return db.session.scalars(db.select(SignIn.id).filter_by(key_hash=kept)).one()

    def _absence(self, actor: Actor) -> int:
        stand_in = absences.candidates(db.session.get_one(Person, actor.id))[0].id
        return absences.add(actor, actor.id or 0, clock.today(), clock.today(), stand_in).id

    def table(self, kind: str, role: Role) -> Pair:
        """A table that waits for this role's word; another's is hidden from everybody, administrators too."""
        others = [file_id for (_, owner), file_id in self.tables.items() if owner != role]
        return Pair(self.tables.get((kind, role), others[0]), (others[0],), EVERYONE)


_LINKS = ((access_links.INVITE, Role.LEADER), (access_links.RESET, Role.AUDITOR))
_RESET = {"person_name": "Ai", "email": "ai@huyen.example", "url": "http://x.example", "by_name": "", "role": "", "unit_name": "", "until": clock.now()}

#: What stands for each parameter of a route. A new kind of parameter needs a line here and, if need be, an object above.
Provider = Callable[[World, Role, Rule], Pair]
OBJECTS: dict[str, Provider] = {
    "filename": lambda w, role, rule: Pair("favicon.svg"),
    "token": lambda w, role, rule: Pair(w.tokens[rule.rule.split("/")[1]], ("la-lam",), EVERYONE),
    "incoming_id": lambda w, role, rule: Pair(w.letter, (10**6,), EVERYONE),
    "sender_id": lambda w, role, rule: Pair(w.sender, (10**6,), EVERYONE),
    "note_id": lambda w, role, rule: Pair(w.away, (10**6,), EVERYONE),
    "page": lambda w, role, rule: Pair(1),
    "key": lambda w, role, rule: Pair(w.kept),
    "question_id": lambda w, role, rule: Pair(w.questions[w.ours.id], (w.questions[w.theirs.id],)),
    "feed_id": lambda w, role, rule: Pair(w.feeds[w.ours.id], (w.feeds[w.theirs.id],)),
    "role": lambda w, role, rule: Pair(role, (Role.CLERK if role in DISTRICT_ROLES else "nguoi-la",), EVERYONE),
    "unit_id": lambda w, role, rule: Pair(w.ours.id, (w.theirs.id,)),
    "person_id": lambda w, role, rule: Pair(w.somebody.id),
    "pause_id": lambda w, role, rule: Pair(w.pause, (10**6,), EVERYONE),
    "group_id": lambda w, role, rule: Pair(w.group),
    "mail_id": lambda w, role, rule: Pair(w.mail),
    "policy_id": lambda w, role, rule: Pair(w.policy),
    "view_id": lambda w, role, rule: Pair(w.views[role], (w.views[Role.LEADER if role == Role.CLERK else Role.CLERK],), EVERYONE),
    "hold_id": lambda w, role, rule: Pair(w.hold),
    "absence_id": lambda w, role, rule: Pair(w.absences[role], (w.absences[Role.LEADER if role == Role.CLERK else Role.CLERK],), EVERYONE - {Role.ADMIN}),
    "session_id": lambda w, role, rule: Pair(w.sessions[role], (w.sessions[Role.LEADER if role == Role.CLERK else Role.CLERK],), EVERYONE),
    "extension_id": lambda w, role, rule: Pair(w.extensions[w.ours.id], (w.extensions[w.theirs.id],)),
    "objection_id": lambda w, role, rule: Pair(w.objections[w.ours.id], (w.objections[w.theirs.id],)),
    "period_id": lambda w, role, rule: Pair(w.periods[w.shared.id], (w.periods[w.alien.id],)),
    "form_id": lambda w, role, rule: Pair(w.figure_forms[w.shared.id]),
    "request_id": lambda w, role, rule: Pair(w.figure_requests[w.ours.id], (w.figure_requests[w.theirs.id],)),
    "indicator_id": lambda w, role, rule: Pair(w.indicator),
    "heading_id": lambda w, role, rule: Pair(w.heading),
    "dispatch_id": lambda w, role, rule: _dispatch(w, rule),
    "task_id": lambda w, role, rule: Pair(w.draft_task.id, (w.alien_task,), EVERYONE),
    "assignment_id": lambda w, role, rule: Pair(w.assignments[w.ours.id], (w.assignments[w.theirs.id],)),
    "submission_id": lambda w, role, rule: Pair(w.handed[w.ours.id].id, (w.handed[w.theirs.id].id, w.drafts[w.theirs.id].id)),
    "evidence_id": lambda w, role, rule: Pair(w.evidence[w.ours.id].id, (w.evidence[w.theirs.id].id,)),
    "annex_id": lambda w, role, rule: Pair(w.annex.id, (w.draft_file.id, w.files[w.theirs.id].id), EVERYONE),
    "file_id": lambda w, role, rule: Pair(w.files[w.ours.id].id, (w.files[w.theirs.id].id, w.draft_file.id)),
    "letter_id": lambda w, role, rule: Pair(w.letters[w.ours.id], (w.letters[w.theirs.id], w.letter_draft)),
    "kind": lambda w, role, rule: Pair("pdf"),
    "contest_id": lambda w, role, rule: Pair(w.contest, (10**6,), EVERYONE),
    "unit_report_id": lambda w, role, rule: Pair(w.unit_reports[w.ours.id], (w.unit_reports[w.theirs.id], w.unit_report_draft)),
    "report_id": lambda w, role, rule: Pair(w.reports[w.shared.id], (w.reports[w.alien.id],)),
    "schedule_id": lambda w, role, rule: Pair(w.schedule, (10**6,), EVERYONE),
}
#: The same for one route alone, where its parameter means something else.
OBJECTS_OF: dict[tuple[str, str], Provider] = {
    ("/mail/correct/<token>", "token"): lambda w, role, rule: Pair(w.tokens["correct"], ("la-lam",), EVERYONE),
    ("/people/import/<int:file_id>", "file_id"): lambda w, role, rule: w.table(imports.PEOPLE, role),
    ("/dispatches/<int:dispatch_id>/series/<int:task_id>", "task_id"): lambda w, role, rule: Pair(w.series, (w.draft_task.id, w.alien_task), EVERYONE),
    ("/units/import/<int:file_id>", "file_id"): lambda w, role, rule: w.table(imports.MAILBOXES, role),
}
#: Routes of a dispatch that has not been issued yet.
OF_DRAFTS = ("/dispatches/<int:dispatch_id>/draft", "/dispatches/<int:dispatch_id>/issue")


def _dispatch(world: World, rule: Rule) -> Pair:
    if rule.rule.startswith(OF_DRAFTS):
        return Pair(world.draft.id)
    return Pair(world.shared.id, (world.alien.id, world.draft.id))

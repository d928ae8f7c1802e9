"""The live sample: a dispatch of our own wording with every state of the work, made through the real services; removable in one step."""
import io
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import delete, or_, select, update

from tracker import clock
from tracker.adapters import sample_files
from tracker.adapters.files import Blob, store
from tracker.db import Base, db
from tracker.domain.errors import Conflict, NotFound
from tracker.models.dispatches import Dispatch, DispatchFile
from tracker.models.district_reports import DistrictReport, DistrictReportScan
from tracker.models.events import Event
from tracker.models.files import StoredFile
from tracker.models.letters import Letter
from tracker.models.mails import Mail, Reminder, ReminderPlan
from tracker.models.office import Setting
from tracker.models.pauses import Pause
from tracker.models.people import Person
from tracker.models.policies import Policy
from tracker.models.reports import Report, ReportFile
from tracker.models.submissions import Evidence, Submission
from tracker.models.units import RecipientGroup, Unit
from tracker.reading.folding import fold
from tracker.services import intake, passwords, sample_figures, sample_mail, sample_reports, tally
from tracker.services.calendar import working_calendar
from tracker.services.sample_acts import Prepared, Story, lower, signatory
from tracker.services.sample_story import (
    DOMAIN,
    MONTHLY_ISSUED,
    MOUNTAIN,
    OFFICE,
    PEOPLE,
    STORY,
    TITLES,
    Days,
    Handed,
)

TEXT = Path(__file__).resolve().parent.parent / "data" / "sample" / "dispatch.txt"
MONTHLY_TEXT = TEXT.with_name("monthly.txt")
SETTING = "sample"


@dataclass(frozen=True)
class Login:
    """One login that the terminal prints."""

    email: str
    password: str
    title: str


def prepare() -> Prepared:
    """Writes the files and reads the dispatch; call it before a transaction opens.

    Raises Conflict("sample.loaded"), and Conflict("sample.real") where real work has begun: the sample would give its districts
    addresses of its own and remind them of real tasks.
    """
    if db.session.get(Setting, SETTING) is not None:
        raise Conflict("sample.loaded")
    begun = select(Dispatch.id).where(Dispatch.issued_at.is_not(None)).limit(1), select(Unit.id).where(Unit.mailbox.is_not(None)).limit(1)
    if any(db.session.scalar(query) for query in begun):
        raise Conflict("sample.real")
    days = Days(clock.today(), working_calendar())
    issued = days.issued
    text = TEXT.read_text(encoding="utf-8").format(day=issued.day, month=issued.month, year=issued.year)
    begun_on = days.back(MONTHLY_ISSUED)
    monthly = MONTHLY_TEXT.read_text(encoding="utf-8").format(day=begun_on.day, month=begun_on.month, year=begun_on.year)
    made = Prepared(
        days, intake.take((io.BytesIO(sample_files.dispatch(text)), "931-CV-HNDT.docx")),
        intake.take((io.BytesIO(sample_files.dispatch(monthly)), "902-CV-HNDT.docx")),
    )
    names = dict(db.session.execute(select(Unit.short_name, Unit.name).where(Unit.level == "district")).all())
    for n, handed in enumerate(days.handed()):
        made.evidence[handed.unit, handed.on] = made.evidence.get((handed.unit, handed.on), []) + _files(handed, names[handed.unit], n)
    for unit in (unit for unit, letters in STORY.items() if "d" in letters):
        letter = sample_files.letter(lower(names[unit]), f"{40 + len(unit)}-CV/HNDH", days.back(-1), signatory(unit), list(TITLES[:3]))
        made.draft[unit] = store().put_bytes(letter, "chi-dao.pdf"), f"{40 + len(unit)}-CV-HNDH.pdf"
    made.mail = sample_mail.papers(names, days.back(-1), signatory, lower)
    return made


def load(prepared: Prepared) -> list[Login]:
    """Makes the sample in the caller's transaction, each act at its own day; gives the logins. Raises NotFound without the shipped units."""
    units = {unit.short_name: unit for unit in db.session.scalars(select(Unit).where(Unit.level == "district"))}
    if not set(STORY) <= set(units):
        raise NotFound("sample.units")
    password = f"mau-{secrets.randbelow(10**8):08d}"
    logins = _people(units, password)
    db.session.add(Setting(key=SETTING, value={"password": password, "loaded_on": prepared.days.today.isoformat()}))
    story, present = Story(prepared, units), clock.now()
    for moment, act in sorted(story.acts(), key=lambda pair: pair[0]):
        with clock.frozen(min(moment, present)):
            act()
        db.session.flush()
    kept = db.session.get_one(Setting, SETTING)
    kept.value = {**kept.value, "policy": story.policy_id}
    return logins


def logins() -> list[Login]:
    """The sample's logins while it is loaded, else none."""
    kept = db.session.get(Setting, SETTING)
    if kept is None:
        return []
    return [Login(_email(who.mailbox, who.unit), kept.value["password"], _shown(who.title, who.unit)) for who in PEOPLE]


def remove() -> None:
    """Takes the sample out in one step: its dispatch with all that hangs on it, its people, mails, groups and mailboxes.

    Contents that nothing else refers to leave the disk after the commit. Raises NotFound("sample.none") where none is loaded.
    """
    kept = db.session.get(Setting, SETTING)
    if kept is None:
        raise NotFound("sample.none")
    people = list(db.session.scalars(select(Person.id).where(Person.sample)))
    dispatches = list(db.session.scalars(select(Dispatch.id).where(or_(Dispatch.sample, Dispatch.created_by_id.in_(people)))))
    files = _files_of(dispatches) | set(sample_mail.files_of()) | sample_reports.remove(people)
    intake.forget_after_commit(sample_mail.remove())
    db.session.execute(delete(Reminder).where(Reminder.dispatch_id.in_(dispatches)))
    db.session.execute(delete(Event).where(or_(Event.dispatch_id.in_(dispatches), Event.person_id.in_(people))))
    db.session.execute(delete(Pause).where(or_(Pause.created_by_id.in_(people), Pause.dispatch_id.in_(dispatches))))
    for model in (Report, Submission):
        db.session.execute(delete(model).where(model.dispatch_id.in_(dispatches)))
    db.session.execute(delete(Dispatch).where(Dispatch.id.in_(dispatches)))
    sample_figures.remove()
    db.session.execute(delete(Mail).where(Mail.address.like(f"%.{DOMAIN}")))
    intake.forget_after_commit(list(db.session.scalars(delete(StoredFile).where(StoredFile.id.in_(files)).returning(StoredFile.sha256))))
    _drop_plans(date.fromisoformat(kept.value["loaded_on"]))
    db.session.execute(delete(RecipientGroup).where(RecipientGroup.sample))
    if (policy := db.session.get(Policy, kept.value.get("policy", 0))) is not None:
        db.session.execute(update(Dispatch).where(Dispatch.policy_id == policy.id).values(policy_id=None))
        db.session.delete(policy)
    db.session.execute(update(Unit).where(Unit.mailbox.like(f"%.{DOMAIN}")).values(mailbox=None, phone=None))
    _let_go(people)
    db.session.execute(delete(Person).where(Person.id.in_(people)))
    db.session.delete(kept)
    db.session.flush()
    tally.rebuild()


def _files_of(dispatches: list[int]) -> set[int]:
    """Every stored file that hangs on these dispatches: originals, annexes, evidence, reports."""
    wanted = (
        select(Dispatch.file_id).where(Dispatch.id.in_(dispatches)),
        select(DispatchFile.file_id).where(DispatchFile.dispatch_id.in_(dispatches)),
        select(Evidence.file_id).join(Submission, Submission.id == Evidence.submission_id).where(Submission.dispatch_id.in_(dispatches)),
        select(ReportFile.file_id).join(Report, Report.id == ReportFile.report_id).where(Report.dispatch_id.in_(dispatches)),
        *(select(column).where(Letter.dispatch_id.in_(dispatches)) for column in (Letter.docx_file_id, Letter.pdf_file_id, Letter.signed_file_id)),
        *(select(column).where(DistrictReport.dispatch_id.in_(dispatches)) for column in (DistrictReport.docx_file_id, DistrictReport.pdf_file_id)),
        select(DistrictReportScan.file_id).join(DistrictReport, DistrictReport.id == DistrictReportScan.report_id)
        .where(DistrictReport.dispatch_id.in_(dispatches)),
    )
    return {id for query in wanted for id in db.session.scalars(query) if id is not None}


def _drop_plans(loaded_on: date) -> None:
    """Plans made while there was nothing but the sample told of the sample alone; later ones beside real work are real history."""
    of_sample = delete(ReminderPlan)
    if db.session.scalar(select(Dispatch.id).limit(1)) is not None:
        of_sample = of_sample.where(ReminderPlan.day <= loaded_on)
    db.session.execute(of_sample)


def _let_go(people: list[int]) -> None:
    """Real rows that a sample person has touched stay, without the person."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.nullable and any(key.column.table.name == Person.__tablename__ for key in column.foreign_keys):
                db.session.execute(update(table).where(column.in_(people)).values({column.name: None}))


def _people(units: dict[str, Unit], password: str) -> list[Login]:
    now, secret = clock.now(), passwords.hashed(password, "")
    province = db.session.scalars(select(Unit).where(Unit.level == "province")).one()
    for who in PEOPLE:
        unit = units[who.unit] if who.unit else province
        db.session.add(Person(
            email=_email(who.mailbox, who.unit), name=who.name, title=who.title, role=who.role, unit_id=unit.id, password_hash=secret,
            created_at=now, sample=True,
        ))
    for n, (name, unit) in enumerate(sorted(units.items())):
        unit.mailbox, unit.phone = f"vanphong@hnd-{_slug(name)}.{DOMAIN}", f"0237 000 {n:04d}"
    db.session.add(RecipientGroup(name="11 huyện miền núi", sample=True, units=[units[name] for name in MOUNTAIN]))
    db.session.flush()
    return [Login(_email(who.mailbox, who.unit), password, _shown(who.title, who.unit)) for who in PEOPLE]


def _files(handed: Handed, name: str, n: int) -> list[tuple[Blob, str]]:
    number = 31 + n
    letter = sample_files.letter(lower(name), f"{number}-CV/HNDH", handed.on, signatory(handed.unit), [f"{TITLES[p - 1]}." for p in handed.tasks])
    found = [(letter, f"{number}-CV-HNDH.pdf")]
    if 2 in handed.tasks:
        found.append((sample_files.minutes(lower(name), handed.on), "Biên bản kiểm tra.docx"))
    if 4 in handed.tasks:
        found.append((sample_files.table(name), "Danh sách tổ TK&VV.xlsx"))
    if 7 in handed.tasks:
        found.append((sample_files.photo(n), "Điểm giao dịch xã.jpg"))
    return [(store().put_bytes(content, file_name), file_name) for content, file_name in found]


def _email(mailbox: str, unit: str | None) -> str:
    return f"{mailbox}@{'hnd-' + _slug(unit) if unit else OFFICE}.{DOMAIN}"


def _shown(title: str, unit: str | None) -> str:
    return f"{title}, {unit}" if unit else title


def _slug(name: str) -> str:
    return fold(name).removeprefix("tp ").removeprefix("tx ").replace(" ", "")



"""Reports in the sample: one district's sent with its scan, one that waits for its leader, the province's, told to every unit and contested twice; a pack
for a meeting with its schedule, and two questions."""
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy import delete, select

from tracker import clock
from tracker.adapters import previews
from tracker.adapters.files import store
from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.errors import NotFound
from tracker.models.district_reports import DistrictReport
from tracker.models.events import Event
from tracker.models.questions import Question
from tracker.models.reports import Report, ReportFile, ReportSchedule
from tracker.services import (
    briefings,
    contests,
    district_report_send,
    district_report_signing,
    district_reports,
    questions,
    reports,
    reports_compile,
    reports_schedule,
    standing,
)
from tracker.services.district_reports import Form
from tracker.services.reports_schedule import Setting
from tracker.services.sample_story import Days

#: Whose report is sent, and whose waits; who contests in vain, and whose contest waits.
SENT, WAITING, ANSWERED, OPEN = "Yên Định", "Thọ Xuân", "Lang Chánh", "Nga Sơn"
HARD = "Hai xã vùng sâu chưa có đường điện ổn định nên gửi tài liệu chậm; cán bộ phụ trách mới nhận việc từ tháng trước."


@dataclass
class Reports:
    """The acts with their moments; actor gives a district's person, dispatch_id the dispatch once it is issued."""

    days: Days
    clerk: Actor
    actor: Callable[[str], Actor]
    dispatch_id: Callable[[], int]
    kept: dict[str, int] = field(default_factory=dict)

    def acts(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """As in sample_acts.Story.acts. Their hours are in order, so that days off may put them on one day."""
        yield _at(self.days.back(-3), 17, 0), self._tell
        yield _at(self.days.back(-2), 17, 10), self._contest
        yield _at(self.days.back(-1), 17, 20), self._answer
        yield _at(self.days.back(-1), 17, 30), self._contest_again
        yield _at(self.days.back(-1), 17, 40), self._send
        yield _at(self.days.back(-1), 17, 50), self._ask
        yield _at(self.days.back(-2), 10, 20), self._wonder
        yield _at(self.days.back(-2), 15, 10), self._explain
        yield _at(self.days.back(-1), 9, 35), self._wonder_again
        yield _at(self.days.back(-1), 18, 0), self._schedule
        yield _at(self.days.back(-1), 18, 10), self._pack

    def _tell(self) -> None:
        """The province's own part alone is drawn here; whoever wants every unit's files has it compiled again."""
        found = reports.request_report(self.clerk, self.dispatch_id(), clock.today())
        db.session.flush()
        self._draw(found.id)
        db.session.refresh(found)
        standing.tell(self.clerk, found.id)
        self.kept["report"] = found.id

    def _contest(self) -> None:
        reason = "Việc 4 đã được tỉnh cho gia hạn vì lũ quét; đề nghị không tính là quá hạn."
        self.kept["contest"] = contests.contest(self.actor(ANSWERED), self.kept["report"], ["open_overdue"], reason)

    def _answer(self) -> None:
        said = "Hạn mới đã được tính: việc 4 không nằm trong số quá hạn, việc quá hạn là việc 6. Đề nghị huyện nộp sớm."
        contests.answer(self.clerk, self.kept["contest"], False, said)

    def _contest_again(self) -> None:
        reason = "Việc 4 huyện gửi thư ngày hết hạn nhưng hộp thư báo lỗi, hôm sau gửi lại; đề nghị tính là đúng hạn."
        contests.contest(self.actor(OPEN), self.kept["report"], ["accepted_late", "rank"], reason)

    def _send(self) -> None:
        actor, found = self._written(SENT, "21", "Trịnh Xuân Bắc")
        prepared = district_report_send.prepare(actor, found.id, found.version)
        district_report_send.send(actor, found.id, prepared)
        sheet = previews.sheet(prepared.blobs["pdf"].path.read_bytes(), 1)
        if sheet is not None:
            district_report_send.add_scan(actor, found.id, store().put_bytes(sheet, "scan.png"), "Báo cáo 21 đã ký.png")

    def _ask(self) -> None:
        actor, found = self._written(WAITING, "17", "")
        district_report_signing.ask(actor, found.id, found.version)

    def _wonder(self) -> None:
        text = "Việc 2: xã đã kiểm tra từ tháng trước thì gửi biên bản cũ được không, hay phải kiểm tra lại?"
        self.kept["question"] = questions.ask(self.actor(OPEN), self.dispatch_id(), None, text)

    def _explain(self) -> None:
        said = "Biên bản lập trong năm nay, đủ nội dung của đề cương thì dùng được; thiếu mục nào chỉ kiểm tra bổ sung mục đó."
        version = db.session.get_one(Question, self.kept["question"]).version
        questions.answer(self.clerk, self.kept["question"], said, "all", version)

    def _wonder_again(self) -> None:
        questions.ask(self.actor(WAITING), self.dispatch_id(), None, "Tổ trưởng nghỉ ốm dài ngày, phó tổ trưởng ký thay biên bản bình xét có được không?")

    def _schedule(self) -> None:
        """Every Monday at half past seven, a pack two hours before; the office's address is the sample's own."""
        reports_schedule.add(self.clerk, Setting("weekly", 1, kind="briefing", at=time(7, 30), hours_before=2))

    def _pack(self) -> None:
        """The pack of today's meeting, drawn at once."""
        found = briefings.order(self.clerk)
        db.session.flush()
        self._draw(found.id)

    def _draw(self, report_id: int) -> None:
        claimed = reports_compile.claim(report_id)
        if claimed is None:
            raise NotFound()
        known = reports_compile.facts(claimed)
        drawn = [*reports_compile.tables(claimed, known), *reports_compile.draw(known.data, known.wording)]
        reports_compile.record(claimed, known.data, [(one, reports_compile.keep(one)) for one in drawn], known.differ)

    def _written(self, name: str, number: str, signer: str) -> tuple[Actor, DistrictReport]:
        """A report drafted and written on; the signer's name is the leader's where nobody else is named."""
        actor = self.actor(name)
        found = district_reports.draft(actor, self.dispatch_id())
        form = Form({"hard": HARD}, found.signer_title, signer or found.signer_name, number, clock.today())
        return actor, district_reports.save(actor, found.id, found.version, form)


def _at(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.LOCAL)


def remove(people: list[int]) -> set[int]:
    """Takes out what is about no dispatch: the sample people's schedules and the reports and packs that they or these ordered; gives their files."""
    schedules = list(db.session.scalars(select(ReportSchedule.id).where(ReportSchedule.created_by_id.in_(people), ReportSchedule.dispatch_id.is_(None))))
    ours = Report.dispatch_id.is_(None) & (Report.created_by_id.in_(people) | Report.schedule_id.in_(schedules))
    found = list(db.session.scalars(select(Report.id).where(ours)))
    files = set(db.session.scalars(select(ReportFile.file_id).where(ReportFile.report_id.in_(found))))
    told = Event.kind.startswith("report.") & Event.dispatch_id.is_(None)
    for name, ids in (("report_id", found), ("schedule_id", schedules)):
        db.session.execute(delete(Event).where(told, Event.data[name].as_integer().in_(ids)))
    db.session.execute(delete(Report).where(Report.id.in_(found)))
    db.session.execute(delete(ReportSchedule).where(ReportSchedule.id.in_(schedules)))
    return files

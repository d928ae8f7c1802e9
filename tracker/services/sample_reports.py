"""Reports in the sample: one district's sent with its scan, one that waits for its leader, and the province's, told to every unit and contested twice."""
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

from tracker import clock
from tracker.adapters import previews
from tracker.adapters.files import store
from tracker.db import db
from tracker.domain.access import Actor
from tracker.domain.errors import NotFound
from tracker.models.district_reports import DistrictReport
from tracker.services import contests, district_report_send, district_report_signing, district_reports, reports, reports_compile, standing
from tracker.services.district_reports import Form
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

    def _tell(self) -> None:
        """The province's own part alone is drawn here; whoever wants every unit's files has it compiled again."""
        found = reports.request_report(self.clerk, self.dispatch_id(), clock.today())
        db.session.flush()
        claimed = reports_compile.claim(found.id)
        if claimed is None:
            raise NotFound()
        known = reports_compile.facts(claimed)
        drawn = [(one, reports_compile.keep(one)) for one in reports_compile.draw(known.data, known.wording)]
        reports_compile.record(claimed, known.data, drawn, known.differ)
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

    def _written(self, name: str, number: str, signer: str) -> tuple[Actor, DistrictReport]:
        """A report drafted and written on; the signer's name is the leader's where nobody else is named."""
        actor = self.actor(name)
        found = district_reports.draft(actor, self.dispatch_id())
        form = Form({"hard": HARD}, found.signer_title, signer or found.signer_name, number, clock.today())
        return actor, district_reports.save(actor, found.id, found.version, form)


def _at(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.LOCAL)

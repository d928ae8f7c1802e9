"""What the sample's districts ask of the province: one extension that waits, one granted when it was late already, one objection that waits."""
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tracker import clock
from tracker.domain.access import Actor
from tracker.services import extension_decisions, extensions, objections
from tracker.services.sample_story import Days

#: Who asks for what, by the tasks' positions.
WAITING, GRANTED, OBJECTED = ("Nga Sơn", 5), ("Lang Chánh", 4), ("Như Xuân", 7)


@dataclass
class Requests:
    """The acts with their moments; actor and ids find a district's person and its assignments."""

    days: Days
    clerk: Actor
    actor: Callable[[str], Actor]
    ids: Callable[[Actor, tuple[int, ...]], list[int]]
    asked: list[int]

    def acts(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """As in sample_acts.Story.acts."""
        # However the days off lie, it is asked two days late at least.
        late = (self.days.due(GRANTED[1]) or self.days.today) + timedelta(days=2)
        yield _at(max(self.days.back(-6), late), 10), self._ask_late
        yield _at(max(self.days.back(-4), late), 15), self._grant
        yield _at(self.days.back(-3), 9), self._ask
        yield _at(self.days.back(-2), 11), self._object

    def _ask_late(self) -> None:
        reason = "Hai xã bị lũ quét chia cắt, chưa họp được tổ để củng cố; đã xong 9 tổ, còn 3 tổ."
        self.asked = self._extension(GRANTED, self.days.today + timedelta(days=6), "weather", reason)

    def _grant(self) -> None:
        extension_decisions.grant(self.clerk, self.asked, note="Tỉnh đồng ý; đề nghị nộp trước phần đã xong.")

    def _ask(self) -> None:
        reason = "Đại hội Chi hội hai xã lùi sang tuần sau nên chưa chốt được danh sách tổ trưởng mới."
        self._extension(WAITING, self.days.today + timedelta(days=21), "staff", reason)

    def _extension(self, of: tuple[str, int], wished_on: date, category: str, reason: str) -> list[int]:
        actor = self.actor(of[0])
        return extensions.ask(actor, self.ids(actor, (of[1],)), wished_on, category, reason)

    def _object(self) -> None:
        actor = self.actor(OBJECTED[0])
        reason = "Các điểm giao dịch xã của huyện do Phòng giao dịch ngân hàng quản lý, Hội không bố trí được hội trường."
        objections.object_to(actor, self.ids(actor, (OBJECTED[1],)), reason, "Phòng giao dịch Ngân hàng Chính sách xã hội huyện")


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 30), clock.LOCAL)

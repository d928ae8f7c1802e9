"""Whose clock ran for how long: the days from the day of issue, shared out between the unit, the province and the time it all stood still."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from tracker.domain.status import HELD, OPEN, State


class Holder(StrEnum):
    """Whose turn it is: đơn vị, tỉnh duyệt, tạm dừng hoặc xem lại."""

    UNIT = "unit"
    PROVINCE = "province"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Clocks:
    """Calendar days of each holder; together they are the time that has passed."""

    unit: int = 0
    province: int = 0
    held: int = 0

    @property
    def elapsed(self) -> int:
        """All days since the beginning."""
        return self.unit + self.province + self.held


def holder(state: str) -> Holder | None:
    """Who has to act in a state; None once it is over (accepted, cancelled)."""
    if state not in OPEN:
        return None
    return Holder.PROVINCE if state == State.SUBMITTED else Holder.NOBODY if state in HELD else Holder.UNIT


def clocks(began: date, changes: Iterable[tuple[date, str]], until: date) -> Clocks:
    """Shares out the days from began to until, or to the day on which it was over.

    changes: (day, state from then on) in the order in which they became known. One that reaches back (a pause from an earlier day)
    takes the place of what stood from that day on. A day counts for whoever holds the task at its end.
    """
    course: list[tuple[date, str]] = [(began, State.ASSIGNED)]
    for day, state in changes:
        day = max(day, began)
        while len(course) > 1 and course[-1][0] >= day:
            course.pop()
        course.append((day, state))
    days = dict.fromkeys(Holder, 0)
    for (day, state), (after, following) in pairwise([*course, (max(until, course[-1][0]), "")]):
        # What was over and was opened again (a verdict taken back) was meanwhile in the province's hands.
        if who := holder(state) or (Holder.PROVINCE if following else None):
            days[who] += (after - day).days
    return Clocks(days[Holder.UNIT], days[Holder.PROVINCE], days[Holder.NOBODY])

"""Reminder policies (lịch nhắc): which steps a ladder has, who is addressed at each, and at which step something stands on a day."""
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from tracker.domain.calendar import Calendar
from tracker.domain.errors import BadInput
from tracker.domain.wording import tr

#: The furthest step from the date, in working days; what is further off is a matter for the review date.
FURTHEST = 250
MOST_STEPS = 12
LONGEST_OPENING = 300
#: Gaps that an opening sentence may have, and what fills them.
TOKENS = {
    "đơn vị": tr("tên đơn vị nhận thư"), "số": tr("số của công văn có việc ở bước này"), "số việc": tr("số việc ở bước này"), "ngày": tr("ngày gửi thư"),
}
_TOKEN = re.compile(r"\{([^{}]*)\}")


class Urgency(StrEnum):
    """Mức độ khẩn của văn bản (Nghị định 30/2020/NĐ-CP), from the least to the most."""

    URGENT = "urgent"
    VERY_URGENT = "very_urgent"
    FLASH = "flash"


#: As the reader writes what is stamped on a document.
STAMPED = {"khẩn": Urgency.URGENT, "thượng khẩn": Urgency.VERY_URGENT, "hoả tốc": Urgency.FLASH}


def urgency_or_none(value: str | None) -> str | None:
    """A value from a form, None for the usual or for what is no urgency."""
    return str(Urgency(value)) if value in set(Urgency) else None


class Rank(StrEnum):
    """Who is addressed at a step, from the nearest to the highest; the last two are lists for the province, not mails."""

    OFFICER = "officer"
    DISTRICT_LEADER = "district_leader"
    PROVINCE_LEADER = "province_leader"
    LETTER = "letter"
    CRITICISM = "criticism"


#: Steps that put a unit into a list of the province; the ledger names them in place of a recipient.
LISTED = (Rank.LETTER, Rank.CRITICISM)


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """One step: so many working days from the date (-5 before, 0 on the day, 6 after), to whom, and the mail's opening sentence.

    every: on the last step after the date only, so many working days between its repetitions; 0 for once.
    """

    days: int
    ranks: tuple[Rank, ...] = (Rank.OFFICER,)
    opening: str = ""
    every: int = 0

    @property
    def key(self) -> str:
        """As the ledger names it: "before-5", "on-0", "late-3"; unique per deadline version."""
        return step_key(self.days)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of a policy, in order."""

    steps: tuple[PolicyStep, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """For whom a policy of the office is: a kind of dispatch and an urgency, each None for any."""

    id: int
    kind: str | None
    urgency: str | None


OFFICER, LEADER = Rank.OFFICER, Rank.DISTRICT_LEADER
#: What holds where the office has set nothing: 5, 3, 1 working days before, on the day, every third after, leaders copied from the second.
DEFAULT = Ladder((
    PolicyStep(-5), PolicyStep(-3), PolicyStep(-1), PolicyStep(0), PolicyStep(3), PolicyStep(6, (OFFICER, LEADER), every=3),
))


def step_key(days: int) -> str:
    """The ledger's name of the step so many working days from the date."""
    return f"before-{-days}" if days < 0 else f"late-{days}" if days else "on-0"


def step_on(ladder: Ladder, chase_on: date, today: date, calendar: Calendar) -> PolicyStep | None:
    """The latest step that is due by today for something owed on chase_on, or None before the first.

    A missed day is made up for by this latest step only: earlier ones are passed over, never sent late; once the date has come no step
    before it is told any more. A repeated step comes back with the days it has come to (late-9, late-12, …).
    """
    return step_at(ladder, *distance(chase_on, today, calendar))


def distance(chase_on: date, today: date, calendar: Calendar) -> tuple[bool, int]:
    """Whether the date has come, and how many working days are left until it or have passed since."""
    if today < chase_on:
        return False, calendar.between(today, chase_on)
    return True, max(calendar.between(chase_on, today), 0)


def step_at(ladder: Ladder, come: bool, days: int) -> PolicyStep | None:
    """`step_on` for a distance that is known."""
    if not come:
        passed = [step for step in ladder.steps if step.days < 0 and days <= -step.days]
        return passed[-1] if passed else None
    passed = [step for step in ladder.steps if 0 <= step.days <= days]
    if not passed:
        return None
    last = passed[-1]
    return replace(last, days=last.days + (days - last.days) // last.every * last.every) if last.every else last


def chosen(policy_id: int | None, kind: str | None, urgency: str | None, rules: Sequence[Rule]) -> int | None:
    """The policy in force for a dispatch: its own, else the office's most fitting one (urgency before kind), None for the built-in one."""
    if policy_id is not None:
        return policy_id
    fitting = [rule for rule in in_order(rules) if rule.kind in (None, kind) and rule.urgency in (None, urgency)]
    return fitting[0].id if fitting else None


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """The office's rules, the most particular first."""
    return sorted(rules, key=lambda rule: (rule.urgency is None, rule.kind is None, rule.id))


def checked(steps: Iterable[PolicyStep]) -> Ladder:
    """The steps in order as a ladder. Raises BadInput for what no ladder can be, with the step's number (1 for the first typed)."""
    typed = list(steps)
    for n, step in enumerate(typed, 1):
        _check(step, n)
    ordered = sorted(typed, key=lambda step: step.days)
    if not ordered:
        raise BadInput("policy.no_step")
    if len(ordered) > MOST_STEPS:
        raise BadInput("policy.many_steps", most=MOST_STEPS)
    if len({step.days for step in ordered}) < len(ordered):
        raise BadInput("policy.same_day")
    return Ladder((*(replace(step, every=0) for step in ordered[:-1]), ordered[-1] if ordered[-1].days > 0 else replace(ordered[-1], every=0)))


def _check(step: PolicyStep, n: int) -> None:
    if abs(step.days) > FURTHEST or not 0 <= step.every <= FURTHEST:
        raise BadInput("policy.far", n=n, most=FURTHEST)
    if not step.ranks:
        raise BadInput("policy.nobody", n=n)
    if len(step.opening) > LONGEST_OPENING:
        raise BadInput("policy.long_opening", n=n, most=LONGEST_OPENING)
    unknown = [name for name in _TOKEN.findall(step.opening) if name not in TOKENS]
    if unknown or "{" in _TOKEN.sub("", step.opening) or "}" in _TOKEN.sub("", step.opening):
        raise BadInput("policy.token", n=n, gap=unknown[0] if unknown else "{", known=", ".join(f"{{{name}}}" for name in TOKENS))


def filled(opening: str, values: Mapping[str, str]) -> str:
    """The opening sentence with its gaps filled; values: one for each of TOKENS."""
    return _TOKEN.sub(lambda found: values.get(found[1], found[0]), opening)


def as_json(ladder: Ladder) -> list[dict[str, Any]]:
    """The steps as a policy's row keeps them."""
    return [
        {"days": step.days, "ranks": [str(rank) for rank in step.ranks], "opening": step.opening, "every": step.every} for step in ladder.steps
    ]


def from_json(steps: Iterable[Mapping[str, Any]]) -> Ladder:
    """The ladder of a policy's row."""
    return Ladder(tuple(
        PolicyStep(int(step["days"]), tuple(Rank(rank) for rank in step["ranks"]), str(step.get("opening", "")), int(step.get("every", 0)))
        for step in steps
    ))


def furthest_before(ladders: Iterable[Ladder]) -> int:
    """How many working days before its date the earliest step of any of these lies."""
    return max([0, *(-step.days for ladder in ladders for step in ladder.steps)])

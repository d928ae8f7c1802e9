"""The words of a formal letter (công văn đôn đốc, nhắc nhở, phê bình): its subject and body, with every figure counted from its lines."""
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from tracker.domain import report_words as words
from tracker.domain.wording import worded


class Kind(StrEnum):
    URGE = "urge"
    REMIND = "remind"
    CRITICISE = "criticise"


WORDS = worded({Kind.URGE: "đôn đốc", Kind.REMIND: "nhắc nhở", Kind.CRITICISE: "phê bình"})
#: Why a line stands in a letter: past its date; past the date to mend what was returned; no deadline, and silent for long.
OVER, FIX, QUIET = "over", "fix", "quiet"
#: So many days without a sign make what has no deadline a matter for a letter.
QUIET_DAYS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One assignment that a letter speaks of, as it stood when the figures were taken.

    due_on is the date in force (of a FIX line the day to mend by), days are counted from it, of a QUIET line from since; reminded counts
    the days on which the unit was reminded of it.
    """

    assignment_id: int
    unit_id: int
    unit: str
    kind: str
    position: int
    task: str
    role: str
    reason: str
    days: int
    due_on: date | None = None
    original_due_on: date | None = None
    since: date | None = None
    reminded: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What subject and body are made from. about: the dispatch ("Công văn số 931-CV/HNDT ngày 11/8/2026"); what: its subject."""

    kind: str
    speaker: str
    about: str
    what: str
    as_of: date
    reply_by: date | None
    office: str
    email: str
    lines: tuple[Line, ...]

    @property
    def units(self) -> int:
        """How many units it speaks of."""
        return len({line.unit_id for line in self.lines})


def to_json(line: Line) -> dict[str, Any]:
    """As a letter keeps it."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(line).items()}


def from_json(kept: dict[str, Any]) -> Line:
    """What to_json wrote."""
    dated: dict[str, Any] = {key: date.fromisoformat(kept[key]) for key in ("due_on", "original_due_on", "since") if kept[key]}
    return Line(**{**kept, **dated})


def reason_of(
    as_of: date, due_on: date | None, fix_by: date | None, review_on: date | None, since: date,
) -> tuple[str, int] | None:
    """Why something owed belongs into a letter on a day, and for how many days; None where it does not. fix_by: of a returned one only.

    What was returned is late only once the day to mend it has passed. Without a deadline it counts from the review date, or when nothing
    was heard of it for QUIET_DAYS.
    """
    if fix_by is not None and fix_by >= as_of:
        return None
    if due_on is not None and due_on < as_of:
        return OVER, (as_of - due_on).days
    if fix_by is not None:
        return FIX, (as_of - fix_by).days
    silent = (as_of - since).days
    if due_on is None and (silent >= QUIET_DAYS or (review_on is not None and review_on < as_of)):
        return QUIET, silent
    return None


def subject(facts: Facts) -> str:
    """The V/v line."""
    if facts.kind == Kind.URGE:
        return f"V/v đôn đốc thực hiện {facts.about}"
    return f"V/v {WORDS[Kind(facts.kind)]} việc chậm thực hiện {facts.about}"


def body(facts: Facts) -> str:
    """The body, a paragraph a line; "- " begins an item. It says nothing that the lines do not."""
    return "\n".join(_paragraphs(facts))


def _paragraphs(facts: Facts) -> Iterator[str]:
    many = facts.units > 1
    to, ours = ("các đơn vị", "các đơn vị có tên trong Phụ lục") if many else ("đơn vị", "đơn vị")
    yield f"{facts.speaker} đã ban hành {facts.about} về việc {facts.what}, giao nhiệm vụ cho {to} thực hiện."
    yield f"Qua theo dõi, đến ngày {words.day(facts.as_of)}, {_standing(facts, many)} (chi tiết tại Phụ lục kèm theo)."
    if facts.kind != Kind.URGE and (told := _reminded(facts.lines)):
        yield told
    yield from _ASKED[Kind(facts.kind)](facts, ours)
    order = "Đề nghị" if facts.kind == Kind.URGE else "Yêu cầu"
    yield f"{order} {to} {'quan tâm' if facts.kind == Kind.URGE else 'nghiêm túc'} thực hiện./."


def _standing(facts: Facts, many: bool) -> str:
    late = [line for line in facts.lines if line.reason in (OVER, FIX)]
    quiet = [line for line in facts.lines if line.reason == QUIET]
    parts = []
    if late:
        parts.append(f"{_count(late, many)} đã quá thời hạn mà chưa hoàn thành, {_longest(late, 'chậm')}")
    if quiet:
        parts.append(f"{_count(quiet, many)} không ấn định thời hạn chưa gửi kết quả, {_longest(quiet, 'đã')}")
    return ("còn " if many else "đơn vị còn ") + "; ".join(parts)


def _longest(lines: Sequence[Line], alone: str) -> str:
    return f"{'lâu nhất' if len(lines) > 1 else alone} {words.number(max(line.days for line in lines))} ngày"


def _count(lines: Sequence[Line], many: bool) -> str:
    units = len({line.unit_id for line in lines})
    return f"{words.number(len(lines))} {'lượt ' if many else ''}nhiệm vụ" + (f" của {words.number(units)} đơn vị" if many else "")


def _reminded(lines: Sequence[Line]) -> str:
    told = [line.reminded for line in lines if line.reminded]
    if not told:
        return ""
    most, least = max(told), min(told)
    times = f"{most} lần" if most == least else f"từ {least} đến {most} lần"
    if len(told) == len(lines):
        return f"{'Các nhiệm vụ' if len(lines) > 1 else 'Nhiệm vụ'} nêu trên đã được nhắc {times} nhưng đến nay vẫn chưa hoàn thành."
    return f"Trong đó, {words.number(len(told))} nhiệm vụ đã được nhắc {times} nhưng đến nay vẫn chưa hoàn thành."


def _where(facts: Facts) -> str:
    to = f" về {facts.office}" if facts.office else ""
    to += f" (thư điện tử: {facts.email})" if facts.email else ""
    return to + (f" chậm nhất ngày {words.day(facts.reply_by)}" if facts.reply_by else "")


def _urge(facts: Facts, ours: str) -> Iterator[str]:
    yield f"Để bảo đảm tiến độ chung, {facts.speaker} đề nghị {ours}:"
    yield "1. Khẩn trương chỉ đạo hoàn thành các nhiệm vụ nêu tại Phụ lục, gửi kết quả kèm văn bản chỉ đạo và tài liệu minh chứng."
    yield "2. Đối với nhiệm vụ chưa thể hoàn thành, nêu rõ nguyên nhân, khó khăn, vướng mắc và thời gian hoàn thành."
    yield f"3. Báo cáo kết quả{_where(facts)}."


def _remind(facts: Facts, ours: str) -> Iterator[str]:
    yield f"{facts.speaker} nhắc nhở {ours} và yêu cầu:"
    yield (
        "1. Nghiêm túc rút kinh nghiệm trong việc chấp hành thời hạn được giao; người đứng đầu trực tiếp chỉ đạo hoàn thành dứt điểm "
        "các nhiệm vụ nêu tại Phụ lục."
    )
    yield "2. Gửi kết quả kèm văn bản chỉ đạo và tài liệu minh chứng; nêu rõ nguyên nhân chậm và thời gian hoàn thành đối với nhiệm vụ còn dở dang."
    yield f"3. Báo cáo kết quả{_where(facts)}."


def _criticise(facts: Facts, ours: str) -> Iterator[str]:
    yield f"{facts.speaker} phê bình {ours} vì đã chậm thực hiện nhiệm vụ được giao và yêu cầu:"
    yield "1. Kiểm điểm, làm rõ trách nhiệm của tập thể, cá nhân trong việc chậm thực hiện các nhiệm vụ nêu tại Phụ lục."
    yield "2. Tập trung hoàn thành dứt điểm các nhiệm vụ này, gửi kết quả kèm văn bản chỉ đạo và tài liệu minh chứng."
    yield f"3. Báo cáo kết quả kiểm điểm và kết quả thực hiện{_where(facts)}."


_ASKED = {Kind.URGE: _urge, Kind.REMIND: _remind, Kind.CRITICISE: _criticise}

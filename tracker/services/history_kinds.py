"""What events are about, in groups that a person would look for; which of them a unit may read; and by which way an act came."""
from sqlalchemy import ColumnElement, and_, or_

from tracker.domain.access import Actor, Right
from tracker.domain.wording import tr
from tracker.models.events import Event

#: Group → its words and the beginnings of the kinds in it; every kind belongs to one.
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "work": (tr("Giao việc, nộp kết quả"), (
        "assignment.issue", "assignment.acknowledge", "assignment.submit", "assignment.undo_submit", "assignment.cancel", "assignment.amend",
        "assignment.dates", "submission.", "series.",
    )),
    "review": (tr("Duyệt, trả lại"), ("assignment.accept", "assignment.return", "assignment.undo_review")),
    "request": (tr("Gia hạn, đề nghị, tạm dừng"), (
        "assignment.ext", "assignment.object", "assignment.take_back", "assignment.decider", "assignment.uphold", "assignment.dismiss",
        "assignment.undo_objection", "assignment.pause", "assignment.resume", "pause.",
    )),
    "dispatch": (tr("Công văn"), ("dispatch.",)),
    "chase": (tr("Đôn đốc"), ("reminder.", "plan.", "letter.", "policy.")),
    "mail": (tr("Thư, liên kết"), ("mail.", "mail_link.", "feed.")),
    "figures": (tr("Số liệu"), ("figures.", "indicator.")),
    "report": (tr("Báo cáo"), ("report.", "unit_report.", "contest.")),
    "question": (tr("Hỏi – đáp"), ("question.",)),
    "account": (tr("Tài khoản"), ("person.",)),
    "office": (tr("Đơn vị, cài đặt"), ("office.", "unit.", "group.", "import.", "retention.")),
}
#: What a unit reads of its own: its work and what it handed in. How the province chases it and sorts its mail is the province's.
OF_UNITS = ("assignment.", "submission.", "unit_report.", "figures.hand_in", "figures.ask", "figures.grant", "figures.refuse", "figures.correct",
            "contest.", "question.", "feed.", "mail.taken", "mail.filed", "series.")
#: What concerns a dispatch as a whole, for every unit that received it.
OF_RECIPIENTS = ("dispatch.issue", "dispatch.amend", "dispatch.withdraw", "dispatch.close", "dispatch.reopen")
ACCOUNTS = "person."
LINK, MAIL, MACHINE = "%qua liên kết%", "%qua thư%", "Đôn Đốc"
#: By which way an act came: as it stands behind the name, and as a choice.
WAYS = {"web": tr("trên trang web"), "mail": tr("qua thư"), "link": tr("qua liên kết trong thư"), "machine": tr("máy tự làm")}


def way(person_id: int | None, person_name: str) -> str:
    """By which way somebody acted: the name that was kept says it for mails and links."""
    if "qua liên kết" in person_name:
        return "link"
    if "qua thư" in person_name:
        return "mail"
    return "machine" if person_id is None and person_name == MACHINE else "web"


def came_by(asked: str) -> ColumnElement[bool] | None:
    """The condition of one of WAYS; None for anything else."""
    machine = and_(Event.person_id.is_(None), Event.person_name == MACHINE)
    found: dict[str, ColumnElement[bool]] = {
        "link": Event.person_name.like(LINK), "mail": Event.person_name.like(MAIL), "machine": machine,
        "web": and_(Event.person_name.not_like(LINK), Event.person_name.not_like(MAIL), ~machine),
    }
    return found.get(asked)


def about(group: str) -> ColumnElement[bool] | None:
    """The condition of one of GROUPS; None for anything else."""
    return begins(GROUPS[group][1]) if group in GROUPS else None


def begins(beginnings: tuple[str, ...]) -> ColumnElement[bool]:
    """Events whose kind begins with one of these."""
    return or_(*(Event.kind.startswith(one, autoescape=True) for one in beginnings))


def group_of(kind: str) -> str:
    """The group of a kind, "" for none."""
    return next((group for group, (_, beginnings) in GROUPS.items() if kind.startswith(beginnings)), "")


def readable(actor: Actor) -> list[ColumnElement[bool]]:
    """What holds of the events that this actor may read, beside whose they are."""
    if not actor.sees_all_units:
        of_all = and_(Event.unit_id.is_(None), begins(OF_RECIPIENTS))
        return [or_(of_all, and_(Event.unit_id == actor.unit_id, begins(OF_UNITS)))]
    return [] if actor.can(Right.HISTORY_READ) else [~Event.kind.startswith(ACCOUNTS)]


def choices(actor: Actor) -> list[tuple[str, str]]:
    """The groups that this actor may find something in: (key, words)."""
    hidden = set() if actor.can(Right.HISTORY_READ) else {"account"} if actor.sees_all_units else {"account", "office", "chase"}
    return [(key, words) for key, (words, _) in GROUPS.items() if key not in hidden]

"""The main menu: which pages stand in it for which role, in which order."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user

from tracker.domain.access import DISTRICT_ROLES, RIGHTS, Right, Role
from tracker.domain.wording import tr
from tracker.services import menu


@dataclass(frozen=True)
class Entry:
    """One menu entry before it is drawn; needs names the right without which the page is closed."""

    endpoint: str
    label: str
    needs: Right | None = None


@dataclass(frozen=True)
class Item:
    """One menu entry as base.html draws it."""

    label: str
    url: str
    current: bool
    count: int


PROVINCE = (
    Entry("home.index", tr("Hôm nay")),
    Entry("dispatches.index", tr("Công văn")),
    Entry("matrix.index", tr("Ma trận"), Right.UNIT_READ_ALL),
    Entry("reviews.index", tr("Duyệt"), Right.ASSIGNMENT_REVIEW),
    Entry("requests.index", tr("Đề nghị"), Right.REQUEST_DECIDE),
    Entry("incoming.index", tr("Thư đến"), Right.MAIL_TRIAGE),
    Entry("units.index", tr("Đơn vị"), Right.UNIT_READ_ALL),
    Entry("figures.index", tr("Số liệu")),
    Entry("reports.index", tr("Báo cáo"), Right.REPORT_READ),
    Entry("reminders.index", tr("Sổ nhắc việc"), Right.REMINDER_READ),
    Entry("people.index", tr("Người dùng"), Right.PERSON_MANAGE),
    Entry("sent_mail.index", tr("Hộp thư đã gửi"), Right.SENT_MAIL_READ),
    Entry("settings.index", tr("Cài đặt"), Right.SETTINGS_MANAGE),
)
DISTRICT = (
    Entry("home.index", tr("Việc phải làm")),
    Entry("dispatches.index", tr("Công văn")),
    Entry("submissions.index", tr("Đã nộp")),
    Entry("figures.index", tr("Số liệu")),
    Entry("reports.index", tr("Báo cáo"), Right.REPORT_READ),
    Entry("units.mine", tr("Đơn vị tôi")),
)
#: What a counter gets: nothing; it answers how many things wait for the person of this request.
Counter = Callable[[], int]


def entries(role: Role) -> tuple[Entry, ...]:
    """The menu of a role, in order; entries whose right the role lacks are left out."""
    menu = DISTRICT if role in DISTRICT_ROLES else PROVINCE
    return tuple(entry for entry in menu if entry.needs is None or entry.needs in RIGHTS[role])


_MENUS = {role: entries(role) for role in Role}


def count_with(app: Flask, endpoint: str, counter: Counter) -> None:
    """Shows counter's figure beside the entry of this endpoint; it is asked once per page."""
    app.extensions.setdefault("nav_counters", {})[endpoint] = counter


def waiting(kind: str) -> Counter:
    """A counter of services.menu: all of them cost one query a page together."""
    def count() -> int:
        if "waiting" not in g:
            g.waiting = menu.waiting()
        return int(g.waiting[kind])
    return count


def nav_items() -> list[Item]:
    """The menu for the person of this request; empty for guests. Pages that are not installed are left out.

    A view that belongs under another entry than its blueprint's own says so in g.section.
    """
    if not current_user.is_authenticated:
        return []
    counters: dict[str, Counter] = current_app.extensions.get("nav_counters", {})
    section = g.get("section", request.blueprint)
    return [
        Item(
            label=entry.label,
            url=url_for(entry.endpoint),
            current=section == entry.endpoint.partition(".")[0],
            count=counters[entry.endpoint]() if entry.endpoint in counters else 0,
        )
        for entry in _MENUS[Role(current_user.role)]
        if entry.endpoint in current_app.view_functions
    ]


def link(endpoint: str) -> str | None:
    """The address of a page without parameters, or None where it is not installed."""
    return url_for(endpoint) if endpoint in current_app.view_functions else None


def init_app(app: Flask) -> None:
    """Gives templates `nav_items()` and `link(endpoint)`."""
    app.jinja_env.globals.update(nav_items=nav_items, link=link)

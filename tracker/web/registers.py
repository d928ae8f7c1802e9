"""Sổ văn bản đến, sổ văn bản đi: by year, on the screen, on paper and as a table; the province's, or a unit's own for its people."""
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.adapters import xlsx
from tracker.db import transaction
from tracker.domain import register_sheets
from tracker.domain.access import Right
from tracker.domain.report_sheets import Row, Sheet
from tracker.domain.wording import capital, joined, tr
from tracker.i18n import EVIDENCE
from tracker.services import arrivals, registers, units
from tracker.services.registers import In, Out
from tracker.web.guards import actor, needs

blueprint = Blueprint("registers", __name__, url_prefix="/registers")

KINDS = {**EVIDENCE, arrivals.NO_FILE: tr("Không kèm tệp")}
CHANNELS = {"web": "", "mail": tr("qua thư điện tử"), "link": tr("qua liên kết trong thư")}
TAKEN_BACK = tr("đã rút lại")
LETTER = tr("công văn đôn đốc")


@blueprint.before_request
def _under_dispatches() -> None:
    g.section = "dispatches"


@blueprint.get("/in")
@needs(Right.WORK_READ)
def incoming() -> ResponseReturnValue:
    """What the units sent, or what the province sent to one's own: ?year=, ?unit=, ?kind= narrow, ?before= goes on; ?whole=1 is the year for paper."""
    if not actor().sees_all_units:
        return _page("registers/received.html", registers.outgoing, ".incoming", letter=LETTER)
    _number_what_came()
    return _page("registers/in.html", registers.incoming, ".incoming", kinds=KINDS, channels=CHANNELS)


@blueprint.get("/in.xlsx")
@needs(Right.WORK_READ)
def incoming_table() -> ResponseReturnValue:
    """The same year as a table."""
    if not actor().sees_all_units:
        got = registers.outgoing(actor(), *_asked(), whole=registers.EVERY)
        return _table(register_sheets.received(got.year, actor().unit_name, map(_received_row, got.lines)), f"so-van-ban-den-{got.year}")
    _number_what_came()
    found = registers.incoming(actor(), *_asked(), whole=registers.EVERY)
    return _table(register_sheets.incoming(found.year, map(_in_row, found.lines)), f"so-van-ban-den-{found.year}")


@blueprint.get("/out")
@needs(Right.WORK_READ)
def outgoing() -> ResponseReturnValue:
    """What the province issued, or what one's own unit sent, with the same filters."""
    if not actor().sees_all_units:
        _number_what_came()
        return _page("registers/sent.html", registers.incoming, ".outgoing", kinds=KINDS, channels=CHANNELS)
    return _page("registers/out.html", registers.outgoing, ".outgoing", letter=LETTER)


@blueprint.get("/out.xlsx")
@needs(Right.WORK_READ)
def outgoing_table() -> ResponseReturnValue:
    """The same year as a table."""
    if not actor().sees_all_units:
        _number_what_came()
        sent = registers.incoming(actor(), *_asked(), whole=registers.EVERY)
        return _table(register_sheets.sent(sent.year, actor().unit_name, map(_sent_row, sent.lines)), f"so-van-ban-di-{sent.year}")
    found = registers.outgoing(actor(), *_asked(), whole=registers.EVERY)
    return _table(register_sheets.outgoing(found.year, map(_out_row, found.lines)), f"so-van-ban-di-{found.year}")


def _number_what_came() -> None:
    """Numbers are given by a regular job; who opens the register sees what came in a moment ago too."""
    if arrivals.behind():
        with transaction():
            arrivals.catch_up()


def _asked() -> tuple[int | None, int | None, str]:
    args = request.args
    return args.get("year", type=int), args.get("unit", type=int), args.get("kind", "")


def _page(template: str, service: Callable[..., registers.Page[Any]], endpoint: str, **more: object) -> ResponseReturnValue:
    year, unit, kind = _asked()
    whole, before = "whole" in request.args, request.args.get("before", "")
    found = service(actor(), year, unit, kind, before, registers.MOST if whole else 0)
    kept: dict[str, Any] = {"year": found.year, "unit": unit, "kind": kind or None}
    return render_template(
        template, page=found, named=[(key, _kind_named(key)) for key in found.kinds],
        unit=unit, kind=kind, whole=whole, units=units.choices(actor()) if actor().sees_all_units else (), narrowed=bool(unit or kind),
        next=url_for(endpoint, **kept, before=found.before) if found.before else "", prev=url_for(endpoint, **kept) if before else "",
        on_paper=url_for(endpoint, **kept, whole=1), on_screen=url_for(endpoint, **kept), table=url_for(f"{endpoint}_table", **kept),
        most=registers.MOST, **more,
    )


def _kind_named(key: str) -> str:
    """A kind of evidence, or of the province's documents as their own heads name it."""
    return KINDS.get(key) or capital(LETTER if key == registers.LETTER else tr(key))


def _in_row(line: In) -> Row:
    note = TAKEN_BACK if line.gone else CHANNELS.get(line.channel, "")
    day = clock.local(line.at).date()
    return day, line.number, line.unit, line.document, line.dated_on, line.subject, line.signatory, line.recipient, None, None, note


def _out_row(line: Out) -> Row:
    return line.number, line.dated_on, _titled(line), line.signatory, line.recipients, None, None, line.note


def _titled(line: Out) -> str:
    kind = LETTER if line.kind == registers.LETTER else line.kind
    return joined(" ", filter(None, (capital(tr(kind)), line.subject)))


def _received_row(line: Out) -> Row:
    """The unit's own running number is given in its own book."""
    day = clock.local(line.came_at).date() if line.came_at else None
    return day, None, line.author, line.number, line.dated_on, _titled(line), line.signatory, None, None, None, line.note


def _sent_row(line: In) -> Row:
    note = TAKEN_BACK if line.gone else CHANNELS.get(line.channel, "")
    kind = f"{KINDS.get(line.kind, '')}. " if line.kind != arrivals.NO_FILE else ""
    return line.document, line.dated_on, f"{kind}{line.subject}", line.signatory, line.recipient, clock.local(line.at).date(), line.number, None, None, note


def _table(sheet: Sheet, name: str) -> Response:
    content = xlsx.book(sheet.note, "", clock.today(), [sheet])
    return Response(content, mimetype=xlsx.MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})

"""Sổ văn bản đến, sổ văn bản đi: by year, on the screen, on paper and as a table."""
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
from tracker.domain.wording import tr
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
@needs(Right.UNIT_READ_ALL)
def incoming() -> ResponseReturnValue:
    """What the units sent: ?year=, ?unit=, ?kind= narrow, ?before= goes on; ?whole=1 is the year in order, for paper."""
    _number_what_came()
    return _page("registers/in.html", registers.incoming, ".incoming", kinds=KINDS, channels=CHANNELS)


@blueprint.get("/in.xlsx")
@needs(Right.UNIT_READ_ALL)
def incoming_table() -> ResponseReturnValue:
    """The same year as a table."""
    _number_what_came()
    found = registers.incoming(actor(), *_asked(), whole=True)
    return _table(register_sheets.incoming(found.year, map(_in_row, found.lines)), f"so-van-ban-den-{found.year}")


@blueprint.get("/out")
@needs(Right.UNIT_READ_ALL)
def outgoing() -> ResponseReturnValue:
    """What the province issued, with the same filters."""
    return _page("registers/out.html", registers.outgoing, ".outgoing", letter=LETTER)


@blueprint.get("/out.xlsx")
@needs(Right.UNIT_READ_ALL)
def outgoing_table() -> ResponseReturnValue:
    """The same year as a table."""
    found = registers.outgoing(actor(), *_asked(), whole=True)
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
    found = service(actor(), year, unit, kind, before, whole)
    kept: dict[str, Any] = {"year": found.year, "unit": unit, "kind": kind or None}
    return render_template(
        template, page=found, unit=unit, kind=kind, whole=whole, units=units.choices(actor()), narrowed=bool(unit or kind),
        next=url_for(endpoint, **kept, before=found.before) if found.before else "", prev=url_for(endpoint, **kept) if before else "",
        on_paper=url_for(endpoint, **kept, whole=1), on_screen=url_for(endpoint, **kept), table=url_for(f"{endpoint}_table", **kept), **more,
    )


def _in_row(line: In) -> Row:
    note = TAKEN_BACK if line.gone else CHANNELS.get(line.channel, "")
    day = clock.local(line.at).date()
    return day, line.number, line.unit, line.document, line.dated_on, line.subject, line.signatory, line.recipient, None, None, note


def _out_row(line: Out) -> Row:
    kind = LETTER if line.kind == registers.LETTER else line.kind
    subject = f"{kind[:1].upper()}{kind[1:]} {line.subject}".strip()
    return line.number, line.dated_on, subject, line.signatory, line.recipients, None, None, line.note


def _table(sheet: Sheet, name: str) -> Response:
    content = xlsx.book(sheet.note, "", clock.today(), [sheet])
    return Response(content, mimetype=xlsx.MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})

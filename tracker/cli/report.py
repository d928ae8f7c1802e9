"""`tracker report`: compiles a dispatch's reports into a folder, without a worker and without keeping a row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from sqlalchemy import select

from tracker import clock
from tracker.cli.context import application
from tracker.cli.days import Day
from tracker.db import db, transaction
from tracker.domain.errors import BadInput, Unavailable
from tracker.domain.report import ReportData
from tracker.models.dispatches import Dispatch
from tracker.services import report_facts, reports, reports_compile


@click.command()
@click.argument("dispatch", metavar="CÔNG_VĂN")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="THƯ_MỤC", help="Thư mục ghi các tệp; chưa có thì tạo.")
@click.option("--as-of", type=Day(), metavar="NGÀY", help="Ngày chốt số liệu; mặc định là hôm nay.")
def report(dispatch: str, out: Path, as_of: date | None) -> None:
    """Lập báo cáo của tỉnh và của từng đơn vị (.docx, .pdf, .xlsx, .csv) cho một công văn: ghi mã hoặc số công văn."""
    with application():
        with transaction(write=False):
            data = _facts(dispatch, as_of)
        for name in write(data, out):
            click.echo(name)


def write(data: ReportData, out: Path) -> list[str]:
    """Draws every file into the folder and gives their paths. Raises Unavailable("report.out") where it cannot be written."""
    written = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for part in reports_compile.parts(data):
            for drawn in reports_compile.draw(part):
                target = out / drawn.name
                target.write_bytes(drawn.content)
                written.append(str(target))
    except OSError as error:
        raise Unavailable("report.out", path=str(out)) from error
    return written


def _facts(dispatch: str, as_of: date | None) -> ReportData:
    dispatch_id = _issued(dispatch)
    day = as_of or clock.today()
    reports.check_cut_off(dispatch_id, day)
    return report_facts.gather(dispatch_id, day)


def _issued(told: str) -> int:
    """The id of the issued dispatch of this id, else of this number (the newest). Raises BadInput("report.no_dispatch")."""
    own = select(Dispatch.id).where(Dispatch.issued_at.is_not(None))
    found = db.session.scalar(own.where(Dispatch.id == int(told))) if told.isascii() and told.isdigit() and len(told) < 10 else None
    found = found or db.session.scalar(own.where(Dispatch.number == told).order_by(Dispatch.id.desc()).limit(1))
    if found is None:
        raise BadInput("report.no_dispatch", value=told)
    return found

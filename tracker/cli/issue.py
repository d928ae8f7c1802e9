"""`tracker issue`: read a file, draft it, and issue it, in one go."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import click
from sqlalchemy import select

from tracker import clock, i18n
from tracker.cli.context import application
from tracker.cli.days import Day
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.domain.deadlines import check_dates
from tracker.domain.errors import BadInput, NotFound
from tracker.models.people import Person
from tracker.services import draft_tasks, drafts, intake, issuing, recipients
from tracker.services.issuing import Issued


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="TỆP")
@click.option("--as", "email", required=True, metavar="EMAIL", help="Người ban hành: địa chỉ thư của chuyên viên tỉnh.")
@click.option("--to", "to", required=True, metavar="all|NHÓM", help="Nơi nhận: all là mọi đơn vị cấp huyện, hoặc tên một nhóm nơi nhận.")
@click.option("--due", type=Day(), metavar="NGÀY", help="Hạn cho các nhiệm vụ mà văn bản không nêu hạn (hoặc hạn đã qua).")
@click.option("--review-on", type=Day(), metavar="NGÀY", help="Không đặt hạn: ngày xem lại cho các nhiệm vụ đó.")
def issue(file: Path, email: str, to: str, due: date | None, review_on: date | None) -> None:
    """Đọc TỆP công văn, lập dự thảo rồi ban hành; in mã công văn và số lượng. Ghi đúng một trong hai: --due hoặc --review-on."""
    if (due is None) == (review_on is None):
        raise click.UsageError("hãy ghi đúng một trong hai: --due NGÀY hoặc --review-on NGÀY.")
    if not file.is_file():
        raise click.UsageError(f"không có tệp {file}.")
    with application():
        check_dates(due, review_on, clock.today())
        done = _issue(file, email, to, due, review_on)
    _tell(done)


def _issue(file: Path, email: str, to: str, due: date | None, review_on: date | None) -> Issued:
    actor = _person(email)
    units = None if to == "all" else recipients.members(recipients.group_named(unicodedata.normalize("NFC", to)))
    with file.open("rb") as stream:
        taken = intake.take((stream, file.name))
    if taken.main.waits:
        # A command has time: a scan is read here and now instead of by a worker.
        taken.main.reading, taken.main.original_text = intake.read_file(taken.main.blob, taken.main.name)
        taken.main.waits = False
    try:
        with transaction():
            return _in_one_go(actor, taken, units, due, review_on)
    except Exception:
        # Nothing was issued, so nothing stays behind: the file itself is still where it was.
        intake.forget([taken.main.blob.sha256])
        raise


def _in_one_go(actor: Actor, taken: intake.Intake, units: list[int] | None, due: date | None, review_on: date | None) -> Issued:
    if taken.main.problem:
        raise taken.main.problem
    dispatch = intake.create(actor, taken)
    for same in intake.earlier(dispatch):
        why = "tệp này đã nhập trước đây" if same.same_file else "đã có công văn cùng số, ngày và nơi ban hành"
        click.echo(f"Lưu ý, {why}: {same.number or 'không số'} (mã công văn {same.id}). Nếu trùng, hãy thu hồi một trong hai.", err=True)
    if units is not None:
        drafts.to_units(actor, dispatch.id, dispatch.version, units)
    draft_tasks.date_all(actor, dispatch.id, due, review_on, only_undated=True)
    for task in draft_tasks.tasks_of(dispatch.id):
        if task.kind == "finding" and not task.units:
            click.echo(f"Không rõ của đơn vị nào nên không giao: {task.title}", err=True)
            draft_tasks.remove(actor, dispatch.id, None, task.id)
    _, plan = issuing.preview(actor, dispatch.id)
    if plan.obstacles:
        raise Blocked([f"{o.label}: {i18n.words(o.error)}" if o.label else i18n.words(o.error) for o in plan.obstacles])
    return issuing.issue(actor, dispatch.id, dispatch.version)


class Blocked(BadInput):
    """What stands in the way of issuing, every line of it."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("issue.obstacles", lines="\n".join(f"  - {line}" for line in lines))


def _person(email: str) -> Actor:
    row = db.session.execute(select(Person).where(Person.email == email.strip().lower(), Person.left_at.is_(None))).scalar_one_or_none()
    if row is None:
        raise NotFound("person.unknown", email=email)
    return Actor(row.id, row.name, Role(row.role), row.unit_id, row.email)


def _tell(done: Issued) -> None:
    click.echo(f"Đã ban hành {done.number}: mã công văn {done.dispatch_id}")
    click.echo(f"{done.tasks} nhiệm vụ, {done.findings} tồn tại, {done.units} đơn vị")
    click.echo(f"{done.assignments} nhiệm vụ giao, {done.mails} thư")
    for name in done.unreachable:
        click.echo(f"Chưa có hộp thư nên chưa báo được: {name}", err=True)

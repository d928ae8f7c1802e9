"""`tracker reader-score`: how right the reader was on this office's own dispatches."""

from __future__ import annotations

import json

import click

from tracker.cli.context import application
from tracker.reading.accuracy import Accuracy
from tracker.services import reader_score as service

NAMES = {
    "kind": "loại văn bản", "number": "số, ký hiệu", "issued_on": "ngày", "issuer": "nơi ban hành", "subject": "trích yếu",
    "signatory_name": "người ký", "signatory_title": "chức danh", "report_to_office": "báo cáo về", "report_to_email": "hộp thư",
    "tasks": "ranh giới nhiệm vụ", "deadlines": "hạn",
}


@click.command("reader-score")
@click.option("--json", "as_json", is_flag=True, help="In một đối tượng JSON thay cho bảng.")
def reader_score(as_json: bool) -> None:
    """So những gì máy đọc với những gì chuyên viên đã ban hành, trên công văn của chính cơ quan (không kể dữ liệu mẫu)."""
    with application():
        found = service.score()
    if as_json:
        click.echo(json.dumps(_plain(found), ensure_ascii=False, indent=2))
    elif not found.dispatches:
        click.echo("Chưa có công văn nào do máy lập dự thảo và đã ban hành. Hãy nhập và ban hành một công văn rồi chạy lại lệnh này.")
    else:
        _table(found)


def _table(found: Accuracy) -> None:
    click.echo(f"{found.dispatches} công văn đã ban hành\n")
    click.echo(f"{'':22}{'đúng':>7}{'sai':>7}{'sót':>7}{'tỷ lệ đúng':>14}")
    for name, tally in found.fields.items():
        share = "–" if tally.share is None else f"{tally.share * 100:.1f} %".replace(".", ",")
        click.echo(f"{NAMES[name]:22}{tally.right:>7}{tally.wrong:>7}{tally.missed:>7}{share:>14}")
    caught = found.caught()
    click.echo(f"\nCờ ngờ: có ở {caught['flagged_wrong']} / {caught['wrong']} giá trị sai và {caught['flagged_right']} / {caught['right']} giá trị đúng.")


def _plain(found: Accuracy) -> dict[str, object]:
    fields = {
        name: {"right": t.right, "wrong": t.wrong, "missed": t.missed, "flagged_wrong": t.flagged_wrong, "flagged_right": t.flagged_right}
        for name, t in found.fields.items()
    }
    return {"dispatches": found.dispatches, "fields": fields}

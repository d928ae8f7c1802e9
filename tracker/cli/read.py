"""`tracker read FILE`: what the reader finds in a dispatch, in plain words or as JSON; no home and no database."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import click

from tracker import i18n
from tracker.adapters import documents
from tracker.domain.errors import BadInput, DomainError
from tracker.reading import Reading, UnitRow, as_json
from tracker.reading import read as read_text


class BadFile(click.ClickException):
    """A file that cannot be read: one plain line, exit code 2."""

    exit_code = 2


#: No district and none of the old communes exists after this day (Law on Organisation of Local Government, 72/2025/QH15).
LAST_DAY = date(2025, 6, 30)


@click.command("read")
@click.option("--json", "as_object", is_flag=True, help="In ra một đối tượng JSON thay cho lời.")
@click.argument("file", metavar="TỆP", type=click.Path(path_type=Path))
def read(file: Path, as_object: bool) -> None:
    """Đọc một công văn và in ra những gì đọc được: số, ngày, việc được giao, hạn, tồn tại nêu tên."""
    if not file.is_file():
        raise BadFile(f"Không thấy tệp “{file}”. Hãy kiểm tra lại đường dẫn.")
    try:
        found = documents.extract(file)
        reading = read_text(found.text, shipped_units())
        if reading.secret:
            raise BadInput("document.secret", name=file.name)
        reading = replace(reading, warnings=documents.notices(found) + reading.warnings)
    except DomainError as error:
        raise BadFile(i18n.words(error)) from error
    click.echo(json.dumps(as_json(reading), ensure_ascii=False, indent=2) if as_object else "\n".join(_lines(reading)))


def shipped_units() -> list[UnitRow]:
    """The units that ship with the product, as rows for the reader; those of 2020 ended with the districts, on 30 June 2025."""
    table = files("tracker.data").joinpath("units-thanh-hoa-2020.csv").read_text(encoding="utf-8")
    return [
        UnitRow(row["code"], row["name"], row["level"], row["parent_code"] or None, valid_to=None if row["level"] == "province" else LAST_DAY)
        for row in csv.DictReader(table.splitlines())
    ]


def _lines(reading: Reading) -> list[str]:
    day = reading.issued_on.value.strftime("%d/%m/%Y") if reading.issued_on else "không đọc được"
    lines = [
        f"Loại văn bản: {reading.kind or 'không rõ'}",
        f"Số, ký hiệu: {reading.number.value if reading.number else 'không đọc được'}",
        f"Ngày ban hành: {day}",
        f"Cơ quan ban hành: {reading.issuer.value if reading.issuer else 'không đọc được'}",
        f"Trích yếu: {reading.subject.value if reading.subject else 'không đọc được'}",
        f"Kính gửi: {'; '.join(r.value for r in reading.recipients) or 'không ghi'}",
    ]
    if reading.signatory:
        parts = [part.value for part in (reading.signatory.title, reading.signatory.name) if part]
        lines.append(f"Người ký: {', '.join(parts) or 'không đọc được'}")
    if reading.report_to:
        office = [reading.report_to.office.value] if reading.report_to.office else []
        lines.append(f"Nơi nhận báo cáo: {', '.join(office + [e.value for e in reading.report_to.emails])}")
    if reading.urgency:
        lines.append(f"Độ khẩn: {reading.urgency.value}")
    return lines + _work(reading)


def _work(reading: Reading) -> list[str]:
    lines = ["", f"Nhiệm vụ: {len(reading.tasks)}"]
    for number, task in enumerate(reading.tasks, 1):
        lines.append(f"  {number}. {task.title}")
        lines += [f"     Hạn: “{d.text}”. {d.why}" for d in reading.deadlines if d.task == number]
    general = [d for d in reading.deadlines if not isinstance(d.task, int)]
    lines += [f"  Hạn chung: “{d.text}”. {d.why}" for d in general]
    if reading.findings:
        lines += ["", f"Tồn tại nêu tên đơn vị: {len(reading.findings)}"]
        lines += [f"  {f.unit}: {f.text}" for f in reading.findings]
    if reading.warnings:
        lines += ["", "Cần xem lại:"]
        lines += [f"  {w.text}" for w in reading.warnings]
    return lines


if __name__ == "__main__":
    read()

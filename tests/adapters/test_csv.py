"""The .csv of a report read back as Excel and LibreOffice read it: typed days and numbers, full texts, nothing that computes."""
import csv
import io
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.report_data import AS_OF, province_data
from tracker.adapters import csv as adapter
from tracker.adapters import xlsx
from tracker.domain.progress import Evidence
from tracker.domain.report import ReportData
from tracker.domain.report_sheets import LINES, Sheet

EVIL = ("=1+1", "+84 373", "-5", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", "＝1+1", '=HYPERLINK("http://x.example";"bấm")')


@pytest.fixture(scope="module")
def data() -> ReportData:
    return province_data()


def rows(content: bytes) -> list[list[str]]:
    """As a program reads it that knows of the mark and the semicolon."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_one_row_an_assignment_with_the_same_cells_as_the_xlsx(data: ReportData) -> None:
    head, *lines = rows(adapter.render(data))
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.render(data)))[LINES]
    excel_head, *excel = sheet.iter_rows(min_row=3, values_only=True)
    assert tuple(head) == excel_head and len(lines) == len(excel) == len(data.lines) == 216
    for line, other in zip(lines, excel, strict=True):
        assert line == ["" if v is None else v.date().isoformat() if hasattr(v, "date") else str(v) for v in other]
    assert [line[head.index("Nội dung đầy đủ")] for line in lines] == [line.task_text for line in data.lines]
    assert adapter.render(data) == adapter.render(data)


def test_days_amounts_and_shares_are_written_as_excel_in_vietnam_reads_them() -> None:
    sheet = Sheet("Số liệu", "", (("Ngày", 1), ("Số", 1), ("Số tiền", 1), ("Tỷ lệ", 1), ("Trống", 1)), (
        (date(2020, 9, 8), -3, Decimal("3380.50"), 0.125, None), ("", 1, Decimal(2), 1.0, None)), total=True)
    assert rows(adapter.table(sheet)) == [["Ngày", "Số", "Số tiền", "Tỷ lệ", "Trống"], ["2020-09-08", "-3", "3380,50", "0,125", ""]]


@pytest.mark.parametrize("evil", EVIL)
def test_a_text_that_looks_like_a_formula_stays_a_text(data: ReportData, evil: str) -> None:
    line = replace(data.lines[0], result=evil, task_title=evil, evidence=(Evidence("report", f"{evil}.pdf", evil, AS_OF, evil),))
    changed = replace(data, lines=(line,))
    for cells in rows(adapter.render(changed)):
        assert not [cell for cell in cells if cell.lstrip(" ").startswith(adapter.FORMULA)]
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(changed)))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str) and cell.value.startswith(adapter.FORMULA)]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f" or cell.hyperlink]
    assert all(cell.quotePrefix for cell in found)


def test_text_with_separators_quotes_and_lines_comes_back_whole(data: ReportData) -> None:
    wild = 'Đã làm; "xong" một phần,\ncòn lại: 3 xã'
    head, line = rows(adapter.render(replace(data, lines=(replace(data.lines[0], result=wild),))))
    assert line[head.index("Kết quả")] == wild


def test_libreoffice_opens_it_without_computing(data: ReportData, tmp_path: Path) -> None:
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if not soffice:
        pytest.skip("LibreOffice missing")
    line = replace(data.lines[0], result="=1+1", return_reason='@SUM(A1)', task_title="-2+3")
    (tmp_path / "rows.csv").write_bytes(adapter.render(replace(data, lines=(line, *data.lines[1:]))))
    subprocess.run(
        [soffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--infilter=CSV:59,34,76,1", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
         "--outdir", str(tmp_path), str(tmp_path / "rows.csv")],
        capture_output=True, check=True, timeout=120, env={**os.environ, "HOME": str(tmp_path)})
    sheet = openpyxl.load_workbook(tmp_path / "rows.xlsx").active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert sheet.max_row == 217 and {cell.data_type for cell in sheet["I"][1:] if cell.value} == {"d"}

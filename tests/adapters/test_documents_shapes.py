"""What stands outside the plain flow of a page: text boxes, hidden words, headers, fonts of the old encodings, tables without borders."""

import re
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.adapters.documents_made import office
from tracker.adapters import documents
from tracker.adapters.documents import types as t
from tracker.reading import read

DRAWN = (
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
) + nsdecls("w", "r")
INSIDE = "<w:txbxContent><w:p><w:r><w:t>Nơi nhận trong khung</w:t></w:r></w:p></w:txbxContent>"
BOX = f"""<w:r {DRAWN}><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>
<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">
<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset></wp:positionH>
<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV><wp:extent cx="1800000" cy="600000"/><wp:wrapSquare wrapText="bothSides"/>
<wp:docPr id="1" name="K"/><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/>
<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1800000" cy="600000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>
<wps:txbx>{INSIDE}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>
<mc:Fallback><w:pict><v:shape><v:textbox>{INSIDE}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"""


def lines(path: Path) -> list[str]:
    return [line.strip() for line in documents.extract(path).text.split("\n") if line.strip()]


@pytest.mark.parametrize("suffix", ["docx", "doc", "odt", "rtf"])
def test_a_text_box_comes_once_and_behind_its_paragraph(tmp_path: Path, suffix: str) -> None:
    document = docx.Document()
    for words in ("Đoạn đầu.", "Đoạn giữa.", "Đoạn cuối."):
        document.add_paragraph(words)
    document.paragraphs[1]._p.append(parse_xml(BOX))
    document.sections[0].header.paragraphs[0].text = "Đầu trang lặp lại"
    document.sections[0].footer.paragraphs[0].text = "Chân trang lặp lại"
    document.save(str(tmp_path / "a.docx"))
    path = tmp_path / "a.docx" if suffix == "docx" else office(tmp_path / "a.docx", suffix)
    found = lines(path)
    assert sorted(found) == sorted(["Đoạn đầu.", "Đoạn giữa.", "Nơi nhận trong khung", "Đoạn cuối."])
    assert found[0] == "Đoạn đầu." and found[-1] == "Đoạn cuối."


def in_font(paragraph: "docx.text.paragraph.Paragraph", words: str, font: str) -> None:
    run = paragraph.add_run(words)
    run.font.name = font


@pytest.mark.parametrize("suffix", ["docx", "doc", "rtf"])
def test_runs_in_fonts_of_the_old_encodings(tmp_path: Path, suffix: str) -> None:
    """A file that somebody went on writing in Unicode: each run is judged by its own font."""
    document = docx.Document()
    paragraph = document.add_paragraph()
    in_font(paragraph, "uû ban nh©n d©n", ".VnTimeH")
    in_font(paragraph, " đã sửa, ", "Times New Roman")
    in_font(paragraph, "b¸o c¸o cña c¸c x·, ", ".VnTime")
    in_font(paragraph, "baùo caùo cuûa caùc xaõ", "VNI-Times")
    document.save(str(tmp_path / "a.docx"))
    path = tmp_path / "a.docx" if suffix == "docx" else office(tmp_path / "a.docx", suffix)
    assert lines(path) == ["UỶ BAN NHÂN DÂN đã sửa, báo cáo của các xã, báo cáo của các xã"]


@pytest.mark.parametrize("suffix", ["docx", "doc"])
def test_the_font_of_the_whole_document(tmp_path: Path, suffix: str) -> None:
    document = docx.Document()
    document.styles["Normal"].font.name = ".VnTime"
    document.add_paragraph("TØnh §oµn")
    document.save(str(tmp_path / "a.docx"))
    path = tmp_path / "a.docx" if suffix == "docx" else office(tmp_path / "a.docx", suffix)
    assert lines(path) == ["Tỉnh Đoàn"]


@pytest.mark.parametrize("suffix", ["docx", "doc"])
def test_hidden_words_and_field_codes_are_left_out(tmp_path: Path, suffix: str) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Gửi trước ngày ")
    paragraph.add_run("ghi chú ẩn").font.hidden = True
    field = ('<w:fldChar w:fldCharType="begin"/>', "<w:instrText>DATE</w:instrText>", '<w:fldChar w:fldCharType="separate"/>', "<w:t>20/5</w:t>")
    for part in (*field, '<w:fldChar w:fldCharType="end"/>'):
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{part}</w:r>"))
    paragraph.add_run(".")
    document.save(str(tmp_path / "a.docx"))
    path = tmp_path / "a.docx" if suffix == "docx" else office(tmp_path / "a.docx", suffix)
    (line,) = lines(path)
    assert re.fullmatch(r"Gửi trước ngày [\d/]+\.", line), line  # LibreOffice sets its own day into the field


@pytest.mark.parametrize("suffix", ["docx", "doc", "odt", "rtf", "html", "pdf"])
def test_tasks_in_the_rows_of_a_table(tmp_path: Path, suffix: str) -> None:
    document = docx.Document()
    for line in ("UBND HUYỆN TAM GIANG", "Số: 15/KH-UBND", "KẾ HOẠCH", "Treo băng rôn", "", "Ủy ban nhân dân huyện giao các đơn vị như sau:"):
        document.add_paragraph(line)
    rows = [
        ("STT", "Nội dung công việc", "Đơn vị chủ trì", "Thời gian hoàn thành"), ("1", "Treo băng rôn ở cổng làng", "UBND các xã", "20/5/2022"),
        ("2", "Tháo băng rôn cũ", "Phòng Văn hóa", "25/5/2022"),
    ]  # fmt: skip
    table = document.add_table(rows=0, cols=4)
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    for line in ("Các đơn vị nghiêm túc thực hiện./.", "Nơi nhận:", "- Như trên;", "CHỦ TỊCH", "Trần Thị Bông"):
        document.add_paragraph(line)
    document.save(str(tmp_path / "a.docx"))
    path = tmp_path / "a.docx" if suffix == "docx" else office(tmp_path / "a.docx", suffix)
    tasks = read(documents.extract(path).text).tasks
    assert ["Treo băng rôn" in tasks[0].text, "Tháo băng rôn cũ" in tasks[1].text, len(tasks)] == [True, True, 2]


PAGE = """<html><head><meta charset="utf-8"><title>Cổng thông tin</title><style>p{}</style></head><body><nav>Trang chủ</nav>
<table><tr><td><p>UBND HUYỆN</p><p><b>PHÒNG VĂN HÓA</b></p></td><td>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br><u>Độc lập</u> - Tự do - Hạnh phúc</td></tr></table>
<p>Thực hiện
các việc   sau:</p><ol type="a" start="2"><li>Treo băng rôn<ul><li>ở cổng</li></ul></li><li><p>Chụp ảnh</p></li></ol>
<p style="display:none">ẩn</p><p><font face=".VnTime">B¸o c¸o</font>&nbsp;xong.</p><script>x</script></body></html>"""


def test_a_web_page(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    assert lines(tmp_path / "a.html") == [
        "UBND HUYỆN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "PHÒNG VĂN HÓA\tĐộc lập - Tự do - Hạnh phúc", "Thực hiện các việc sau:", "b) Treo băng rôn",
        "- ở cổng", "c) Chụp ảnh", "Báo cáo xong.",
    ]  # fmt: skip


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "windows-1258", "x-user-defined"])
def test_a_web_page_in_other_charsets(tmp_path: Path, charset: str) -> None:
    page = f"<html><head><meta charset={charset}></head><body><p>Các xã báo cáo</p></body></html>"
    codec = {"windows-1258": "cp1258", "x-user-defined": "utf-8"}.get(charset, charset)
    text = page if codec != "cp1258" else page.replace("Các xã báo cáo", "Ca\u0301c xa\u0303 ba\u0301o ca\u0301o")
    (tmp_path / "a.html").write_bytes(text.encode(codec))
    found = documents.extract(tmp_path / "a.html")
    assert (found.media_type, found.text) == (t.HTML, "Các xã báo cáo")

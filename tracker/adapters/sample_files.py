"""Draws the sample's evidence: small real files of every kind that districts send, with invented contents."""
import io
import json
from datetime import date

import docx
import typst
import xlsxwriter
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from PIL import Image, ImageDraw

from tracker.adapters.fonts import FONTS

_LETTER = """
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 15mm))
#set text(font: "Liberation Serif", size: 13pt, lang: "vi")
#set par(justify: true, first-line-indent: 10mm, leading: 0.8em)
#let facts = json(bytes(sys.inputs.facts))
#grid(columns: (1fr, 1.35fr), align: center,
  [#set par(first-line-indent: 0mm, justify: false); #set text(size: 11.5pt)
   HỘI NÔNG DÂN TỈNH THANH HOÁ \\ *BCH HND #upper(facts.unit)* \\ \\* \\ Số: #facts.number],
  [#set par(first-line-indent: 0mm, justify: false); #set text(size: 11.5pt)
   *CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM* \\ *Độc lập – Tự do – Hạnh phúc* \\ _#facts.place, ngày #facts.day tháng #facts.month năm #facts.year _])
#v(6mm)
#align(center)[_V/v thực hiện Công văn số 931-CV/HNDT của Hội Nông dân tỉnh_]
#v(3mm)
#align(center)[Kính gửi: Ban Thường vụ Hội Nông dân các xã, thị trấn.]
#v(3mm)
Thực hiện công văn của Ban Thường vụ Hội Nông dân tỉnh, Ban Thường vụ Hội Nông dân #facts.unit yêu cầu các cơ sở Hội:

#for (n, line) in facts.lines.enumerate(start: 1) [#n. #line

]
#v(6mm)
#grid(columns: (1fr, 1fr), align: (left, center),
  [#set par(first-line-indent: 0mm)
   #text(size: 11pt)[*_Nơi nhận:_* \\ - Như kính gửi; \\ - HND tỉnh (báo cáo); \\ - Lưu: VP.]],
  [#set par(first-line-indent: 0mm)
   T/M BAN THƯỜNG VỤ \\ *CHỦ TỊCH* #v(18mm) *#facts.signatory*])
"""


def letter(unit: str, number: str, on: date, signatory: str, lines: list[str]) -> bytes:
    """A district's implementing document as PDF."""
    facts = {
        "unit": unit, "number": number, "place": unit.split(" ", 1)[-1], "day": f"{on.day:02d}", "month": str(on.month), "year": str(on.year),
        "signatory": signatory, "lines": lines,
    }
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    made = typst.compile(_LETTER.encode(), font_paths=fonts, sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)})
    if not isinstance(made, bytes):
        raise RuntimeError("typst gave no letter")
    return made


def minutes(unit: str, on: date) -> bytes:
    """Minutes of an inspection as .docx."""
    document = docx.Document()
    document.add_heading("BIÊN BẢN KIỂM TRA HOẠT ĐỘNG UỶ THÁC", level=1)
    document.add_paragraph(f"Hôm nay, ngày {on:%d/%m/%Y}, đoàn kiểm tra của Hội Nông dân {unit} làm việc với bốn Hội cơ sở.")
    table = document.add_table(rows=1, cols=3)
    for cell, head in zip(table.rows[0].cells, ("Xã", "Số tổ đã kiểm tra", "Tồn tại"), strict=True):
        cell.text = head
    found = (("Xã thứ nhất", "6", "Không"), ("Xã thứ hai", "4", "Sổ họp ghi thiếu"), ("Xã thứ ba", "5", "Không"), ("Xã thứ tư", "3", "Không"))
    for name, groups, left in found:
        for cell, text in zip(table.add_row().cells, (name, groups, left), strict=True):
            cell.text = text
    document.add_paragraph("Biên bản lập xong hồi 16 giờ cùng ngày, các bên cùng ký.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def table(unit: str) -> bytes:
    """A list of savings groups as .xlsx."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Tổ TK&VV")
    bold = book.add_format({"bold": True})
    sheet.write_row(0, 0, ("STT", f"Tổ TK&VV thuộc HND {unit}", "Xếp loại trước", "Xếp loại sau"), bold)
    for n, after in enumerate(("Khá", "Khá", "Tốt"), 1):
        sheet.write_row(n, 0, (n, f"Tổ số {n}", "Trung bình", after))
    sheet.set_column(1, 1, 36)
    book.close()
    return out.getvalue()


def photo(seed: int) -> bytes:
    """A drawn picture of a commune's meeting hall as .jpg."""
    image = Image.new("RGB", (960, 640), (214, 226, 236))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 430, 960, 640), fill=(141, 156, 112))
    draw.polygon(((150, 260), (480, 130), (810, 260)), fill=(150, 66, 48))
    draw.rectangle((190, 260, 770, 520), fill=(238, 229, 205))
    for n in range(4):
        left = 230 + n * 138 + seed % 9
        draw.rectangle((left, 310, left + 74, 420), fill=(106, 132, 158))
    draw.rectangle((438, 400, 522, 520), fill=(112, 78, 52))
    draw.rectangle((330, 272, 630, 300), fill=(165, 29, 21))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def dispatch(text: str) -> bytes:
    """The sample's dispatch as .docx, its head in a table without borders as offices make it: issuer at the left, motto at the right."""
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    left, right, body = (part.strip().splitlines() for part in _parts(text))
    head = document.add_table(rows=1, cols=2)
    for cell, lines in zip(head.rows[0].cells, (left, right), strict=True):
        for n, line in enumerate(filter(None, lines)):
            paragraph = cell.paragraphs[0] if not n else cell.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.add_run(line)
    for line in filter(None, body):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _parts(text: str) -> tuple[str, str, str]:
    """The left and right column of the head, and what follows them."""
    motto, body = text.index("CỘNG HÒA"), text.index("Kính gửi")
    return text[:motto], text[motto:body], text[body:]

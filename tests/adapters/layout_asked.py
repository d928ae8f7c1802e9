"""What the rules ask of each part of an official document: one row a part, with its clause; held against the files by test_official_layout."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """What a clause asks of one part: points from and to, weight, slant, place on the line."""

    part: str
    least: float
    most: float
    clause: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    align: str = "center"


#: Nghị định 30/2020/NĐ-CP, Phụ lục I, Phần I, and its table of faces (mục V); one row a part.
STATE = (
    Asked("nation", 12, 13, "II.1.a: in hoa, cỡ 12-13, đứng, đậm", bold=True),
    Asked("motto", 13, 14, "II.1.b: in thường, cỡ 13-14, đứng, đậm, canh giữa dưới Quốc hiệu", bold=True),
    Asked("parent", 12, 13, "II.2.b: cơ quan chủ quản: in hoa, cỡ 12-13, đứng"),
    Asked("issuer", 12, 13, "II.2.b: in hoa, cỡ 12-13, đứng, đậm, canh giữa dưới cơ quan chủ quản", bold=True),
    Asked("number", 13, 13, "II.3.b: từ Số in thường, ký hiệu in hoa, cỡ 13, đứng"),
    Asked("place_date", 13, 14, "II.4.c: in thường, cỡ 13-14, nghiêng, canh giữa dưới Quốc hiệu, Tiêu ngữ", italic=True),
    Asked("kind", 13, 14, "II.5.b: tên loại: in hoa, cỡ 13-14, đứng, đậm, canh giữa", bold=True),
    Asked("abstract", 13, 14, "II.5.b: trích yếu: in thường, cỡ 13-14, đứng, đậm, canh giữa dưới tên loại", bold=True),
    Asked("subject", 12, 13, "II.5.b: công văn: sau chữ V/v, cỡ 12-13, đứng, canh giữa dưới số, ký hiệu"),
    Asked("to", 13, 14, "II.9.b: Kính gửi: in thường, cỡ 13-14, đứng"),
    Asked("heading", 13, 14, "II.6.đ và mẫu chữ mục V: tiêu đề: cỡ 13-14, đứng, đậm", bold=True, align="left"),
    Asked("body", 13, 14, "II.6.d: in thường, cỡ 13-14, đứng, canh đều cả hai lề", align="both"),
    Asked("authority", 13, 14, "II.7.d: quyền hạn: in hoa, cỡ 13-14, đứng, đậm", bold=True),
    Asked("position", 13, 14, "II.7.d: chức vụ: in hoa, cỡ 13-14, đứng, đậm", bold=True),
    Asked("signer", 13, 14, "II.7.d: họ và tên: in thường, cỡ 13-14, đứng, đậm, canh giữa", bold=True),
    Asked("copies_title", 12, 12, "II.9.c: từ Nơi nhận: cỡ 12, nghiêng, đậm", bold=True, italic=True, align="left"),
    Asked("copies", 11, 11, "II.9.c: nơi nhận cụ thể: cỡ 11, đứng", align="left"),
    Asked("annex_label", 14, 14, "III.1.b: từ Phụ lục: in thường, cỡ 14, đứng, đậm, canh giữa", bold=True),
    Asked("annex_title", 13, 14, "III.1.b: tên phụ lục: in hoa, cỡ 13-14, đứng, đậm, canh giữa", bold=True),
    Asked("annex_origin", 13, 14, "III.1.d: chỉ dẫn kèm theo: in thường, cỡ 13-14, nghiêng, canh giữa", italic=True),
    Asked("page_number", 13, 14, "I.7: số trang: chữ số Ả Rập, cỡ 13-14, đứng"),
)
#: Hướng dẫn 36-HD/VPTW (2018), Phụ lục 3: the table of faces; one row a part.
PARTY = (
    Asked("banner", 15, 15, "dòng 1: tiêu đề Đảng Cộng sản Việt Nam: in hoa, cỡ 15, đứng, đậm", bold=True),
    Asked("parent", 14, 14, "dòng 2: cơ quan cấp trên: in hoa, cỡ 14, đứng"),
    Asked("issuer", 14, 14, "dòng 2: cơ quan ban hành: in hoa, cỡ 14, đứng, đậm", bold=True),
    Asked("number", 14, 14, "dòng 3: số và ký hiệu: cỡ 14, đứng"),
    Asked("place_date", 14, 14, "dòng 4: địa danh, ngày tháng: cỡ 14, nghiêng", italic=True),
    Asked("kind", 15, 16, "dòng 5: tên loại: in hoa, cỡ 15-16, đứng, đậm", bold=True),
    Asked("abstract", 14, 15, "dòng 5: trích yếu: cỡ 14-15, đứng, đậm", bold=True),
    Asked("subject", 12, 12, "dòng 5: trích yếu công văn: cỡ 12, nghiêng", italic=True),
    Asked("to", 14, 14, "dòng 9: Kính gửi: cỡ 14, nghiêng", italic=True),
    Asked("heading", 14, 15, "dòng 6: tên mục: cỡ 14-15, đứng, đậm", bold=True, align="left"),
    Asked("body", 14, 15, "dòng 6: nội dung: cỡ 14-15, đứng", align="both"),
    Asked("authority", 14, 14, "dòng 7: thể thức đề ký: in hoa, cỡ 14, đứng, đậm", bold=True),
    Asked("position", 14, 14, "dòng 7: chức vụ: in hoa, cỡ 14, đứng"),
    Asked("signer", 14, 14, "dòng 7: họ và tên: cỡ 14, đứng, đậm", bold=True),
    Asked("copies_title", 14, 14, "dòng 9: từ Nơi nhận: cỡ 14, đứng, gạch chân", underline=True, align="left"),
    Asked("copies", 12, 12, "dòng 9: tên nơi nhận: cỡ 12, đứng", align="left"),
    Asked("annex_label", 14, 15, "phụ lục: cỡ 14-15, đứng, đậm", bold=True),
    Asked("annex_title", 14, 15, "phụ lục: tên in hoa, cỡ 14-15, đứng, đậm", bold=True),
    Asked("annex_origin", 14, 15, "phụ lục: chỉ dẫn kèm theo: nghiêng", italic=True),
    Asked("page_number", 14, 14, "số trang: cỡ 14, đứng"),
)

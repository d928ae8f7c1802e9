"""The registers as sheets with the columns of Nghị định 30/2020/NĐ-CP, Phụ lục IV; what is written by hand on paper stays empty."""
from collections.abc import Iterable

from tracker.domain.report_sheets import Row, Sheet

IN_HEAD = (
    ("Ngày đến", 12), ("Số đến", 8), ("Tác giả", 26), ("Số, ký hiệu", 20), ("Ngày tháng", 12), ("Tên loại và trích yếu nội dung", 60), ("Người ký", 22),
    ("Đơn vị hoặc người nhận", 24), ("Ngày chuyển", 12), ("Ký nhận", 12), ("Ghi chú", 22),
)
OUT_HEAD = (
    ("Số, ký hiệu văn bản", 20), ("Ngày tháng văn bản", 12), ("Tên loại và trích yếu nội dung văn bản", 60), ("Người ký", 24), ("Nơi nhận văn bản", 30),
    ("Đơn vị, người nhận bản lưu", 18), ("Số lượng bản", 10), ("Ghi chú", 22),
)
#: What a unit sent to the province.
SENT_HEAD = (
    ("Số, ký hiệu văn bản", 20), ("Ngày tháng văn bản", 12), ("Tên loại và trích yếu nội dung văn bản", 60), ("Người ký", 24), ("Nơi nhận văn bản", 30),
    ("Ngày gửi", 12), ("Số đến của tỉnh", 10), ("Đơn vị, người nhận bản lưu", 18), ("Số lượng bản", 10), ("Ghi chú", 22),
)


def incoming(year: int, rows: Iterable[Row]) -> Sheet:
    """The register of what came in; each row as IN_HEAD says."""
    return Sheet(f"Văn bản đến {year}", f"SỔ ĐĂNG KÝ VĂN BẢN ĐẾN, năm {year}", IN_HEAD, tuple(rows))


def outgoing(year: int, rows: Iterable[Row]) -> Sheet:
    """The register of what went out; each row as OUT_HEAD says."""
    return Sheet(f"Văn bản đi {year}", f"SỔ ĐĂNG KÝ VĂN BẢN ĐI, năm {year}", OUT_HEAD, tuple(rows))


def sent(year: int, unit: str, rows: Iterable[Row]) -> Sheet:
    """A unit's own register of what it sent to the province; each row as SENT_HEAD says."""
    return Sheet(f"Văn bản đi {year}", f"SỔ ĐĂNG KÝ VĂN BẢN ĐI, {unit}, năm {year}", SENT_HEAD, tuple(rows))


def received(year: int, unit: str, rows: Iterable[Row]) -> Sheet:
    """A unit's own register of what came from the province; each row as IN_HEAD says."""
    return Sheet(f"Văn bản đến {year}", f"SỔ ĐĂNG KÝ VĂN BẢN ĐẾN, {unit}, năm {year}", IN_HEAD, tuple(rows))

"""Names of issuers, from capitals to running text."""

import pytest

from tracker.reading.casing import readable


@pytest.mark.parametrize(
    ("capitals", "running"),
    [
        ("ỦY BAN NHÂN DÂN TỈNH SÔNG LAM", "Ủy ban nhân dân tỉnh Sông Lam"),
        ("UBND HUYỆN ĐÔNG HẢI", "UBND huyện Đông Hải"),
        ("BỘ GIÁO DỤC VÀ ĐÀO TẠO", "Bộ Giáo dục và Đào tạo"),
        ("SỞ GIÁO DỤC VÀ ĐÀO TẠO ĐÔNG HẢI", "Sở Giáo dục và Đào tạo Đông Hải"),
        ("TRƯỜNG THPT LÊ QUÝ ĐÔN", "Trường THPT Lê Quý Đôn"),
        ("TỈNH ỦY LÂM VIÊN", "Tỉnh ủy Lâm Viên"),
        ("BAN DÂN VẬN", "Ban Dân vận"),
        ("BCH HND TỈNH THANH HOÁ", "BCH HND tỉnh Thanh Hoá"),
        ("LIÊN ĐOÀN LAO ĐỘNG TỈNH ĐÔNG HẢI", "Liên đoàn Lao động tỉnh Đông Hải"),
        ("THỦ TƯỚNG CHÍNH PHỦ", "Thủ tướng Chính phủ"),
        ("Sở Y tế", "Sở Y tế"),
    ],
)
def test_readable(capitals: str, running: str) -> None:
    assert readable(capitals) == running

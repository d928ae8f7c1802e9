"""Abbreviations in the names of bodies are written out; a word that only looks like one stays."""

import pytest

from tracker.reading.abbreviations import written_out


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("UBND tỉnh Sông Lam", "Ủy ban nhân dân tỉnh Sông Lam"),
        ("BCH HND tỉnh Sông Lam", "Ban Chấp hành Hội Nông dân tỉnh Sông Lam"),
        ("BTV hội LHPN tỉnh Sông Lam", "Ban Thường vụ hội Liên hiệp Phụ nữ tỉnh Sông Lam"),
        ("BCH đoàn tỉnh Sông Lam", "Ban Chấp hành Đoàn TNCS Hồ Chí Minh tỉnh Sông Lam"),
        ("Sở GD&ĐT tỉnh Sông Lam", "Sở Giáo dục và Đào tạo tỉnh Sông Lam"),
        ("Công ty UBNDX", "Công ty UBNDX"),
    ],
)
def test_written_out(short: str, full: str) -> None:
    assert written_out(short) == full

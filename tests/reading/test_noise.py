"""Words that cannot stand like this in Vietnamese, and what a number's symbol says."""

import pytest

from tracker.reading.noise import accents, is_damaged, noise
from tracker.reading.symbols import fits_issuer, fits_kind


@pytest.mark.parametrize("word", ["tuyÊn", "1ượng", "v~vi~c", "nhiẹnm", "ngàyj2", "Độclập", "thángØ", "kếế", "«xã"])
def test_damaged(word: str) -> None:
    assert is_damaged(word)


@pytest.mark.parametrize("word", ["nghiêm", "uỷ", "ủy", "Đắk", "khoảng", "UBND", "ĐHCT", "email", "COVID", "a", "TW", "quyết", "giếng", "K59"])
def test_sound(word: str) -> None:
    assert not is_damaged(word)


def test_shares() -> None:
    assert noise("Thu gom rác thải") == 0 and noise("Thu g~m rác th°i") == 0.5 and noise("") == 0
    assert accents("Thu gom rac thai") == 0 and accents("Đẩy mạnh thu gom") == 0.5 and accents("") == 1


@pytest.mark.parametrize(
    ("number", "kind", "fits"),
    [("12/CT-UBND", "chỉ thị", True), ("12/BC-UBND", "kế hoạch", False), ("12/UBND-VX", "công văn", None), ("9-CV/HNDT", "công văn", True),
     ("849/CT-TTHT", "công văn", None)],
)  # fmt: skip
def test_kind(number: str, kind: str, fits: bool | None) -> None:
    assert fits_kind(number, kind) is fits


@pytest.mark.parametrize(
    ("number", "issuer", "fits"),
    [("931-CV/HNDT", "Hội Nông dân tỉnh", True), ("12/SYT-NVY", "Sở Y tế tỉnh", True), ("12/SYT-NVY", "Ủy ban nhân dân tỉnh", False),
     ("5/CT-TTHT", "Cục Thuế", True), ("5778/BGDĐT-QLCL", "Bộ Giáo dục và Đào tạo", True), ("12", "Sở Y tế", None)],
)  # fmt: skip
def test_issuer(number: str, issuer: str, fits: bool | None) -> None:
    assert fits_issuer(number, issuer, issuer) is fits

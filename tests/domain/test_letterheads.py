"""Letterheads of reports from the dispatch they answer, in the unions' and in the State's way."""
import pytest

from tracker.domain import letterheads


@pytest.mark.parametrize(("number", "province", "district"), [
    ("931-CV/HNDT", "-BC/HNDT", "-BC/HND"),
    ("4532/UBND-KSTTHC", "/BC-UBND", "/BC-UBND"),
    ("09/2009/CT-UBND", "/BC-UBND", "/BC-UBND"),
    ("2276/TB-SYT", "/BC-SYT", "/BC-SYT"),
    (None, "/BC-……", "/BC-……"),
])
def test_symbol(number: str | None, province: str, district: str) -> None:
    assert letterheads.symbol(number) == province
    assert letterheads.symbol(number, district=True) == district


@pytest.mark.parametrize(("title", "expected"), [
    ("T/M BAN THƯỜNG VỤ PHÓ CHỦ TỊCH", ("T/M BAN THƯỜNG VỤ", "PHÓ CHỦ TỊCH")),
    ("KT.CHỦ TỊCH PHÓ CHỦ TỊCH", ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
    ("KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
    ("GIÁM ĐỐC", ("", "GIÁM ĐỐC")),
    ("K/T CHỦ TỊCH PHÓ CHỦ TỊCH", ("K/T CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
    ("T/L BAN THƯỜNG VỤ CHÁNH VĂN PHÒNG", ("T/L BAN THƯỜNG VỤ", "CHÁNH VĂN PHÒNG")),
    ("TL. CHỦ TỊCH CHÁNH VĂN PHÒNG", ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")),
    ("TUQ. CHỦ TỊCH GIÁM ĐỐC SỞ", ("TUQ. CHỦ TỊCH", "GIÁM ĐỐC SỞ")),
    ("TM. ỦY BAN NHÂN DÂN KT.CHỦ TỊCH PHÓ CHỦ TỊCH", ("TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
    ("TM. ỦY BAN NHÂN DÂN CHỦ TỊCH", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
    (None, ("", "")),
])
def test_signature(title: str | None, expected: tuple[str, str]) -> None:
    assert letterheads.signature(title) == expected


def test_union_letterheads() -> None:
    above = letterheads.of_province(
        number="931-CV/HNDT", issuer="BCH HND TỈNH THANH HOÁ", parent="HỘI NÔNG DÂN VIỆT NAM", province="Tỉnh Thanh Hóa",
        title="T/M BAN THƯỜNG VỤ PHÓ CHỦ TỊCH", signer="Nguyễn Thị An", addressees=["NHCSXH tỉnh;"])
    assert (above.star, above.place, above.speaker) == (True, "Thanh Hóa", "Ban Chấp hành Hội Nông dân tỉnh Thanh Hóa")
    own = letterheads.of_district(above, "Thị xã Bỉm Sơn", "931-CV/HNDT", "")
    assert (own.parent, own.issuer) == ("HỘI NÔNG DÂN TỈNH THANH HÓA", "BCH HND THỊ XÃ BỈM SƠN")
    assert (own.place, own.speaker) == ("Bỉm Sơn", "Ban Chấp hành Hội Nông dân thị xã Bỉm Sơn")
    assert (own.authority, own.position, own.signer) == ("T/M BAN THƯỜNG VỤ", "", "")
    assert own.addressee == "Ban Chấp hành Hội Nông dân tỉnh Thanh Hóa"


def test_state_letterheads() -> None:
    above = letterheads.of_province(
        number="4532/UBND-KSTTHC", issuer="ỦY BAN NHÂN DÂN TỈNH PHÚ THỌ", parent="", province="Tỉnh Phú Thọ", title="TL.CHỦ TỊCH CHÁNH VĂN PHÒNG",
        signer=None, addressees=[])
    assert (above.star, above.symbol, above.speaker) == (False, "/BC-UBND", "Ủy ban nhân dân tỉnh Phú Thọ")
    own = letterheads.of_district(above, "Huyện Lâm Thao", "4532/UBND-KSTTHC", "Văn phòng UBND tỉnh")
    assert (own.parent, own.issuer, own.speaker) == ("", "ỦY BAN NHÂN DÂN HUYỆN LÂM THAO", "Ủy ban nhân dân huyện Lâm Thao")
    assert own.addressee == "Văn phòng UBND tỉnh"

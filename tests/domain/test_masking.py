"""Personal numbers are covered wherever they stand; amounts, days and the numbers of documents never are."""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.masking import DOT, HIDDEN, masked

DIGITS = "0123456789"
CARDS = st.text(DIGITS, min_size=12, max_size=12) | st.text(DIGITS, min_size=9, max_size=9)
TELEPHONES = st.builds("0{}{}".format, st.sampled_from("35789"), st.text(DIGITS, min_size=8, max_size=8))
CALLED = st.sampled_from(["CCCD", "số CCCD:", "CMND số", "điện thoại", "ĐT:", "STK", "số tài khoản", "tài khoản ngân hàng số:", "khế ước số", "mã khách hàng"])
WORDS = st.sampled_from(["", "ông A ", "hộ vay, ", "(", "tại xã "])


@pytest.mark.parametrize(("text", "shown"), [
    ("CCCD 038085012345 của ông A", "CCCD 0380•••••345 của ông A"),
    ("cmnd 171234567.", "cmnd 1•••••567."),
    ("ĐT: 0912.345.678", "ĐT: 09••.•••.678"),
    ("gọi +84912345678 hoặc 02373852123", "gọi +849•••••678 hoặc 023•••••123"),
    ("STK 3500205123456 tại ngân hàng", "STK 3500••••••456 tại ngân hàng"),
    ("038 085 012 345", "038 0•• ••• 345"),
    ("gọi +84.912.345.678", "gọi +84.9••.•••.678"), ("gọi 84 912 345 678", "gọi 84 9•• ••• 678"), ("gọi 84912345678", "gọi 849•••••678"),
])
def test_what_is_covered(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize("text", [
    "dư nợ 123456789 đồng", "1.234.567.890", "dư nợ 84.500.000.000", "tổng số 1 234 567 890 đồng", "123.456.789.012 đồng", "931-CV/HNDT ngày 08/09/2020",
    "giai đoạn 2016-2020, 2021-2025", "đạt 98,5% kế hoạch", "12345678", "123456789.50", "1.234.567,89", "QĐ 1755/QĐ-TTg",
    "120000 hội viên", "300000000 triệu", "",
])
def test_what_is_left_alone(text: str) -> None:
    assert masked(text) == text


@given(WORDS, CARDS | TELEPHONES, st.sampled_from([".", "", " và", ", vay", ")"]))
def test_a_card_or_telephone_is_always_covered(before: str, number: str, after: str) -> None:
    found = masked(f"{before}{number}{after}")
    assert number not in found and found.count(DOT) >= HIDDEN and found.startswith(before) and found.endswith(after)


@given(CALLED, st.text(DIGITS, min_size=6, max_size=19))
def test_what_is_called_by_its_name_is_covered_whatever_its_length(name: str, number: str) -> None:
    found = masked(f"{name} {number} của hộ vay")
    assert number not in found and found.count(DOT) >= HIDDEN


@given(st.text(max_size=200) | st.lists(CARDS | TELEPHONES | st.sampled_from(["CCCD", "1.234.567", "đồng", "12/9/2020", "-", "•"]), max_size=12).map(" ".join))
def test_it_only_puts_dots_in_the_place_of_digits(text: str) -> None:
    found = masked(text)
    assert len(found) == len(text) and masked(found) == found
    assert all(a == b or (a == DOT and b.isdigit()) for a, b in zip(found, text, strict=True))


@given(st.integers(0, 10**15), st.sampled_from([" đồng", " triệu đồng", " tỷ", " hội viên", "%"]))
def test_an_amount_is_never_covered(amount: int, unit: str) -> None:
    assert masked(f"Dư nợ {amount}{unit}") == f"Dư nợ {amount}{unit}"
    grouped = f"{amount:,}".replace(",", ".")
    assert masked(f"Dư nợ {grouped}") == f"Dư nợ {grouped}"

"""Subjects and names in Vietnamese come out of a message as they went in, however long."""
import email
import email.policy
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.utils import parseaddr

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.adapters.smtp import Outgoing, build

WORDS = st.sampled_from("việc sắp đến hạn, 1 không xem lại - Thành phố Sầm Sơn quá hạn huyện Thọ Xuân [931-CV/HNDT] trả lại-".split())
TEXT = st.lists(WORDS, min_size=1, max_size=25).map(" ".join)


@settings(deadline=None)
@given(TEXT, TEXT)
def test_long_subjects_and_names_keep_every_space(subject: str, name: str) -> None:
    mail = Outgoing("Đôn Đốc <a@tinh.example>", "b@huyen.example", name, subject, "chữ", "<p>chữ</p>", "<1@tinh.example>", datetime(2026, 9, 8, tzinfo=UTC))
    raw = build(mail)
    # Read back by RFC 2047 alone: the newer parser (CPython 3.11) adds spaces of its own inside a long name with brackets.
    read = email.message_from_bytes(raw, policy=email.policy.compat32)
    assert str(make_header(decode_header(read["Subject"]))) == subject
    shown, address = parseaddr("".join(read["To"].splitlines()))
    assert (str(make_header(decode_header(shown))), address) == (name, "b@huyen.example")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998

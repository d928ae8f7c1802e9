"""Subjects and names in Vietnamese come out of a message as they went in, however long."""
import email
import email.policy
from datetime import UTC, datetime

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
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert read["Subject"] == subject
    assert [(one.display_name, one.addr_spec) for one in read["To"].addresses] == [(name, "b@huyen.example")]
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998

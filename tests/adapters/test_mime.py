"""Messages out of their envelopes: what programs write, and what nobody should."""
import random
import re
import tracemalloc
from email.message import EmailMessage

import pytest

from tests import letters_in
from tests.samples import JPG, PDF
from tracker.adapters import mime_source, tnef
from tracker.adapters.mime import decoded, open_letter


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?UTF-8?B?QsOhbyBjw6Fv?=", "Báo cáo"),
        ("=?utf-8?q?B=C3=A1o?= =?utf-8?q?_c=C3=A1o?=", "Báo cáo"),
        ("=?windows-1258?Q?B=E1o_c=E1o?=", "Báo cáo"),
        ("=?khong-co?B?QsOhbw==?=", "Báo"),
        ("=?utf-8?B?@@@?=", ""),
        ("=?utf-8?B?A?=", "=?utf-8?B?A?="),
        ("Bao\r\n cao\x00", "Bao   cao "),
        ("B\udcc3\udca1o c\udcc3\udca1o", "Báo cáo"),
    ],
)
def test_headers_are_read_in_any_spelling(raw: str, text: str) -> None:
    assert " ".join(decoded(raw).split()) == " ".join(text.split())


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename*=utf-8''B%C3%A1o%20c%C3%A1o.pdf", "Báo cáo.pdf"),
        ("attachment; filename*0*=utf-8''B%C3%A1o; filename*1*=%20c%C3%A1o.pdf", "Báo cáo.pdf"),
        ('attachment; filename="=?UTF-8?B?QsOhbyBjw6FvLnBkZg==?="', "Báo cáo.pdf"),
        ('attachment; filename="../../etc/passwd"', "../../etc/passwd"),
        ("attachment", "tep-dinh-kem-1"),
    ],
)
def test_file_names_are_read_in_any_spelling(header: str, name: str) -> None:
    raw = b"From: a@b.example\r\nContent-Type: application/pdf\r\nContent-Disposition: " + header.encode() + b"\r\n\r\n" + PDF
    (found,) = open_letter(raw).attached
    assert found.name == name and found.data.startswith(b"%PDF")


def test_winmail_gives_the_long_name_and_all_bytes() -> None:
    data = letters_in.winmail("Văn bản.pdf", PDF)
    assert tnef.attachments(data) == [("Văn bản.pdf", PDF)]
    assert tnef.attachments(b"nothing") is None
    assert all(tnef.attachments(data[:cut]) is not None for cut in range(6, len(data), 37))


def test_a_logo_of_the_signature_is_no_attachment() -> None:
    assert [one.name for one in open_letter(letters_in.outlook("x@y.example")).attached] == ["Văn bản chỉ đạo.pdf"]


def test_a_forwarded_letter_brings_its_attachments() -> None:
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "a@b.example", "Fwd"
    outer.set_content("xem kèm")
    inner = EmailMessage()
    inner["From"] = "c@d.example"
    inner.set_content("trong")
    inner.add_attachment(PDF, maintype="application", subtype="pdf", filename="trong.pdf")
    outer.add_attachment(inner)
    found = open_letter(outer.as_bytes())
    assert [one.name for one in found.attached] == ["trong.pdf"] and found.text.startswith("xem kèm")


def test_html_is_read_as_words_and_scripts_are_not() -> None:
    raw = b"From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Ch\xc3\xa0o</p><script>alert(1)</script><img src=http://x.example/p.gif>"
    assert open_letter(raw).text.strip() == "Chào"


def test_ten_thousand_nested_parts_are_known_by_their_headers() -> None:
    raw = b"From: a@b.example\r\nMessage-ID: <1@b>\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(10_000))
    found = open_letter(raw)
    assert (found.broken, found.sender, found.message_id) == (True, "a@b.example", "<1@b>")


def test_a_message_whose_parameters_nobody_can_read_is_known_by_its_headers() -> None:
    raw = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary*0*=utf-8''a; boundary*=b; boundary=c\r\n\r\n--c\r\n\r\nx"
    for whole in (True, False):
        found = open_letter(raw, whole)
        assert (found.broken, found.sender) == (True, "a@b.example")


def test_a_line_of_fifty_megabytes_stays_within_memory() -> None:
    raw = b"From: a@b.example\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"QUJD" * 8_000_000
    tracemalloc.start()
    found = open_letter(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.attached[0].data) == 24_000_000 and peak < 300_000_000


def test_five_thousand_mutated_messages_are_all_taken_apart() -> None:
    chance = random.Random(5)
    made = [letters_in.gmail("x@y.example"), letters_in.outlook("x@y.example"), letters_in.android("x@y.example", picture=JPG),
            letters_in.bounce("x@y.example", "<1@b>", "c@d.example")]
    for _ in range(5000):
        raw = bytearray(chance.choice(made))
        for _ in range(chance.randrange(1, 12)):
            _mutate(raw, chance)
        found = open_letter(bytes(raw))
        assert "\n" not in found.subject and len(found.attached) <= 200 and found.text.isprintable() is not None
        found.text.encode()
        "".join(found.headers).encode()


def test_holding_bodies_aside_changes_nothing_of_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)
    files = tuple((f"{n}.pdf", PDF + chance.randbytes(size)) for n, size in enumerate((3_000, 12_000, 90_000)))
    made = letters_in.gmail("x@y.example", files=files)
    shapes = [made, made.replace(b"\n", b"\r\n"), made.replace(b"base64", b"8bit"), made.replace(b"\n", b"\r\n\r\n")]
    for _ in range(120):
        raw = bytearray(chance.choice(shapes))
        for _ in range(chance.randrange(0, 30)):
            _mutate(raw, chance)
        held = open_letter(bytes(raw))
        with monkeypatch.context() as patch:
            patch.setattr(mime_source, "_RUN", re.compile(b"(?!)"))
            assert open_letter(bytes(raw)) == held


@pytest.mark.parametrize("filling", [b"a\r\n", b"--b\r\n\r\n", b"--b\r\n", b"A: b\r\n", b" \r\n", b"\r", b"\n", b"=\r\n"])
def test_endless_small_lines_stay_within_memory(filling: bytes) -> None:
    raw = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + filling * (30_000_000 // len(filling))
    tracemalloc.start()
    found = open_letter(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.sender == "a@b.example" and peak < 250_000_000


def _mutate(raw: bytearray, chance: random.Random) -> None:
    at, length = chance.randrange(max(len(raw), 1)), chance.randrange(1, 40)
    act = chance.randrange(5)
    if act == 0:
        raw[at : at + length] = b""
    elif act == 1:
        raw[at : at + length] = bytes(chance.randrange(256) for _ in range(length))
    elif act == 2:
        raw[at:at] = raw[chance.randrange(max(len(raw), 1)) :][:length]
    elif act == 3:
        raw[at:at] = chance.choice((b"\r\n\r\n", b"\n--", b"=?utf-8?B?", b"Content-Type: message/rfc822\r\n", b"\0", b"boundary=\"", b"; filename*0*="))
    else:
        raw[at : at + 1] = b"\r\n"


def test_a_subject_that_is_folded_beside_an_encoded_word_keeps_the_space() -> None:
    """Python's own decode_header loses it, and the number would hang on the word before."""
    assert decoded("=?utf-8?b?c+G7kQ==?=\n 931-CV/HNDT") == "số 931-CV/HNDT" and decoded("=?utf-8?q?a?=\r\n =?utf-8?q?b?=") == "ab"

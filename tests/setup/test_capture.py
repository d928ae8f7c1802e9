"""The embedded mail server keeps what it is sent, as sent, and gives 250 only for what is on the disk."""

import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.setup.processes import free_port, until
from tracker.adapters import capture
from tracker.domain.errors import NotFound

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    port, folder = free_port(), tmp_path / "sent"
    process = subprocess.Popen([sys.executable, "-m", "tracker.adapters.capture", str(port), str(folder)], cwd=ROOT)
    until(lambda: answers(port), 20)
    yield port, folder
    process.terminate()
    assert process.wait(5) == 0


def answers(port: int) -> bool:
    try:
        smtplib.SMTP("127.0.0.1", port, timeout=1).quit()
    except OSError:
        return False
    return True


def mail(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@tinh.example", "b@huyen.example", subject
    message["Message-ID"] = "<1@tinh.example>"
    message.set_content("Kính gửi huyện")
    message.add_attachment(b"%PDF-1.7 \x00\xff", maintype="application", subtype="pdf", filename="Công văn.pdf")
    return message


def send(port: int, message: EmailMessage, *recipients: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        client.send_message(message, "bounce@tinh.example", list(recipients))


def test_message_is_kept_as_sent_with_its_envelope(server: tuple[int, Path]) -> None:
    port, folder = server
    send(port, mail("Đôn đốc lần 1"), "b@huyen.example", "c@huyen.example")
    time.sleep(0.01)
    send(port, mail("Đôn đốc lần 2"), "b@huyen.example")
    newest, oldest = capture.listing(folder)
    assert (newest.subject, oldest.subject) == ("Đôn đốc lần 2", "Đôn đốc lần 1")
    assert oldest.sender == "bounce@tinh.example"
    assert oldest.recipients == ("b@huyen.example", "c@huyen.example")
    kept, message = capture.read(folder, oldest.key)
    assert kept == oldest
    assert message["Message-ID"] == "<1@tinh.example>"
    assert not [name for name in message if name.startswith("X-Kept")]
    attachment = next(message.iter_attachments())
    assert attachment.get_content() == b"%PDF-1.7 \x00\xff"
    assert attachment.get_filename() == "Công văn.pdf"
    assert capture.count(folder) == 2
    assert [item.key for item in capture.listing(folder, limit=1, offset=1)] == [oldest.key]


def test_only_mails_that_went_to_nobody_but_the_sample_are_forgotten(tmp_path: Path) -> None:
    kept = [capture.keep(tmp_path, "a@tinh.example", to, b"Subject: x\r\n\r\nx") for to in (["b@huyen.example"], ["b@huyen.example", "c@huyen.gov.vn"])]
    assert capture.forget(tmp_path, "example") == 1
    assert [item.key for item in capture.listing(tmp_path)] == kept[1:]


def test_full_disk_is_a_temporary_refusal(server: tuple[int, Path]) -> None:
    port, folder = server
    folder.write_text("a file where the folder should be")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(port, mail("x"), "b@huyen.example")
    assert refused.value.smtp_code == 452


@pytest.mark.parametrize("key", ["../secret", "20260101T000000000000-00000000", ""])
def test_unknown_or_crooked_key_is_not_found(tmp_path: Path, key: str) -> None:
    (tmp_path.parent / "secret.eml").write_text("Subject: x")
    with pytest.raises(NotFound):
        capture.read(tmp_path, key)

"""`tracker send-mail` drains the outbox into the server that SMTP_URL names, and is plain where there is none."""

import subprocess
import sys
from pathlib import Path

from tests.setup.processes import ROOT, free_port, tracker, until
from tests.setup.test_capture import answers
from tracker.adapters import capture


def test_sample_mails_go_to_the_capture_server_once(filled_home: Path, tmp_path: Path) -> None:
    home, folder, port = filled_home, tmp_path / "kept", free_port()
    process = subprocess.Popen([sys.executable, "-m", "tracker.adapters.capture", str(port), str(folder)], cwd=ROOT)
    try:
        until(lambda: answers(port), 20)
        sent = tracker(home, free_port(), "send-mail", SMTP_URL=f"smtp://127.0.0.1:{port}")
        assert sent.returncode == 0, sent.stdout + sent.stderr
        kept = capture.listing(folder, limit=1000)
        assert f"Đã gửi {len(kept)} thư" in sent.stdout
        assert len(kept) > 27
        assert all(address.endswith(".example") for mail in kept for address in mail.recipients)
        again = tracker(home, free_port(), "send-mail", SMTP_URL=f"smtp://127.0.0.1:{port}")
        assert "Đã gửi 0 thư" in again.stdout
    finally:
        process.terminate()
        process.wait(10)


def test_without_a_server_it_says_what_to_do(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert tracker(home, free_port(), "migrate").returncode == 0
    refused = tracker(home, free_port(), "send-mail")
    assert refused.returncode == 1
    assert refused.stderr.startswith("Lỗi: ")
    assert "Traceback" not in refused.stderr

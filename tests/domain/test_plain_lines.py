"""What may be spoken in the clear: to this machine and the own network, to nobody else."""
from pathlib import Path

import pytest

from tests.conftest import settings_for
from tracker.config import ConfigError
from tracker.domain.plain_lines import in_clear, is_near

#: An address of the open net, and a connection without a machine in it, whose query may name one.
ABROAD, LOCAL = "8.8.8.8", "postgresql://"
FAR = [("SMTP_URL", "smtp://a:b@mail.tinh.example:25"), ("IMAP_URL", "imaps://a:b@h.example/INBOX imap://a:b@thu.tinh.example/INBOX"),
       ("DATABASE_URL", f"{LOCAL}/t?host=db.tinh.example"),
       ("REDIS_URL", f"redis://{ABROAD}:6379/0"), ("DATABASE_URL", "postgresql://a:b@db.tinh.example/t"),
       ("DATABASE_URL", "postgresql://a:b@db.tinh.example/t?sslmode=prefer"), ("CLAMD_URL", "tcp://clam.tinh.example:3310")]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "10.1.2.3", "192.168.1.9", "fd00::5", "redis", "mail.local", "db.internal", ""])
def test_near_machines(host: str) -> None:
    assert is_near(host)


@pytest.mark.parametrize("host", ["8.8.8.8", "2001:4860:4860::8888", "mail.tinh.example", "internal.example", "10.0.0.1.example"])
def test_far_machines(host: str) -> None:
    assert not is_near(host)


@pytest.mark.parametrize("url", [
    "smtps://a:b@mail.example", "smtp://a:b@mail.example:587?starttls=1", "imaps://mail.example", "imap://mail.example?starttls=1", "rediss://h.example",
    "postgresql+psycopg://h.example/t?sslmode=verify-full", "sqlite:///x.db", f"{LOCAL}/t?host=/run/.pg", "unix:/run/clamd.sock",
])
def test_encrypted_and_near_lines_are_taken(url: str) -> None:
    assert in_clear(url) is None


@pytest.mark.parametrize(("name", "value"), FAR)
def test_a_plain_line_to_a_far_machine_is_refused_unless_it_is_named(tmp_path: Path, name: str, value: str) -> None:
    url = {"database_url": value} if name == "DATABASE_URL" else {name: value}
    with pytest.raises(ConfigError, match=f"{name}.*PLAIN_HOSTS"):
        settings_for(tmp_path, **url)
    assert settings_for(tmp_path, PLAIN_HOSTS="mail.tinh.example thu.tinh.example 8.8.8.8 db.tinh.example clam.tinh.example", **url)

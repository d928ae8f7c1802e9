"""Getting into mailboxes of a real Dovecot: TLS from the first byte and STARTTLS, passwords in any letters, OAuth2 tokens from a command."""
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.imap_server import PASSWORD, ImapServer
from tests.setup.processes import free_port
from tracker.adapters.imap import Inbox
from tracker.adapters.imap_login import MailboxError, folder_name

RAW = b"Subject: x\r\nMessage-ID: <1@x>\r\n\r\nx\r\n"
TLS = """
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
service imap-login {
  inet_listener imaps {
    port = PORT
    ssl = yes
  }
}
"""
TOKENS = """
auth_mechanisms = plain xoauth2
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/oauth2.conf
}
"""


def read(url: str) -> list[bytes]:
    with Inbox(url) as inbox:
        return [message.raw for message in inbox.fetch(inbox.heads(inbox.above(0)), 10_000)]


@pytest.fixture
def tls(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ImapServer, int]]:
    """A server with a certificate of an authority that only this test knows."""
    port = free_port()
    server = ImapServer(TLS.replace("PORT", str(port)))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", server.home / "key.pem", "-out", server.home / "cert.pem"], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.home / "cert.pem"))
    with server:
        server.deliver(RAW)
        yield server, port


def test_tls_is_spoken_and_the_certificate_is_looked_at(tls: tuple[ImapServer, int], monkeypatch: pytest.MonkeyPatch) -> None:
    server, port = tls
    imaps = f"imaps://hop-thu:{PASSWORD}@localhost:{port}/INBOX"
    assert read(imaps) == [RAW]
    assert read(f"imap://hop-thu:{PASSWORD}@localhost:{server.port}/INBOX?starttls=1") == [RAW]
    for wrong in (imaps.replace("localhost", "127.0.0.1"), f"imap://hop-thu:{PASSWORD}@127.0.0.1:{server.port}/INBOX?starttls=1"):
        with pytest.raises(MailboxError, match="certificate verify failed"):
            read(wrong)
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(MailboxError, match="certificate verify failed"):
        read(imaps)


def test_a_server_without_tls_gets_no_password(tmp_path: Path) -> None:
    with ImapServer() as server, pytest.raises(MailboxError, match="TLS not supported"):
        read(server.url() + "?starttls=1")
    with ImapServer("disable_plaintext_auth = yes\nlogin_trusted_networks =\nssl = required\n") as server, pytest.raises(MailboxError):
        read(server.url().replace("127.0.0.1", "127.0.0.2"))


class Tokens(BaseHTTPRequestHandler):
    """Tells Dovecot whose token it is, as an identity provider does."""

    def do_GET(self) -> None:
        token = parse_qs(urlsplit(self.path).query)["token"][0]
        body = json.dumps({"email": "hop-thu"} if token == "dung-the" else {"error": "invalid_token"}).encode()
        self.send_response(200 if token == "dung-the" else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def oauth() -> Iterator[ImapServer]:
    provider = HTTPServer(("127.0.0.1", 0), Tokens)
    thread = threading.Thread(target=provider.serve_forever)
    thread.start()
    server = ImapServer(TOKENS)
    conf = server.home / "oauth2.conf"
    conf.write_text(f"tokeninfo_url = http://127.0.0.1:{provider.server_port}/check?token=\nintrospection_mode = get\nusername_attribute = email\n")
    try:
        with server:
            server.deliver(RAW)
            yield server
    finally:
        provider.shutdown()
        thread.join()
        provider.server_close()


def url_with(server: ImapServer, command: str, user: str = "hop-thu") -> str:
    return f"imap://{user}@127.0.0.1:{server.port}/INBOX?token_command={quote(command)}"


def test_a_token_of_a_command_opens_the_mailbox(oauth: ImapServer, tmp_path: Path) -> None:
    script = tmp_path / "the.py"
    script.write_text("import sys\nprint(sys.argv[1])\n")
    assert read(url_with(oauth, f"{sys.executable} {script} dung-the")) == [RAW]
    with pytest.raises(MailboxError) as refused:
        read(url_with(oauth, f"{sys.executable} {script} sai-the"))
    assert "uthent" in str(refused.value) and "sai-the" not in str(refused.value)


@pytest.mark.parametrize(
    ("code", "said"),
    [("import sys; print('bi-mat-khac'); sys.exit('het han')", "het han"), ("pass", "token_command (0)"), ("'", "token_command")],
)
def test_a_command_that_fails_is_said_without_what_it_holds(oauth: ImapServer, code: str, said: str) -> None:
    with pytest.raises(MailboxError) as refused:
        read(url_with(oauth, f'{sys.executable} -c "{code}" bi-mat-khac' if code != "'" else "khong-co 'dau nhay"))
    assert said in str(refused.value) and "bi-mat-khac" not in str(refused.value)


@pytest.mark.parametrize("password", ["mật khẩu", 'co "nhay" \\ va cach'])
def test_names_and_passwords_may_have_any_letters(password: str) -> None:
    users = "auth_username_chars =\npassdb {\n  driver = passwd-file\n  args = scheme=PLAIN username_format=%u {home}/users\n}\n"
    server = ImapServer(users)
    (server.home / "users").write_text(f"co quan:{{PLAIN}}{password}\n")
    with server:
        server.deliver(RAW, "co quan")
        assert read(f"imap://{quote('co quan')}:{quote(password)}@127.0.0.1:{server.port}/INBOX") == [RAW]


@pytest.mark.parametrize(("name", "wire"), [
    ("INBOX", '"INBOX"'), ("R&D", '"R&-D"'), ("台北", '"&U,BTFw-"'), ("a\\b\"c", '"a\\\\b\\"c"'), ("Thư đến", '"Th&AbA- &AREevw-n"'),
])
def test_names_of_folders_are_written_as_rfc_3501_says(name: str, wire: str) -> None:
    assert folder_name(name) == wire

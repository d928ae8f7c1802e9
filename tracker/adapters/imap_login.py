"""Getting into an IMAP account: TLS, password or OAuth2 token, and the names of folders as the protocol writes them."""
import imaplib
import re
import shlex
import ssl
import subprocess
from base64 import b64encode
from contextlib import suppress
from urllib.parse import SplitResult, parse_qs, unquote

TIMEOUT = 30.0
#: What imaplib and the system raise while talking to a server; imaplib's own reading of answers fails with the last two.
FAILURES = (imaplib.IMAP4.error, OSError, ValueError, IndexError)


class MailboxError(Exception):
    """The mailbox cannot be read now; the words are the server's or the system's."""


class Refused(MailboxError):
    """The server answers, and says no to this one command."""


def connect(url: SplitResult) -> imaplib.IMAP4:
    """A connection that is signed in, as the address says (see adapters.imap.Inbox). Raises MailboxError."""
    try:
        client = _reached(url)
    except FAILURES as error:
        raise MailboxError(said(error)) from error
    try:
        _sign_in(client, url)
    except FAILURES as error:
        leave(client)
        raise MailboxError(said(error)) from error
    except MailboxError:
        leave(client)
        raise
    return client


def leave(client: imaplib.IMAP4) -> None:
    """Ends a connection, whatever state it is in."""
    with suppress(*FAILURES):
        client.logout()
    with suppress(OSError):
        client.shutdown()


def _reached(url: SplitResult) -> imaplib.IMAP4:
    host = url.hostname or "localhost"
    if url.scheme == "imaps":
        return imaplib.IMAP4_SSL(host, url.port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
    client = imaplib.IMAP4(host, url.port or 143, timeout=TIMEOUT)
    if parse_qs(url.query).get("starttls") == ["1"]:
        try:
            client.starttls(ssl.create_default_context())
        except BaseException:
            with suppress(OSError):
                client.shutdown()
            raise
    return client


def _sign_in(client: imaplib.IMAP4, url: SplitResult) -> None:
    user, password = unquote(url.username or ""), unquote(url.password or "")
    if command := parse_qs(url.query).get("token_command"):
        answer = f"user={user}\1auth=Bearer {_token(command[0])}\1\1".encode()
        # To a refusal, told as a second challenge, the answer is empty; the server then says NO.
        client.authenticate("XOAUTH2", lambda challenge: b"" if challenge else answer)
    elif "LOGINDISABLED" in client.capabilities:
        raise MailboxError("LOGINDISABLED: imaps://, starttls=1")
    elif (user + password).isascii():
        # imaplib quotes the password only; names like DOMAIN\user need it too.
        client.login(quoted(user), password)
    else:
        client.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())


def _token(command: str) -> str:
    """What the command prints. Raises MailboxError with its own last words, never with the command, which may hold a secret."""
    try:
        done = subprocess.run(shlex.split(command), capture_output=True, text=True, errors="replace", check=False, timeout=TIMEOUT)
    except subprocess.TimeoutExpired as error:
        raise MailboxError(f"token_command: {TIMEOUT:.0f} s") from error
    except (OSError, ValueError) as error:
        raise MailboxError(f"token_command: {getattr(error, 'strerror', '') or error}") from error
    if done.returncode or not done.stdout.strip():
        raise MailboxError(f"token_command ({done.returncode}): {(done.stderr.strip().splitlines() or [''])[-1][:200]}")
    return done.stdout.strip()


def folder_name(name: str) -> str:
    """A folder's name as a command carries it: modified UTF-7 (RFC 3501, 5.1.3), quoted."""
    def shifted(found: "re.Match[str]") -> str:
        return "&" + b64encode(found[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    return quoted(re.sub(r"[^\x20-\x7e]+", shifted, name.replace("&", "&-")))


def quoted(text: str) -> str:
    """A quoted string of the protocol."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def said(data: object) -> str:
    """The words of an answer or an error, as text."""
    if isinstance(data, Exception):
        data = list(data.args) if len(data.args) == 1 else str(data)
    first = data[0] if isinstance(data, list) and data else data
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)

"""A real Dovecot of one test: mailboxes are Maildir folders, so that a message is delivered by writing a file."""
import getpass
import grp
import os
import shutil
import socket
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Self

import psutil

from tests.setup.processes import free_port

PASSWORD = "bi-mat"
_DELIVERIES = count(1)


class ImapServer:
    """Serves every user with one password; `deliver` puts a message into INBOX. more: further lines of its settings, with {home} in them."""

    def __init__(self, more: str = "") -> None:
        # Outside pytest's own folders, which other users cannot enter: as root, Dovecot's parts run as nobody.
        self.home, self.port = Path(tempfile.mkdtemp(prefix="tracker-imap-")), free_port()
        self.user, self.group = ("nobody", "nogroup") if os.getuid() == 0 else (getpass.getuser(), grp.getgrgid(os.getgid()).gr_name)
        self._process: subprocess.Popen[bytes] | None = None
        self._more = more

    def __enter__(self) -> Self:
        self.home.chmod(0o755)
        (self.home / "dovecot.conf").write_text(self._settings())
        self._process = subprocess.Popen(
            ["/usr/sbin/dovecot", "-F", "-c", str(self.home / "dovecot.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                assert time.monotonic() < end, (self.home / "log").read_text()
                time.sleep(0.05)

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        everything = [self._process_tree(), *self._process_tree().children(recursive=True)]
        self._process.terminate()
        self._process.wait(20)
        _, left = psutil.wait_procs(everything, timeout=5)
        for process in left:
            process.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def _process_tree(self) -> psutil.Process:
        assert self._process is not None
        return psutil.Process(self._process.pid)

    def url(self, user: str = "hop-thu", folder: str = "INBOX") -> str:
        """The address of a mailbox, which is there from now on."""
        self._maildir(user)
        return f"imap://{user}:{PASSWORD}@127.0.0.1:{self.port}/{folder}"

    def deliver(self, raw: bytes, user: str = "hop-thu") -> Path:
        """A new message, as a delivery agent leaves it."""
        folder = self._maildir(user) / "new"
        path = folder / f"{int(time.time())}.{next(_DELIVERIES):06d}.test"
        temporary = folder.parent / "tmp" / path.name
        temporary.write_bytes(raw)
        shutil.chown(temporary, self.user)
        os.replace(temporary, path)
        return path

    def drop(self) -> int:
        """Cuts every connection without a word, as a network does; gives how many."""
        found = [process for process in self._process_tree().children(recursive=True) if process.name() == "imap"]
        for process in found:
            process.kill()
        return len(found)

    def renumber(self, user: str = "hop-thu") -> None:
        """What a server does after its index was lost: all UIDs anew under another UIDVALIDITY, which is the second it begins in."""
        time.sleep(1.1)
        for path in self._maildir(user).glob("dovecot*"):
            path.unlink()

    def _maildir(self, user: str) -> Path:
        folder = self.home / "mail" / user
        for part in ("new", "cur", "tmp"):
            (folder / part).mkdir(parents=True, exist_ok=True)
            for made in (folder.parent, folder, folder / part):
                shutil.chown(made, self.user)
        return folder

    def _settings(self) -> str:
        user, group = self.user, self.group
        service = "chroot =\n"
        return f"""
protocols = imap
listen = 127.0.0.1
base_dir = {self.home}/run
state_dir = {self.home}/state
log_path = {self.home}/log
ssl = no
disable_plaintext_auth = no
first_valid_uid = 0
last_valid_uid = 0
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
mail_location = maildir:{self.home}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_gid = 0
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={self.home}/mail/%u
}}
service imap-login {{
  {service}  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  {service}}}
service stats {{
  {service}}}
{self._more.replace("{home}", str(self.home))}
"""

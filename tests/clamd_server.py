"""A real clamd of one test, with one signature of our own and nothing from the network; it can be stopped and started again."""
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

#: What the signature finds: words that do nothing.
MARK = b"dau-hieu-thu-cua-may-quet-7f3a"
SIGNATURE = "Thu.KhongHai"
PROGRAM = Path("/usr/sbin/clamd")


def infected(content: bytes) -> bytes:
    """The same content, found by the signature and still of its type."""
    return content + b"\n" + MARK + b"\n"


class Clamd:
    """Listens on a unix socket of its own; longest: above it, in megabytes, it does not look at a stream."""

    def __init__(self, longest: int = 2) -> None:
        # Outside pytest's own folders: a socket's path may not be longer than some hundred characters.
        self.home = Path(tempfile.mkdtemp(prefix="tracker-clamd-"))
        self._longest = longest
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What CLAMD_URL says."""
        return f"unix://{self.home}/clamd.sock"

    def __enter__(self) -> Self:
        database = self.home / "db"
        database.mkdir()
        (database / "own.ndb").write_text(f"{SIGNATURE}:0:*:{MARK.hex()}\n")
        settings = (f"DatabaseDirectory {database}", f"LocalSocket {self.home}/clamd.sock", f"TemporaryDirectory {self.home}", "Foreground yes",
                    f"StreamMaxLength {self._longest}M", "MaxThreads 4")
        (self.home / "clamd.conf").write_text("\n".join(settings) + "\n")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def start(self) -> None:
        """Comes back when it listens."""
        command = [str(PROGRAM), "-c", str(self.home / "clamd.conf")]
        with (self.home / "out").open("wb") as said:
            self._process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, start_new_session=True)
        end = time.monotonic() + 30
        while not self._listens():
            assert self._process.poll() is None and time.monotonic() < end, (self.home / "out").read_text()
            time.sleep(0.05)

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            return line.connect_ex(f"{self.home}/clamd.sock") == 0

    def stop(self) -> None:
        """Ends it; its socket goes with it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None
        (self.home / "clamd.sock").unlink(missing_ok=True)

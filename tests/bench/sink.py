"""A mail server in a process of its own that takes everything and notes each message by two bytes: python -m tests.bench.sink TAKEN PORT."""
import sys
from pathlib import Path

from tests.mail_server import MailServer, eventually


class _Sink(MailServer):
    """Takes and forgets: what 10 000 messages weigh is not measured."""

    def __init__(self, taken: Path) -> None:
        super().__init__()
        self._taken = taken.open("ab", buffering=0)

    async def handle_DATA(self, server, session, envelope) -> str:  # type: ignore[no-untyped-def]
        self._taken.write(b"1\n")
        return "250 2.0.0 taken"


if __name__ == "__main__":
    with _Sink(Path(sys.argv[1])) as sink:
        Path(sys.argv[2]).write_text(sink.url.rpartition(":")[2])
        eventually(lambda: False, 3600)

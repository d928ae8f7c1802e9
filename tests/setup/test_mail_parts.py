"""`tracker serve` starts the wait for mail and the mail entry where the settings ask for them, and mail given to either becomes a row."""
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text

from tests import letters_in
from tests.imap_server import ImapServer
from tests.listener.running import BOX, Entry
from tests.setup.processes import Served, alive, free_port, tracker, until


def test_a_served_home_hears_of_mail_at_once(filled_home: Path) -> None:
    home, port = filled_home, free_port()
    entry = Entry(home, "lmtp")
    with ImapServer() as server:
        settings = {"IMAP_URL": server.url(), "MAIL_LISTEN": f"lmtp://127.0.0.1:{entry.port}", "REPLY_TO": BOX}
        served = Served(home, port, **settings)
        try:
            served.ready()
            assert {"mail-wait", "listen"} <= set(served.told()["children"])
            until(lambda: "tốt    Chờ thư mới (imap): đang chờ ở 1 hộp thư" in tracker(home, port, "doctor", **settings).stdout, 60)
            until(entry.answers, 60)
            engine = create_engine(f"sqlite:///{home / 'tracker.db'}")

            def sources() -> dict[str, str]:
                with engine.connect() as connection:
                    rows = connection.execute(text("select message_id, source from incoming_mails where message_id like '<gmail-%@mail.example>'"))
                    return {row.message_id: row.source for row in rows}

            assert entry.send(letters_in.gmail(BOX)) == {BOX: 250}
            server.deliver(letters_in.gmail(BOX).replace(b"<gmail-1@", b"<gmail-2@"))
            until(lambda: sources() == {"<gmail-1@mail.example>": "lmtp", "<gmail-2@mail.example>": "imap"}, 20)
            engine.dispose()
            report = tracker(home, port, "doctor", **settings).stdout
            assert "tốt    Cửa nhận thư: nghe ở 127.0.0.1" in report and "tốt    Hộp thư đến (imap): 1 hộp thư" in report
            for name in ("mail-wait", "listen"):
                memory = psutil.Process(served.told()["children"][name]).memory_info().rss
                print(f"{name}: {memory // 2**20} MB")
            everything = served.everything()
        finally:
            took = served.stop()
    assert took < 10 and alive(everything) == []

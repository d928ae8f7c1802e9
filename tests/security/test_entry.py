"""The mail entry cannot be talked into a second message: only CRLF, dot, CRLF ends one (SMTP smuggling)."""
from tests.listener.running import BOX, Entry
from tests.listener.test_entry import kept, rows, running

__all__ = ["running"]
HIDDEN = b"x\n.\nMAIL FROM:<gia@xa.example>\nRCPT TO:<" + BOX.encode() + b">\nDATA\nMessage-ID: <hai@xa.example>\n\n.\r\ny\r.\rz\n.\r\nw\r\n"


def test_a_dot_between_bare_line_ends_does_not_end_a_message(running: Entry) -> None:
    with running.client() as client:
        client.ehlo_or_helo_if_needed()
        client.mail("canbo@huyen.example")
        client.rcpt(BOX)
        assert client.docmd("DATA")[0] == 354
        client.send(b"Message-ID: <mot@huyen.example>\r\n\r\n" + HIDDEN + b".\r\n")
        assert client.getreply()[0] == 250
        assert client.noop()[0] == 250  # nothing of it was taken for a command
    found = [one for one in rows() if one.message_id in ("<mot@huyen.example>", "<hai@xa.example>")]
    assert [one.message_id for one in found] == ["<mot@huyen.example>"]
    assert HIDDEN in kept(found[0])

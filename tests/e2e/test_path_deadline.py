"""The deadline hour: 27 units upload 20 MB each over slow lines at the same time, and the clerk reviews as on any other day."""
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from playwright.sync_api import Browser, expect

from tests.bench.client import Client
from tests.e2e.clerk import Clerk
from tests.e2e.seat import CLERK, PHONE, WIDE, Place, seat
from tests.load import data

UNITS, CHUNK = 27, 256 * 1024
HEAD = b'------load\r\nContent-Disposition: form-data; name="files"; filename="bao-cao.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
TAIL = b"\r\n------load--\r\n"


class Uploads:
    """27 people who have sent most of 20 MB and whose lines then stand still until `go_on`."""

    def __init__(self, place: Place) -> None:
        people = [one for one in data.people(place.served.home, 39) if one[0] == "officer"][:UNITS]
        self.clients = [(Client(place.served.port).sign_in(email, data.PASSWORD), dispatches[0]) for _, email, dispatches in people]
        self.under_way = threading.Barrier(UNITS + 1)
        self.go_on = threading.Event()

    def _body(self, size: int) -> Iterator[bytes]:
        yield HEAD + b"%PDF-1.4\n"
        for n in range(size // CHUNK):
            if n == size // CHUNK - 2:
                self.under_way.wait(120)
                self.go_on.wait(240)
            yield uuid4().bytes * (CHUNK // 16)
        yield TAIL

    def send(self, client: Client, dispatch: int) -> int:
        """One upload as the page's script sends it; gives the status."""
        size = 80 * CHUNK
        headers = {
            "Content-Type": "multipart/form-data; boundary=----load", "X-Upload": "1", "X-CSRFToken": client.csrf, "Cookie": client.cookie,
            "Content-Length": str(len(HEAD) + 9 + size + len(TAIL)),
        }
        client.connection.timeout = 300
        client.connection.close()
        client.connection.request("POST", f"/dispatches/{dispatch}/answer/files", self._body(size), headers)
        answer = client.connection.getresponse()
        answer.read()
        return answer.status


def test_27_slow_uploads_do_not_stop_the_clerk(place: Place, chromium: Browser) -> None:
    uploads = Uploads(place)
    with ThreadPoolExecutor(UNITS) as line:
        sent = [line.submit(uploads.send, *one) for one in uploads.clients]
        try:
            uploads.under_way.wait(120)
            for size in (WIDE, PHONE):
                with seat(place, chromium, CLERK, size) as taken:
                    taken.go("/reviews")
                    taken.page.locator("main a[href*='/reviews/']").first.click()
                    expect(taken.page.locator("h1")).to_contain_text("Duyệt")
                    Clerk(taken).decide("accepted")
        finally:
            uploads.go_on.set()
        assert {one.result() for one in sent} <= {200, 204}
    for client, dispatch in uploads.clients:
        assert "bao-cao.pdf" in client.get(f"/dispatches/{dispatch}/answer")
        client.connection.close()

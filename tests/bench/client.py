"""A small signed-in client over one kept connection, and pools of them for 2 and 16 connections at once."""
import http.client
import re
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode


class Client:
    """One connection with its cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie = self.csrf = ""

    def sign_in(self, email: str, password: str) -> "Client":
        """Signs in through the page. Raises RuntimeError where that fails."""
        self.csrf = _csrf(self.get("/login"))
        body = urlencode({"csrf_token": self.csrf, "email": email, "password": password})
        status, _ = self.send("POST", "/login", body.encode(), {"Content-Type": "application/x-www-form-urlencoded"})
        if status != 302:
            raise RuntimeError(f"signing in gave {status}")
        self.csrf = _csrf(self.get("/account"))
        return self

    def get(self, path: str) -> str:
        status, body = self.send("GET", path)
        if status != 200:
            raise RuntimeError(f"{path} gave {status}")
        return body.decode()

    def send(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Sends one request; gives status and body."""
        sent = {**(headers or {}), **({"Cookie": self.cookie} if self.cookie else {})}
        try:
            self.connection.request(method, path, body or None, sent)
            answer = self.connection.getresponse()
        except (http.client.HTTPException, ConnectionError):
            self.connection.close()
            self.connection.request(method, path, body or None, sent)
            answer = self.connection.getresponse()
        content = answer.read()
        for header in answer.headers.get_all("Set-Cookie") or []:
            self.cookie = header.split(";")[0]
        return answer.status, content


def _csrf(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    if not found:
        raise RuntimeError("no CSRF token on the page")
    return found[1]


@dataclass(frozen=True)
class Timing:
    """Milliseconds: median and 95th percentile of so many requests; rate: requests a second over all connections."""

    median: float
    p95: float
    count: int
    rate: float

    @classmethod
    def of(cls, seconds: Sequence[float], wall: float) -> "Timing":
        ordered = sorted(seconds)
        return cls(statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.95)] * 1000, len(ordered), len(ordered) / wall)


def timed(clients: Sequence[Client], act: Callable[[Client, int], None], count: int) -> Timing:
    """Spreads count acts over the clients, all at work at once. act gets the client and the act's number."""
    seconds: list[float] = []
    failures: list[Exception] = []
    numbers = iter(range(count))
    lock = threading.Lock()

    def work(client: Client) -> None:
        while True:
            with lock:
                n = next(numbers, None)
            if n is None or failures:
                return
            begun = time.perf_counter()
            try:
                act(client, n)
            except Exception as error:
                failures.append(error)
                return
            seconds.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return Timing.of(seconds, time.perf_counter() - begun)

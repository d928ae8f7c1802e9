"""The virtual users: each signs in once and then does what its role does, over one kept connection."""
import os
import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from tests.bench.client import Client
from tracker import clock

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
#: Two clerks may take up the same submission, and the second is told so: an answer, not an error.
EXPECTED = (200, 204, 302, 303, 409)


@dataclass
class Book:
    """What was measured: seconds and refusals by kind of page, and whatever went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    met: int = 0
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, page: str, seconds: float, status: int, text: str = "") -> None:
        """Writes one request down; of a refusal also its first words."""
        with self.lock:
            self.seconds[page].append(seconds)
            self.met += status == 409
            if status not in EXPECTED:
                said = re.search(r'class="note over"[^>]*>\s*<p>(.*?)</p>', text, re.S) or re.search(r"(.{1,150})", text)
                self.errors.append(f"{page}: {status} {said[1][:150] if said else ''}")

    def failed(self, page: str, error: Exception) -> None:
        with self.lock:
            self.errors.append(f"{page}: {error!r}")


class User:
    """One signed-in person; run() acts until the end with a pause between two acts."""

    def __init__(self, book: Book, port: int, email: str, password: str, dispatches: list[int], seed: int) -> None:
        self.book, self.client, self.email, self.password = book, Client(port), email, password
        self.dispatches, self.chance = dispatches, random.Random(seed)

    def acts(self) -> list[Callable[[], object]]:
        """What this person does, each as often as it stands in the list."""
        return [lambda: self.read("home", "/"), lambda: self.read("dispatches", "/dispatches"), lambda: self.read("dispatch", f"/dispatches/{self.some()}")]

    def some(self) -> int:
        return self.chance.choice(self.dispatches)

    def sign_in(self) -> None:
        """Through the page; written down like everything else."""
        begun = time.perf_counter()
        try:
            self.client.sign_in(self.email, self.password)
            self.book.note("sign in", time.perf_counter() - begun, 200)
        except Exception as error:  # whatever it is, it belongs into the table
            self.book.failed("sign in", error)

    def run(self, end: float, pause: float) -> None:
        """Acts until the end. A failure is written down and the person goes on."""
        while time.monotonic() < end:
            try:
                self.chance.choice(self.acts())()
            except Exception as error:
                self.book.failed("act", error)
            time.sleep(self.chance.uniform(0, 2 * pause))

    def read(self, page: str, path: str) -> str:
        return self.send(page, "GET", path)

    def send(self, page: str, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> str:
        """One request, written down; gives the page's text."""
        begun = time.perf_counter()
        status, content = self.client.send(method, path, body, headers)
        text = content.decode("utf-8", "replace")
        self.book.note(page, time.perf_counter() - begun, status, text)
        return text

    def post(self, page: str, path: str, values: list[tuple[str, str]]) -> str:
        return self.send(page, "POST", path, urlencode([("csrf_token", self.client.csrf), *values]).encode(), FORM)


class Officer(User):
    """A district's officer with one dispatch of the own unit that nobody else works on."""

    def acts(self) -> list[Callable[[], object]]:
        answer = f"/dispatches/{self.dispatches[0]}/answer"
        return [
            *super().acts(), lambda: self.read("work list", "/"), lambda: self.read("answer page", answer), self.acknowledge, self.upload, self.hand_in,
            lambda: self.read("handed in", "/submissions"),
        ]

    def acknowledge(self) -> None:
        self.post("acknowledge", f"/dispatches/{self.dispatches[0]}/acknowledge", [("back", "/")])

    def upload(self) -> None:
        """A PDF of 60 kB that nobody has sent before."""
        head = '------load\r\nContent-Disposition: form-data; name="files"; filename="van-ban.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        body = head.encode() + b"%PDF-1.4\n" + os.urandom(60_000) + b"\r\n------load--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=----load", "X-Upload": "1", "X-CSRFToken": self.client.csrf}
        self.send("upload 60 kB", "POST", f"/dispatches/{self.dispatches[0]}/answer/files", body, headers)

    def hand_in(self) -> None:
        """One task with a sentence, as the open page asks for it; nothing where all is handed in."""
        path = f"/dispatches/{self.dispatches[0]}/answer"
        page = self.read("answer page", path)
        tasks, hidden = re.findall(r'id="task-(\d+)"', page), re.findall(r'name="(page|version)" value="([^"]*)"', page)
        if not tasks:
            return
        ticks = [("tick", value) for value in re.findall(rf'name="tick" value="(\d+-{tasks[0]})"', page)]
        results = [(f"result-{task}", "Đã làm xong ở 12 xã." if task == tasks[0] else "") for task in tasks]
        answer = self.post("hand in", path, [*hidden, ("pick", tasks[0]), *results, *ticks, ("do", "submit")])
        if "Vẫn nộp" in answer:
            self.post("hand in", path, [hidden[0], ("do", "confirmed")])


class Clerk(User):
    """The province's clerk: matrix, review, what is silent."""

    def acts(self) -> list[Callable[[], object]]:
        return [
            *super().acts(), lambda: self.read("matrix", f"/dispatches/{self.some()}/matrix"), lambda: self.read("silent", f"/dispatches/{self.some()}/silent"),
            self.review, self.review, self.review, lambda: self.read("search", "/search?q=tin+dung"), lambda: self.read("units", "/units"),
        ]

    def review(self) -> None:
        """Takes up the oldest submission, or another that waits, and accepts or returns it."""
        queue = re.findall(r'href="(/reviews/\d+)"', self.read("review queue", "/reviews"))
        if not queue:
            return
        waiting = re.findall(r'href="(/reviews/\d+)"', self.read("review", queue[0]))
        path = self.chance.choice(waiting or queue)
        answers = re.findall(r'name="assignment_id" value="(\d+)"', self.read("review", path))
        if not answers:
            return
        verdict = [("verdict", "accepted")]
        if self.chance.random() < 0.3:
            verdict = [("verdict", "returned"), ("reason", "Thiếu biên bản."), ("fix_by", f"{clock.today() + timedelta(days=10):%d/%m/%Y}")]
        self.post("verdict", path, [*[("assignment_id", one) for one in answers], *verdict])

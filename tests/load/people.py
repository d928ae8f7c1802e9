"""The virtual people, for locust: each signs in once and then does what its role does, with pauses as people make them."""
import json
import os
import random
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from locust import FastHttpUser, between, task

from tracker import clock

#: Two clerks may take up the same submission, and the second is told so: an answer, not an error.
EXPECTED = (200, 204, 302, 303, 409)
WAITING = iter(json.loads(Path(os.environ["LOAD_PEOPLE"]).read_text()))


class Somebody(FastHttpUser):
    """The next of the people that were made, whatever the role."""

    wait_time = between(1, 5)
    connection_timeout = network_timeout = 60.0

    def on_start(self) -> None:
        """Signs in through the page."""
        kind, email, self.dispatches = next(WAITING)
        self.acts = {"officer": Officer, "clerk": Clerk, "reader": Reader}[kind](self).acts()
        self.csrf = token(self.ask("login page", "GET", "/login"))
        self.ask("sign in", "POST", "/login", data={"csrf_token": self.csrf, "email": email, "password": os.environ["LOAD_PASSWORD"]})
        self.csrf = token(self.ask("account", "GET", "/account"))

    @task
    def act(self) -> None:
        """One of the things this person does. What goes wrong is written down and the person goes on."""
        try:
            random.choice(self.acts)()
        except (LookupError, ValueError) as error:
            self.environment.events.request.fire(request_type="page", name="not as expected", response_time=0, response_length=0, exception=error, context={})

    def ask(self, page: str, method: str, path: str, **more: object) -> str:
        """One request, written down under the page's name; gives the text."""
        with self.client.request(method, path, name=page, catch_response=True, allow_redirects=False, **more) as answer:
            text = answer.text or ""
            if answer.status_code in EXPECTED:
                answer.success()
            else:
                said = re.search(r'class="note over"[^>]*>\s*<p>(.*?)</p>', text, re.S)
                why = f"{answer.status_code} {said[1][:150] if said else answer.error or text[:150]}"
                answer.failure(why)
                print(f"{page}: {why}", file=sys.stderr)
        return text


def token(page: str) -> str:
    """The page's CSRF token. Raises ValueError where there is none."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    if not found:
        raise ValueError("no CSRF token on the page")
    return found[1]


class Reader:
    """Looks around."""

    def __init__(self, who: Somebody) -> None:
        self.who = who

    def acts(self) -> list[Callable[[], object]]:
        """What this person does, each as often as it stands in the list."""
        return [lambda: self.read("home", "/"), lambda: self.read("dispatches", "/dispatches"), lambda: self.read("dispatch", f"/dispatches/{self.some()}")]

    def some(self) -> int:
        return int(random.choice(self.who.dispatches))

    def read(self, page: str, path: str) -> str:
        return self.who.ask(page, "GET", path)

    def post(self, page: str, path: str, values: list[tuple[str, str]]) -> str:
        # Written out here: the client takes a mapping or bytes, and a form names some fields more than once.
        body = urlencode([("csrf_token", self.who.csrf), *values]).encode()
        return self.who.ask(page, "POST", path, data=body, headers={"Content-Type": "application/x-www-form-urlencoded"})


class Officer(Reader):
    """A district's officer with one dispatch of the own unit that nobody else works on."""

    def acts(self) -> list[Callable[[], object]]:
        return [
            *super().acts(), lambda: self.read("work list", "/"), lambda: self.read("answer page", self.page()), self.acknowledge, self.upload, self.hand_in,
            lambda: self.read("handed in", "/submissions"),
        ]

    def page(self) -> str:
        return f"/dispatches/{self.who.dispatches[0]}/answer"

    def acknowledge(self) -> None:
        self.post("acknowledge", f"/dispatches/{self.who.dispatches[0]}/acknowledge", [("back", "/")])

    def upload(self) -> None:
        """A PDF of 60 kB that nobody has sent before."""
        head = '------load\r\nContent-Disposition: form-data; name="files"; filename="van-ban.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        body = head.encode() + b"%PDF-1.4\n" + os.urandom(60_000) + b"\r\n------load--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=----load", "X-Upload": "1", "X-CSRFToken": self.who.csrf}
        self.who.ask("upload 60 kB", "POST", self.page() + "/files", data=body, headers=headers)

    def hand_in(self) -> None:
        """One task with a sentence, as the open page asks for it; nothing where all is handed in."""
        page = self.read("answer page", self.page())
        tasks, hidden = re.findall(r'id="task-(\d+)"', page), re.findall(r'name="(page|version)" value="([^"]*)"', page)
        if not tasks:
            return
        ticks = [("tick", value) for value in re.findall(rf'name="tick" value="(\d+-{tasks[0]})"', page)]
        results = [(f"result-{task}", "Đã làm xong ở 12 xã." if task == tasks[0] else "") for task in tasks]
        answer = self.post("hand in", self.page(), [*hidden, ("pick", tasks[0]), *results, *ticks, ("do", "submit")])
        if "Vẫn nộp" in answer:
            self.post("hand in", self.page(), [hidden[0], ("do", "confirmed")])


class Clerk(Reader):
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
        path = random.choice(waiting or queue)
        answers = re.findall(r'name="assignment_id" value="(\d+)"', self.read("review", path))
        if not answers:
            return
        verdict = [("verdict", "accepted")]
        if random.random() < 0.3:
            verdict = [("verdict", "returned"), ("reason", "Thiếu biên bản."), ("fix_by", f"{clock.today() + timedelta(days=10):%d/%m/%Y}")]
        self.post("verdict", path, [*[("assignment_id", one) for one in answers], *verdict])

"""A person who comes to an installation over https, from an address of one's own."""
import http.client
import re
import socket
import ssl
import urllib.parse

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Visitor:
    """Keeps one cookie and one connection; `source` is the loopback address it comes from."""

    def __init__(self, host: str, port: int, trust: ssl.SSLContext, source: str) -> None:
        self._host, self._port, self._trust, self._source = host, port, trust, source
        self._cookie = self.csrf = self.set_cookie = self.tls = ""
        self.headers: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, str]:
        return self.send("GET", path)

    def post(self, path: str, headers: dict[str, str] | None = None, **values: str) -> tuple[int, str]:
        """Sends a form with the token of the page at this address."""
        self.get(path)
        body = urllib.parse.urlencode({**values, "csrf_token": self.csrf}).encode()
        return self.send("POST", path, body, {**FORM, **(headers or {})})

    def sign_in(self, email: str, password: str, headers: dict[str, str] | None = None) -> int:
        """Through the page; gives the status."""
        status = self.post("/login", headers, email=email, password=password)[0]
        self.get("/account")
        return status

    def send(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, str]:
        """One request on a connection of its own; gives status and page."""
        line = socket.create_connection(("127.0.0.1", self._port), timeout=60, source_address=(self._source, 0))
        connection = http.client.HTTPConnection(self._host, timeout=60)
        connection.sock = wrapped = self._trust.wrap_socket(line, server_hostname=self._host)
        try:
            self.tls = wrapped.version() or ""
            sent = {"Host": self._host, "Referer": f"https://{self._host}{path}", **({"Cookie": self._cookie} if self._cookie else {}), **(headers or {})}
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            page = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        self.headers = dict(answer.headers)
        if given := answer.headers.get("Set-Cookie"):
            self.set_cookie, self._cookie = given, given.split(";")[0]
        if token := re.search(r'name="csrf-token" content="([^"]+)"', page):
            self.csrf = token[1]
        return answer.status, page

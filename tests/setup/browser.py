"""A person without JavaScript: keeps cookies, fills a form in, follows where it leads."""

import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar


class Visitor:
    """Asks one server over real HTTP; `page` and `address` are those of the last answer."""

    def __init__(self, address: str) -> None:
        self._root = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), urllib.request.ProxyHandler({}))
        self.page = ""
        self.address = ""

    def get(self, path: str) -> None:
        """Open a page; raises HTTPError for a refusal."""
        self._take(urllib.request.Request(self._root + path))

    def post(self, path: str, **values: str) -> None:
        """Send a form together with the hidden token of the page that is open."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page)
        assert token, "the open page has no form"
        data = urllib.parse.urlencode({**values, "csrf_token": token[1]}).encode()
        self._take(urllib.request.Request(self._root + path, data=data, headers={"Referer": self._root + path}))

    def _take(self, request: urllib.request.Request) -> None:
        with self._opener.open(request, timeout=30) as answer:
            self.page, self.address = answer.read().decode(), answer.url

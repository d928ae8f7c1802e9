"""Finds the pages of the product by its own links: some of each kind, as a person with that login would come to them."""
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Page

#: A page that is asked for as a table is a file.
_TABLE = re.compile(r"(^|&)as=(xlsx|csv)\b")
#: Files and ways out: not pages.
_NO_PAGE = re.compile(r"^/(files/\d+|logout|static)|/zip$|\.(xlsx|csv|docx|pdf|zip|ics)$")
#: A filter or a place in a list shows the same kind of page again, but these show something of their own.
_OWN_VIEW = {"edit", "unit", "view", "gone", "q", "file"}


def kind(address: str) -> str:
    """The address with its numbers taken out: two pages of one kind have the same."""
    parts = urlsplit(address)
    path = re.sub(r"/kept/[^/]+", "/kept/*", re.sub(r"\d+", "*", parts.path))
    shown = sorted({pair.split("=")[0] for pair in parts.query.split("&")} & _OWN_VIEW)
    return path + ("?" + ",".join(shown) if shown else "")


def pages(page: Page, root: str, first: tuple[str, ...] = ("/",), each: int = 1) -> Iterator[str]:
    """Opens so many pages of each kind that can be reached from the menu; gives the address while it is open."""
    waiting, seen, kinds = [root + path for path in first], set(), Counter[str]()
    while waiting:
        address = waiting.pop(0)
        if address in seen or kinds[kind(address)] >= each or _NO_PAGE.search(urlsplit(address).path) or _TABLE.search(urlsplit(address).query):
            continue
        seen.add(address)
        kinds[kind(address)] += 1
        page.goto(address)
        if kind(page.url) != kind(address):
            kinds[kind(page.url)] += 1
        hrefs = page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))")
        found = [urljoin(page.url, href).split("#")[0] for href in hrefs if not href.startswith(("tel:", "mailto:"))]
        waiting += [one for one in found if one.startswith(root)]
        yield page.url.removeprefix(root)

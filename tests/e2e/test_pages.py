"""Every page that a role can come to, with the sample: no fault for axe, nothing wider than a phone, light to load."""
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e import papers
from tests.e2e.clerk import Clerk
from tests.e2e.crawl import pages
from tests.e2e.seat import ADMIN, AUDITOR, CLERK, LEADER, OFFICER, PHONE, UNIT_LEADER, WIDE, Place, seat
from tracker import clock

ROLES = {"clerk": CLERK, "leader": LEADER, "administrator": ADMIN, "auditor": AUDITOR, "officer": OFFICER, "unit leader": UNIT_LEADER}
#: At least so many kinds of page hang on each role's menu: a crawl that finds fewer has lost its way.
LEAST = {"clerk": 20, "leader": 10, "administrator": 20, "auditor": 10, "officer": 8, "unit leader": 8}
FIRST_VISIT, LATER = 200_000, 30_000
#: What stands out beyond the window's right edge and not in a box that scrolls by itself.
TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll, header.top')
  && e.getBoundingClientRect().right > innerWidth).slice(0, 3).map(e => e.outerHTML.slice(0, 160))
  .concat([`${document.documentElement.scrollWidth} > ${innerWidth}`])"""
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture(scope="module")
def draft(place: Place, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A draft and a compiled report beside the sample, so that their pages are met too."""
    with seat(place, chromium, CLERK) as taken:
        clerk = Clerk(taken)
        clerk.bring_in(papers.text("948-CV/HNDT", clock.today()))
        draft = clerk.dispatch
        clerk.dispatch = 2
        clerk.compile()
    yield draft


def faults(page: Page) -> list[str]:
    """What axe (WCAG 2.2 A and AA) calls serious or critical, with the first place of each."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in ("serious", "critical")]


#: Leaders and auditors see the clerk's and the officer's pages with fewer buttons: once is enough.
WAYS = [(role, "light") for role in ROLES] + [(role, "dark") for role in ("clerk", "administrator", "officer")]


@pytest.mark.parametrize(("role", "scheme"), WAYS)
def test_no_page_has_a_fault(place: Place, chromium: Browser, draft: int, role: str, scheme: str) -> None:
    found, count = [], 0
    small = scheme == "light"
    with seat(place, chromium, ROLES[role], PHONE if small else WIDE, color_scheme=scheme) as taken:
        first = ("/", f"/dispatches/{draft}/draft", "/search?q=tin+dung") if role == "clerk" else ("/",)
        for path in pages(taken.page, place.address, first):
            count += 1
            found += [f"{path} {fault}" for fault in faults(taken.page)]
            if taken.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{path} is too wide: {taken.page.evaluate(TOO_WIDE)}")
    assert found == []
    assert count >= LEAST[role]


def weigh(page: Page, address: str) -> int:
    """Bytes on the line for one page, as Chromium counts them; evidence and drawn papers shown on it are documents and not counted."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    urls: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.responseReceived", lambda event: urls.update({event["requestId"]: event["response"]["url"]}))
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])}))
    page.goto(address, wait_until="networkidle")
    session.detach()
    return sum(size for request, size in sizes.items() if not re.search(r"/files/|/pages/\d", urls.get(request, "")))


@pytest.mark.parametrize("role", ["clerk", "officer"])
def test_pages_are_light(place: Place, chromium: Browser, draft: int, role: str) -> None:
    with seat(place, chromium, ROLES[role]) as taken:
        paths = list(pages(taken.page, place.address))
    fresh = chromium.new_context(storage_state=place.states[ROLES[role]], viewport=WIDE)
    page = fresh.new_page()
    first = weigh(page, place.address + "/")
    weights = {path: weigh(page, place.address + path) for path in paths}
    fresh.close()
    assert 20_000 < first <= FIRST_VISIT
    assert {path: weight for path, weight in weights.items() if weight > LATER} == {}

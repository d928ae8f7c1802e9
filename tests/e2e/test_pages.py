"""Every page that a role can come to, with the sample: no fault for axe, nothing wider than a phone, light to load, none left out."""
import email
import email.policy
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.exceptions import HTTPException

from tests.conftest import settings_for
from tests.e2e import papers
from tests.e2e.axe import Eye, faults, fits
from tests.e2e.clerk import Clerk, shown
from tests.e2e.crawl import pages
from tests.e2e.seat import ADMIN, AUDITOR, CLERK, LEADER, OFFICER, PHONE, UNIT_LEADER, WIDE, Place, Seat, seat
from tests.e2e.test_path_clerk import words
from tracker import clock
from tracker.app import create_app

pytestmark = pytest.mark.timeout(900)
ROLES = {"clerk": CLERK, "leader": LEADER, "administrator": ADMIN, "auditor": AUDITOR, "officer": OFFICER, "unit leader": UNIT_LEADER}
#: Leaders and auditors see the clerk's and the officer's pages with fewer buttons: one scheme is enough.
WAYS = [(role, "light") for role in ROLES] + [(role, "dark") for role in ("clerk", "administrator", "officer")]
FIRST_VISIT, LATER = 200_000, 30_000
#: Where people come in from a mail or a kept address, with nothing in the browser's cache.
ENTRIES = {
    "clerk": ("/dispatches/2", "/dispatches/2/matrix", "/reviews", "/mail"),
    "leader": ("/dispatches/2/matrix", "/reports"),
    "administrator": ("/people", "/units"),
    "officer": ("/dispatches/2", "/dispatches/2/answer", "/figures"),
    "unit leader": ("/unit",),
}
#: Pages of the sample that no link leads to while it stands as it does.
BESIDE = {
    "clerk": ("/search?q=tin+dung", "/questions", "/views", "/figures/1/units/2/communes"),
    "administrator": ("/sent-mail/1", "/settings/retention/destroy?kind=dispatch"),
    "unit leader": ("/unit-reports/2/sign", "/unit-reports/2/anew"),
}
#: Tables that the administrator brings in, with a line that can be written and one that cannot: what they would do is a page of its own.
TABLES = {
    "/people/import": "Họ và tên,Thư điện tử,Vai trò,Đơn vị\nLê Thị Mới,moi@hnd-yendinh.example,Cán bộ huyện,Huyện Yên Định\n"
    "Không Tên,khong-co-thu,Cán bộ huyện,Huyện Xa\n",
    "/units/import": "Đơn vị,Hộp thư\nHuyện Yên Định,vanphong-moi@hnd-yendinh.example\nHuyện Xa,xa@hnd.example\n",
}
#: What stands out beyond the window's right edge and not in a box that scrolls by itself.
TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll, header.top')
  && e.getBoundingClientRect().right > document.documentElement.clientWidth).slice(0, 3).map(e => e.outerHTML.slice(0, 160))
  .concat([`${document.documentElement.scrollWidth} > ${document.documentElement.clientWidth}`])"""


class Scale:
    """Bytes on the line for one page, as Chromium counts them; evidence, drawn papers and help's pictures are documents and not counted."""

    def __init__(self, page: Page) -> None:
        self._page, session = page, page.context.new_cdp_session(page)
        session.send("Network.enable")
        self._urls: dict[str, str] = {}
        self._sizes: dict[str, int] = {}
        session.on("Network.responseReceived", lambda event: self._urls.update({event["requestId"]: event["response"]["url"]}))
        session.on("Network.loadingFinished", lambda event: self._sizes.update({event["requestId"]: int(event["encodedDataLength"])}))

    def weight(self) -> int:
        """What has come since the last question."""
        self._page.evaluate("document.fonts.ready.then(() => 1)")
        found = sum(size for request, size in self._sizes.items() if not re.search(r"/files/|/pages/\d|/help/[\w-]+\.webp", self._urls.get(request, "")))
        self._sizes.clear()
        return found


@dataclass
class Met:
    """What one role's walk has met."""

    paths: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    weights: list[int] = field(default_factory=list)


Walk = Callable[[str, str], Met]


def letter(clerk: Seat) -> str:
    """A letter to the late units, written and numbered; gives the address of the last look before it goes."""
    clerk.go("/dispatches/1/letters/new")
    clerk.press(re.compile("^Soạn cho"))
    clerk.page.get_by_label("Số", exact=True).fill("77")
    clerk.page.get_by_label("Ngày ký").fill(shown(clock.today()))
    clerk.press("Lưu và xem trước khi ban hành")
    return clerk.at(r"/letters/\d+/issue$")[0]


def read_in(admin: Seat, path: str, table: str) -> str:
    """A table given to be read in; gives the address of what it would do."""
    admin.go(path)
    admin.page.locator("input[type=file]").set_input_files({"name": "bang.csv", "mimeType": "text/csv", "buffer": table.encode()})
    admin.press("Đọc bảng")
    return admin.at(path + r"/\d+$")[0]


@pytest.fixture(scope="module")
def walk(place: Place, chromium: Browser, eyes: dict[str, Eye]) -> Iterator[Walk]:
    """walk(role, scheme), done once; a draft, a compiled report, a letter to be issued and tables to be read in stand beside the sample."""
    with seat(place, chromium, CLERK) as taken:
        clerk = Clerk(taken)
        clerk.bring_in(papers.text("948-CV/HNDT", clock.today()))
        draft = f"/dispatches/{clerk.dispatch}/draft"
        clerk.dispatch = 2
        clerk.compile()
        beside = {**BESIDE, "clerk": (draft, letter(taken), *BESIDE["clerk"])}
    with seat(place, chromium, ADMIN) as taken:
        beside["administrator"] += tuple(read_in(taken, path, table) for path, table in TABLES.items())

    @cache
    def walked(role: str, scheme: str) -> Met:
        met, small = Met(), scheme == "light"
        with seat(place, chromium, ROLES[role]):
            pass  # signed in: what follows begins with an empty cache
        with seat(place, chromium, ROLES[role], PHONE if small else WIDE, color_scheme=scheme) as taken:
            scale = Scale(taken.page)
            for path in pages(taken.page, place.address, ("/", *beside.get(role, ())), 2 if small and role in ("clerk", "officer") else 1):
                met.paths.append(path)
                met.weights.append(scale.weight())
                met.faults += [f"{path} {fault}" for fault in eyes[scheme].faults(taken.page)]
                if not fits(taken.page):
                    met.faults.append(f"{path} is too wide: {taken.page.evaluate(TOO_WIDE)}")
        return met

    yield walked


@pytest.mark.parametrize(("role", "scheme"), WAYS)
def test_no_page_has_a_fault_and_all_are_light(walk: Walk, role: str, scheme: str) -> None:
    met = walk(role, scheme)
    assert met.faults == []
    assert 20_000 < met.weights[0] <= FIRST_VISIT
    assert {path: weight for path, weight in zip(met.paths[1:], met.weights[1:], strict=True) if weight > LATER} == {}


@pytest.mark.parametrize("role", list(ENTRIES))
def test_a_first_visit_is_light_wherever_it_begins(place: Place, chromium: Browser, role: str) -> None:
    weights = {}
    for path in ENTRIES[role]:
        with seat(place, chromium, ROLES[role], signed_in=ROLES[role] in place.states) as taken:
            scale = Scale(taken.page)
            taken.go(path)
            weights[path] = scale.weight()
    assert {path: weight for path, weight in weights.items() if not 20_000 < weight <= FIRST_VISIT} == {}


#: Files, pictures of paper, answers to scripts.
NO_PAGE = re.compile(r"\.(xlsx|ics|svg|<any)|/pages/|/preview/<int:page>|/progress$|/zip$|^/static|^/healthz|^/files/|^/sent-mail/kept")
#: Pages that no link in the product leads to, with the test that comes to them.
ELSEWHERE = {
    "account.login": "below", "access_links.forgot": "below", "account.code": "test_path_administrator", "access_links.open_link": "test_path_administrator",
    "mail_links.show": "test_path_officer", "incoming.confirm": "below", "incoming.correct": "below",
    "reviews.index": "leads on to the first that waits", "help.index": "leads on to one's own page",
}


def test_no_page_is_left_out(walk: Walk, tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path))
    known, met = app.url_map.bind(""), set()
    for role in ROLES:
        for path in walk(role, "light").paths:
            with suppress(HTTPException):
                met.add(known.match(path.split("?")[0])[0])
    there = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not NO_PAGE.search(rule.rule)}
    assert " ".join(sorted(there - met - ELSEWHERE.keys())) == ""


def receipts(place: Place) -> list[str]:
    """What the receipts of mails that came in lead to: a unit's own word on what it sent, and putting right what that was filed as."""
    told = "\n".join(words(email.message_from_bytes(file.read_bytes(), policy=email.policy.default)) for file in place.mails())
    found = {kind: re.search(rf"(/mail/{kind}/\S+)", told) for kind in ("confirm", "correct")}
    return [link[1] if link else f"no mail with /mail/{kind}/" for kind, link in found.items()]


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (WIDE, "dark")])
def test_the_doors_have_no_fault(place: Place, chromium: Browser, size: dict[str, int], scheme: str) -> None:
    with seat(place, chromium, "nobody", size, signed_in=False, color_scheme=scheme) as taken:
        for path in ("/login", "/forgot", "/invite/xyz", "/link/xyz", *receipts(place)):
            taken.go(path)
            assert faults(taken.page) == [], path
            assert fits(taken.page), path
        taken.expected = ["404", "410"]

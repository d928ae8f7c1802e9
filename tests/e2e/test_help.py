"""The pictures of help show today's screens: each is taken here, kept with the words that stood on its screen, and must be taken anew when those change.

`make pictures` takes them. A picture itself cannot be compared between machines (fonts, the sample's dates), the words of its screen can.
"""
import io
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.e2e import papers
from tests.e2e.clerk import Clerk
from tests.e2e.seat import ADMIN, CLERK, LEADER, OFFICER, PHONE, WIDE, Place, eventually, seat
from tracker import clock

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "tracker/web/static/help"
WORDS = Path(__file__).with_name("help_words.json")
TAKING = os.environ.get("TAKE_PICTURES") == "1"
#: Of the words of a screen, so many at least must be those that its picture shows; the sample's day moves a few.
SAME = 0.8
#: On a screen of few words a heading that tells the state of today, before and now.
OTHERS = 2
#: Headings, buttons, column heads and labels: what a reader of help looks for. Figures and dates are the sample's.
SEEN = """() => [...document.querySelectorAll('main h1, main h2, main button, main a.btn, main thead th, main label, main legend')]
  .filter(e => e.getClientRects().length).map(e => e.textContent)"""


@dataclass(frozen=True)
class Shot:
    """One picture: whose screen, where (no path: the draft of a dispatch that is pasted), what to press there, at which size, how much of it."""

    who: str
    path: str
    click: str = ""
    phone: bool = False
    height: int = 800


SHOTS = {
    "clerk-home": Shot(CLERK, "/"),
    "clerk-draft": Shot(CLERK, ""),
    "clerk-matrix": Shot(CLERK, "/dispatches/2/matrix"),
    "clerk-review": Shot(CLERK, "/reviews", "main table a, main .queue a"),
    "clerk-mail": Shot(CLERK, "/mail", "main a[href^='/mail/']"),
    "clerk-report": Shot(CLERK, "/reports/1"),
    "officer-home": Shot(OFFICER, "/", phone=True),
    "officer-answer": Shot(OFFICER, "/dispatches/2/answer", phone=True),
    "officer-figures": Shot(OFFICER, "/figures", "main a[href^='/figures/']", phone=True),
    "leader-home": Shot(LEADER, "/"),
    "administrator-home": Shot(ADMIN, "/"),
}


def words(page: Page) -> list[str]:
    """What stands on the screen, without figures, each once, in order of the alphabet."""
    return sorted({" ".join(re.sub(r"[\d/.,:]+", " ", text).split()) for text in page.evaluate(SEEN)} - {""})


def opened(place: Place, chromium: Browser, shot: Shot) -> tuple[list[str], bytes]:
    """The words of the screen and a picture of its upper part."""
    size = PHONE if shot.phone else WIDE
    with seat(place, chromium, shot.who, size, device_scale_factor=1.5 if shot.phone else 1) as taken:
        if shot.path:
            taken.go(shot.path)
        else:
            Clerk(taken).bring_in(papers.text("1102-CV/HNDT", clock.today()))
        if shot.click:
            taken.page.locator(shot.click).first.click()
            taken.page.wait_for_load_state("networkidle")
        return words(taken.page), taken.page.screenshot(clip={"x": 0, "y": 0, "width": size["width"], "height": shot.height})


def keep(name: str, picture: bytes) -> None:
    """Packs a picture: no wider than a page of help shows it on a fine screen."""
    with Image.open(io.BytesIO(picture)) as image:
        image.thumbnail((1080, 1600))
        image.convert("RGB").save(PICTURES / f"{name}.webp", quality=55, method=6)


@pytest.mark.parametrize("name", SHOTS)
def test_a_picture_shows_the_screen_of_today(place: Place, chromium: Browser, name: str) -> None:
    found, picture = opened(place, chromium, SHOTS[name])
    kept = json.loads(WORDS.read_text()) if WORDS.exists() else {}
    if TAKING:
        keep(name, picture)
        WORDS.write_text(json.dumps(kept | {name: found}, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        return
    assert len(found) >= 3
    others = set(found) ^ set(kept[name])
    assert len(others) <= max(OTHERS, (1 - SAME) * len(set(found) | set(kept[name]))), f"take the pictures anew (make pictures): {sorted(others)}"
    with Image.open(PICTURES / f"{name}.webp") as image:
        assert image.width >= 500


def test_every_picture_is_shown_and_every_shown_picture_is_taken() -> None:
    shown = {name for page in (ROOT / "templates/help").glob("*.html") for name in re.findall(r"help\.topic\('\w+', '[^']+', '([\w-]+)'", page.read_text())}
    assert shown == set(SHOTS) == {file.stem for file in PICTURES.glob("*.webp")}


@pytest.mark.parametrize("who", [CLERK, OFFICER])
def test_help_opens_at_the_part_that_one_came_from(place: Place, chromium: Browser, who: str) -> None:
    with seat(place, chromium, who, PHONE) as taken:
        taken.go("/figures")
        taken.page.get_by_role("link", name="Trợ giúp về trang này").click()
        taken.at(r"/help/[\w]+#figures$")
        eventually(lambda: taken.page.evaluate("(top => top > -1 && top < innerHeight)(document.querySelector('#figures').getBoundingClientRect().top)"))


def test_the_guide_is_one_sheet(place: Place, chromium: Browser) -> None:
    with seat(place, chromium, OFFICER) as taken:
        taken.go("/help/guide")
        pdf = taken.page.pdf(format="A4", margin={"top": "15mm", "bottom": "15mm", "left": "15mm", "right": "15mm"})
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def test_the_chosen_size_and_brightness_stay_on_this_browser(place: Place, chromium: Browser) -> None:
    with seat(place, chromium, OFFICER) as taken:
        taken.go("/account")
        taken.page.get_by_label("Cỡ chữ").select_option("larger")
        taken.page.get_by_label("Nền").select_option("dark")
        taken.press("Dùng cách này")
        taken.at(r"/account#appearance$")
        taken.go("/")
        size = taken.page.evaluate("getComputedStyle(document.documentElement).fontSize")
        assert size == "20px"
        assert taken.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 23, 28)"

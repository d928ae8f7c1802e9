"""What axe-core finds on an open page, asked only about those of its elements that show something it has not seen yet."""
from weakref import WeakSet

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Error, Page

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}, "resultTypes": ["violations"]}
_SCRIPT = Axe().axe_script
#: Given to a context once and run by those of its pages that ask: half a megabyte a page is slow to hand over.
_WAITING = f"window.loadAxe = () => {{ {_SCRIPT} }};"
#: What is excluded is not judged, but still stands there for what is (a label, what lies behind a word).
_ASK = """async ([rules, exclude]) => (await axe.run({ include: [document], exclude: exclude || [] }, rules)).violations
  .filter(one => ['serious', 'critical'].includes(one.impact)).map(one => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`)"""
#: A number for each shape of element: its names and classes from the page down, which attributes it has and which of them are empty, and
#: whether it has words and a label. Styles hang on these, and so does what axe looks for; which words they are does not matter to it.
_SHAPES = """() => {
  const chains = new WeakMap(), told = ['class', 'type', 'role', 'scope'], own = ['id', 'name', 'value', 'href', 'for'];
  window.shapes = new Map();
  for (const e of document.querySelectorAll('html, body, body *')) {
    const parts = [...e.attributes].filter(a => !own.includes(a.name) && !a.name.startsWith('data-'))
      .map(a => told.includes(a.name) ? `${a.name}=${a.value}` : a.name + (a.value ? '' : '!')).sort();
    const chain = `${chains.get(e.parentElement) || ''}>${e.tagName}[${parts.join(' ')}]`;
    chains.set(e, chain);
    const key = chain + (e.textContent.trim() ? '+' : '-') + (e.labels ? e.labels.length : '') + (e.parentElement ? '' : Boolean(document.title));
    let number = 0;
    for (let i = 0; i < key.length; i++) number = (number * 31 + key.charCodeAt(i)) | 0;
    shapes.set(e, number);
  }
  return [...new Set(shapes.values())];
}"""
#: The outermost elements in which nothing is new: of a new shape the first few on the page are looked at, because the first and the next
#: of a row of equals may be drawn differently.
_KNOWN = """([fresh, few]) => {
  const left = new Map(fresh.map(number => [number, few])), telling = new Set();
  for (const [e, number] of shapes) {
    if (!left.get(number)) continue;
    left.set(number, left.get(number) - 1);
    for (let up = e; up && !telling.has(up); up = up.parentElement) telling.add(up);
  }
  return [...shapes.keys()].filter(e => !telling.has(e) && telling.has(e.parentElement));
}"""
FEW = 3


def fits(page: Page) -> bool:
    """Whether nothing of the page stands out to the right of its window; a telephone's own innerWidth grows with what stands out."""
    arrived(page)
    size = page.viewport_size
    return size is not None and page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def arrived(page: Page) -> None:
    """Waits until the page is whole: a click comes back as soon as the next page begins, when there is nothing on it to ask about."""
    for _ in range(3):
        page.wait_for_load_state()
        try:
            page.evaluate("document.readyState")
        except Error as cut:
            if "Execution context was destroyed" not in cut.message:
                raise
        else:
            return


def faults(page: Page) -> list[str]:
    """What axe (WCAG 2.2 A and AA) calls serious or critical, with the first place of each."""
    arrived(page)
    page.evaluate(_SCRIPT)
    found: list[str] = page.evaluate(_ASK, [RULES, None])
    return found


class Eye:
    """Remembers what it has looked at, so that the same things in another role's hands cost nothing; one for each scheme and size."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._given: WeakSet[BrowserContext] = WeakSet()
        self.looked = 0

    def faults(self, page: Page) -> list[str]:
        """The faults of what is new on the page."""
        arrived(page)
        fresh = set(page.evaluate(_SHAPES)) - self._seen
        if not fresh:
            return []
        self._seen |= fresh
        self.looked += 1
        self._load(page)
        known = page.evaluate_handle(_KNOWN, [list(fresh), FEW])
        found: list[str] = page.evaluate(_ASK, [RULES, known])
        return found

    def _load(self, page: Page) -> None:
        """Has axe stand ready on the page."""
        if not page.evaluate("() => Boolean(window.loadAxe && (loadAxe(), true))"):
            page.evaluate(_SCRIPT)
        if page.context not in self._given:
            page.context.add_init_script(_WAITING)
            self._given.add(page.context)

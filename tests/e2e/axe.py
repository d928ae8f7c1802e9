"""What axe-core finds on an open page, asked only about pages that show something it has not seen yet."""
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}, "resultTypes": ["violations"]}
_SCRIPT = Axe().axe_script
_ASK = """async rules => (await axe.run(rules)).violations.filter(one => ['serious', 'critical'].includes(one.impact))
  .map(one => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`)"""
#: A number for each shape of element: its names and classes from the body down, which attributes it has and which of them are empty, and
#: whether it has words and a label. Styles hang on these, and so does what axe looks for; which words they are does not matter to it.
_SHAPES = """() => {
  const chains = new WeakMap(), found = new Set(), told = ['class', 'type', 'role', 'scope'], own = ['id', 'name', 'value', 'href', 'for'];
  for (const e of document.querySelectorAll('body, body *')) {
    const parts = [...e.attributes].filter(a => !own.includes(a.name) && !a.name.startsWith('data-'))
      .map(a => told.includes(a.name) ? `${a.name}=${a.value}` : a.name + (a.value ? '' : '!')).sort();
    const chain = `${chains.get(e.parentElement) || ''}>${e.tagName}[${parts.join(' ')}]`;
    chains.set(e, chain);
    const key = chain + (e.textContent.trim() ? '+' : '-') + (e.labels ? e.labels.length : '');
    let number = 0;
    for (let i = 0; i < key.length; i++) number = (number * 31 + key.charCodeAt(i)) | 0;
    found.add(number);
  }
  return [...found];
}"""


def faults(page: Page) -> list[str]:
    """What axe (WCAG 2.2 A and AA) calls serious or critical, with the first place of each."""
    page.evaluate(_SCRIPT)
    found: list[str] = page.evaluate(_ASK, RULES)
    return found


class Eye:
    """Remembers what it has looked at, so that the same things in another role's hands cost nothing; one for each scheme and size."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self.looked = 0

    def faults(self, page: Page) -> list[str]:
        """The faults of a page that shows anything new; nothing for one that does not."""
        shapes = set(page.evaluate(_SHAPES))
        if shapes <= self._seen:
            return []
        self._seen |= shapes
        self.looked += 1
        return faults(page)

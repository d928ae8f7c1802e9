"""Which browser a request comes from, in the words of a person who must know the own machines again."""
import re

from tracker.domain.wording import tr

#: The first that fits counts: most browsers also call themselves by the names of others.
_FAMILIES = (
    (tr("Cốc Cốc"), r"coc_coc"), ("Edge", r"Edg(e|A|iOS)?/"), ("Opera", r"OPR/|Opera"), ("Samsung Internet", r"SamsungBrowser"), ("Zalo", r"Zalo"),
    ("Firefox", r"Firefox/|FxiOS/"), ("Chrome", r"Chrome/|CriOS/"), ("Safari", r"Safari/"), ("Internet Explorer", r"MSIE |Trident/"),
)
_SYSTEMS = (("iPhone", r"iPhone"), ("iPad", r"iPad"), ("Android", r"Android"), ("Windows", r"Windows"), ("Mac", r"Macintosh"), ("Linux", r"Linux|X11"))


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, agent)), "")


def words(agent: str) -> str:
    """Such as “Chrome trên Windows”; what is not known is said so, and never repeated, for anybody may write anything there."""
    family, system = _first(_FAMILIES, agent), _first(_SYSTEMS, agent)
    return tr("{family} trên {system}", family=family or tr('Trình duyệt khác'), system=system) if system else family or tr("Trình duyệt không rõ")

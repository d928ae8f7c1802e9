"""The signature block: signing authority and title in capitals, the signer's name below them."""

import re

from tracker.reading.folding import flatten, squash
from tracker.reading.model import Found, Signatory, Span
from tracker.reading.page import Page
from tracker.reading.zones import AUTHORITY, Zones

# The commonest family names (General Statistics Office: the first fourteen cover nine people in ten), then rarer ones.
_FAMILIES = frozenset(
    re.findall(
        r"\w+",
        """
        nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly an au bach bang cai can cao chau chu co cu cung dam dao dau dinh doan don dong
        dy giang giap ha han hau hua hung khong khuat khuc kieu kim ky la lai lam leu lo loc luc luong luu luyen ma mac mai man mao ninh nghiem ngan ngu nhu
        nong ong pho phi phu phung phuong quach quan quang sam sung ta tang thach thai than thieu tiet tieu to ton tong tra trang trieu trinh truong tu
        tuong ty ung uong van vi vien vuong vang xa y alang bling ca cam chau dieu dinh giang hang hoan kpa kpuih ksor lau loc muong nay nie niem ro rmah rcom
        siu song sung tam tao thao tong tran vang vi vu
        """,
    )
)
#: Part of a name in the Central Highlands ('Y Thanh Hà Niê').
_ONE_LETTER = ("Y",)
_TITLES = re.compile(
    r"\b(?:chu tich|giam doc|bi thu|chanh van phong|cuc truong|vu truong|bo truong|thu truong|hieu truong|"
    r"truong phong|truong ban|truong khoa|vien truong|chi cuc truong|"
    r"tong giam doc|thu truong|chanh thanh tra|chanh an|truong doan|thuong truc|vien truong|tong cuc truong|"
    r"hieu pho|pho ban|uy vien|"
    r"chu nhiem|thong doc|chanh toa|tong bien tap|chi huy|thu ky|chanh van phong|truong kho|tham phan|"
    r"doi truong|truong tram|to truong|chi huy truong|thu tuong|tong thanh tra|"
    r"truong\b)"
)
_DEGREE = re.compile(
    r"^(?:\(?(?:da ky|ky ten|ky)\)?\.?\s*|(?:pgs|gs|ts|th\.?\s?s|bsck\w*|bs|cki+|ks|cn|ncs|luat su|dai ta|"
    r"thuong ta|trung ta|thieu ta|thieu tuong|trung tuong|thuong tuong)(?:\.\s*|\s+))+(?=[a-z])"
)
_NAME = re.compile(r"(?:Y|[A-ZĐÀ-Ỹ][a-zà-ỹđ]+)(?:[ ]+[A-ZĐÀ-Ỹ][a-zà-ỹđ]*){1,4}")


def find_signatory(page: Page, zones: Zones) -> Signatory | None:
    """Title and name in the signature part; a name that a stamp or pen has spoilt is left out."""
    names: list[tuple[int, Found]] = []
    titles: list[tuple[int, Span]] = []
    for index in range(max(zones.tail - 1, zones.body), min(zones.annex, zones.tail + 60)):
        line = page.lines[index]
        if line.blank:
            continue
        name = _name_on(page, line.body, line.end, whole=True)
        spans = [] if name else line.cells()
        title = None if name else _title_on(page, line.body, line.end)
        if title:
            titles.append((index, title))
        if index < zones.tail:
            continue
        for start, end in reversed(spans):
            name = name or _name_on(page, start, end, whole=False)
        if name:
            names.append((index, name))
    if not names:
        names = _names_in_noise(page, zones)
    if not names and not titles:
        return None
    name = _best(names, titles)
    above = [span for _, span in titles if name is None or span[0] < name.span[0]] or [span for _, span in titles]
    if not above:
        return Signatory(name, None)
    words = squash(" ".join(page.text[slice(*span)].strip(" .:-_'\"") for span in above))
    return Signatory(name, Found(words, (above[0][0], above[-1][1])))


_THREE = re.compile(r"(?<![\w-])([A-ZĐÀ-Ỹ][a-zà-ỹđ]+) +[A-ZĐÀ-Ỹ][a-zà-ỹđ]+(?: +[A-ZĐÀ-Ỹ][a-zà-ỹđ]+){1,2}(?!\w)")


def _names_in_noise(page: Page, zones: Zones) -> list[tuple[int, Found]]:
    """On a scan a stamp's specks may surround the name: three or four words with a family name, outside the dashed copies."""
    found = []
    for index in range(zones.tail + 1, min(zones.annex, zones.tail + 60)):
        line = page.lines[index]
        if not line.blank and page.text[line.body] not in "-–—•":
            for match in _THREE.finditer(page.text, line.body, line.end):
                if flatten(match[1]) in _FAMILIES and 2 * (match.end() - match.start()) > sum(c.isalpha() for c in line.text):
                    found.append((index, Found(squash(match[0]), match.span(), "Chữ quanh tên bị mờ; hãy so với bản gốc.")))
    return found


_CAPITALS = re.compile(r"(?:(?<=[\s|.:;'\"”-])|^)(?:(?:KT|TL|TM|TUQ|Q|K/T|T/L|T/M)[.: ] ?)?[A-ZĐÀ-Ỹ]{2,}(?:[ ,]{1,3}[A-ZĐÀ-Ỹ]+){0,8}(?=\W*$)")


def _title_on(page: Page, start: int, end: int) -> Span | None:
    """A title in capitals that ends the line, the column of copies left of it passed over."""
    match = _CAPITALS.search(page.text, start, end)
    if not match or match.end() - match.start() < 6 or (page.text[start] in "-–—•+" and match.start() - start < 3):
        return None
    return match.span() if _TITLES.search(page.flat, *match.span()) or AUTHORITY.match(page.flat, *match.span()) else None


def _name_on(page: Page, start: int, end: int, whole: bool) -> Found | None:
    """A person's name filling the cell, behind degrees, ranks and '(đã ký)'."""
    raw = page.text[start:end].strip(" \t|.,")
    if not raw or len(raw) > 60:
        return None
    start = page.text.index(raw, start)
    if whole:
        raw_words = squash(raw.replace("|", " "))
        if re.search(r"\t|\||\S {6,}\S", page.text[start : start + len(raw)]):
            return None
    else:
        raw_words = squash(raw)
    degree = _DEGREE.match(flatten(raw_words))
    words = raw_words[degree.end() :] if degree else raw_words
    match = _NAME.fullmatch(words)
    parts = words.split()
    if not match or flatten(parts[0]) not in _FAMILIES or (len(parts[0]) < 2 and parts[0] not in _ONE_LETTER):
        return None
    if len(parts) == 2 and len(words) < 5:
        return None
    first = page.text.find(parts[0], start, end)
    return Found(words, (first if first >= 0 else start, start + len(raw)))


def _best(names: list[tuple[int, Found]], titles: list[tuple[int, Span]]) -> Found | None:
    """The last name under a title; copies to named people stand in dashed lines and never get here."""
    if not names:
        return None
    if titles:
        below = [found for index, found in names if index >= titles[0][0]]
        if below:
            return below[0]
    return names[0][1]

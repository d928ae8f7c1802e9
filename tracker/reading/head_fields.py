"""Number and symbol, day and place of issue, kind and subject: the fields of the letterhead."""

import re
from datetime import date

from tracker.reading.folding import phrase, squash
from tracker.reading.markers import find_marker
from tracker.reading.marks import is_mark
from tracker.reading.model import Found, FoundDate, Notice
from tracker.reading.page import Page
from tracker.reading.titles import title_of
from tracker.reading.zones import ADDRESS, CREED, DATE_LINE, MOTTO, Zones, title_end

_SYMBOL = r"[A-ZĐÂĂÊÔƠƯ][\wĐ&]{0,12}(?:[ ]?[-/.–][ ]?[A-ZĐÂĂÊÔƠƯ0-9][\w&]{0,14}){0,5}(?:\([A-ZĐ0-9&]{1,8}\))?"
_NUMBER = re.compile(rf"S[ốỐôÔoO][ \t]*[:.]?[ \t]*\n?[ \t]*(?P<digits>\d{{1,5}}[a-z]?(?:/\d{{4}})?)[ \t]*(?P<join>[-/–])[ \t]*(?P<symbol>{_SYMBOL})")
_BLANK_NUMBER = re.compile(r"s[o0][ \t]*[:.;,]?[^\n|]{0,24}?[-/]\s?(?P<symbol>[a-z][\w&]{1,12}(?:[ ]?[-/][ ]?[a-z0-9]\w*)*)")
_DATE = phrase(r"ngay ?(\d{1,2}) ?thang ?(\d{1,2}) ?nam ?((?:19|20)\d\d)(?!\d)")
_DATE_SLASHED = phrase(r"ngay ?(\d{1,2}) ?[/.-] ?(\d{1,2}) ?[/.-] ?((?:19|20)\d\d)(?!\d)")
_PLACE = re.compile(
    r"(?<![\w-])((?:(?:TP|Tp|T\.P|Thành phố|Thị xã|Huyện|Quận|Xã|Phường)\.?\s?)?[A-ZĐÀ-Ỹ][a-zà-ỹđ]+(?:(?: - | {1,2})[A-ZĐÀ-Ỹ][a-zà-ỹđ]+){0,4})\s*,?\s*$"
)
_SUBJECT = re.compile(r"(?:^|(?<=[|\t])|(?<=  ))\W{0,2}?(?P<lead>[vw] ?/ ?v|ve ?viec)\b[ :.]*", re.M)
#: Behind the number in one cell; 'Về …' without 'việc' below the number; V/v alone in a column.
_BESIDE_NUMBER = re.compile(r"(?<=\w)[ ]{1,2}v ?/ ?v\b[ :.]*(?![^|\t]*\bngay\b[^|\t]*\bthang\b)")
_ONLY_ABOUT = re.compile(r"^\s*ve(?: ?:|(?= [a-z]))\s*", re.M)
#: So far to the right of a subject's beginning stands what belongs to the other column.
_BESIDE = 15
_ASIDE = re.compile(r"^\W{0,2}v ?/ ?v\b[ :.]*", re.M)
_KINDS = {
    "cv": "công văn",
    "ct": "chỉ thị",
    "kh": "kế hoạch",
    "tb": "thông báo",
    "hd": "hướng dẫn",
    "qd": "quyết định",
    "bc": "báo cáo",
    "cd": "công điện",
    "kl": "kết luận",
    "nq": "nghị quyết",
    "ttr": "tờ trình",
    "gm": "giấy mời",
    "tm": "thư mời",
}
#: Letters of a kind that are an office's too (CT: Cục Thuế, CĐ: Công đoàn, cao đẳng), so that they do not outweigh Kính gửi.
_ALSO_OFFICES = ("ct", "cd", "cv", "tm")
_NAMES = {
    "thong bao": "thông báo",
    "ke hoach": "kế hoạch",
    "chi thi": "chỉ thị",
    "quyet dinh": "quyết định",
    "huong dan": "hướng dẫn",
    "bao cao": "báo cáo",
    "cong dien": "công điện",
    "ket luan": "kết luận",
    "nghi quyet": "nghị quyết",
    "to trinh": "tờ trình",
    "giay moi": "giấy mời",
    "thu moi": "thư mời",
    "thong bao moi hop": "giấy mời",
    "phieu chuyen": "phiếu chuyển",
    "cong dien khan": "công điện",
    "thong bao khan": "thông báo",
    "thu ngo": "thư ngỏ",
    "giay trieu tap": "giấy triệu tập",
    "ke hoach lien nganh": "kế hoạch",
    "ke hoach lien tich": "kế hoạch",
    "ke hoach phoi hop": "kế hoạch",
    "huong dan lien nganh": "hướng dẫn",
    "chuong trinh hanh dong": "chương trình",
    "chuong trinh cong tac": "chương trình",
    "chuong trinh": "chương trình",
    "phuong an": "phương án",
    "de an": "đề án",
    "quy che": "quy chế",
    "quy dinh": "quy định",
    "thong tri": "thông tri",
    "thong cao": "thông cáo",
    "bien ban": "biên bản",
    "cong van": "công văn",
    "giay bao": "giấy báo",
    "thong bao ket luan": "thông báo",
}


def find_number(page: Page, zones: Zones) -> tuple[Found | None, Notice | None]:
    """Number with symbol, spaces closed ('849/CT-TTHT'); where its digits are blank or damaged: None and a notice."""
    if zones.number < 0:
        return None, None
    line = page.lines[zones.number]
    alone = re.fullmatch(r"\W*s[o0]\s*[:.]?\W*", page.line_flat(line))
    end = page.lines[min(zones.number + 1, len(page.lines) - 1)].end if alone else line.end
    match = _NUMBER.search(page.text, line.start, end)
    if match:
        symbol = re.sub(r"\s+", "", match["symbol"]).replace("–", "-").rstrip(".-/")
        value = f"{match['digits']}{match['join'].replace('–', '-')}{symbol}"
        return Found(value, (match.start("digits"), match.end("symbol"))), None
    span = (line.body, max(line.end, line.body + 1))
    return None, Notice("number.lost", "Không đọc được số văn bản (để trống, viết tay hoặc mờ). Hãy nhập theo bản gốc.", span)


def find_issue_date(page: Page, zones: Zones) -> tuple[FoundDate | None, Found | None, Notice | None]:
    """(day of issue, place, notice): the day only where day, month and year all stand in the text."""
    if zones.dated < 0:
        return None, None, None
    line = page.lines[zones.dated]
    after = next((other for other in page.lines[zones.dated + 1 : zones.dated + 4] if not other.blank), line)
    stands = DATE_LINE.search(page.line_flat(line)) or re.search(r"ngay", page.line_flat(line))
    place = _place(page, line.start, line.body + stands.start()) if stands else None
    for end in (line.end, after.end):
        for pattern in (_DATE, _DATE_SLASHED):
            match = pattern.search(page.flat, line.start, end)
            day = _day(match[3], match[2], match[1]) if match else None
            if match and day:
                return FoundDate(day, match.span()), place, None
    return None, place, Notice("date.lost", "Không đọc được ngày ban hành (để trống, viết tay hoặc mờ). Hãy nhập theo bản gốc.", (line.body, line.end))


def symbol_in(page: Page, zones: Zones) -> str | None:
    """The symbol on the number's line where its digits cannot be read: '/SYT-NVY'."""
    if zones.number < 0:
        return None
    line = page.lines[zones.number]
    match = re.compile(rf"[-/–][ \t]?(?P<symbol>{_SYMBOL})").search(page.text, line.start, line.end)
    return f"/{match['symbol']}" if match and re.search(r"[-/]", match["symbol"]) else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _place(page: Page, start: int, end: int) -> Found | None:
    match = _PLACE.search(page.text, start, end)
    return Found(squash(match[1]), match.span(1)) if match else None


def find_kind(page: Page, zones: Zones, number: Found | None, has_subject: bool) -> str | None:
    """The kind by its title line; a letter (công văn) has none but V/v or Kính gửi; else by the symbol."""
    if zones.title >= 0:
        title = title_of(page.line_flat(page.lines[zones.title]))
        if title:
            return _NAMES[title]
    if has_subject:
        return "công văn"
    symbol = re.split(r"[-/]", number.value.lower().replace("đ", "d"), maxsplit=1)[-1] if number else _blank_symbol(page, zones)
    first, *rest = re.split(r"[-/]", symbol or "")
    if zones.address >= 0 and (first in _ALSO_OFFICES or not rest):
        return "công văn"
    return _KINDS.get(first) or ("công văn" if zones.address >= 0 else None)


def _blank_symbol(page: Page, zones: Zones) -> str | None:
    if zones.number < 0:
        return None
    line = page.lines[zones.number]
    match = _BLANK_NUMBER.search(page.flat, line.start, line.end)
    return match["symbol"] if match else None


def find_subject(page: Page, zones: Zones) -> Found | None:
    """What the dispatch is about: V/v … in the left column, or the lines under the title."""
    if zones.title >= 0:
        found = _title_subject(page, zones)
        if found:
            return found
    # Where a file gives the left column whole before the right one, the subject stands before the motto, but never before the number.
    first = zones.number if zones.number >= 0 else max(zones.motto, 0)
    last = min(max(zones.body, first + 1), len(page.lines))
    places = [(_SUBJECT, first, last), (_BESIDE_NUMBER, zones.number, zones.number + 1), (_ONLY_ABOUT, zones.number + 1, min(last, zones.number + 9))]
    # Where columns are given one after the other, the left one may come last of all, behind the copies.
    for pattern, start, stop in [*places[: 3 if zones.number >= 0 and zones.title < 0 else 1], (_ASIDE, zones.tail, zones.annex)]:
        for index in range(start, stop):
            line = page.lines[index]
            match = pattern.search(page.flat, line.start, line.end)
            if match:
                return _column(page, index, match.end(), zones)
    return None


def _title_subject(page: Page, zones: Zones) -> Found | None:
    flats = [page.line_flat(line) for line in page.lines[: zones.title + 16]]
    stop = title_end(page, flats, zones.title)
    lines = [line for line in page.lines[zones.title + 1 : stop] if any(c.isalnum() for c in line.text)]
    if not lines:
        return None
    start, end = lines[0].body, lines[-1].end
    return Found(_plain(page, lines[0].body, [(line.body, line.end) for line in lines]), (start, end))


def _plain(page: Page, start: int, spans: list[tuple[int, int]]) -> str:
    value = squash(" ".join(page.text[a:b] for a, b in spans)).strip(" |_*:")
    value = value[:-1] if value.endswith(")") and value.count(")") > value.count("(") else value
    value = re.sub(r"^CỦA [A-ZĐÀ-Ỹ ]{6,80}?(?= (?:về|VỀ) )", "", value).strip()
    return re.sub(r"^(?:[VW] ?/ ?v\.?|V[ềe] ?vi[ệe]c)\s*:?\s*", "", value, flags=re.I).rstrip(" .;_-—|")


def _goes_on(page: Page, blank: int, double: bool, zones: Zones) -> bool:
    """Whether the line behind a blank one continues a phrase: short, and in lower case or with a number of it, or where every line has a blank one
    behind it (`double`)."""
    after = page.lines[blank + 1] if blank + 1 < len(page.lines) else None
    if after is None or after.blank or after.end - after.body >= 80:
        return False
    if page.text[after.body].islower() or _counts(page, blank + 1, zones):
        return True
    return double and not page.text[after.body : after.end].isupper() and page.text[after.body].isalnum()


def _counts(page: Page, index: int, zones: Zones) -> bool:
    """Whether a line before Kính gửi, where no item stands yet, begins with a number of the subject ('2021 - 2025', '27 huyện')."""
    line = page.lines[index]
    return index < zones.address and page.text[line.body].isdigit() and find_marker(page.text, page.flat, line.body, line.end) is None


def _column(page: Page, index: int, start: int, zones: Zones) -> Found:
    """The subject from `start` on and down its column, until a blank line, the recipients or the date."""
    line = page.lines[index]
    cell_end = next((end for begin, end in line.cells() if begin <= start <= end), line.end)
    spans = [(start, cell_end)]
    column = start - line.start
    double = 0 < index < len(page.lines) - 1 and page.lines[index - 1].blank and page.lines[index + 1].blank
    for at in range(index + 1, min(index + 9, len(page.lines))):
        following = page.lines[at]
        flat = page.line_flat(following)
        if is_mark(flat.strip()) or (not flat and _goes_on(page, at, double, zones)):
            continue
        if not flat or ADDRESS.search(flat) or MOTTO.search(flat) or CREED.search(flat) or re.match(r"so[ :]", flat):
            break
        if "[" in flat[:2] or (following.end - following.body > 100 and not page.text[following.body].islower()):
            break
        cells = [cell for cell in following.cells() if not DATE_LINE.search(page.flat[cell[0] : cell[1]])]
        if not cells and at < zones.address and following.indent > column + _BESIDE:
            continue  # place and day stand in the right column, between two lines of the left one
        if not cells or cells[0][0] - following.start > column + 45:
            break
        if zones.body <= at and not page.text[cells[0][0]].islower() and not _counts(page, at, zones):
            break
        if zones.tail <= index and page.text[slice(*cells[0])].isupper():
            break
        spans.append(cells[0])
    return Found(_plain(page, start, spans), (start, spans[-1][1]))

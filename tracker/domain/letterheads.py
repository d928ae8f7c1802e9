"""The letterheads of reports, derived from the dispatch they answer: symbol, issuer, place and signature of either side."""
import re
from collections.abc import Sequence
from datetime import date

from tracker.domain import profiles
from tracker.domain.report import Letterhead

#: Written out where an issuer stands in a sentence.
_SHORT = {
    "BCH": "Ban Chấp hành", "BTV": "Ban Thường vụ", "HND": "Hội Nông dân", "UBND": "Ủy ban nhân dân", "HĐND": "Hội đồng nhân dân",
    "MTTQ": "Mặt trận Tổ quốc", "LHPN": "Liên hiệp Phụ nữ", "CCB": "Cựu chiến binh",
}
_BODY = re.compile(r"^(Ban Chấp hành|Ban Thường vụ)\s+", re.IGNORECASE)
_WHERE = re.compile(r"\b(tỉnh|thành phố|tp\.?)\s+\S.*$", re.IGNORECASE)
_LEVEL = re.compile(r"^(tỉnh|thành phố|thị xã|huyện|quận|thị trấn|phường|xã)\s+", re.IGNORECASE)
_LEVELS = ("huyện", "quận", "thị xã", "thành phố", "xã", "phường", "thị trấn")
_TYPES = frozenset({"CT", "TB", "KH", "QĐ", "HD", "CV", "BC", "NQ", "TTR", "CĐ", "GM"})
_AUTHORITY = re.compile(
    r"^((?:T/M|K/T|T/L|T/UQ|TM|KT|TL|TUQ|Q)\b\.?.*?)\s+((?:PHÓ|CHÁNH|TRƯỞNG|CHỦ TỊCH|GIÁM ĐỐC|BÍ THƯ|THỨ TRƯỞNG|HIỆU TRƯỞNG).*)$", re.IGNORECASE)
#: An authority that still lacks the title of the one in whose place is signed.
_DEPUTISING = re.compile(r"(?:KT|TL|TUQ|Q|K/T|T/L|T/UQ)\.?$")
#: The organs of the Party, as they sign; and the Party's title as its documents carry it in place of the national motto.
_PARTY_ORGAN = re.compile(r"\b(tỉnh|thành|huyện|quận|thị|đảng) (ủy|uỷ)\b|\bđảng bộ\b|\bban chấp hành đảng bộ\b", re.IGNORECASE)
_PARTY_TITLE = re.compile(r"ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM")
_NATION_TITLE = re.compile(r"CỘNG\s+H(?:ÒA|OÀ)\s+XÃ\s+HỘI\s+CHỦ\s+NGHĨA")
#: How much of a dispatch is its head.
_HEAD = 800
BLANK = "……"


def is_union_style(number: str | None) -> bool:
    """"931-CV/HNDT", the way of the Party and the unions ("*" under the issuer), against the State's "931/UBND-VX"."""
    return bool(re.match(r"^\d*\s*-\s*[^/]+/", number or ""))


def style(number: str | None, issuer: str, text: str) -> str:
    """The layout that a dispatch follows (profiles.STATE, PARTY, UNION), from the titles over its text, else its issuer and number."""
    head = text[:_HEAD]
    if not _NATION_TITLE.search(head) and (_PARTY_TITLE.search(head) or _PARTY_ORGAN.search(issuer)):
        return profiles.PARTY
    return profiles.UNION if is_union_style(number) else profiles.STATE


def profile(head: Letterhead, on: date) -> profiles.Profile:
    """How a document under this letterhead, dated on that day, is laid out."""
    return profiles.of(head.style or (profiles.UNION if head.star else profiles.STATE), on)


def symbol(number: str | None, district: bool = False) -> str:
    """What follows the blank for a report's number, from the dispatch's own number; a district of "HNDT" signs "HND"."""
    tail = (number or "").rpartition("/")[2].strip()
    if is_union_style(number):
        return f"-BC/{tail[:-1] if district and tail.endswith('T') and len(tail) > 2 else tail}"
    parts = [part for part in tail.split("-") if part]
    office = (parts[-1] if len(parts) > 1 and parts[0].upper() in _TYPES else parts[0]) if parts else BLANK
    return f"/BC-{office}"


def spoken(issuer: str, province: str) -> str:
    """An issuer as a sentence names it: capitals of a letterhead written small, abbreviations in full, the province by its name."""
    words = " ".join(issuer.split())
    if not words.isupper():
        return words
    named = _WHERE.sub("", words).strip()
    written = " ".join(_SHORT.get(word) or word.lower() for word in named.split())
    if _WHERE.search(words):
        written = f"{written} {province[:1].lower()}{province[1:]}"
    return f"{written[:1].upper()}{written[1:]}"


def place(unit: str) -> str:
    """Where a document of this unit is dated: its name without what it is."""
    return _LEVEL.sub("", unit)


def signature(title: str | None) -> tuple[str, str]:
    """(authority, position) of a signatory's title: "T/M BAN THƯỜNG VỤ PHÓ CHỦ TỊCH" is two lines, "TM. … KT. … PHÓ …" has two in the authority."""
    words = re.sub(r"\b(KT|TL|TM|TUQ|Q)\.\s*", r"\1. ", " ".join((title or "").split()))
    found = _AUTHORITY.match(words)
    if not found:
        return "", words.upper()
    authority, position = found.group(1).upper(), found.group(2).upper()
    last = _DEPUTISING.search(authority)
    # "KT. CHỦ TỊCH PHÓ CHỦ TỊCH": the first title belongs to the authority.
    again = re.match(r"^(.+?)\s+((?:PHÓ|CHÁNH|TRƯỞNG|GIÁM ĐỐC) .+)$", position)
    if last and again:
        authority, position = f"{authority} {again.group(1)}", again.group(2)
    if last and last.start():
        authority = f"{authority[:last.start()].rstrip()}\n{authority[last.start():]}"
    return authority, position


def of_province(
    *, number: str | None, issuer: str, parent: str, province: str, title: str | None, signer: str | None, addressees: Sequence[str], style: str = "",
) -> Letterhead:
    """The letterhead of the consolidated report: that of the dispatch itself; style: its layout, from its number where empty."""
    style = style or (profiles.UNION if is_union_style(number) else profiles.STATE)
    authority, position = signature(title)
    recipients = tuple(f"{line.rstrip(' ;.,')};" for line in addressees[:6])
    return Letterhead(
        parent=parent.upper(), issuer=(issuer or province).upper(), place=place(province), symbol=symbol(number), star=style != profiles.STATE,
        authority=authority, position=position, signer=signer or "", speaker=spoken(issuer or province, province),
        recipients=(*recipients, "Lưu: VT."), style=style,
    )


def of_district(above: Letterhead, unit: str, number: str | None, addressee: str) -> Letterhead:
    """The letterhead of one unit's report: the province's, a level lower; its signer is left to the unit."""
    small = f"{unit[:1].lower()}{unit[1:]}"
    named = _WHERE.search(above.issuer)
    issuer = f"{above.issuer[:named.start()]}{unit.upper()}" if named else unit.upper()
    speaker = f"{_WHERE.sub('', above.speaker)}{small}" if _WHERE.search(above.speaker) else unit
    collective = above.authority.partition("\n")[0] if above.authority.startswith(("T/M", "TM")) else ""
    return Letterhead(
        parent=_BODY.sub("", above.speaker).upper() if above.star else "", issuer=issuer, place=place(unit), symbol=symbol(number, district=True),
        star=above.star, authority=collective, addressee=addressee or above.speaker, speaker=speaker,
        recipients=("Như kính gửi;", "Lưu: VT."), style=above.style,
    )


def letter_symbol(number: str | None) -> str:
    """What follows the number of a letter by the issuer of this dispatch: "-CV/HNDT", or "/UBND-VX" in the State's way."""
    tail = (number or "").rpartition("/")[2].strip()
    if is_union_style(number):
        return f"-CV/{tail}"
    parts = [part for part in tail.split("-") if part]
    if len(parts) > 1 and parts[0].upper() in _TYPES:
        parts = parts[1:]
    return f"/{'-'.join(parts) or BLANK}"


def numbered(typed: str, symbol: str) -> str:
    """The full number of a letter from what was typed: the register number alone is given the office's symbol.

    In the State's way a number under ten has a zero before it (Decree 30/2020/NĐ-CP, annex I, II.3.b).
    """
    typed = "".join(typed.split())
    if symbol.startswith("/") and typed.isdecimal():
        typed = typed.zfill(2)
    return f"{typed}{symbol}" if typed.isalnum() else typed


def addressed(above: Letterhead, unit: str) -> str:
    """A unit as a letter of the office addresses it: "Hội Nông dân huyện Hà Trung", "Ủy ban nhân dân huyện Hà Trung"."""
    body = _its_body(above)
    return f"{body} {unit[:1].lower()}{unit[1:]}" if body else unit


def addressed_all(above: Letterhead, units: Sequence[str]) -> str:
    """Many of them together: "Hội Nông dân các huyện, thị xã, thành phố"."""
    found = [_LEVEL.match(unit) for unit in units]
    levels = [level for level in _LEVELS if any(match and match[1].lower() == level for match in found)]
    every = f"các {', '.join(levels)}" if levels and all(found) else "các đơn vị"
    body = _its_body(above)
    return f"{body} {every}" if body else f"{every[:1].upper()}{every[1:]}"


def _its_body(above: Letterhead) -> str:
    """What the office is in every place: "Hội Nông dân" of "Ban Chấp hành Hội Nông dân tỉnh Thanh Hóa"; empty where it is of one place only."""
    return _BODY.sub("", _WHERE.sub("", above.speaker)).strip() if _WHERE.search(above.speaker) else ""

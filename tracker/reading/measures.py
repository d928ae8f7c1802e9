"""Units of measure behind a number: money with its power of ten, shares, areas and weights; else the counted noun itself."""

import re
from dataclasses import dataclass
from decimal import Decimal

_POWERS = {"nghìn": 3, "ngàn": 3, "triệu": 6, "tỷ": 9, "tỉ": 9, "nghìn tỷ": 12, "ngàn tỷ": 12, "nghìn tỉ": 12, "ngàn tỉ": 12}
_POWER = r"(?:(?:nghìn|ngàn) (?:tỷ|tỉ)|tỷ|tỉ|triệu|nghìn|ngàn)"
_MEASURE = re.compile(
    rf"\s?(?P<share>%|‰)|\s+(?P<words>phần\s+trăm)\b"
    rf"|\s*(?:(?P<power>{_POWER})\s*)?(?P<money>đồng|VNĐ|VND|USD|đô la)(?!\w)(?P<per>/\w+)?"
    rf"|\s+(?P<bare>{_POWER})(?=\W)"
    r"|\s?(?P<size>ha|hecta|héc ta|m2|m²|km2|km²|km|cm|mm|m3|m³|kg|tấn|tạ|lít|kWh|MW|GB|MB|Mbps|m)(?!\w)",
    re.IGNORECASE,
)
_NOUN = re.compile(r"\s+(?P<first>[a-zà-ỹđ]+)(?=[^\w/]|$)")
# What stands behind a number and counts nothing: time, comparison, words that only join or order.
_NOT_COUNTED = frozenset(
    "ngày tháng năm giờ phút giây tuần quý h g thế và hoặc hay của cho do để từ đến tới tại trong trên dưới ở về với theo là thì mà khi nếu trở lên "
    "đã đang sẽ được bị phải có không các những này đó nêu nói như so sau trước cùng nhằm gồm vào ra nhất thứ đối bằng qua kể tính chỉ cũng vẫn còn "
    "yêu giao đề căn quy a b c d đ e".split()
)
_NOUN_ENDS = frozenset(
    "trong tại với được đã đang sẽ có bị đạt chiếm là so tăng giảm do để từ đến theo hoặc cho khi nếu phải không chưa gồm bao cụ số còn nhằm trên "
    "thuộc cùng mà thì vào ra về như sau trước đứng tham hoàn triển thực bằng của đều đối qua trở".split()
)
# Nouns of one syllable that count; any other takes its second syllable (thành viên, cơ sở), as do theirs with an ending (tổ chức, hội viên).
_SINGLE = frozenset(
    "tổ hộ người xã huyện phường thôn bản ấp tỉnh lớp trường điểm lượt suất con cây nhà ca vụ việc cuộc đợt lần bộ cái chiếc tấm giường sổ bài món "
    "khoản loại giống máy xe tàu đàn trạm trại ao hồ cầu tuyến căn phòng tầng chợ khu cụm nhóm đội hội mẫu lô thửa tập trang bữa "
    "buổi phiên kỳ vòng giải cặp sào độ".split()
)
_ENDINGS = frozenset("viên chức trưởng phó sở vị án kiện phẩm nghề".split())
_LONGEST_NOUN = 8


@dataclass(frozen=True, slots=True)
class Measure:
    """The unit of a number: its words, the factor to its base unit, the base that can be compared, where it ends."""

    unit: str
    factor: Decimal
    base: str
    end: int
    noun: str | None = None


def find_measure(text: str, at: int, end: int) -> Measure | None:
    """What the number that ends at `at` is measured in, or None where it counts nothing."""
    match = _MEASURE.match(text, at, end)
    if match:
        return _measured(text, match, end)
    noun = _NOUN.match(text, at, end)
    if noun is None or noun["first"] in _NOT_COUNTED:
        return None
    words, stop = _noun_phrase(text, noun.start("first"), end)
    unit = _unit(words)
    return Measure(unit, Decimal(1), unit, stop, words)


def _measured(text: str, match: re.Match[str], end: int) -> Measure | None:
    if match["share"] or match["words"]:
        sign = "‰" if match["share"] == "‰" else "%"
        of = _NOUN.match(text, match.end(), end)
        counted = of is not None and of["first"] not in _NOT_COUNTED | _NOUN_ENDS
        return Measure(sign, Decimal(1), sign, match.end(), _noun_phrase(text, of.start("first"), end)[0] if of and counted else None)
    if match["size"]:
        return Measure(match["size"], Decimal(1), match["size"].lower(), match.end())
    power = " ".join((match["power"] or match["bare"] or "").lower().split())
    factor = Decimal(10) ** _POWERS.get(power, 0)
    if match["money"]:
        currency = match["money"].lower()
        base = currency if currency in ("usd", "đô la") else "đồng"
        return Measure(f"{power} {base}".strip() + (match["per"] or ""), factor, base + (match["per"] or ""), match.end())
    noun = _NOUN.match(text, match.end(), end)
    if noun and noun["first"] not in _NOT_COUNTED and noun["first"] not in _NOUN_ENDS:
        words, stop = _noun_phrase(text, noun.start("first"), end)
        return Measure(f"{power} {_unit(words)}", factor, _unit(words), stop, words)
    return Measure(f"{power} đồng" if factor >= 10**6 else power, factor, "đồng", match.end())


def _unit(words: str) -> str:
    """The counting noun at the head of a noun phrase."""
    first, *rest = words.split(" ")
    return first if not rest or (first in _SINGLE and rest[0] not in _ENDINGS) else f"{first} {rest[0]}"


def _noun_phrase(text: str, start: int, end: int) -> tuple[str, int]:
    """The counted noun with what describes it, up to a verb, a preposition, a number or a mark."""
    stop, taken = start, 0
    for match in re.compile(r"[^\W\d_][\w&]*(?=(\W?))").finditer(text, start, min(end, start + 90)):
        between = text[stop : match.start()]
        if taken and (between.strip() or match[0] in _NOUN_ENDS):
            break
        if match[0] == "và" and (taken == 1 or re.match(r"\s+\d", text[match.end() : match.end() + 4])):
            break
        stop, taken = match.end(), taken + 1
        if taken == _LONGEST_NOUN:
            break
    return " ".join(text[start:stop].split()), stop

"""How an official document is laid out, by who issues it and on what day it is dated: each value with the clause it comes from."""
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from tracker.domain.wording import tr

STATE, PARTY, UNION = "state", "party", "union"


@dataclass(frozen=True, slots=True)
class Face:
    """How one part is set: points, weight, slant, place on its line; source names the clause."""

    size: float
    source: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    align: str = "center"


@dataclass(frozen=True, slots=True)
class Margins:
    """Millimetres from each edge of the sheet, and the clause."""

    top: float
    bottom: float
    left: float
    right: float
    source: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One way of laying out, from valid_from on (None: as far back as anybody asks).

    margins hold for an upright sheet and for one laid across.
    banner: the lines at the right of the head, each with its face's name; the last one has a line of its own length under it.
    star: "*" under the issuer, else a short line; number: the word before a document's number.
    head: width in mm of the left and right column of the head, together as wide as the text.
    page_number: "top" (centred in the top margin) or "bottom" (right, in the bottom margin); the first page has none.
    line: points from one line of the text to the next; between: points between two paragraphs; indent: mm of a paragraph's first line.
    """

    key: str
    style: str
    name: str
    source: str
    valid_from: date | None
    margins: Margins
    banner: tuple[tuple[str, str], ...]
    star: bool
    star_source: str
    number: str
    number_source: str
    head: tuple[float, float]
    page_number: str
    page_number_source: str
    line: float
    between: float
    indent: float
    spacing_source: str
    faces: Mapping[str, Face]


_NATION = (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "nation"), ("Độc lập - Tự do - Hạnh phúc", "motto"))
_ND30, _TT01, _HD36 = "Nghị định 30/2020/NĐ-CP, Phụ lục I, Phần I", "Thông tư 01/2011/TT-BNV", "Hướng dẫn 36-HD/VPTW (2018)"


def _decree(clause: str) -> str:
    return f"{_ND30}, {clause}"


def _table_3(row: str) -> str:
    return f"{_HD36}, Phụ lục 3, dòng {row}"


STATE_2020 = Profile(
    key="state-2020", style=STATE, name="Hành chính nhà nước, Nghị định 30/2020/NĐ-CP", source="Nghị định 30/2020/NĐ-CP", valid_from=date(2020, 3, 5),
    margins=Margins(20, 20, 30, 15, _decree("mục I.3")),
    banner=_NATION, star=False, star_source=_decree("mục II.2.b"), number="Số: ", number_source=_decree("mục II.3.b"), head=(70, 95),
    page_number="top", page_number_source=_decree("mục I.7"),
    line=18, between=6, indent=10, spacing_source=_decree("mục II.6.d"),
    faces=MappingProxyType({
        "nation": Face(12, _decree("mục II.1.a"), bold=True),
        "motto": Face(13, _decree("mục II.1.b"), bold=True),
        "parent": Face(12, _decree("mục II.2.b")),
        "issuer": Face(12, _decree("mục II.2.b"), bold=True),
        "number": Face(13, _decree("mục II.3.b")),
        "place_date": Face(13, _decree("mục II.4.c"), italic=True),
        "kind": Face(14, _decree("mục II.5.b"), bold=True),
        "abstract": Face(14, _decree("mục II.5.b"), bold=True),
        "subject": Face(12, _decree("mục II.5.b")),
        "to": Face(14, _decree("mục II.9.b")),
        "body": Face(14, _decree("mục II.6.d"), align="both"),
        "heading": Face(14, _decree("mục II.6.đ"), bold=True, align="left"),
        "authority": Face(14, _decree("mục II.7.d"), bold=True),
        "position": Face(14, _decree("mục II.7.d"), bold=True),
        "signer": Face(14, _decree("mục II.7.d"), bold=True),
        "copies_title": Face(12, _decree("mục II.9.c"), bold=True, italic=True, align="left"),
        "copies": Face(11, _decree("mục II.9.c"), align="left"),
        "annex_label": Face(14, _decree("mục III.1.b"), bold=True),
        "annex_title": Face(14, _decree("mục III.1.b"), bold=True),
        "annex_origin": Face(13, _decree("mục III.1.d"), italic=True),
        "page_number": Face(14, _decree("mục I.7")),
    }),
)


def _circular(article: str) -> str:
    return f"{_TT01}, Điều {article}"


#: Before the decree: the same sizes, but the number of the page stood at the right of the bottom margin.
STATE_2011 = replace(
    STATE_2020, key="state-2011", name="Hành chính nhà nước, Thông tư 01/2011/TT-BNV", source=_TT01, valid_from=None,
    margins=replace(STATE_2020.margins, source=_circular("5")), star_source=_circular("7"), number_source=_circular("8"),
    page_number="bottom", page_number_source=_circular("15"), spacing_source=_circular("11"),
    faces=MappingProxyType({part: replace(STATE_2020.faces[part], source=_circular(article)) for part, article in {
        "nation": "6", "motto": "6", "parent": "7", "issuer": "7", "number": "8", "place_date": "9", "kind": "10", "abstract": "10", "subject": "10",
        "to": "14", "body": "11", "heading": "11", "authority": "12", "position": "12", "signer": "12", "copies_title": "14", "copies": "14",
        "annex_label": "15", "annex_title": "15", "annex_origin": "15", "page_number": "15",
    }.items()}),
)

#: Whether the guidance of 2026 (05-HD/VPTW) changed any of these could not be seen in its own text; until then this one holds.
PARTY_2018 = Profile(
    key="party-2018", style=PARTY, name="Văn bản của Đảng, Hướng dẫn 36-HD/VPTW", source=_HD36, valid_from=None,
    margins=Margins(20, 20, 30, 15, f"{_HD36}, mục định lề trang văn bản"),
    banner=(("ĐẢNG CỘNG SẢN VIỆT NAM", "banner"),), star=True, star_source=f"{_HD36}, mục II.1.2", number="Số ", number_source=_table_3("3"), head=(82, 83),
    page_number="top", page_number_source=f"{_HD36}, mục số trang văn bản",
    line=18, between=6, indent=10, spacing_source=f"{_HD36}, mục II.1.6",
    faces=MappingProxyType({
        "banner": Face(15, _table_3("1"), bold=True),
        "parent": Face(14, _table_3("2")),
        "issuer": Face(14, _table_3("2"), bold=True),
        "number": Face(14, _table_3("3")),
        "place_date": Face(14, _table_3("4"), italic=True),
        "kind": Face(16, _table_3("5"), bold=True),
        "abstract": Face(14, _table_3("5"), bold=True),
        "subject": Face(12, _table_3("5"), italic=True),
        "to": Face(14, _table_3("9"), italic=True),
        "body": Face(14, _table_3("6"), align="both"),
        "heading": Face(14, _table_3("6"), bold=True, align="left"),
        "authority": Face(14, _table_3("7"), bold=True),
        "position": Face(14, _table_3("7")),
        "signer": Face(14, _table_3("7"), bold=True),
        "copies_title": Face(14, _table_3("9"), underline=True, align="left"),
        "copies": Face(12, _table_3("9"), align="left"),
        "annex_label": Face(14, f"{_HD36}, mục phụ lục văn bản", bold=True),
        "annex_title": Face(14, f"{_HD36}, mục phụ lục văn bản", bold=True),
        "annex_origin": Face(14, f"{_HD36}, mục phụ lục văn bản", italic=True),
        "page_number": Face(14, f"{_HD36}, mục số trang văn bản"),
    }),
)


def _hybrid(state: Profile) -> Profile:
    """The Farmers' Union: the national motto at the right, the Party's "*" and number at the left, sizes of the State's rules.

    Article 2.2 of the decree leaves it to socio-political organisations to apply it as fits; this is how 931-CV/HNDT applies it.
    """
    return replace(
        state, key=state.key.replace(STATE, UNION), style=UNION, name=f"Hội Nông dân (quốc hiệu, dấu “*”, cỡ chữ theo {state.source})",
        star=True, star_source="Hướng dẫn thể thức của Trung ương Hội Nông dân, mục I.2; 931-CV/HNDT", number="Số ",
        number_source="931-CV/HNDT; " + _table_3("3"),
    )


UNION_2020, UNION_2011 = _hybrid(STATE_2020), _hybrid(STATE_2011)
ALL = (STATE_2011, STATE_2020, PARTY_2018, UNION_2011, UNION_2020)
#: What a person may choose for the office: key and words, the empty key leaves it to the dispatch.
STYLES = (
    ("", tr("Theo công văn của tỉnh (tự nhận)")), (STATE, tr("Hành chính nhà nước (Nghị định 30/2020/NĐ-CP)")),
    (PARTY, tr("Văn bản của Đảng (Hướng dẫn 36-HD/VPTW)")), (UNION, tr("Hội, đoàn thể (quốc hiệu, dấu “*” dưới tên cơ quan)")),
)


def of(style: str, on: date) -> Profile:
    """The profile of that style in force on the day of the document; of an unknown style the State's. Raises nothing."""
    known = [profile for profile in ALL if profile.style == style] or [STATE_2011, STATE_2020]
    return [profile for profile in known if profile.valid_from is None or profile.valid_from <= on][-1]

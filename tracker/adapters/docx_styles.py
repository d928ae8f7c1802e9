"""The parts of a .docx that its layout profile decides: styles, sections, where the page number stands."""
from functools import cache

from tracker.domain import profiles
from tracker.domain.profiles import Face, Profile

#: Twentieths of a point in a millimetre.
TWIPS = 56.6929
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NS = f'xmlns:w="{_W}" xmlns:r="{_R}"'
#: A sheet of A4.
SHEET = (210.0, 297.0)
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def twips(mm: float) -> int:
    """Whole twentieths of a point."""
    return round(mm * TWIPS)


def text_width(profile: Profile, across: bool) -> float:
    """Width in mm between the margins."""
    return SHEET[across] - profile.margins.left - profile.margins.right


def marks(face: Face) -> str:
    """The run properties of a face."""
    slant = "<w:b/><w:bCs/>" * face.bold + "<w:i/><w:iCs/>" * face.italic
    size = f'<w:sz w:val="{round(face.size * 2)}"/><w:szCs w:val="{round(face.size * 2)}"/>'
    return slant + size + '<w:u w:val="single"/>' * face.underline


@cache
def styles(key: str) -> str:
    """word/styles.xml of a profile. Raises StopIteration for a key that there is not."""
    profile = next(one for one in profiles.ALL if one.key == key)
    line = f'w:line="{round(profile.line * 20)}" w:lineRule="exact"'
    after = f'w:before="0" w:after="{round(profile.between * 20)}"'
    body, indent = profile.faces["body"], twips(profile.indent)
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in _SIDES)
    return f"""{HEAD}<w:styles {NS}><w:docDefaults><w:rPrDefault><w:rPr>
<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" w:cs="Times New Roman"/>
<w:color w:val="000000"/>{marks(body)}<w:lang w:val="vi-VN" w:eastAsia="vi-VN"/></w:rPr></w:rPrDefault>
<w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr></w:pPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Body"><w:name w:val="Body"/><w:basedOn w:val="Normal"/><w:qFormat/>
<w:pPr><w:spacing {after} {line}/><w:ind w:firstLine="{indent}"/><w:jc w:val="{body.align}"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:qFormat/>
<w:pPr><w:keepNext/><w:spacing w:before="320" w:after="60"/><w:jc w:val="center"/></w:pPr><w:rPr>{marks(profile.faces["kind"])}</w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Caption"><w:name w:val="caption"/><w:basedOn w:val="Normal"/><w:qFormat/>
<w:pPr><w:spacing w:before="60" w:after="200"/><w:jc w:val="center"/></w:pPr><w:rPr><w:i/><w:iCs/><w:sz w:val="26"/><w:szCs w:val="26"/></w:rPr></w:style>
{_heading(profile, 1, indent)}{_heading(profile, 2, indent)}
<w:style w:type="paragraph" w:customStyle="1" w:styleId="TableHeading"><w:name w:val="Table Heading"/><w:basedOn w:val="Heading2"/><w:qFormat/>
<w:pPr><w:ind w:firstLine="0"/><w:jc w:val="both"/></w:pPr></w:style>
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>
<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/><w:tblPr>
<w:tblBorders>{borders}</w:tblBorders></w:tblPr></w:style></w:styles>"""


def _heading(profile: Profile, level: int, indent: int) -> str:
    face = profile.faces["heading"]
    return (
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/><w:basedOn w:val="Normal"/>'
        f'<w:next w:val="Body"/><w:qFormat/><w:pPr><w:keepNext/><w:spacing w:before="160" w:after="{round(profile.between * 20)}" '
        f'w:line="{round(profile.line * 20)}" w:lineRule="exact"/><w:ind w:firstLine="{indent}"/><w:jc w:val="{face.align}"/>'
        f'<w:outlineLvl w:val="{level - 1}"/></w:pPr><w:rPr>{marks(face)}</w:rPr></w:style>'
    )


def page_number(profile: Profile) -> str:
    """The header or footer with the number of the page."""
    part, align = ("hdr", "center") if profile.page_number == "top" else ("ftr", "right")
    look = f'<w:rPr>{marks(profile.faces["page_number"])}</w:rPr>'
    return (
        f'{HEAD}<w:{part} {NS}><w:p><w:pPr><w:jc w:val="{align}"/></w:pPr>'
        f'<w:r>{look}<w:fldChar w:fldCharType="begin"/></w:r><w:r>{look}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{look}<w:t>2</w:t></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="end"/></w:r></w:p></w:{part}>'
    )


def section(profile: Profile, across: bool, first: bool) -> str:
    """A4 with the profile's margins; the first page bears no number."""
    wide, high = twips(SHEET[1]), twips(SHEET[0])
    size = f'<w:pgSz w:w="{wide}" w:h="{high}" w:orient="landscape"/>' if across else f'<w:pgSz w:w="{high}" w:h="{wide}"/>'
    sides = "".join(f'w:{side}="{twips(getattr(profile.margins, side))}" ' for side in ("top", "right", "bottom", "left"))
    part = "header" if profile.page_number == "top" else "footer"
    return (
        f'<w:sectPr><w:{part}Reference w:type="default" r:id="rId3"/><w:type w:val="nextPage"/>{size}'
        f'<w:pgMar {sides}w:header="567" w:footer="567" w:gutter="0"/>{"<w:titlePg/>" if first else ""}</w:sectPr>'
    )


def frame(properties: str) -> str:
    """The paragraph that ends a section and carries its properties."""
    return f"<w:p><w:pPr>{properties}</w:pPr></w:p>"

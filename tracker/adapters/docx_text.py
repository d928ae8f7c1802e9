"""Runs and paragraphs in WordprocessingML."""
from xml.sax.saxutils import escape

from tracker.adapters.docx_styles import marks, twips
from tracker.domain.profiles import Face
from tracker.domain.report_words import clean

#: Keeps a paragraph on the page of the next one.
KEEP = "<w:keepNext/>"
_NO_BORDERS = "".join(f'<w:{side} w:val="nil"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))


def esc(text: str) -> str:
    """Text for XML: composed letters, no control characters, nothing that reads as markup."""
    return escape(clean(text), {'"': "&quot;"})


def run(text: str, *, bold: bool = False, italic: bool = False, size: float = 0) -> str:
    """One run; size in points, 0 for the style's own; a line break for each newline."""
    look = "<w:b/><w:bCs/>" * bold + "<w:i/><w:iCs/>" * italic
    if size:
        look += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    return _run(text, look)


def said(text: str, face: Face) -> str:
    """One run in the face of its part."""
    return _run(text, marks(face))


def _run(text: str, look: str) -> str:
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in esc(text).replace("\t", " ").split("\n"))
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{lines}</w:r>"


def paragraph(content: str, *, style: str = "", align: str = "", before: int = 0, after: int = 0, extra: str = "", indent: str = "") -> str:
    """One paragraph round finished runs; before and after in twips; extra: properties that stand before the spacing, indent: after it."""
    props = f'<w:pStyle w:val="{style}"/>' if style else ""
    props += extra
    props += f'<w:spacing w:before="{before}" w:after="{after}"/>' if before or after else ""
    props += indent
    props += f'<w:jc w:val="{align}"/>' if align else ""
    return f"<w:p>{f'<w:pPr>{props}</w:pPr>' if props else ''}{content}</w:p>"


def rule(length_mm: float, box_mm: float) -> str:
    """A centred line: the lower border of an empty paragraph, indented on both sides."""
    side = twips(max(box_mm - length_mm, 0) / 2)
    return (
        '<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
        f'<w:spacing w:line="40" w:lineRule="exact"/><w:ind w:left="{side}" w:right="{side}"/></w:pPr></w:p>'
    )


def columns(left_mm: float, right_mm: float, rows: list[tuple[str, str]]) -> str:
    """Borderless columns side by side; a table, because that is what every editor keeps in place."""
    widths = [twips(left_mm), twips(right_mm)]
    drawn = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(f'<w:tc><w:tcPr><w:tcW w:w="{w}" w:type="dxa"/></w:tcPr>{content}</w:tc>' for w, content in zip(widths, row, strict=True))
        + "</w:tr>"
        for row in rows
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{_NO_BORDERS}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblGrid>{"".join(f"<w:gridCol w:w={chr(34)}{w}{chr(34)}/>" for w in widths)}</w:tblGrid>{drawn}</w:tbl>'
    )

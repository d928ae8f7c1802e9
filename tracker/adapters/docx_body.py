"""The body of a .docx in WordprocessingML: letterhead, title, blocks, signature, annexes."""
from collections.abc import Sequence
from xml.sax.saxutils import escape

from tracker.domain.report_layout import Annex, Block, Column, Document, Heading, Letterhead, Paragraph, Table
from tracker.domain.report_words import clean

#: Twentieths of a point in a millimetre.
TWIPS = 56.6929
#: A table with more columns than this is set smaller.
SMALL_FROM = 7
#: Keeps a paragraph on the page of the next one.
KEEP = "<w:keepNext/>"
_GAP = '<w:p><w:pPr><w:spacing w:line="160" w:lineRule="exact"/></w:pPr></w:p>'
_NO_BORDERS = "".join(f'<w:{side} w:val="nil"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))


def esc(text: str) -> str:
    """Text for XML: composed letters, no control characters, nothing that reads as markup."""
    return escape(clean(text), {'"': "&quot;"})


def run(text: str, *, bold: bool = False, italic: bool = False, size: float = 0) -> str:
    """One run; size in points, 0 for the style's own; a line break for each newline."""
    marks = "<w:b/><w:bCs/>" * bold + "<w:i/><w:iCs/>" * italic
    if size:
        marks += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in esc(text).replace("\t", " ").split("\n"))
    return f"<w:r>{f'<w:rPr>{marks}</w:rPr>' if marks else ''}{lines}</w:r>"


def paragraph(content: str, *, style: str = "", align: str = "", before: int = 0, after: int = 0, extra: str = "") -> str:
    """One paragraph round finished runs; before and after in twips; extra: further properties that stand before the spacing."""
    props = f'<w:pStyle w:val="{style}"/>' if style else ""
    props += extra
    props += f'<w:spacing w:before="{before}" w:after="{after}"/>' if before or after else ""
    props += f'<w:jc w:val="{align}"/>' if align else ""
    return f"<w:p>{f'<w:pPr>{props}</w:pPr>' if props else ''}{content}</w:p>"


def _rule(width_mm: float, box_mm: float) -> str:
    """A short centred line: the lower border of an empty paragraph, indented on both sides."""
    side = round((box_mm - width_mm) / 2 * TWIPS)
    return (
        '<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
        f'<w:spacing w:line="40" w:lineRule="exact"/><w:ind w:left="{side}" w:right="{side}"/></w:pPr></w:p>'
    )


def _columns(left_mm: float, right_mm: float, left: str, right: str) -> str:
    """Two borderless columns side by side; a table, because that is what every editor keeps in place."""
    widths = [round(left_mm * TWIPS), round(right_mm * TWIPS)]
    both = zip(widths, (left, right), strict=True)
    cells = "".join(f'<w:tc><w:tcPr><w:tcW w:w="{w}" w:type="dxa"/></w:tcPr>{content}</w:tc>' for w, content in both)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{_NO_BORDERS}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblGrid>{"".join(f"<w:gridCol w:w={chr(34)}{w}{chr(34)}/>" for w in widths)}</w:tblGrid>'
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr></w:tbl>"
    )


def letterhead(document: Document) -> str:
    """Issuer and number on the left, motto, place and date on the right."""
    head, left_mm, right_mm = document.letterhead, 69.0, 96.0
    left = paragraph(run(head.parent, size=12), align="center") if head.parent else ""
    left += paragraph(run(head.issuer, size=12, bold=True), align="center")
    left += paragraph(run("*", size=12, bold=True), align="center") if head.star else _rule(left_mm / 3, left_mm)
    left += paragraph(run(f"Số: {document.number}" if document.number else f"Số:            {head.symbol}", size=13), align="center", before=60)
    left += paragraph(run(document.subject, size=12), align="center", before=60) if document.subject else ""
    right = paragraph(run("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True), align="center")
    right += paragraph(run("Độc lập - Tự do - Hạnh phúc", size=13, bold=True), align="center")
    right += _rule(56, right_mm)
    right += paragraph(run(document.place_date, size=13, italic=True), align="center", before=200)
    return _columns(left_mm, right_mm, left, right)


def title(document: Document) -> str:
    """BÁO CÁO, what it is about, the cut-off, a short line, and whom it is addressed to; of a letter the last alone."""
    if document.subject:
        return _addressees(document.to)
    text = paragraph(run(document.title), style="Title")
    text += paragraph(run(document.abstract, bold=True), align="center", extra=KEEP)
    text += paragraph(run(document.cutoff, italic=True), align="center")
    text += _rule(40, 165)
    if document.letterhead.addressee:
        text += paragraph(run(f"Kính gửi: {document.letterhead.addressee}"), align="center", before=200)
    return text + paragraph("")


def _addressees(to: Sequence[str]) -> str:
    if len(to) == 1:
        return paragraph(run(f"Kính gửi: {to[0]}"), align="center", before=360, after=200)
    text = paragraph("") + paragraph(run("Kính gửi:"), extra=_indent(35))
    return text + "".join(paragraph(run(f"- {line}{'.' if n == len(to) else ';'}"), extra=_indent(45)) for n, line in enumerate(to, 1)) + paragraph("")


def _indent(mm: float) -> str:
    return f'<w:ind w:left="{round(mm * TWIPS)}"/>'


def signature(head: Letterhead) -> str:
    """Nơi nhận on the left, who signs on the right, kept together on one page."""
    left = paragraph(run("Nơi nhận:", size=12, bold=True, italic=True)) if head.recipients else ""
    left += "".join(paragraph(run(f"- {line}", size=11)) for line in head.recipients)
    right = "".join(paragraph(run(line, bold=True), align="center") for line in (head.authority, head.position) if line)
    right += paragraph("") * 4 + paragraph(run(head.signer, bold=True), align="center")
    return paragraph("", extra=KEEP) + _columns(76, 89, left or paragraph(""), right)


def blocks(items: Sequence[Block], width: float) -> str:
    """Headings, paragraphs and tables in order; width of the text in twips. A line that leads to a table or ends the text stays with it."""
    following = (*items[1:], None)
    return "".join(_block(item, width, after is None or isinstance(after, Table)) for item, after in zip(items, following, strict=True))


def _block(item: Block, width: float, keep: bool) -> str:
    if isinstance(item, Heading):
        return paragraph(run(item.text), style=f"Heading{item.level}")
    if isinstance(item, Paragraph):
        dash = "- " if item.style == "item" else ""
        return paragraph(run(dash + item.text, italic=item.style == "note"), style="Body", extra=KEEP * keep)
    return _table(item, width) + _GAP


def _table(table: Table, width: float) -> str:
    small = len(table.columns) > SMALL_FROM
    size, margin = (10.5, 30) if small else (12.0, 60)
    whole = sum(c.width for c in table.columns)
    widths = [round(c.width * width / whole) for c in table.columns]
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    last = len(table.rows) - 1 if table.total else -1
    rows = "".join(_row(row, table.columns, widths, size, keep=n == last) for n, row in enumerate(table.rows))
    if table.total:
        rows += _row(table.total, table.columns, widths, size, bold=True)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:left w:w="{margin}" w:type="dxa"/><w:right w:w="{margin}" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{esc(table.caption)}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{_head(table, widths, size)}{rows}</w:tbl>'
    )


def _head(table: Table, widths: list[int], size: float) -> str:
    """One head row, or two where columns are grouped: single columns then span both downwards."""
    groups = table.groups()
    grouped = any(name for name, _ in groups)
    top = below = ""
    at = 0
    for name, members in groups:
        span = sum(widths[at:at + len(members)])
        if name:
            top += _cell(name, span, "center", size, bold=True, extra=f'<w:gridSpan w:val="{len(members)}"/>')
            below += "".join(_cell(c.title, widths[at + n], "center", size, bold=True) for n, c in enumerate(members))
        else:
            top += _cell(members[0].title, span, "center", size, bold=True, extra='<w:vMerge w:val="restart"/>' * grouped)
            below += _cell("", span, "center", size, extra="<w:vMerge/>")
        at += len(members)
    props = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
    return f"<w:tr>{props}{top}</w:tr>" + (f"<w:tr>{props}{below}</w:tr>" if grouped else "")


def _row(values: tuple[str, ...], columns: tuple[Column, ...], widths: list[int], size: float, bold: bool = False, keep: bool = False) -> str:
    cells = "".join(_cell(v, w, c.align, size, bold=bold, keep=keep) for v, c, w in zip(values, columns, widths, strict=True))
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _cell(text: str, width: int, align: str, size: float, bold: bool = False, extra: str = "", keep: bool = False) -> str:
    content = run(text, size=size, bold=bold) if text else ""
    inner = paragraph(content, align=align, before=0 if size < 11 else 12, after=0 if size < 11 else 12, extra=KEEP * keep)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{extra}<w:vAlign w:val="center"/></w:tcPr>{inner}</w:tc>'


def annex(part: Annex, cutoff: str, width: float, new_page: bool) -> str:
    """An annex under its own heading; the section's break opens the first one's page."""
    text = paragraph(run(part.label), style="Heading1", align="center", extra="<w:pageBreakBefore/>" * new_page)
    text += paragraph(run(part.title, bold=True), align="center")
    text += paragraph(run(cutoff, size=13, italic=True), align="center", after=120)
    return text + blocks(part.blocks, width)


def section(across: bool, first: bool) -> str:
    """A4 with the margins of Decree 30/2020/NĐ-CP; the page number stands in the top margin, not on the first page."""
    wide, high = round(297 * TWIPS), round(210 * TWIPS)
    size = f'<w:pgSz w:w="{wide}" w:h="{high}" w:orient="landscape"/>' if across else f'<w:pgSz w:w="{high}" w:h="{wide}"/>'
    top, right, bottom, left = (round(mm * TWIPS) for mm in ((20, 20, 15, 20) if across else (20, 15, 20, 30)))
    margins = f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" w:header="567" w:footer="567" w:gutter="0"/>'
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="rId3"/><w:type w:val="nextPage"/>{size}{margins}'
        f'{"<w:titlePg/>" if first else ""}</w:sectPr>'
    )


def frame(properties: str) -> str:
    """The paragraph that ends a section and carries its properties."""
    return f"<w:p><w:pPr>{properties}</w:pPr></w:p>"

"""Tables of a .docx: a head that repeats on every page, rows that stay whole, a total that never stands alone."""
from tracker.adapters.docx_text import KEEP, esc, paragraph, run
from tracker.domain.report_layout import Column, Table

#: A table with more columns than this is set smaller.
SMALL_FROM = 7


def table(drawn: Table, width: float) -> str:
    """One table over the whole width (twips)."""
    small = len(drawn.columns) > SMALL_FROM
    size, margin = (10.5, 30) if small else (12.0, 60)
    whole = sum(c.width for c in drawn.columns)
    widths = [round(c.width * width / whole) for c in drawn.columns]
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    last = len(drawn.rows) - 1 if drawn.total else -1
    rows = "".join(_row(row, drawn.columns, widths, size, keep=n == last) for n, row in enumerate(drawn.rows))
    if drawn.total:
        rows += _row(drawn.total, drawn.columns, widths, size, bold=True)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:left w:w="{margin}" w:type="dxa"/><w:right w:w="{margin}" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{esc(drawn.caption)}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{_head(drawn, widths, size)}{rows}</w:tbl>'
    )


def _head(drawn: Table, widths: list[int], size: float) -> str:
    """One head row, or two where columns are grouped: single columns then span both downwards."""
    groups = drawn.groups()
    grouped = any(name for name, _ in groups)
    top = below = ""
    at = 0
    for name, members in groups:
        span = sum(widths[at:at + len(members)])
        if name:
            top += _cell(name, span, "center", size, bold=True, extra=f'<w:gridSpan w:val="{len(members)}"/>', keep=True)
            below += "".join(_cell(c.title, widths[at + n], "center", size, bold=True, keep=True) for n, c in enumerate(members))
        else:
            top += _cell(members[0].title, span, "center", size, bold=True, extra='<w:vMerge w:val="restart"/>' * grouped, keep=True)
            below += _cell("", span, "center", size, extra="<w:vMerge/>", keep=True)
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

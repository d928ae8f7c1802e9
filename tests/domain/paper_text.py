"""Documents and sheets as plain text, so that a whole one can be held against a page that a person has read."""
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from tracker.domain.report_layout import Annex, Block, Chart, Curve, Document, Heading, Paragraph, Table
from tracker.domain.report_sheets import Sheet, Span

PAPERS = Path(__file__).parent / "papers"


def kept(name: str) -> str:
    """The page that was read and found right."""
    return (PAPERS / f"{name}.txt").read_text()


def document(paper: Document) -> str:
    """Everything that a document says, from its head to its last annex."""
    head = paper.letterhead
    told = {
        "Tên loại": paper.title, "Trích yếu": paper.abstract, "Chốt": paper.cutoff, "Nơi, ngày": paper.place_date, "Số": paper.number, "V/v": paper.subject,
        "Kính gửi": "; ".join(paper.to), "Từ khoá": "; ".join(paper.keywords), "Kèm theo": paper.origin, "Cấp trên": head.parent, "Cơ quan": head.issuer,
        "Ký hiệu": head.symbol, "Ký": f"{head.authority} | {head.position} | {head.signer}", "Gửi": head.addressee, "Nơi nhận": " ".join(head.recipients),
    }
    lines = [f"{name}: {value}" for name, value in told.items() if value]
    return "\n".join([*lines, "", *blocks(paper.blocks), *(text for annex in paper.annexes for text in _annex(annex))]) + "\n"


def _annex(annex: Annex) -> Iterator[str]:
    yield from ("", f"=== {annex.label}: {annex.title}")
    yield from blocks(annex.blocks)


def blocks(parts: Iterable[Block]) -> Iterator[str]:
    """A line a heading and paragraph, a line a row."""
    for part in parts:
        if isinstance(part, Heading):
            yield f"{'#' * part.level} {part.text}"
        elif isinstance(part, Paragraph):
            yield {"body": "", "item": "- ", "note": "~ "}[part.style] + part.text
        elif isinstance(part, Table):
            yield from _table(part)
        else:
            yield from _drawing(part)


def _table(table: Table) -> Iterator[str]:
    yield f"[{table.caption}]"
    yield " | ".join(f"{c.group + '/' if c.group else ''}{c.title} {c.width:g}{c.align[0]}" for c in table.columns)
    yield from (" | ".join(row) for row in table.rows)
    if table.total:
        yield "= " + " | ".join(table.total)


def _drawing(drawn: Chart | Curve) -> Iterator[str]:
    yield from (f"[{drawn.caption}]", drawn.alt, "; ".join(f"{name} ({look})" for name, look in drawn.parts))
    if isinstance(drawn, Chart):
        yield from (f"{bar.name}: {' '.join(map(str, bar.counts))}" for bar in drawn.bars)
    else:
        yield from (f"{day:%d/%m}: {' '.join(map(str, on))} / {drawn.whole}" for day, on in zip(drawn.days, zip(*drawn.counts, strict=True), strict=True))


def sheets(found: Iterable[Sheet]) -> str:
    """Every sheet with its head and rows."""
    return "\n".join(text for sheet in found for text in _sheet(sheet)) + "\n"


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield f"=== {sheet.name}{' (dòng cuối là tổng)' if sheet.total else ''}{f' {sorted(sheet.own)}' if sheet.own else ''}"
    yield from (sheet.note, " | ".join(f"{name} {width}" for name, width in sheet.head))
    for row in sheet.rows:
        yield " | ".join(_cell(value) for cell in row for value in (cell.values if isinstance(cell, Span) else (cell,)))


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value).replace("\n", " // ")

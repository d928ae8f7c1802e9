"""The parts of an .xlsx package around the cells: styles, what a sheet begins and ends with, and the lists that name the sheets."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.adapters.docx_styles import HEAD
from tracker.adapters.docx_text import esc
from tracker.domain.report_sheets import Sheet

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TOP, _WRAPPED = '<alignment vertical="top"/>', '<alignment vertical="top" wrapText="1"/>'
_CENTRED = '<alignment horizontal="center" vertical="center" wrapText="1"/>'
#: Faces, by name: font, fill, border, number format, and what stands beside these; their order is that of the styles part.
_FACES = {
    "plain": (0, 0, 0, 0, ""),
    "text": (1, 0, 1, 49, _WRAPPED),
    "quoted": (1, 0, 1, 49, _WRAPPED),
    "number": (1, 0, 1, 3, _TOP),
    "amount": (1, 0, 1, 164, _TOP),
    "share": (1, 0, 1, 165, _TOP),
    "day": (1, 0, 1, 166, _TOP),
    "head": (2, 2, 1, 0, _CENTRED),
    "title": (3, 0, 0, 0, ""),
    "total": (2, 0, 2, 49, _TOP),
    "number total": (2, 0, 2, 3, _TOP),
    "share total": (2, 0, 2, 165, _TOP),
}
#: Marks a text that looks like a formula.
QUOTED = ' quotePrefix="1"'
#: The number of each face in a cell.
STYLES = {name: n for n, name in enumerate(_FACES)}


@dataclass(frozen=True, slots=True)
class Made:
    """A sheet that is written: its name, how many columns, and the last row of its list (without the total)."""

    name: str
    columns: int
    last: int

    @property
    def area(self) -> str:
        """Head and list, for the filter."""
        return f"$A$3:${_letters(self.columns)}${max(self.last, 3)}"

    @property
    def reference(self) -> str:
        """The sheet as a formula names it."""
        return esc("'" + self.name.replace("'", "''") + "'")


def _letters(column: int) -> str:
    """1 is A, 27 is AA."""
    return (_letters((column - 1) // 26) if column > 26 else "") + chr(65 + (column - 1) % 26)


def opening(one: Sheet) -> str:
    """Up to the rows: landscape on one page's width, head and first columns stay in view."""
    columns = "".join(f'<col min="{n}" max="{n}" width="{width + 0.71:g}" customWidth="1"/>' for n, (_, width) in enumerate(one.head, 1))
    return (
        f'{HEAD}<worksheet {MAIN}><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">'
        '<pane xSplit="2" ySplit="3" topLeftCell="C4" activePane="bottomRight" state="frozen"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>'
    )


def closing(made: Made) -> str:
    """After the rows: the filter over them, and the paper."""
    filtered = f'<autoFilter ref="{made.area.replace("$", "")}"/>' if made.last > 3 else ""
    return (
        f'</sheetData>{filtered}<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def around(made: Sequence[Made], on: date, title: str, author: str, subject: str) -> dict[str, str]:
    """The parts beside the sheets, by name; the texts are ready for XML."""
    sheets = range(1, len(made) + 1)
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        + "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in sheets)
        + f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
        "_rels/.rels": _relations(
            ("rId1", f"{_R}/officeDocument", "xl/workbook.xml"), ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")),
        "xl/_rels/workbook.xml.rels": _relations(
            *((f"rId{n}", f"{_R}/worksheet", f"worksheets/sheet{n}.xml") for n in sheets), ("rIdStyles", f"{_R}/styles", "styles.xml"),
            ("rIdStrings", f"{_R}/sharedStrings", "sharedStrings.xml")),
        "xl/workbook.xml": _workbook(made),
        "xl/styles.xml": _styles(),
        "docProps/core.xml": f'{HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:subject>{subject}</dc:subject><dc:creator>{author}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{on.isoformat()}T00:00:00Z</dcterms:created></cp:coreProperties>',
    }


def _relations(*rows: tuple[str, str, str]) -> str:
    told = "".join(f'<Relationship Id="{id}" Type="{kind}" Target="{target}"/>' for id, kind, target in rows)
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def _workbook(made: Sequence[Made]) -> str:
    sheets = "".join(f'<sheet name="{esc(one.name)}" sheetId="{n}" r:id="rId{n}"/>' for n, one in enumerate(made, 1))
    names = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{n}" hidden="1">{one.reference}!{one.area}</definedName>' * (one.last > 3)
        + f'<definedName name="_xlnm.Print_Titles" localSheetId="{n}">{one.reference}!$3:$3</definedName>' for n, one in enumerate(made)
    )
    return (
        f'{HEAD}<workbook {MAIN} xmlns:r="{_R}"><bookViews><workbookView activeTab="0"/></bookViews><sheets>{sheets}</sheets>'
        f"<definedNames>{names}</definedNames></workbook>"
    )


def _styles() -> str:
    def font(size: int, more: str = "") -> str:
        return f'<font>{more}<sz val="{size}"/><name val="Times New Roman"/><family val="1"/></font>'

    sides = ("left", "right", "top", "bottom")
    thin = "".join(f'<{side} style="thin"/>' for side in sides)
    under = "".join(f'<{side} style="{"double" if side == "top" else "thin"}"/>' for side in sides)
    faces = "".join(
        f'<xf numFmtId="{number}" fontId="{kind}" fillId="{fill}" borderId="{border}" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" '
        f'applyBorder="1" applyAlignment="1"{QUOTED * (name == "quoted")}>{more}</xf>'
        for name, (kind, fill, border, number, more) in _FACES.items()
    )
    return (
        f'{HEAD}<styleSheet {MAIN}><numFmts count="3"><numFmt numFmtId="164" formatCode="#,##0.######"/><numFmt numFmtId="165" formatCode="0.0%"/>'
        '<numFmt numFmtId="166" formatCode="dd/mm/yyyy"/></numFmts>'
        f'<fonts count="4">{font(11)}{font(11)}{font(11, "<b/>")}{font(12, "<b/>")}</fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FFEEEADE"/></patternFill></fill></fills>'
        f"<borders count=\"3\"><border/><border>{thin}</border><border>{under}</border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(_FACES)}">{faces}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )

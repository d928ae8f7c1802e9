"""The body of a .docx in WordprocessingML: head, title, blocks, signature, annexes, in the faces of a layout profile."""
from collections.abc import Sequence

from tracker.adapters.docx_styles import text_width, twips
from tracker.adapters.docx_tables import table
from tracker.adapters.docx_text import KEEP, columns, esc, paragraph, rule, run, said
from tracker.adapters.fonts import width_mm
from tracker.domain.profiles import Profile
from tracker.domain.report_layout import Annex, Block, Chart, Curve, Document, Drawing, Heading, Letterhead, Paragraph, Table
from tracker.domain.svg import Picture

#: English Metric Units in a millimetre.
EMU = 36_000
_GAP = '<w:p><w:pPr><w:spacing w:line="160" w:lineRule="exact"/></w:pPr></w:p>'
#: A short line under a name is a third to a half as long as the name.
_SHARE = 0.36


class Body:
    """Draws the parts of one document; pictures holds each chart in it with the id of its file, in the order of drawing."""

    def __init__(self, profile: Profile, pictures: dict[Drawing, tuple[str, Picture]]) -> None:
        """pictures: relationship id and size of every chart of the document."""
        self.profile = profile
        self.pictures = pictures

    def _part(self, name: str, text: str, **how: str | int) -> str:
        face = self.profile.faces[name]
        return paragraph(said(text, face), align="" if face.align == "left" else face.align, **how)  # type: ignore[arg-type]

    def _rule_under(self, name: str, text: str, box: float, share: float = _SHARE) -> str:
        face = self.profile.faces[name]
        return rule(min(width_mm(text, face.size, face.bold), box) * share, box)

    def letterhead(self, document: Document) -> str:
        """Issuer on the left and motto on the right, then number, place and date on one line, and a letter's subject."""
        head, (left_mm, right_mm) = document.letterhead, self.profile.head
        left = self._part("parent", head.parent) if head.parent else ""
        left += self._part("issuer", head.issuer)
        left += self._part("issuer", "*") if self.profile.star else self._rule_under("issuer", head.issuer, left_mm)
        right = "".join(self._part(face, text) for text, face in self.profile.banner)
        text, face = self.profile.banner[-1]
        right += self._rule_under(face, text, right_mm, 1)
        number = f"{self.profile.number}{document.number}" if document.number else f"{self.profile.number.strip()}{' ' * 12}{head.symbol}"
        below = self._part("number", number, before=60)
        below += self._part("subject", document.subject, before=120) if document.subject else ""
        return columns(left_mm, right_mm, [(left, right), (below, self._part("place_date", document.place_date, before=60))])

    def title(self, document: Document) -> str:
        """BÁO CÁO, what it is about, the cut-off, a short line, and whom it is addressed to; of a letter the last alone."""
        if document.subject:
            return self._addressees(document.to)
        text = paragraph(said(document.title, self.profile.faces["kind"]), style="Title")
        text += self._part("abstract", document.abstract, extra=KEEP)
        text += self._rule_under("abstract", document.abstract, text_width(self.profile, across=False))
        text += paragraph(run(document.cutoff, italic=True), align="center", before=100) if document.cutoff else ""
        if document.letterhead.addressee:
            text += paragraph(said("Kính gửi: ", self.profile.faces["to"]) + run(document.letterhead.addressee), align="center", before=200)
        return text + paragraph("")

    def _addressees(self, to: Sequence[str]) -> str:
        face = self.profile.faces["to"]
        if len(to) == 1:
            return paragraph(said("Kính gửi: ", face) + run(to[0]), align="center", before=360, after=200)
        text = paragraph("") + paragraph(said("Kính gửi:", face), indent=_indent(35))
        lines = (f"- {line}{'.' if n == len(to) else ';'}" for n, line in enumerate(to, 1))
        return text + "".join(paragraph(run(line), indent=_indent(45)) for line in lines) + paragraph("")

    def signature(self, head: Letterhead) -> str:
        """Nơi nhận on the left, who signs on the right, kept together on one page."""
        left = self._part("copies_title", "Nơi nhận:") if head.recipients else ""
        left += "".join(self._part("copies", f"- {line}") for line in head.recipients)
        right = "".join(self._part(name, line) for name, line in (("authority", head.authority), ("position", head.position)) if line)
        right += paragraph("") * 4 + self._part("signer", head.signer)
        width = text_width(self.profile, across=False)
        return paragraph("", extra=KEEP) + columns(width - 89, 89, [(left or paragraph(""), right)])

    def blocks(self, items: Sequence[Block], across: bool = False) -> str:
        """Headings, paragraphs, tables and charts in order. A line that leads to a table or ends the text stays with it."""
        following = (*items[1:], None)
        width = text_width(self.profile, across)
        return "".join(
            self._block(item, twips(width), after is None or isinstance(after, Table)) for item, after in zip(items, following, strict=True))

    def _block(self, item: Block, width: float, keep: bool) -> str:
        if isinstance(item, Heading):
            return paragraph(run(item.text), style="TableHeading" if item.level > 2 else f"Heading{item.level}")
        if isinstance(item, Paragraph):
            dash = "- " if item.style == "item" else ""
            return paragraph(run(dash + item.text, italic=item.style == "note"), style="Body", extra=KEEP * keep)
        if isinstance(item, Chart | Curve):
            return self._chart(item)
        return table(item, width) + _GAP

    def _chart(self, item: Drawing) -> str:
        relation, picture = self.pictures[item]
        wide, high, number = round(picture.width * EMU), round(picture.height * EMU), relation.removeprefix("rIdPicture")
        drawing = (
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
            f'<wp:docPr id="{number}" name="{esc(item.caption)}" descr="{esc(item.alt)}"/>'
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="{number}" name="chart{number}.png" descr="{esc(item.alt)}"/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
        )
        return paragraph(drawing, align="center", before=120, extra=KEEP) + paragraph(run(item.caption), style="Caption")

    def annex(self, part: Annex, origin: str, new_page: bool) -> str:
        """An annex under its own heading; the section's break opens the first one's page."""
        label = said(part.label, self.profile.faces["annex_label"])
        text = paragraph(label, style="Heading1", align="center", extra="<w:pageBreakBefore/>" * new_page, indent='<w:ind w:firstLine="0"/>', after=20)
        text += self._part("annex_title", part.title, extra=KEEP)
        return text + self._part("annex_origin", origin, after=120, extra=KEEP) + self.blocks(part.blocks, across=True)


def _indent(mm: float) -> str:
    return f'<w:ind w:left="{twips(mm)}"/>'

"""Composes the official document of a report, of any kind, from its data."""
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from tracker.domain import report_words as words
from tracker.domain.report import Kind, Letterhead, ReportData
from tracker.domain.report_district import district
from tracker.domain.report_layout import Annex, Document
from tracker.domain.report_narrative import Edit, Part, Sentence, sentences, settled
from tracker.domain.report_parts import reference
from tracker.domain.report_period import PeriodData
from tracker.domain.report_period_body import abstract, annexes_of, period
from tracker.domain.report_province import annexes, province

Data = ReportData | PeriodData


def compose(data: Data, edits: Mapping[str, Edit] | None = None, number: str = "") -> Document:
    """The document that the adapters draw, with the clerk's words in place of the drafted; without a number and a day it has room for them.

    Takes any kind of report; raises nothing.
    """
    kept = edits or {}
    if isinstance(data, PeriodData):
        return _document(data, abstract(data), settled(period(data), kept), annexes_of(data), (), number)
    whole = data.kind == Kind.PROVINCE
    if not whole:
        return _document(data, f"Kết quả thực hiện {reference(data)}", district(data), (), (data.dispatch.number, data.units[0].name), number)
    return _document(data, f"Kết quả thực hiện {reference(data)}", settled(province(data), kept), annexes(data), (data.dispatch.number,), number)


def drafted(data: Data) -> list[Sentence]:
    """The sentences of a consolidated report as drafted, each with the figures it was made from; a single unit's report has none."""
    if isinstance(data, PeriodData):
        return sentences(period(data))
    return sentences(province(data)) if data.kind == Kind.PROVINCE else []


def _document(data: Data, about: str, blocks: Iterable[Part], annexed: tuple[Annex, ...], keywords: tuple[str, ...], number: str) -> Document:
    return Document(
        title="BÁO CÁO", abstract=about, cutoff=f"(Số liệu chốt đến hết ngày {words.day(data.as_of)})",
        place_date=place_date(data.letterhead, data.prepared_on, data.as_of), letterhead=data.letterhead, blocks=tuple(settled(blocks, {})),
        annexes=annexed, keywords=keywords, number=number, origin=_origin(data, number),
    )


def _origin(data: Data, number: str) -> str:
    """The document that an annex belongs to, as III.1.c of the decree's annex I asks; room for what is not known yet."""
    dated_on = f"ngày {words.day(data.prepared_on)}" if data.prepared_on else "ngày …/…/……"
    head = data.letterhead
    return (
        f"(Kèm theo Báo cáo số {number or f'……{head.symbol}'} {dated_on} của {head.speaker or head.issuer}; "
        f"số liệu chốt đến hết ngày {words.day(data.as_of)})")


def place_date(head: Letterhead, dated_on: date | None, as_of: date) -> str:
    """"Thanh Hóa, ngày 08 tháng 9 năm 2020"; room for the day while the document is not signed."""
    return f"{head.place}, {words.long_day(dated_on) if dated_on else f'ngày …… tháng …… năm {as_of.year}'}"


def dated(data: Data, on: date | None) -> Data:
    """The same data with the day that the document bears."""
    return replace(data, prepared_on=on)

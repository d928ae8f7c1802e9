"""Composes the official document of a report, of either kind, from its data."""
from tracker.domain import report_words as words
from tracker.domain.report import Kind, ReportData
from tracker.domain.report_district import district
from tracker.domain.report_layout import Document
from tracker.domain.report_parts import reference
from tracker.domain.report_province import annexes, province


def compose(data: ReportData) -> Document:
    """The document that the adapters draw. Takes either kind of report; raises nothing."""
    whole = data.kind == Kind.PROVINCE
    return Document(
        title="BÁO CÁO",
        abstract=f"Kết quả thực hiện {reference(data)}",
        cutoff=f"(Số liệu chốt đến hết ngày {words.day(data.as_of)})",
        place_date=f"{data.letterhead.place}, {words.long_day(data.prepared_on)}",
        letterhead=data.letterhead,
        blocks=tuple(province(data) if whole else district(data)),
        annexes=annexes(data) if whole else (),
        keywords=(data.dispatch.number, *(() if whole else (data.units[0].name,))),
    )

"""Pure text work: read(text, units) → Reading; standard library only, every value with its span in the shown text."""

from tracker.reading.as_json import as_json
from tracker.reading.model import Deadline, Finding, Found, FoundDate, Notice, Reading, ReportTo, Signatory, Span, Task, UnitRow
from tracker.reading.reader import read

__all__ = ["Deadline", "Finding", "Found", "FoundDate", "Notice", "Reading", "ReportTo", "Signatory", "Span", "Task", "UnitRow", "as_json", "read"]

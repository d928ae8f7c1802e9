"""What reading a dispatch yields: frozen values, each with the place in the shown text that it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Span = tuple[int, int]
DeadlineKind = Literal["date", "datetime", "range", "recurring", "relative", "period", "immediate", "vague"]
Precision = Literal["day", "month", "quarter", "year", "recurring", "event", "none"]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One row of the organisation tree as the caller knows it."""

    code: str
    name: str
    level: str
    parent_code: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A text value; `doubt` says in Vietnamese why it may be wrong."""

    value: str
    span: Span
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A day that stands in the text."""

    value: date
    span: Span
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signed: name, and title with the signing authority (KT., TL., T/M)."""

    name: Found | None
    title: Found | None


@dataclass(frozen=True, slots=True)
class ReportTo:
    """Where an answer is to be sent."""

    office: Found | None
    emails: tuple[Found, ...] = ()
    phones: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Charge:
    """Whom an item charges, in the words of the text: lead or coordinating."""

    name: str
    span: Span
    role: Literal["lead", "coordinate"] = "lead"


@dataclass(frozen=True, slots=True)
class Task:
    """One directive item; `text` is without its marker, `section` the heading it stands under."""

    label: str | None
    text: str
    title: str
    span: Span
    section: str | None = None
    charges: tuple[Charge, ...] = ()
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A term as written; `date` is the last day in time, `why` explains it in Vietnamese; `task` counts from 1."""

    text: str
    span: Span
    kind: DeadlineKind
    precision: Precision
    date: date | None
    why: str
    every: str | None = None
    task: int | Literal["all"] | None = None
    time: str | None = None
    inferred_year: bool = False
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A shortcoming that names a unit; `code` is the district (or the unit itself), None where names are ambiguous."""

    unit: str
    code: str | None
    text: str
    span: Span
    context: str = ""
    candidates: tuple[str, ...] = ()
    bracketed: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit as written; `counts` is what it counts, `period` the time it holds for, `of` the whole of '559/559'.

    role: value, up or down (how much the value before it grew or fell), share (of what stands before it); amount: in the base unit.
    """

    value: Decimal
    unit: str
    text: str
    span: Span
    counts: str = ""
    period: str | None = None
    of: Decimal | None = None
    role: Literal["value", "up", "down", "share"] = "value"
    base: str = ""
    amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Citation:
    """Another document that is named: its kind in lower case, number, day; relation: whether it is cited, answered or replaced."""

    kind: str
    number: str
    day: date | None
    relation: str
    span: Span


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the clerk should look at; it never blocks."""

    code: str
    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything found in one dispatch; all spans point into `text`. `doubts`: path of a value ('tasks.0') → why it may be wrong."""

    text: str
    kind: str | None = None
    number: Found | None = None
    issued_on: FoundDate | None = None
    place: Found | None = None
    parent: Found | None = None
    issuer: Found | None = None
    subject: Found | None = None
    recipients: tuple[Found, ...] = ()
    copies: tuple[Found, ...] = ()
    signatory: Signatory | None = None
    report_to: ReportTo | None = None
    urgency: Found | None = None
    secrecy: Found | None = None
    tasks: tuple[Task, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    findings: tuple[Finding, ...] = ()
    cited: tuple[Citation, ...] = ()
    figures: tuple[Figure, ...] = ()
    warnings: tuple[Notice, ...] = field(default=())
    doubts: Mapping[str, str] = field(default_factory=dict)

    @property
    def secret(self) -> bool:
        """Whether a secrecy mark stands on the document: it must not be taken in."""
        return self.secrecy is not None

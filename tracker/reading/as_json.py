"""A reading as one plain JSON object, keys fixed: other tools depend on them."""

from typing import Any

from tracker.reading.deliverables import deliverables
from tracker.reading.model import Citation, Deadline, Figure, Finding, Reading, Task


def as_json(reading: Reading) -> dict[str, Any]:
    """Only dicts, lists, texts, numbers and None; spans are [start, end)."""
    signatory, report_to = reading.signatory, reading.report_to
    return {
        "kind": reading.kind,
        "number": reading.number.value if reading.number else None,
        "issued_on": reading.issued_on.value.isoformat() if reading.issued_on else None,
        "place": reading.place.value if reading.place else None,
        "parent": reading.parent.value if reading.parent else None,
        "issuer": reading.issuer.value if reading.issuer else None,
        "subject": reading.subject.value if reading.subject else None,
        "recipients": [r.value for r in reading.recipients],
        "copies": [c.value for c in reading.copies],
        "signatory": {"name": signatory.name.value if signatory.name else None, "title": signatory.title.value if signatory.title else None}
        if signatory
        else None,
        "report_to": {
            "office": report_to.office.value if report_to.office else None,
            "emails": [e.value for e in report_to.emails],
            "phones": [p.value for p in report_to.phones],
        }
        if report_to
        else None,
        "urgency": reading.urgency.value if reading.urgency else None,
        "secret": reading.secret,
        "text": reading.text,
        "tasks": [_task(t) for t in reading.tasks],
        "deadlines": [_deadline(d) for d in reading.deadlines],
        "cited": [_citation(c) for c in reading.cited],
        "findings": [_finding(f) for f in reading.findings],
        "figures": [_figure(f) for f in reading.figures],
        "doubts": dict(reading.doubts),
        "warnings": [{"code": w.code, "text": w.text, "span": list(w.span) if w.span else None} for w in reading.warnings],
    }


def _citation(cited: Citation) -> dict[str, Any]:
    day = cited.day.isoformat() if cited.day else None
    return {"kind": cited.kind, "number": cited.number, "date": day, "relation": cited.relation, "span": list(cited.span)}


def _task(task: Task) -> dict[str, Any]:
    return {
        "label": task.label,
        "title": task.title,
        "text": task.text,
        "span": list(task.span),
        "section": task.section,
        "doubt": task.doubt,
        "deliverables": list(deliverables(task.text)),
        "charges": [{"name": c.name, "role": c.role, "span": list(c.span)} for c in task.charges],
    }


def _deadline(deadline: Deadline) -> dict[str, Any]:
    return {
        "text": deadline.text,
        "kind": deadline.kind,
        "precision": deadline.precision,
        "date": deadline.date.isoformat() if deadline.date else None,
        "time": deadline.time,
        "every": deadline.every,
        "task": deadline.task,
        "why": deadline.why,
        "inferred_year": deadline.inferred_year,
        "exclusive": deadline.exclusive,
        "span": list(deadline.span),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {"unit": finding.unit, "code": finding.code, "text": finding.text, "span": list(finding.span), "candidates": list(finding.candidates)}


def _figure(figure: Figure) -> dict[str, Any]:
    """Numbers as texts with a decimal point, so that no digit is lost."""
    return {
        "value": f"{figure.value:f}",
        "unit": figure.unit,
        "counts": figure.counts,
        "period": figure.period,
        "of": f"{figure.of:f}" if figure.of is not None else None,
        "role": figure.role,
        "text": figure.text,
        "span": list(figure.span),
    }

"""Days on the command line."""

from __future__ import annotations

from datetime import date, datetime

import click

FORMATS = ("%Y-%m-%d", "%d/%m/%Y")


class Day(click.ParamType[date]):
    """A day as 2026-09-30 or 30/09/2026."""

    name = "ngày"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; a usage error for anything else."""
        if isinstance(value, date):
            return value
        for form in FORMATS:
            try:
                return datetime.strptime(value, form).date()  # noqa: DTZ007
            except ValueError:
                continue
        self.fail(f"“{value}” không phải ngày; hãy viết như 2026-09-30 hoặc 30/09/2026.", param, ctx)

"""A form of figures as tests need it: a small catalogue, a dispatch to districts, and somebody who types."""
from collections.abc import Mapping
from datetime import date

from tests.factories import Factory
from tracker.db import db, transaction
from tracker.domain.access import Actor, Role
from tracker.models.dispatches import Dispatch
from tracker.models.figures import FormPeriod
from tracker.models.indicators import IndicatorRow
from tracker.models.units import Unit
from tracker.services import figure_forms, figure_page, figure_sheets, indicators
from tracker.services.figure_sheets import Form, Outcome

DUE = date(2026, 9, 20)
COLUMNS = ("plan", "actual")


class Figures:
    """Two districts, a dispatch to both, four indicators and a form; everything by the real services."""

    def __init__(self, make: Factory, *, every: str = "once", columns: tuple[str, ...] = COLUMNS, sign: str = "officer", units: int = 2) -> None:
        self.make, self.clerk = make, make.actor()
        self.units = [make.unit() for _ in range(units)]
        self.officers = [make.actor(Role.OFFICER, unit) for unit in self.units[:2]]
        self.dispatch: Dispatch = make.issued(self.units, number="931-CV/HNDT")
        wanted = indicators.Wanted
        with transaction():
            loan = indicators.save(self.clerk, None, wanted("du_no", "Dư nợ", "Tín dụng", "money", scale="million", decimals=1)).id
            overdue = indicators.save(self.clerk, None, wanted("no_qua_han", "Nợ quá hạn", "Tín dụng", "money", scale="million", decimals=1)).id
            rate = indicators.save(self.clerk, None, wanted("ty_le", "Tỷ lệ nợ quá hạn", "Tín dụng", "percent", decimals=2,
                                                            formula="100 * no_qua_han / du_no")).id
            houses = indicators.save(self.clerk, None, wanted("ho_moi", "Số hộ vay mới", "Hộ vay", unit="hộ", flows=True)).id
            self.ids = {"du_no": loan, "no_qua_han": overdue, "ty_le": rate, "ho_moi": houses}
            self.wanted = figure_forms.Wanted("Dư nợ uỷ thác", [loan, overdue, rate, houses], columns, every=every, month=1, day=20, due_on=DUE, sign=sign)
            self.form = figure_forms.save(self.clerk, self.dispatch.id, None, self.wanted)

    @property
    def period(self) -> FormPeriod:
        """The latest period."""
        return db.session.scalars(db.select(FormPeriod).filter_by(form_id=self.form.id).order_by(FormPeriod.key.desc()).limit(1)).one()

    def cells(self, values: Mapping[str, str], column: str = "actual") -> dict[str, str]:
        """Texts by code as the form names its cells."""
        return {f"{self.ids[code]}.{column}": text for code, text in values.items()}

    def notes(self, values: Mapping[str, str]) -> dict[str, str]:
        """Words of explanation by code as the form names them."""
        return {str(self.ids[code]): text for code, text in values.items()}

    def save(self, who: Actor, values: Mapping[str, str], notes: Mapping[str, str] | None = None, period: int | None = None, token: str = "t",
             version: int | None = None) -> int:
        """Keeps a draft, from a page opened just now (or with an older version)."""
        period = period or self.period.id
        version = figure_page.page(who, period).version if version is None else version
        with transaction():
            return figure_sheets.save(who, period, Form(token, version, self.cells(values), self.notes(notes or {})))

    def hand_in(self, who: Actor, values: Mapping[str, str], notes: Mapping[str, str] | None = None, period: int | None = None) -> Outcome:
        """Types everything and hands it in."""
        period, token = period or self.period.id, f"{who.id}"
        page = figure_page.page(who, period).version
        with transaction():
            figure_sheets.save(who, period, Form(token, page, self.cells(values), self.notes(notes or {})))
        with transaction():
            return figure_sheets.hand_in(who, period, token)

    def commune(self, unit: Unit, name: str) -> Unit:
        """A commune of a district."""
        row = self.make.unit(name)
        with transaction() as session:
            kept = session.get_one(Unit, row.id)
            kept.level, kept.parent_id = "commune", unit.id
        return row

    def indicator(self, code: str) -> IndicatorRow:
        """An entry of the catalogue."""
        return db.session.get_one(IndicatorRow, self.ids[code])


#: What hands in without a doubt.
PLAIN = {"du_no": "5.000", "no_qua_han": "50", "ho_moi": "12"}

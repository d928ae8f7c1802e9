"""What a sheet's page shows: each indicator with its fields, the last period and the plan beside them, doubts, words, corrections."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from tracker import clock
from tracker.domain import figure_assembly as assembly
from tracker.domain import indicators as rules
from tracker.domain.access import Actor
from tracker.domain.figure_assembly import HandedIn
from tracker.domain.figure_data import Correction
from tracker.domain.indicators import COLUMN_WORDS, Column, Indicator
from tracker.domain.wording import tr
from tracker.services import figure_communes, figure_corrections, figure_place, figure_sheets, figure_writing
from tracker.services.figure_corrections import Asked
from tracker.services.figure_place import Place


@dataclass
class Field:
    """One cell: name for the form, id for the page; typed: whether the unit types it; text: what stands there; error: why it cannot be read."""

    name: str
    id: str
    words: str
    column: Column
    typed: bool
    text: str
    error: str = ""


@dataclass
class Row:
    """One indicator. last, baseline, communes: for reading; doubts: sentences; achieved: thực hiện against kế hoạch, of what is the better the more."""

    one: Indicator
    fields: list[Field]
    last: str
    baseline: str
    communes: str
    difference: str
    doubts: list[str]
    note: str
    achieved: str
    corrections: Sequence[Correction] = ()


@dataclass(frozen=True)
class Page:
    """The whole page. sums: how many communes have handed in, of how many; None where the district has not opened it to them."""

    place: Place
    rows: list[Row]
    columns: list[tuple[Column, str]]
    has_last: bool
    version: int
    saved_at: datetime | None
    handed: HandedIn | None
    to_sign: bool
    draft: bool
    sums: tuple[int, int] | None
    manned: int
    requests: list[Asked] = field(default_factory=list)

    @property
    def groups(self) -> list[tuple[str, list[Row]]]:
        """The rows under their headings, in the order of the form."""
        found: list[tuple[str, list[Row]]] = []
        for row in self.rows:
            if not found or found[-1][0] != row.one.group:
                found.append((row.one.group, []))
            found[-1][1].append(row)
        return found

    @property
    def waiting(self) -> Asked | None:
        """The request that waits for an answer."""
        return next((one for one in self.requests if one.state == "asked"), None)

    @property
    def late(self) -> int:
        """Days late while nothing was handed in."""
        return 0 if self.handed else max(0, (clock.today() - self.place.period.due_on).days)

    @property
    def baselined(self) -> bool:
        """Whether any figure of the dispatch stands beside the fields."""
        return any(row.baseline for row in self.rows)


def page(actor: Actor, period_id: int, unit_id: int | None = None, *, pressed: bool = False) -> Page:
    """A unit's sheet, the actor's own by default. Raises NotFound, for a foreign one too. pressed: a draft was to be handed in, so that empty fields
    are told of too.

    The drafts of others are not shown: who is not of the unit sees what was handed in.
    """
    place = figure_place.find(actor, period_id, unit_id)
    given = figure_writing.known(place)
    period, sheet = figure_writing.period_in(given, place), figure_place.sheet_of(place) if place.own else None
    opened = place.unit.level == "district" and not place.commune and figure_place.communes_opened(period_id, place.unit.id)
    sums, handed, asked = figure_communes.sums(place) if opened else ({}, 0, 0)
    seen = figure_sheets.look(place, sheet, given, sums if opened and handed == asked else {})
    drafted = sheet is not None and sheet.draft is not None
    handed_in = given.handed_in.get((period.id, place.unit.id))
    values = assembly.columns_of(given, period, place.unit.id, seen.typed.amounts)
    texts = figure_sheets.texts(given, place, sheet)
    fields = figure_writing.editable(given, period, place.unit.id)
    last = rules.derived(given.indicators, assembly.last_values(given, period, place.unit.id))
    baseline = given.baseline(place.unit.id)
    rows = [
        Row(
            one, [_field(one, column, values[column].get(one.code), texts["cells"], fields, seen.typed.errors) for column in given.columns],
            one.shown(last.get(one.code)), one.shown(baseline.get(one.code)), one.shown(sums.get(one.code)),
            _difference(one, values[Column.ACTUAL].get(one.code), sums.get(one.code)),
            [w.words for w in seen.doubts.get(one.code, ()) if w.kind != "empty" or pressed or not drafted or one.code in seen.notes]
            if drafted or handed_in else [], texts["notes"].get(str(one.id), ""),
            _achieved(values, one), given.corrections.get((period.id, place.unit.id, one.code), ()),
        )
        for one in given.indicators
    ]
    return Page(
        place, rows, [(column, COLUMN_WORDS[column]) for column in given.columns], given.before(period) is not None,
        sheet.version if sheet else 0, sheet.updated_at if sheet is not None and drafted else None, handed_in,
        sheet is not None and sheet.to_sign_at is not None, drafted, (handed, asked) if opened else None,
        len(figure_communes.manned(place.unit.id)) if place.own and not place.commune and place.unit.level == "district" else 0,
        figure_corrections.of_period(period_id, given, place.unit.id) if place.locked and not place.commune else [],
    )


def _field(
    one: Indicator, column: Column, amount: Decimal | None, cells: Mapping[str, str], fields: Mapping[str, tuple[Indicator, Column]], errors: Mapping[str, str],
) -> Field:
    name = figure_writing.name_of(one.id, column)
    typed = name in fields
    return Field(name, f"c-{one.id}-{column}", COLUMN_WORDS[column], column, typed, cells.get(name, "") if typed else one.shown(amount), errors.get(name, ""))


def _difference(one: Indicator, actual: Decimal | None, communes: Decimal | None) -> str:
    if actual is None or communes is None or actual == communes:
        return ""
    change = actual - communes
    return f"{'+' if change > 0 else '−'}{one.shown(abs(change))}"


def _achieved(values: Mapping[Column, Mapping[str, Decimal | None]], one: Indicator) -> str:
    if one.measure == rules.Measure.PERCENT or one.direction != rules.Direction.MORE:
        return ""
    share = rules.achieved(values[Column.ACTUAL].get(one.code), values[Column.PLAN].get(one.code))
    return "" if share is None else f"{share:.1f}".replace(".", ",")


def cut_off_words(place: Place, today: date) -> str:
    """What stands under the title: until when, and what then."""
    period = place.period
    if place.locked:
        return tr("đã chốt số liệu hết ngày {cut_off_on}", cut_off_on=f'{period.cut_off_on:%d/%m/%Y}')
    left = (period.due_on - today).days
    due = tr("hạn nộp {due_on}", due_on=f'{period.due_on:%d/%m/%Y}') if left >= 0 else tr("quá hạn {value} ngày (hạn {due_on})", value=-left,
        due_on=f'{period.due_on:%d/%m/%Y}')
    return tr("{due}, chốt số liệu hết ngày {cut_off_on}", due=due, cut_off_on=f'{period.cut_off_on:%d/%m/%Y}')

"""Figures in the sample: a starter catalogue, a form half filled in, one with doubts explained, one locked with a correction, a monthly one."""
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy import delete, select

from tracker import clock
from tracker.db import db
from tracker.domain.access import Actor
from tracker.models.figures import FigureForm, FormIndicator, FormPeriod
from tracker.models.indicators import IndicatorGroup, IndicatorRow
from tracker.services import figure_corrections, figure_forms, figure_given, figure_sheets, indicators
from tracker.services.figure_sheets import Form
from tracker.services.indicators import Wanted
from tracker.services.sample_story import MOUNTAIN, Days

LOANS, GROUPS, HOUSES = "Tín dụng uỷ thác", "Tổ tiết kiệm và vay vốn", "Hộ vay vốn"
#: What the office asks all the time, so that the first form can be made at once.
CATALOGUE = (
    Wanted("du_no", "Dư nợ uỷ thác", LOANS, "money", scale="million", direction="more", decimals=1),
    Wanted("no_qua_han", "Nợ quá hạn", LOANS, "money", scale="million", direction="less", decimals=1),
    Wanted("ty_le_no_qua_han", "Tỷ lệ nợ quá hạn", LOANS, "percent", direction="less", decimals=2, formula="100 * no_qua_han / du_no"),
    Wanted("thu_lai", "Tỷ lệ thu lãi", LOANS, "percent", direction="more", decimals=1),
    Wanted("to_tot", "Tổ xếp loại tốt", GROUPS, unit="tổ", direction="more"),
    Wanted("to_kha", "Tổ xếp loại khá", GROUPS, unit="tổ"),
    Wanted("to_trung_binh", "Tổ xếp loại trung bình", GROUPS, unit="tổ", direction="less"),
    Wanted("to_yeu", "Tổ xếp loại yếu", GROUPS, unit="tổ", direction="less"),
    Wanted("so_to", "Số tổ tiết kiệm và vay vốn", GROUPS, unit="tổ", equals="to_tot + to_kha + to_trung_binh + to_yeu"),
    Wanted("ty_le_to_tot_kha", "Tỷ lệ tổ tốt và khá", GROUPS, "percent", direction="more", decimals=1, formula="100 * (to_tot + to_kha) / so_to"),
    Wanted("so_ho", "Số hộ còn dư nợ", HOUSES, unit="hộ"),
    Wanted("ho_moi", "Số hộ vay mới trong kỳ", HOUSES, unit="hộ", direction="more", flows=True),
    Wanted("du_no_binh_quan", "Dư nợ bình quân một hộ", HOUSES, "money", scale="million", decimals=1, formula="du_no / so_ho"),
)
LOCKED, HALF, EXPLAINED = "Dư nợ, nợ quá hạn uỷ thác", "Xếp loại tổ tiết kiệm và vay vốn", "Hộ vay vốn uỷ thác"
#: Of the forms in this order: the codes that they ask, the day due from today, and the days until the cut-off. What is corrected was locked long
#: before: the last working day of the same days may lie nine days earlier, at Tết.
FORMS = (
    (LOCKED, ("du_no", "no_qua_han", "ty_le_no_qua_han"), ("plan", "actual"), -18, 2),
    (HALF, ("to_tot", "to_kha", "to_trung_binh", "to_yeu", "so_to", "ty_le_to_tot_kha"), ("actual",), 4, 5),
    (EXPLAINED, ("du_no", "so_ho", "ho_moi", "du_no_binh_quan"), ("actual",), -1, 10),
)
#: The monthly form of the mountain districts.
MONTH = "Thu lãi, nợ quá hạn, hộ vay mới hằng tháng"
#: Who has not handed in the form with doubts; who corrected after the cut-off, and who still waits for an answer.
MISSING, CORRECTED, WAITING = ("Mường Lát", "Quan Sơn", "Lang Chánh"), "Thọ Xuân", "Nga Sơn"
WRONG_SUM = {"Yên Định": "Một tổ mới thành lập chưa xếp loại.", "Cẩm Thủy": "Hai tổ đang giải thể, chưa tính vào xếp loại."}


@dataclass
class Figures:
    """The acts with their moments; actor gives a district's person, dispatch_id the dispatch once it is issued."""

    days: Days
    clerk: Actor
    actor: Callable[[str], Actor]
    dispatch_id: Callable[[], int]
    names: Sequence[str]
    monthly_id: Callable[[], int]
    forms: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    def acts(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """As in sample_acts.Story.acts."""
        yield _at(self.days.issued, 9, 30), self._make
        yield _at(self.days.issued, 9, 40), self._give
        yield _at(self.days.back(-19), 15, 5), self._loans
        yield _at(self.days.back(-6), 15, 20), self._ask
        yield _at(self.days.back(-5), 15, 30), self._grant
        yield _at(self.days.back(-3), 15, 40), self._houses
        yield _at(self.days.back(-1), 15, 45), self._groups
        yield _at(self.days.back(-1), 15, 50), self._ask_again
        yield _at(self.days.back(-20), 9, 50), self._make_monthly
        yield _at(self.days.back(-20), 16, 10), self._month

    def _make(self) -> None:
        for wanted in CATALOGUE:
            found = db.session.scalar(select(IndicatorRow.id).where(IndicatorRow.code == wanted.code))
            self.ids[wanted.code] = found or indicators.save(self.clerk, None, wanted, sample=True).id
        for title, codes, columns, due, lock in FORMS:
            wanted_form = figure_forms.Wanted(title, [self.ids[code] for code in codes], columns, due_on=self.days.back(due), lock_days=lock)
            self.forms[title] = figure_forms.save(self.clerk, self.dispatch_id(), None, wanted_form).id

    def _make_monthly(self) -> None:
        wanted = figure_forms.Wanted(MONTH, [self.ids[code] for code in ("thu_lai", "no_qua_han", "ho_moi")], ("actual", "cumulative"), every="month", day=5)
        self.forms[MONTH] = figure_forms.save(self.clerk, self.monthly_id(), None, wanted).id

    def _month(self) -> None:
        for n, name in enumerate(MOUNTAIN[2:]):
            self._hand_in(MONTH, name, {"thu_lai": f"{96 + n % 4},{n}", "no_qua_han": str(40 + 3 * n), "ho_moi": str(8 + n)})

    def _period(self, title: str) -> int:
        """The form's first."""
        return db.session.scalars(select(FormPeriod.id).where(FormPeriod.form_id == self.forms[title]).order_by(FormPeriod.key).limit(1)).one()

    def _give(self) -> None:
        """Plans for every district, the bank's total, and the baseline that the dispatch itself says."""
        plans = "\n".join(f"{name}\t{_vn(72_000 + 4_200 * n)}\t{90 + 5 * n}" for n, name in enumerate(self.names))
        figure_given.give(self.clerk, self._period(LOCKED), {self.ids["du_no"]: "3.380.000"},
                          {self.ids["du_no"]: "Ngân hàng tính cả dư nợ của chương trình đang bàn giao."}, plans)
        found = figure_given.baseline(self.clerk, self.forms[LOCKED]).found
        said = {"3.380 tỷ đồng": "du_no", "4,7 tỷ đồng": "no_qua_han"}
        chosen = {(one.start, one.end): self.ids[said[one.words]] for one in found if one.words in said}
        figure_given.take_baseline(self.clerk, self.forms[LOCKED], chosen)

    def _hand_in(self, title: str, name: str, values: dict[str, str], notes: dict[str, str] | None = None) -> None:
        self._type(title, name, values, notes)
        figure_sheets.hand_in(self.actor(name), self._period(title), f"sample-{title}-{name}"[:40])

    def _type(self, title: str, name: str, values: dict[str, str], notes: dict[str, str] | None = None) -> None:
        cells = {f"{self.ids[code]}.actual": text for code, text in values.items()}
        said = {str(self.ids[code]): text for code, text in (notes or {}).items()}
        figure_sheets.save(self.actor(name), self._period(title), Form(f"sample-{title}-{name}"[:40], self._version(title, name), cells, said))

    def _version(self, title: str, name: str) -> int:
        return figure_sheets.version_of(self.actor(name), self._period(title))

    def _loans(self) -> None:
        for n, name in enumerate(self.names):
            self._hand_in(LOCKED, name, {"du_no": _vn(70_000 + 4_150 * n), "no_qua_han": str(90 + 6 * n)})

    def _ask(self) -> None:
        self._type(LOCKED, CORRECTED, {"no_qua_han": "174"})
        figure_corrections.ask(self.actor(CORRECTED), self._period(LOCKED), f"sample-{LOCKED}-{CORRECTED}"[:40],
                               "Một khoản 42 triệu đồng quá hạn ngày cuối tháng chưa được ngân hàng chuyển kịp.")

    def _grant(self) -> None:
        period_id = self._period(LOCKED)
        for row in figure_corrections.waiting(period_id):
            figure_corrections.decide(self.clerk, row.id, True, "Đã đối chiếu với ngân hàng.")

    def _ask_again(self) -> None:
        self._type(LOCKED, WAITING, {"du_no": _vn(98_400)})
        figure_corrections.ask(self.actor(WAITING), self._period(LOCKED), f"sample-{LOCKED}-{WAITING}"[:40], "Bỏ sót dư nợ của hai tổ mới nhận bàn giao.")

    def _houses(self) -> None:
        for n, name in enumerate(self.names):
            if name not in MISSING:
                slip, loan = name == "Hậu Lộc", 70_000 + 4_150 * n
                values = {"du_no": _vn(loan), "so_ho": _vn(1_500 + 95 * n), "ho_moi": "" if slip else str(20 + 3 * n)}
                self._hand_in(EXPLAINED, name, values, {"ho_moi": "Tháng này ngân hàng chưa giải ngân, xã đang rà soát."} if slip else None)

    def _groups(self) -> None:
        for n, name in enumerate(self.names[7:20]):
            good, fair, middling, weak = 60 + n, 22 + n % 5, 4 + n % 3, n % 2
            wrong = {"Yên Định": 1, "Cẩm Thủy": 2}.get(name, 0)
            values = {"to_tot": good, "to_kha": fair, "to_trung_binh": middling, "to_yeu": weak, "so_to": good + fair + middling + weak + wrong}
            said = {code: str(value) for code, value in values.items()}
            if name == CORRECTED:
                self._type(HALF, name, {code: said[code] for code in ("to_tot", "to_kha")})
            else:
                self._hand_in(HALF, name, said, {"so_to": WRONG_SUM[name]} if name in WRONG_SUM else None)


def _vn(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _at(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=clock.LOCAL)


def remove() -> None:
    """Takes the starter catalogue out, but for what a form of the office's own asks. The sample's forms are gone with its dispatch."""
    asked = select(FormIndicator.indicator_id).join(FigureForm, FigureForm.id == FormIndicator.form_id)
    db.session.execute(delete(IndicatorRow).where(IndicatorRow.sample, IndicatorRow.id.not_in(asked)))
    used = select(IndicatorRow.group_id).where(IndicatorRow.group_id.is_not(None))
    db.session.execute(delete(IndicatorGroup).where(IndicatorGroup.sample, IndicatorGroup.id.not_in(used)))

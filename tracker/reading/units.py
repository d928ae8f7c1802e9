"""Mentions of units of the organisation tree: 'xã Nga Thủy – Nga Sơn', 'HND thị trấn Mường Lát' → the district by its code."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tracker.reading.folding import fold
from tracker.reading.model import UnitRow

_TYPE = r"thanh pho|thi xa|thi tran|huyen|quan|phuong|xa|dac khu|tinh"
_PREFIX = re.compile(rf"^(?:{_TYPE}) ")
_DISTRICT_TYPES = ("huyen", "thi xa", "thanh pho", "quan")


@lru_cache(maxsize=16_384)
def folded(name: str) -> tuple[str, str]:
    """The folded name with and without its type; the same few hundred names come again with every dispatch."""
    whole = fold(name)
    return whole, _PREFIX.sub("", whole)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a phrase names: the district (or the unit itself), or several candidates."""

    unit: UnitRow | None
    candidates: tuple[UnitRow, ...] = ()


class Gazetteer:
    """Units by folded name, those in force on a day."""

    def __init__(self, units: Sequence[UnitRow], on: date | None = None) -> None:
        self.by_code = {u.code: u for u in units}
        self._districts: dict[str, list[UnitRow]] = defaultdict(list)
        self._communes: dict[str, list[UnitRow]] = defaultdict(list)
        for unit in units:
            if on and ((unit.valid_from and on < unit.valid_from) or (unit.valid_to and on > unit.valid_to)):
                continue
            table = self._districts if unit.level == "district" else self._communes if unit.level == "commune" else None
            if table is not None:
                name, bare = folded(unit.name)
                table[name].append(unit)
                if bare != name and not bare.isdigit():
                    table[bare].append(unit)
        self._provinces = {folded(unit.name)[1] for unit in units if unit.level == "province"}
        names = {n for n in [*self._districts, *self._communes] if len(n) > 3}
        self._longest = max((n.count(" ") + 1 for n in names), default=0)
        self._names = names

    def __bool__(self) -> bool:
        return bool(self._names)

    def is_district(self, name: str) -> bool:
        """Whether the words, without a type, are exactly a district's name and no province's."""
        bare = fold(name)
        return bare in self._districts and bare not in self._provinces

    def resolve(self, phrase: str) -> Resolved:
        """The district that the phrase names, itself or through its commune; a district named beside a commune wins."""
        words = fold(phrase).split()
        district: UnitRow | None = None
        communes: list[list[UnitRow]] = []
        at = 0
        while at < len(words):
            for size in range(min(self._longest, len(words) - at), 0, -1):
                name = " ".join(words[at : at + size])
                if name not in self._names:
                    continue
                kind = _kind_before(words, at)
                if name in self._districts and kind not in ("xa", "phuong", "thi tran"):
                    district = self._districts[name][0]
                elif name in self._communes:
                    exact = self._communes.get(f"{kind} {name}") if kind else None
                    communes.append(exact or self._communes[name])
                at += size - 1
                break
            at += 1
        return self._decide(district, communes)

    def _decide(self, district: UnitRow | None, communes: list[list[UnitRow]]) -> Resolved:
        if district is not None:
            return Resolved(district)
        options: dict[str, UnitRow] = {}
        for rows in communes:
            for row in rows:
                parent = self.by_code.get(row.parent_code or "")
                owner = parent if parent is not None and parent.level == "district" else row
                options[owner.code] = owner
        if len(options) == 1:
            return Resolved(next(iter(options.values())))
        return Resolved(None, tuple(options.values()))


_MADE: list[tuple[tuple[UnitRow, ...], date | None, Gazetteer]] = []
_KEPT = 4


def gazetteer(units: tuple[UnitRow, ...], on: date | None = None) -> Gazetteer:
    """The same units come again with every dispatch: their tables are made once.

    They are found again by comparing, which for the same rows is a look at each, where a hash of thousands of values takes a millisecond.
    """
    for rows, day, made in _MADE:
        if day == on and rows == units:
            return made
    made = Gazetteer(units, on)
    _MADE[:] = [*_MADE[1 - _KEPT :], (units, on, made)]
    return made


def _kind_before(words: list[str], at: int) -> str | None:
    two = " ".join(words[max(0, at - 2) : at])
    if two in ("thi tran", "thi xa", "thanh pho"):
        return two
    return words[at - 1] if at and words[at - 1] in ("xa", "phuong", "huyen", "quan") else None

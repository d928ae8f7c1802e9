"""A unit's rates beside the middle of the province's: where it stands, without any other unit being named."""
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tracker.domain import standing as rules
from tracker.services import overview

#: Among fewer units the middle would tell of one of them.
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Compared:
    """A unit's own shares of what is followed, done and overdue, each beside the middle of all units with work."""

    done: float
    done_median: float
    over: float
    over_median: float


def compared(unit_id: int, today: date) -> Compared | None:
    """How the unit stands against the middle of the province's units; None where it has no work, or too few units have.

    Two figures from the running counts; no other unit is named or can be told from them.
    """
    units = [one for one in overview.standings(today) if one.total]
    own = next((one for one in units if one.unit_id == unit_id), None)
    if own is None or len(units) < FEWEST:
        return None
    done, over = ([Fraction(getattr(one, name), one.total) for one in units] for name in ("done", "over"))
    return Compared(own.rate, float(rules.median(done) or 0), own.over / own.total, float(rules.median(over) or 0))

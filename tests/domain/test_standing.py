"""A unit's place among the others: equal ones share it, who had nothing to do has none, and the middle is the middle."""
from fractions import Fraction

from tracker.domain import standing


def counts(total: int, on_time: int, undated: int = 0) -> dict[str, int]:
    return {"total": total, "accepted_on_time": on_time, "accepted_no_deadline": undated}


def test_equal_rates_share_a_place_and_the_next_one_stands_after_all_of_them() -> None:
    rates = {name: standing.rate(one) for name, one in {
        "a": counts(3, 3), "b": counts(6, 3), "c": counts(2, 0, 1), "d": counts(8, 0), "e": counts(0, 0)}.items()}
    assert standing.ranks(rates) == {"a": 1, "b": 2, "c": 2, "d": 4, "e": None}
    assert standing.ranked(rates) == 4
    assert (standing.place(2, 4), standing.place(None, 4)) == ("hạng 2/4", "không xếp hạng")


def test_a_third_is_a_third_whatever_it_was_counted_from() -> None:
    assert standing.rate(counts(3, 1)) == standing.rate(counts(3_000_003, 1_000_001)) == Fraction(1, 3)


def test_the_middle() -> None:
    assert standing.median([]) is None
    assert standing.median([Fraction(1), Fraction(0), Fraction(1, 2)]) == Fraction(1, 2)
    assert standing.median([Fraction(1), Fraction(0)]) == Fraction(1, 2)
    assert standing.share(Fraction(1, 3)) == "33,3%" and standing.share(None) == "–"

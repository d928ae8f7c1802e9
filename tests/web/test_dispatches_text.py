"""Marks over the text of a dispatch: nested properly, cut at line ends, each anchor once."""
from hypothesis import given
from hypothesis import strategies as st

from tracker.web.dispatches_text import Mark, lines

TEXT = "Số: 1\tThanh Hóa\n\n1. Kiểm tra ở Hà Trung\ntrước ngày 1/10.\nHết"


def shown(text: str, marks: list[Mark]) -> str:
    """The lines as a page would write them: <id|…> round each mark."""
    out = []
    for line in lines(text, marks):
        cells = []
        for cell in line.cells:
            cells.append("".join("".join(f"<{m.id or '-'}|" for m in p.opens) + p.text + ">" * p.closes for p in cell))
        out.append("\t".join(cells))
    return "\n".join(out)


def test_a_mark_over_two_lines_has_its_anchor_once() -> None:
    start, end = TEXT.index("1. Kiểm"), TEXT.index("\nHết")
    unit = TEXT.index("Hà Trung")
    marks = [Mark(start, end, "task", "s1", "t1", "1"), Mark(unit, unit + 8, "unit", "s9")]
    assert shown(TEXT, marks) == "Số: 1\tThanh Hóa\n<s1|1. Kiểm tra ở <s9|Hà Trung>>\n<-|trước ngày 1/10.>\nHết"


def test_marks_that_cross_are_cut() -> None:
    assert shown("abcdef", [Mark(0, 3, "task", "a"), Mark(2, 5, "bad", "b")]) == "<a|ab<b|c>>def"


def test_the_same_place_twice() -> None:
    assert shown("abc", [Mark(0, 3, "task", "a"), Mark(0, 3, "bad", "b")]) == "<a|<b|abc>>"


@given(st.text("ab \n\t", max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6))
def test_any_marks_keep_every_word_and_close_what_they_open(text: str, places: list[tuple[int, int]]) -> None:
    marks = [Mark(min(a, b), max(a, b), "task", f"m{n}") for n, (a, b) in enumerate(places) if a != b]
    found = lines(text, marks)
    kept = [cell for raw in text.split("\n") for cell in raw.split("\t") if cell.strip()]
    assert ["".join(p.text for p in cell) for line in found for cell in line.cells] == kept
    for line in found:
        for cell in line.cells:
            depth = 0
            for piece in cell:
                depth += len(piece.opens) - piece.closes
                assert depth >= 0
            assert depth == 0

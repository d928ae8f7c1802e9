"""Words to be found by: properties that hold of any text, and the numbers of documents in every spelling."""
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.reading.folding import fold
from tracker.reading.search_words import asked, excerpt, index_words, number_word, number_words, words_of

TEXTS = st.text(st.sampled_from("aăâeêioôơuưyđĐƠáàảãạắằếềệòóọờởỡợủúýỷ bcghnqtvx019-/.,\n\"“”́̀̃<>_"), max_size=120)
SYLLABLES = ("hoà", "hòa", "Hoa", "nợ", "NỢ", "xấu", "đồng", "Đông", "thuý", "thúy", "uỷ", "ủy", "931", "quỹ", "quĩ")
VIETNAMESE = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=8)
OTHERS = [("9", "931-CV"), ("93", "931-CV"), ("931", "1931-CV"), ("931 nợ", "931-CV"), ("cv", "931-CV"), ("", "931"), ("5", "CV-HND")]


@given(TEXTS)
def test_every_text_is_found_by_itself(text: str) -> None:
    """All words that a question of the same text asks for are words of the text."""
    question = asked(text)
    known = index_words((text,))
    assert set(question.words) <= known and set(question.pairs) <= known and set(question.fixed) <= known
    assert all(re.fullmatch("[a-z0-9_]+", word) for word in known)


@given(VIETNAMESE)
def test_marks_capitals_and_taken_apart_letters_make_no_difference(words: list[str]) -> None:
    text = " ".join(words)
    told = {tuple(words_of(one)) for one in (text, text.upper(), unicodedata.normalize("NFD", text), unicodedata.normalize("NFKC", text), fold(text))}
    assert len(told) == 1


@given(TEXTS, TEXTS)
def test_an_excerpt_is_a_part_of_the_text_and_its_hits_are_words_asked_for(text: str, words: str) -> None:
    question = asked(words)
    pieces = excerpt(text, question)
    flat = " ".join(unicodedata.normalize("NFC", text).split())
    assert "".join(piece.text for piece in pieces).strip("…").strip() in flat
    for piece in pieces:
        if piece.hit:
            assert fold(piece.text) in question.words or fold(piece.text).startswith(question.words[-1])


@given(TEXTS)
def test_nobody_can_type_a_mark(text: str) -> None:
    """Marks of who may see something begin with an underscore, which no typed word keeps."""
    assert not any("_" in word for word in asked(text).words)


@pytest.mark.parametrize("typed", ["931", "931-CV", "931/CV-HNDT", "931 cv hndt", "931cvhndt", "số 931", "công văn số 931/CV", "CV 931", "0931-CV", "931–CV"])
def test_a_number_in_any_spelling(typed: str) -> None:
    assert number_word(typed) in number_words("931-CV/HNDT")


@pytest.mark.parametrize(("typed", "number"), OTHERS)
def test_another_number_is_another(typed: str, number: str) -> None:
    assert number_word(typed) not in number_words(number)


def test_leading_zeros_do_not_count() -> None:
    assert number_word("5/BC") in number_words("05/BC-HND") and number_word("số 05") in number_words("5/BC") and number_word("0") in number_words("00/BC")


def test_an_excerpt_shows_where_most_words_stand_together() -> None:
    text = "Nợ cũ. " + "Chữ khác " * 60 + "đã thu hồi nợ xấu được 138 triệu đồng"
    pieces = excerpt(text, asked("thu hoi no xau"))
    assert [piece.text for piece in pieces if piece.hit] == ["thu", "hồi", "nợ", "xấu"] and pieces[0].text == "…"
    assert [piece.text for piece in excerpt("Xã Hà Bình", asked("ha bin")) if piece.hit] == ["Hà", "Bình"]
    assert excerpt("", asked("ha")) == [] and excerpt("chữ khác", asked("ha"))[0].text == "chữ khác"


def test_quoted_words_must_stand_side_by_side() -> None:
    assert asked("“nợ xấu” của huyện").fixed == ("_bno_xau",) and asked('"nợ xấu"').start == "" and asked("nợ xấu").start == "_pxau"

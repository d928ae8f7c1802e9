"""Texts in the encodings of the nineties."""

import pytest

from tracker.reading import read
from tracker.reading.legacy import by_font, modernise

WORDS = "Cộng hòa xã hội chủ nghĩa Việt Nam. Độc lập. Kính gửi các huyện, ngày mồng một; những nỗ lực sửa chữa đường sá."


@pytest.mark.parametrize(
    "old",
    [
        "Céng hßa x· héi chñ nghÜa ViÖt Nam. §éc lËp. KÝnh göi c¸c huyÖn, ngµy mång mét; nh÷ng nç lùc söa ch÷a ®\xadêng s¸.",
        "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam. Ñoäc laäp. Kính göûi caùc huyeän, ngaøy moàng moät; nhöõng noã löïc söûa chöõa ñöôøng saù.",
    ],
)
def test_old_letters_become_new_ones(old: str) -> None:
    assert modernise(old) == WORDS
    assert read(old).text == WORDS


@pytest.mark.parametrize("text", [WORDS, "Plain English, café, naïve", "", "Ngày 5 tháng 3"])
def test_other_texts_stay(text: str) -> None:
    assert modernise(text) == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Thùc hiÖn kÕ ho¹ch n¨m 2008, ®Ò nghÞ c¸c huyÖn b¸o c¸o", "Thực hiện kế hoạch năm 2008, đề nghị các huyện báo cáo"),
        ("Thöïc hieän keá hoaïch naêm 2008, ñeà nghò caùc huyeän baùo caùo", "Thực hiện kế hoạch năm 2008, đề nghị các huyện báo cáo"),
        ("Dòng này là chữ mới.\n®Ò nghÞ c¸c huyÖn b¸o c¸o", "Dòng này là chữ mới.\nđề nghị các huyện báo cáo"),
    ],
)
def test_no_telling_word_is_needed(old: str, new: str) -> None:
    assert modernise(old) == new


@pytest.mark.parametrize("text", ["Là và cà, bà ta hát ca", "Der Bürgermeister möchte über Größe und Übung reden", "été déjà à Noël, français, garçon, forêt"])
def test_western_letters_alone_do_not_make_old_text(text: str) -> None:
    assert modernise(text) == text


@pytest.mark.parametrize(
    ("text", "font", "new"),
    [
        ("b¸o c¸o", ".VnTime", "báo cáo"),
        ("uû ban nh©n d©n", ".VnTimeH", "UỶ BAN NHÂN DÂN"),
        ("baùo caùo", "VNI-Times", "báo cáo"),
        ("b\uf0b8o c\uf0b8o", ".VnTime", "báo cáo"),
        ("đã sửa", ".VnTime", "đã sửa"),
        ("b¸o c¸o", "Times New Roman", "b¸o c¸o"),
    ],
)
def test_the_font_tells_the_encoding(text: str, font: str, new: str) -> None:
    assert by_font(text, font) == new

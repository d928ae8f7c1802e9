"""Texts in the encodings of the nineties."""

import pytest

from tracker.reading import read
from tracker.reading.legacy import modernise

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

"""How a template's texts become messages, and how a translated message becomes a template again."""
from typing import Any

import pytest
from flask import Flask
from jinja2 import Environment

from tracker.adapters.catalogue import english
from tracker.domain.wording import joined, tr
from tracker.web.translating import BilingualEnvironment, translate

ENGLISH = {
    "Còn {0} ngày": "{0} {0|day|days} left", "Xem <a>lịch</a>": "See the <a>calendar</a>", "Lưu": "Save", "trả lại": "returned", "Hạn {0}": "Due {0}",
    "Chọn “{0}”": "Choose \"{0}\"", "đúng hạn": "in time", "muộn": "late", "{0} việc của {1}": "{1}: {0} {0|task|tasks}", "{0} đơn vị": "{0} {0|unit|units}",
    "<b>{0}</b> chờ <b2>{1}</b2>": "<b2>{1}</b2> awaits <b>{0}</b>", "Thư của {name}": "Mail from {name}", "Quá hạn": "Overdue",
}


def shown(source: str, **values: Any) -> str:
    """The template in English."""
    environment = BilingualEnvironment(Flask(__name__)).english()
    environment.autoescape = True
    code = Environment._generate(environment, translate(environment.parse(source), ENGLISH.get), None, None)
    return environment.template_class.from_code(environment, compile(code, "test", "exec"), environment.make_globals(None)).render(values)


@pytest.mark.parametrize(("source", "values", "wanted"), [
    ("<p>Còn {{ n }} ngày</p>", {"n": 1}, "<p>1 day left</p>"),
    ("<p>\n  Còn {{ n }}\n  ngày, </p>", {"n": 12}, "<p>\n  12 days left, </p>"),
    ('<p>Xem <a href="/x?{{ q }}">lịch</a></p>', {"q": 1}, '<p>See the <a href="/x?1">calendar</a></p>'),
    ("<p><b>{{ a }}</b> chờ <b>{{ b }}</b></p>", {"a": 1, "b": 2}, "<p><b>2</b> awaits <b>1</b></p>"),
    ("<p>{% if x %}Lưu{% else %}Quá hạn{% endif %} · Hạn {{ d }}</p>", {"x": 0, "d": "1/2"}, "<p>Overdue · Due 1/2</p>"),
    ('<i title="Chọn “{{ a }}”" class="Lưu"></i>', {"a": "<"}, '<i title="Choose &quot;&lt;&quot;" class="Lưu"></i>'),
    ('<button value="trả lại" name="Lưu">Lưu</button>', {}, '<button value="trả lại" name="Lưu">Save</button>'),
    ('<input type="submit" value="Lưu"><input value="Lưu">', {}, '<input type="submit" value="Save"><input value="Lưu">'),
    ("{{ 'đúng hạn' if x else 'muộn' }}", {"x": 1}, "in time"),
    ("{{ 'muộn' if x == 'muộn' else 'đúng hạn' }}", {"x": "muộn"}, "late"),
    ("{{ n ~ ' việc của ' ~ u }}", {"n": 2, "u": "Trả lại"}, "Trả lại: 2 tasks"),
    ("{% set a = 'Lưu' %}{% macro m(l) %}<b>{{ l }}</b>{% endmacro %}{{ m(a) }}", {}, "<b>Save</b>"),
    ('<input value="{{ s }}"><textarea>{{ s }}</textarea>', {"s": tr("trả lại")}, '<input value="trả lại"><textarea>trả lại</textarea>'),
    ("<p>trả lại</p>{{ s }}", {"s": "trả lại"}, "<p>returned</p>trả lại"),
])
def test_a_page_in_english(source: str, values: dict[str, Any], wanted: str) -> None:
    assert shown(source, **values) == wanted


def test_sentences_of_the_code_are_translated_where_they_are_shown() -> None:
    """In the product's own catalogue: as they are, through a filter, joined to something, within another sentence, in a list."""
    returned = english()["trả lại"]
    told = tr("trả lại")
    wanted = f"{returned} {returned.capitalize()} {returned}! @{returned}; Lưu"
    assert shown("{{ s }} {{ s|capitalize }} {{ s ~ '!' }} {{ t }}", s=told, t=tr("@{many}", many=joined("; ", [told, "Lưu"]))) == wanted


def test_a_sentence_is_vietnamese_for_everybody_but_an_english_page() -> None:
    told = tr("Còn {n} việc, {kind}", n=3, kind=tr("muộn"))
    assert told == "Còn 3 việc, muộn" and f"{told}." == "Còn 3 việc, muộn." and type(str(told)) is str

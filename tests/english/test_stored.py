"""Sentences of ours that were stored as text, and names from data, are English on English pages too."""
from datetime import date

import pytest
from flask import Flask

from tests.factories import Factory
from tracker.adapters import holidays
from tracker.adapters.catalogue import in_english, recalled
from tracker.db import transaction
from tracker.domain.access import Role
from tracker.domain.rhythm import Every, Rhythm, period_of
from tracker.domain.wording import tr
from tracker.models.people import Person
from tracker.services import feeds
from tracker.web import browser
from tracker.web.messages_of_page import VIETNAMESE


def test_every_holiday_has_its_english_name() -> None:
    names = {str(in_english(name)) for year in range(2019, 2040) for name in holidays.of_year(year).values()}
    assert {name for name in names if VIETNAMESE.search(name.replace("Tết", ""))} == set()
    assert {"National Day", "National Day (day off in lieu)", "Lunar New Year's Eve"} <= names


@pytest.mark.parametrize(("stored", "wanted"), [
    (str(period_of(Every.QUARTER, date(2026, 11, 2)).words), "quarter IV/2026"),
    (browser.words("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0"), "Chrome on Windows"),
    (browser.words("curl/8"), "Unknown browser"),
    ("tệp “72-CV.pdf” nêu số 931-CV/HNDT", "the file “72-CV.pdf” names number 931-CV/HNDT"),
    ("Huyện Hà Trung báo cáo, giao 3 xã", "Huyện Hà Trung báo cáo, giao 3 xã"),
    ("", ""), (", ", ", "),
])
def test_a_stored_sentence_is_known_again(stored: str, wanted: str) -> None:
    assert recalled(str(stored)) == wanted
    assert in_english(tr(str(stored))) == wanted


def test_a_rule_put_together_from_several_sentences_is_known_again() -> None:
    rule = Rhythm(Every.MONTH, 1, 25, cut_off=20, until=date(2026, 12, 31)).words
    assert recalled(str(rule)) == str(in_english(rule)) and not VIETNAMESE.search(recalled(str(rule)))


def test_a_message_without_words_of_its_own_says_its_values() -> None:
    assert in_english(tr("{first}, {second}", first=tr("Quá hạn"), second="1/2")) == "Overdue, 1/2"


def test_words_of_people_within_a_sentence_stay_as_they_wrote_them() -> None:
    told = recalled("tệp “Chờ duyệt trên bàn.pdf” mang tên Huyện Quan Hóa ở đầu trang")
    assert "“Chờ duyệt trên bàn.pdf”" in told and "Huyện Quan Hóa" in told and "carries" in told


def test_a_calendar_is_in_the_language_of_who_made_its_address(sqlite_app: Flask) -> None:
    make = Factory()
    unit = make.unit()
    officer = make.person(Role.OFFICER, unit)
    make.issued([unit], [(date(2026, 9, 20), None)])
    with transaction():
        token = feeds.make(make.as_actor(officer), "Máy bàn").rsplit("/", 1)[1].removesuffix(".ics")
    assert "Hạn: " in feeds.text(token).decode()
    with transaction() as session:
        session.get_one(Person, officer.id).language = "en"
    told = feeds.text(token).decode().replace("\r\n ", "")
    assert "To do\\, " in told and "SUMMARY:Due date: " in told and "Dispatch " in told and "Hạn: " not in told and "Công văn" not in told

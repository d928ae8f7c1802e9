"""Words that somebody wrote as markup are shown as words, on every page of both languages."""
import html

import pytest
from flask import Flask

from tests.factories import Factory
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.models.dispatches import Dispatch
from tracker.models.tasks import Task
from tracker.models.units import Unit
from tracker.services import indicators, people, questions, saved_views, sessions

EVIL = "<img src=x onerror=alert(1)>\"'{{7*7}}"
PAGES = {
    Role.CLERK: "/ /dispatches /dispatches/{d} /dispatches/{d}/matrix /assignments/{a} /units /units/{u} /search?q={q} /questions /indicators "
                "/registers/out /reminders /requests /reviews /help /dispatches/{d}/questions /history",
    Role.ADMIN: "/ /people /people/{p} /account /settings /groups /units/{u} /search?q={q} /history",
    Role.OFFICER: "/ /dispatches /dispatches/{d} /assignments/{a} /dispatches/{d}/answer /account /search?q={q} /dispatches/{d}/questions",
}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_markup_in_names_and_words_is_shown_as_words(sqlite_app: Flask, language: str) -> None:
    make = Factory()
    unit = make.unit(EVIL)
    dispatch = make.issued([unit], number=EVIL[:40])
    staff = {role: make.person(role, unit if role == Role.OFFICER else None, name=EVIL, title=EVIL, phone=EVIL[:40], language=language) for role in PAGES}
    with transaction() as session:
        kept, seen = session.get_one(Dispatch, dispatch.id), session.get_one(Unit, unit.id)
        kept.subject = kept.short_subject = kept.issuer = kept.text = EVIL
        seen.short_name = EVIL
        for task in session.scalars(db.select(Task)):
            task.title = task.text = EVIL
        indicators.save(people.as_actor(staff[Role.CLERK]), None, indicators.Wanted("du_no", EVIL, EVIL))
        questions.ask(people.as_actor(staff[Role.OFFICER]), dispatch.id, None, EVIL)
        saved_views.save(people.as_actor(staff[Role.ADMIN]), EVIL, "/search?q=a")
        sessions.begin(staff[Role.ADMIN].id, EVIL, EVIL[:45])
    assignment, wrong, shown = make.assignments(dispatch)[0], [], 0
    for role, paths in PAGES.items():
        browser = sqlite_app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"], session["epoch"] = str(staff[role].id), 0
        for path in paths.split():
            at = path.format(d=dispatch.id, a=assignment.id, u=unit.id, p=staff[Role.OFFICER].id, q="<img src=x onerror=alert(1)>")
            answer = browser.get(at, follow_redirects=True)
            if answer.status_code != 200 or "<img src=x" in answer.text or "\"'49" in answer.text:
                wrong.append((role, at, answer.status_code))
            shown += html.escape(EVIL[:10]) in answer.text
            assert f'lang="{language}"' in answer.text
    assert wrong == [] and shown > 15

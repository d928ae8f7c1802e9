"""From the raw message to evidence, a confirmation, or a place in triage; each filed once, each told once."""
import os
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from tests import letters_in
from tests.factories import Factory
from tests.samples import JPG, PDF
from tracker import clock
from tracker.adapters.files import store
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import BadInput, Conflict, DomainError, NotFound
from tracker.models.assignments import Assignment
from tracker.models.dispatches import Dispatch
from tracker.models.incoming import IncomingFile, IncomingMail, KnownSender
from tracker.models.mails import Mail
from tracker.models.submissions import Evidence, Submission, SubmissionItem
from tracker.services import (
    ending,
    file_sweep,
    files,
    incoming,
    mail_filing,
    mail_reading,
    mail_receipts,
    mail_submissions,
    menu,
    nudges,
    outbox,
    people,
    recognising,
    reply_tokens,
    tally,
    triage,
    triage_page,
)

BOX = "hop-thu@tinh.example"
OFFICER = "canbo@huyen.example"


class Post:
    """A unit that was written to, and short ways to answer."""

    def __init__(self, app: Flask, make: Factory, tasks: int = 2) -> None:
        object.__setattr__(app.extensions["settings"], "reply_to", BOX)
        self.app = app
        self.make, self.clerk = make, make.actor()
        self.unit, self.other = make.unit(), make.unit()
        self.officer = make.person(Role.OFFICER, self.unit, email=OFFICER, name="Trịnh Văn Khải")
        self.dispatch = make.issued([self.unit, self.other], [(clock.today(), None)] * tasks, number="931-CV/HNDT")
        with transaction():
            nudges.nudge(self.clerk, self.dispatch.id, [self.unit.id])
        self.mail = db.session.scalars(select(Mail)).one()
        self.reply_to = reply_tokens.address(self.mail.message_id or "")

    def take(self, raw: bytes, whole: bool = True) -> IncomingMail:
        kept = incoming.keep(raw) if whole else incoming.keep(raw, size=10**9)
        with transaction():
            incoming.add([kept], "hand")
        mail_filing.run(transaction)
        mail_reading.read_all(transaction, 60)
        row = db.session.scalars(select(IncomingMail).order_by(IncomingMail.id.desc()).limit(1).execution_options(populate_existing=True)).one()
        assert tally.stored() == tally.counted()
        return row

    def states(self, dispatch: Dispatch | None = None) -> list[str]:
        db.session.rollback()  # what a page wrote is seen by a new transaction only
        rows = self.make.assignments(dispatch or self.dispatch, self.unit)
        for row in rows:
            db.session.refresh(row)
        return [row.state for row in rows]

    def receipts(self) -> list[Mail]:
        return list(db.session.scalars(select(Mail).where(Mail.kind == "receipt").order_by(Mail.id)))


@pytest.fixture
def post(app: Flask, make: Factory) -> Post:
    return Post(app, make)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def refused(call: object) -> DomainError:
    with pytest.raises(DomainError) as error, transaction():
        call()  # type: ignore[operator]
    return error.value


@pytest.mark.parametrize("program", ["gmail", "outlook", "android"])
def test_a_reply_to_the_signed_address_is_filed_whatever_program_wrote_it(post: Post, program: str) -> None:
    raw = {
        "gmail": letters_in.gmail(post.reply_to), "outlook": letters_in.outlook(post.reply_to), "android": letters_in.android(post.reply_to, picture=JPG),
    }[program]
    row = post.take(raw)
    assert (row.state, row.nature, row.trust, row.unit_id, row.dispatch_id) == ("filed", "answer", "token", post.unit.id, post.dispatch.id)
    assert post.states() == ["submitted", "submitted"]
    done = db.session.get_one(Submission, row.submission_id)
    assert (done.channel, done.state, done.submitted_by_id) == ("mail", "submitted", post.officer.id)
    assert "Việc thứ 1" not in row.body and "<" not in row.body
    names = list(db.session.scalars(select(IncomingFile.name).where(IncomingFile.incoming_id == row.id)))
    assert names == {"gmail": ["47-CV.pdf"], "outlook": ["Văn bản chỉ đạo.pdf"], "android": ["IMG_20260908.jpg"]}[program]
    assert count(Evidence) == 1 and count(SubmissionItem) == 2
    (receipt,) = post.receipts()
    assert receipt.address == OFFICER and "931-CV/HNDT" in receipt.subject and "Việc thứ 2" in receipt.body_text
    assert receipt.headers["In-Reply-To"] == row.message_id
    if program == "outlook":
        assert row.subject == "Báo cáo kết quả"


def test_the_same_message_is_filed_once_however_often_it_comes(post: Post) -> None:
    raw = letters_in.gmail(post.reply_to)
    for _ in range(3):
        post.take(raw)
    assert (count(IncomingMail), count(Submission), len(post.receipts())) == (1, 1, 1)


def test_the_raw_message_stays_as_it_came_and_the_sweeper_leaves_it(post: Post) -> None:
    raw = letters_in.gmail(post.reply_to)
    row = post.take(raw)
    path: Path = store().path(row.sha256)
    os.utime(path, (0, 0))
    file_sweep.sweep()
    assert path.read_bytes() == raw


def test_a_known_address_without_proof_waits_for_the_units_own_word(post: Post) -> None:
    row = post.take(letters_in.gmail(BOX, answers=post.mail.message_id or ""))
    assert (row.state, row.trust) == ("confirm", "known") and post.states() == ["assigned", "assigned"]
    (receipt,) = post.receipts()
    token = receipt.body_text.partition("/mail/confirm/")[2].split()[0]
    opened = triage_page.view(triage.by_link(token, "confirm"))
    assert [task.title for task in opened.groups[0].tasks] == ["Việc thứ 1", "Việc thứ 2"]
    assert post.states() == ["assigned", "assigned"]
    with transaction():
        triage.confirm(token, [opened.groups[0].tasks[0].id])
    assert post.states() == ["submitted", "assigned"]
    assert refused(lambda: triage.confirm(token, [opened.groups[0].tasks[1].id])).code == "incoming.decided"
    assert isinstance(refused(lambda: triage.confirm(token[:-2] + "xx", [1])), NotFound)


def test_what_the_offices_own_server_vouches_for_is_filed_at_once(app: Flask, post: Post) -> None:
    object.__setattr__(app.extensions["settings"], "mail_authserv", "mx.tinh.example")
    vouched = b"Authentication-Results: mx.tinh.example; dmarc=pass (p=none) header.from=huyen.example\r\n"
    forged = b"Authentication-Results: mx.evil.example; dmarc=pass header.from=huyen.example\r\n"
    raw = letters_in.gmail(BOX, answers=post.mail.message_id or "")
    assert post.take(forged + raw).state == "confirm"
    row = post.take(vouched + raw)
    assert (row.state, row.trust) == ("filed", "signed")
    again = post.take(b"Received: by another way\r\n" + vouched + raw)
    assert (again.state, again.reason) == ("aside", "Bản sao của một thư đã nhận.")


def test_the_units_own_document_number_names_no_dispatch(post: Post) -> None:
    other = post.make.issued([post.unit], [(clock.today(), None)], number="47-CV/HNDT")
    row = post.take(letters_in.gmail(post.reply_to))
    assert (row.state, row.dispatch_id) == ("filed", post.dispatch.id)
    bare = post.take(letters_in.gmail(BOX, subject="Báo cáo công văn số 47").replace(b"<gmail-1@", b"<gmail-2@"))
    assert (bare.state, bare.dispatch_id) == ("confirm", other.id)


def test_a_number_in_any_spelling_names_the_dispatch(post: Post) -> None:
    for subject in ("V/v báo cáo kết quả thực hiện Công văn số 931-CV/HNDT", "bao cao CV 931 CV/HNDT", "Báo cáo kết quả công văn 931"):
        row = post.take(letters_in.gmail(BOX, subject=subject))
        assert (row.state, row.dispatch_id) == ("confirm", post.dispatch.id), subject
        with transaction():
            db.session.delete(db.session.merge(row))


@pytest.mark.parametrize(
    ("sender", "words"),
    [("la@nguoi.example", "Địa chỉ gửi chưa thuộc đơn vị nào."), ("ban@huyen.example", "Các dấu hiệu trong thư chỉ về những đơn vị khác nhau.")],
)
def test_a_sender_who_is_not_of_the_unit_goes_to_triage_even_with_a_token(post: Post, sender: str, words: str) -> None:
    post.make.person(Role.OFFICER, post.other, email="ban@huyen.example")
    row = post.take(letters_in.gmail(post.reply_to, sender=sender))
    assert (row.state, row.reason) == ("triage", words) and post.states() == ["assigned", "assigned"]


def test_a_forged_signed_address_says_nothing(post: Post) -> None:
    local, _, domain = post.reply_to.rpartition("@")
    forged = local[:-3] + ("aaa" if local[-3:] != "aaa" else "bbb") + "@" + domain
    row = post.take(letters_in.gmail(forged, subject="xin chào"))
    assert row.state == "triage" and row.dispatch_id is None


def test_named_tasks_alone_are_handed_in(post: Post) -> None:
    row = post.take(letters_in.gmail(post.reply_to, subject="Báo cáo nhiệm vụ 2"))
    assert row.state == "filed" and post.states() == ["assigned", "submitted"]


def test_words_without_a_file_wait_for_the_clerk(post: Post) -> None:
    row = post.take(letters_in.gmail(post.reply_to, files=()))
    assert (row.state, row.reason) == ("triage", "Thư không có tệp nào nhận được.")


def test_a_refused_file_is_told_in_words_and_the_rest_is_filed(post: Post) -> None:
    row = post.take(letters_in.gmail(post.reply_to, files=(("chay.exe", b"MZ" + b"\0" * 64), ("47.pdf", PDF))))
    assert row.state == "filed"
    refusals = list(db.session.scalars(select(IncomingFile.refusal).where(IncomingFile.incoming_id == row.id).order_by(IncomingFile.id)))
    assert refusals[0] and "Không nhận loại tệp" in refusals[0] and refusals[1] is None
    assert "Không nhận loại tệp" in post.receipts()[0].body_text


def test_mail_to_an_ended_dispatch_is_kept_and_shown(post: Post) -> None:
    with transaction():
        ending.close(post.clerk, post.dispatch.id, db.session.get_one(Dispatch, post.dispatch.id).version)
    row = post.take(letters_in.gmail(post.reply_to))
    assert (row.state, row.reason) == ("triage", "Công văn này đã kết thúc theo dõi hoặc bị thu hồi.")
    assert [m.id for m in triage_page.listed(post.clerk, "triage").rows] == [row.id]


def test_machines_get_no_receipt_and_nothing_is_filed(post: Post) -> None:
    auto = post.take(letters_in.out_of_office(post.reply_to, post.mail.message_id or ""))
    assert (auto.state, auto.nature, auto.unit_id) == ("aside", "automatic", post.unit.id)
    own = post.take(letters_in.gmail(post.reply_to, sender=BOX))
    assert (own.state, own.nature) == ("aside", "own")
    assert post.receipts() == [] and post.states() == ["assigned", "assigned"]


def test_a_bounce_marks_the_mail_that_came_back(post: Post) -> None:
    row = post.take(letters_in.bounce(BOX, post.mail.message_id or "", "u2@huyen.example"))
    db.session.refresh(post.mail)
    assert (row.state, row.nature, row.mail_id, row.unit_id) == ("aside", "bounce", post.mail.id, post.unit.id)
    assert post.mail.bounced_at == clock.now() and "550 5.1.1 no such user" in (post.mail.bounce or "")


def test_two_machines_that_answer_each_other_come_to_an_end(post: Post) -> None:
    for n in range(mail_receipts.MOST_A_DAY + 10):
        post.take(letters_in.gmail(BOX, subject=f"Re: Đã nhận thư {n}", files=()).replace(b"<gmail-1@", f"<gmail-{n}@".encode()))
    assert len(post.receipts()) == mail_receipts.MOST_A_DAY


def test_a_message_that_is_too_large_is_known_by_its_headers(post: Post) -> None:
    row = post.take(letters_in.gmail(post.reply_to), whole=False)
    assert (row.state, row.whole, row.size, row.sender) == ("triage", False, 10**9, OFFICER)
    assert "Thư quá lớn" in row.reason and b"PDF" not in store().path(row.sha256).read_bytes()


def test_the_clerk_files_what_was_doubtful_and_the_sender_is_remembered(post: Post) -> None:
    row = post.take(letters_in.gmail(BOX, sender="rieng@gmail.example", subject="gửi báo cáo"))
    assert row.state == "triage" and row.unit_id is None
    opened = triage_page.opened(post.clerk, row.id, post.unit.id)
    ids = [task.id for task in opened.groups[0].tasks]
    assert isinstance(refused(lambda: triage.file(post.clerk, row.id, post.unit.id, [])), BadInput)
    foreign = [a.id for a in post.make.assignments(post.dispatch, post.other)]
    assert isinstance(refused(lambda: triage.file(post.clerk, row.id, post.unit.id, foreign)), NotFound)
    with transaction():
        triage.file(post.clerk, row.id, post.unit.id, ids, remember=True)
    assert post.states() == ["submitted", "submitted"] and db.session.scalars(select(KnownSender.unit_id)).one() == post.unit.id
    assert isinstance(refused(lambda: triage.set_aside(post.clerk, row.id)), Conflict)
    again = post.take(letters_in.gmail(post.reply_to, sender="rieng@gmail.example", subject="lần hai").replace(b"<gmail-1@", b"<gmail-2@"))
    assert (again.unit_id, again.reason) == (post.unit.id, "Đơn vị không còn nhiệm vụ nào chờ nộp ở công văn này.")


def test_setting_aside_can_be_taken_back(post: Post) -> None:
    row = post.take(letters_in.gmail(BOX, sender="la@nguoi.example", files=()))
    with transaction():
        triage.set_aside(post.clerk, row.id)
    assert menu.waiting()["mails"] == 0
    with transaction():
        triage.take_up(post.clerk, row.id)
    assert menu.waiting()["mails"] == 1


def test_a_district_reads_no_mail_of_others(post: Post) -> None:
    row = post.take(letters_in.gmail(BOX, sender="la@nguoi.example"))
    stored = db.session.scalars(select(IncomingFile.file_id).where(IncomingFile.incoming_id == row.id)).one()
    officer = Factory.as_actor(post.officer)
    assert refused(lambda: triage_page.opened(officer, row.id)).code == "forbidden"
    assert isinstance(refused(lambda: files.readable(officer, stored or 0)), NotFound)
    assert files.readable(post.clerk, stored or 0).name == "47-CV.pdf"


def test_one_bad_message_never_stops_the_rest(post: Post) -> None:
    first = incoming.keep(letters_in.gmail(post.reply_to, subject="một"))
    second = incoming.keep(letters_in.gmail(post.reply_to))
    with transaction():
        incoming.add([first, second], "hand")
    store().path(first.sha256).unlink()
    mail_filing.run(transaction)
    assert sorted(db.session.scalars(select(IncomingMail.state))) == ["filed", "taken"]


def test_a_message_that_fails_at_its_end_takes_nothing_with_it_and_leaves_nothing(post: Post) -> None:
    letters = [letters_in.gmail(post.reply_to, subject=f"Báo cáo nhiệm vụ {n}").replace(b"<gmail-1@", f"<gmail-{n}@".encode()) for n in (1, 2)]
    with transaction():
        first = min(incoming.add([incoming.keep(raw) for raw in letters], "hand"))

    def refuse(connection: object, cursor: object, statement: str, given: object, *_: object) -> None:
        if statement.startswith("INSERT INTO mails") and f"receipt:{first}:" in str(given):
            raise RuntimeError("the receipt cannot be written")

    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        assert mail_filing.run(transaction)["filed"] == 1
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)
    assert sorted(post.states()) == ["assigned", "submitted"] and tally.stored() == tally.counted() and count(Submission) == 1
    with clock.frozen(clock.now() + 2 * incoming.STALE):
        assert mail_filing.run(transaction)["filed"] == 1
    assert post.states() == ["submitted", "submitted"] and len(post.receipts()) == 2


def test_nobody_without_an_address_is_written_to(post: Post) -> None:
    row = post.take(b"Subject: x\r\n\r\nkhong ro ai gui\r\n")
    assert (row.nature, row.state) == ("automatic", "aside") and post.receipts() == []


def test_a_mail_beside_a_draft_on_the_web_leaves_the_draft_alone(post: Post) -> None:
    with transaction() as session:
        now = clock.now()
        session.add(Submission(dispatch_id=post.dispatch.id, unit_id=post.unit.id, state="draft", created_at=now, updated_at=now, note="đang viết"))
    assert post.take(letters_in.gmail(post.reply_to)).state == "filed"
    assert sorted(db.session.scalars(select(Submission.state))) == ["draft", "submitted"]


def test_outgoing_mail_names_the_signed_address(app: Flask, post: Post) -> None:
    assert post.reply_to.startswith("hop-thu+") and len(post.reply_to.partition("@")[0]) <= 64
    assert reply_tokens.read((post.reply_to.upper(),)) == (post.mail.message_id or "").partition("@")[0] + "@"
    assert outbox.usable_address(post.reply_to)


def test_assignments_of_others_do_not_move(post: Post) -> None:
    post.take(letters_in.gmail(post.reply_to))
    others = db.session.scalars(select(Assignment.state).where(Assignment.unit_id == post.other.id))
    assert set(others) == {"assigned"}


def test_the_tag_in_the_subject_recognises_a_new_letter_and_never_trusts_it(post: Post) -> None:
    settings = post.app.extensions["settings"]
    object.__setattr__(settings, "reply_to", "")
    assert reply_tokens.with_tag("Nhắc việc", post.mail.message_id or "") == "Nhắc việc", "nobody reads replies"
    object.__setattr__(settings, "imap_urls", ("imap://a:b@may/INBOX",))
    subject = reply_tokens.with_tag(post.mail.subject, post.mail.message_id or "")
    row = post.take(letters_in.gmail(BOX, subject=f"Trả lời: {subject}"))
    assert (row.state, row.trust, row.unit_id, row.dispatch_id) == ("confirm", "known", post.unit.id, post.dispatch.id)
    assert next(signal["kind"] for signal in row.signals) == "tag"
    last = subject[-2]
    forged = f"{subject[:-2]}{'A' if last != 'A' else 'B'}]"
    assert reply_tokens.read_tag(forged) is None and reply_tokens.read_tag(subject.lower()) is not None
    assert reply_tokens.without_tag(subject) == post.mail.subject


def test_what_another_worker_has_filed_is_not_given_up(post: Post) -> None:
    """One that was claimed again because it took so long, and whose third try fails where the fourth did not."""
    kept = incoming.keep(letters_in.gmail(post.reply_to))
    with transaction() as session:
        (id,) = incoming.add([kept], "hand")
        session.execute(update(IncomingMail).values(attempts=mail_filing.MOST_TRIES))
    store().path(kept.sha256).unlink()
    calls = 0

    def slow() -> AbstractContextManager[Session]:
        nonlocal calls
        calls += 1
        if calls > 2:
            with transaction() as session:
                session.execute(update(IncomingMail).where(IncomingMail.state == "taken").values(state="aside", reason="đã xong"))
        return transaction()

    mail_filing.run(slow)
    row = db.session.get_one(IncomingMail, id, populate_existing=True)
    assert (row.state, row.reason) == ("aside", "đã xong")


def test_a_mail_that_is_only_late_has_not_come_back(post: Post) -> None:
    late = letters_in.bounce(BOX, post.mail.message_id or "", post.unit.mailbox or "").replace(b"Action: failed", b"Action: delayed")
    row = post.take(late)
    assert (row.state, row.nature) == ("aside", "bounce")
    assert db.session.get_one(Mail, post.mail.id, populate_existing=True).bounced_at is None


def test_two_answers_of_one_unit_to_one_dispatch_are_not_handed_in_together(post: Post) -> None:
    by = people.as_actor(post.officer)
    chosen = post.make.assignments(post.dispatch, post.unit)
    twice = [mail_submissions.HandIn(by, post.dispatch.id, chosen, [], "Đã làm.", 1) for _ in range(2)]
    with pytest.raises(ValueError, match="twice at once"), transaction():
        mail_submissions.hand_in(twice)
    with transaction():
        mail_submissions.hand_in(twice[:1])  # words alone, without a file
    assert post.states() == ["submitted", "submitted"] and recognising.named_in("Số 12", [(1, "12")]) == []

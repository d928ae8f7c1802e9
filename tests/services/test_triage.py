"""What attachments say, mails that answer several dispatches, and every decision with its undoing."""
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests import letters_in
from tests.factories import Factory
from tests.services.test_incoming import BOX, Post, refused
from tracker import clock
from tracker.adapters import sample_files
from tracker.db import db, transaction
from tracker.domain.access import Role
from tracker.domain.errors import Conflict, NotFound
from tracker.models.events import Event
from tracker.models.incoming import Filing, IncomingFile, IncomingMail, KnownSender
from tracker.models.submissions import Evidence, Submission
from tracker.services import (
    away_notes,
    ending,
    files,
    incoming,
    known_senders,
    mail_filing,
    mail_reading,
    mail_receipts,
    menu,
    outbox,
    pause_work,
    pauses,
    reviewing,
    sample,
    sentences,
    submission_document,
    tally,
    triage,
    triage_page,
)

ALONE = "rieng@gmail.example"


@pytest.fixture
def post(app: Flask, make: Factory) -> Post:
    return Post(app, make)


def paper(unit: str, lines: list[str], number: str = "47-CV/HNDH") -> bytes:
    """An implementing document of a unit; the sample's letter names Công văn số 931-CV/HNDT in its subject line."""
    return sample_files.letter(unit, number, date(2026, 9, 5), "Trịnh Văn Khải", lines)


def mail(post: Post, to: str, subject: str, attached: bytes, sender: str = "canbo@huyen.example", n: int = 1) -> bytes:
    return letters_in.gmail(to, sender=sender, subject=subject, files=(("van-ban.pdf", attached),)).replace(b"<gmail-1@", f"<gmail-{n}@".encode())


def test_the_document_of_a_filed_reply_is_read_and_fills_the_submission(post: Post) -> None:
    row = post.take(mail(post, post.reply_to, "Re: báo cáo", paper(post.unit.name, ["Việc một.", "Việc hai."])))
    read = db.session.scalars(select(IncomingFile)).one()
    assert (row.state, read.read_state, row.attention) == ("filed", "done", None)
    assert read.reading and (read.reading["number"], read.reading["signatory"], read.reading["unit_id"]) == ("47-CV/HNDH", "Trịnh Văn Khải", post.unit.id)
    done = db.session.get_one(Submission, row.submission_id)
    assert (done.number, done.dated_on, done.signatory, done.machine_read) == ("47-CV/HNDH", date(2026, 9, 5), "Trịnh Văn Khải", True)
    assert [signal["kind"] for signal in row.signals if signal.get("file")] == ["letterhead"] or row.signals[-1]["says"].startswith("tệp")


def test_filing_does_not_wait_for_reading(post: Post) -> None:
    kept = incoming.keep(mail(post, post.reply_to, "Re: báo cáo", paper(post.unit.name, ["Việc."])))
    with transaction():
        incoming.add([kept], "hand")
    mail_filing.run(transaction)
    assert db.session.scalars(select(IncomingMail.state)).one() == "filed"
    assert db.session.scalars(select(IncomingFile.read_state)).one() == "waits"


def test_a_number_in_the_attachment_alone_decides(post: Post) -> None:
    """Nothing in the mail names a dispatch; its document does, and says so in a sentence."""
    cites = paper(post.unit.name, ["Thực hiện Công văn số 931-CV/HNDT ngày 01/9/2026, các cơ sở Hội khẩn trương triển khai."])
    kept = incoming.keep(mail(post, BOX, "gửi văn bản", cites))
    with transaction():
        incoming.add([kept], "hand")
    mail_filing.run(transaction)
    row = db.session.scalars(select(IncomingMail)).one()
    assert (row.state, row.dispatch_id, row.unit_id, row.attention) == ("confirm", post.dispatch.id, post.unit.id, None)
    assert any(one["says"] == "tệp “van-ban.pdf” nêu số 931-CV/HNDT" for one in row.signals) and len(post.receipts()) == 1


def test_a_letterhead_of_another_unit_is_shown_and_overrides_nothing(post: Post) -> None:
    row = post.take(mail(post, post.reply_to, "Re: báo cáo", paper(post.other.name, ["Việc."])))
    assert (row.state, row.attention, row.unit_id) == ("filed", "doubt", post.unit.id) and "đơn vị khác nhau" in row.reason
    assert [one.id for one in triage_page.listed(post.clerk, "triage").rows] == [row.id] and menu.waiting()["mails"] == 1
    with transaction():
        triage.keep_filed(post.clerk, row.id)
    assert menu.waiting()["mails"] == 0 and isinstance(refused(lambda: triage.keep_filed(post.clerk, row.id)), Conflict)


def test_a_letterhead_proposes_the_unit_of_an_unknown_sender(post: Post) -> None:
    row = post.take(mail(post, BOX, "gửi văn bản", paper(post.unit.name, ["Thực hiện Công văn số 931-CV/HNDT."]), sender=ALONE))
    assert (row.state, row.unit_id, row.dispatch_id) == ("triage", post.unit.id, post.dispatch.id)
    assert row.reason == "Địa chỉ gửi chưa thuộc đơn vị nào."
    assert triage_page.opened(post.clerk, row.id).ticked


def test_a_photo_is_left_to_the_background(post: Post) -> None:
    kept = incoming.keep(letters_in.gmail(BOX, subject="gửi ảnh", files=(("anh.jpg", sample_files.photo(1)),)))
    with transaction():
        incoming.add([kept], "hand")
    mail_filing.run(transaction)
    row = db.session.scalars(select(IncomingMail)).one()
    assert (row.state, row.attention) == ("triage", "reading") and post.receipts() == []
    assert menu.waiting()["mails"] == 0


def test_a_document_with_a_secret_mark_is_never_filed_by_itself(post: Post) -> None:
    text = sample.TEXT.read_text(encoding="utf-8").format(day=1, month=9, year=2026).replace("CỘNG HÒA", "MẬT\nCỘNG HÒA", 1)
    raw = letters_in.gmail(post.reply_to, files=(("van-ban.docx", sample_files.dispatch(text)),))
    filed = post.take(raw)
    assert (filed.state, filed.attention) == ("filed", "secret") and "dấu mật" in filed.reason
    other = post.take(raw.replace(b"<gmail-1@", b"<gmail-2@").replace(post.reply_to.encode(), BOX.encode()).replace(b"931-CV/HNDT", b"x"))
    assert (other.state, other.attention) == ("triage", "secret") and "dấu mật" in other.reason


def test_a_mail_that_names_two_dispatches_in_its_subject_answers_both(post: Post) -> None:
    second = post.make.issued([post.unit, post.other], [(clock.today(), None)], number="940-CV/HNDT")
    object.__setattr__(post.app.extensions["settings"], "mail_authserv", "mx.tinh.example")
    raw = mail(post, BOX, "Báo cáo Công văn 931-CV/HNDT và Công văn 940-CV/HNDT", paper(post.unit.name, ["Việc."]))
    row = post.take(b"Authentication-Results: mx.tinh.example; dmarc=pass header.from=huyen.example\r\n" + raw)
    assert row.state == "filed" and post.states() == ["submitted", "submitted"] and post.states(second) == ["submitted"]
    made = list(db.session.scalars(select(Filing.submission_id).where(Filing.incoming_id == row.id)))
    assert len(made) == 2 and row.submission_id in made
    (receipt,) = post.receipts()
    assert "931-CV/HNDT và 940-CV/HNDT" in receipt.subject and "Đã nộp cho 940-CV/HNDT" in receipt.body_text


def test_two_dispatches_whole_or_nothing(post: Post) -> None:
    second = post.make.issued([post.unit], [(clock.today(), None)], number="940-CV/HNDT")
    row = post.take(mail(post, BOX, "gửi báo cáo", paper(post.unit.name, ["Việc."]), sender=ALONE))
    ids = [a.id for a in (*post.make.assignments(post.dispatch, post.unit), *post.make.assignments(second, post.unit))]
    foreign = post.make.assignments(post.dispatch, post.other)[0].id
    assert isinstance(refused(lambda: triage.file(post.clerk, row.id, post.unit.id, [*ids, foreign])), NotFound)
    assert post.states() + post.states(second) == ["assigned"] * 3
    with transaction():
        made = triage.file(post.clerk, row.id, post.unit.id, ids)
    assert len(made) == 2 and post.states() + post.states(second) == ["submitted"] * 3
    assert db.session.scalars(select(Evidence.submission_id)).all() == made


def test_unfiling_gives_everything_back_and_tells_who_had_been_told(post: Post) -> None:
    before = [(a.state, a.round, a.due_on, a.submitted_on, a.acknowledged_at, a.chase_on) for a in post.make.assignments(post.dispatch, post.unit)]
    row = post.take(letters_in.gmail(post.reply_to))
    (receipt,) = post.receipts()
    with transaction():
        sent = db.session.merge(receipt)
        sent.state, sent.sent_at = "sent", clock.now()
    with transaction():
        triage.unfile(post.clerk, row.id)
    assert post.states() == ["assigned", "assigned"] and tally.stored() == tally.counted()
    after = [(a.state, a.round, a.due_on, a.submitted_on, a.acknowledged_at, a.chase_on) for a in post.make.assignments(post.dispatch, post.unit)]
    assert after == before and db.session.scalars(select(Submission.id)).all() == []
    assert [mail.subject.partition(" ")[0] for mail in post.receipts()] == ["Đã", "Xem"]
    row = db.session.get_one(IncomingMail, row.id)
    assert (row.state, row.turn, row.submission_id) == ("triage", 1, None)
    told = [line.text for line in sentences.of_dispatch(post.dispatch.id)]
    assert any("bỏ xếp thư" in line for line in told) and any("rút lại lần nộp 2 việc" in line for line in told)
    ids = [a.id for a in post.make.assignments(post.dispatch, post.unit)]
    with transaction():
        triage.file(post.clerk, row.id, post.unit.id, ids)
    assert post.states() == ["submitted", "submitted"] and len(post.receipts()) == 3


def test_a_receipt_that_has_not_left_is_not_sent_after_unfiling(post: Post) -> None:
    row = post.take(letters_in.gmail(post.reply_to))
    with transaction():
        triage.unfile(post.clerk, row.id)
    assert [mail.state for mail in post.receipts()] == ["cancelled"]


def test_what_is_reviewed_is_not_taken_back(post: Post) -> None:
    row = post.take(letters_in.gmail(post.reply_to))
    one = post.make.assignments(post.dispatch, post.unit)[0].id
    with transaction():
        mail_id = reviewing.accept(post.clerk, row.submission_id or 0, [one]).mail_id
    assert refused(lambda: triage.unfile(post.clerk, row.id)).code == "withdraw.reviewed"
    assert post.states() == ["accepted", "submitted"]
    with transaction():
        reviewing.undo(post.clerk, mail_id)
    with transaction():
        ending.close(post.clerk, post.dispatch.id, post.dispatch.version)
    assert refused(lambda: triage.unfile(post.clerk, row.id)).code == "withdraw.closed"


def test_an_earlier_round_comes_back_with_its_return(post: Post) -> None:
    row = post.take(letters_in.gmail(post.reply_to))
    ids = [a.id for a in post.make.assignments(post.dispatch, post.unit)]
    with transaction():
        reviewing.send_back(post.clerk, row.submission_id or 0, ids, "Thiếu số", clock.today() + timedelta(days=3))
    before = [(a.state, a.round, a.due_on, a.fix_by, a.submitted_on, a.result) for a in post.make.assignments(post.dispatch, post.unit)]
    again = post.take(letters_in.gmail(post.reply_to, subject="Bổ sung").replace(b"<gmail-1@", b"<gmail-2@"))
    assert post.states() == ["submitted", "submitted"]
    with transaction():
        triage.unfile(post.clerk, again.id)
    assert post.states() == ["returned", "returned"] and tally.stored() == tally.counted()
    assert before == [(a.state, a.round, a.due_on, a.fix_by, a.submitted_on, a.result) for a in post.make.assignments(post.dispatch, post.unit)]


def test_the_sender_corrects_by_the_link_of_the_receipt(post: Post) -> None:
    row = post.take(letters_in.gmail(post.reply_to))
    ids = [a.id for a in post.make.assignments(post.dispatch, post.unit)]
    token = post.receipts()[0].body_text.partition("/mail/correct/")[2].split()[0]
    assert mail_receipts.read_token(token, "confirm") is None
    with transaction():
        triage.correct(token, ids[1:])
    assert post.states() == ["assigned", "submitted"] and tally.stored() == tally.counted()
    with transaction():
        triage.correct(token, [])
    assert post.states() == ["assigned", "assigned"]
    row = db.session.get_one(IncomingMail, row.id)
    assert row.state == "triage" and row.reason == "Người gửi báo thư này không trả lời các nhiệm vụ đã xếp."
    assert refused(lambda: triage.correct(token, ids)).code == "incoming.decided"


def test_the_receipt_says_what_is_still_owed_and_by_when(post: Post) -> None:
    post.take(letters_in.gmail(post.reply_to, subject="Báo cáo nhiệm vụ 2"))
    words = post.receipts()[0].body_text
    assert "Còn phải nộp ở 931-CV/HNDT" in words and f"hạn {clock.today():%d/%m/%Y}" in words and "SHA-256" in words


def test_a_sender_is_remembered_without_filing_and_forgotten_again(post: Post) -> None:
    row = post.take(letters_in.gmail(BOX, sender=ALONE, subject="chào"))
    assert refused(lambda: known_senders.remember(post.clerk, row.id, None)).code == "incoming.choose_unit"
    with transaction():
        assert known_senders.remember(post.clerk, row.id, post.unit.id) == post.unit.name
    assert post.states() == ["assigned", "assigned"] and [one.address for one in known_senders.of_unit(post.unit.id)] == [ALONE]
    known = known_senders.of_address(ALONE)
    assert known is not None and known.unit == post.unit.name
    with transaction():
        assert known_senders.forget(post.clerk, known.id) == post.unit.id
    assert known_senders.of_address(ALONE) is None and isinstance(refused(lambda: known_senders.forget(post.clerk, known.id)), NotFound)
    assert {"mail.known", "mail.unknown"} <= set(db.session.scalars(select(Event.kind)))
    assert refused(lambda: known_senders.remember(post.make.actor(Role.OFFICER, post.unit), row.id, post.unit.id)).code == "forbidden"


def test_an_automatic_answer_leaves_a_note_until_its_day_or_a_press_or_a_real_mail(post: Post) -> None:
    auto = letters_in.out_of_office(post.reply_to, post.mail.message_id or "")
    post.take(auto)
    (note,) = away_notes.of_units([post.unit.id])[post.unit.id]
    assert note.until_on == date(2026, 9, 12) and "công tác" in note.words
    with clock.frozen(clock.now() + timedelta(days=30)):
        assert away_notes.of_units([post.unit.id]) == {}
    post.take(letters_in.gmail(post.reply_to))
    assert away_notes.of_units([post.unit.id]) == {}
    post.take(auto.replace(b"<auto-1@", b"<auto-2@"))
    (note,) = away_notes.of_units([post.unit.id])[post.unit.id]
    with transaction():
        assert away_notes.end(post.clerk, note.id) == post.unit.id
    assert away_notes.of_units([post.unit.id]) == {} and isinstance(refused(lambda: away_notes.end(post.clerk, 10**6)), NotFound)


def test_mail_after_the_end_is_found_from_its_dispatch_and_its_unit(post: Post) -> None:
    with transaction():
        ended = ending.close(post.clerk, post.dispatch.id, post.dispatch.version)
    row = post.take(letters_in.gmail(post.reply_to))
    since = clock.now() - timedelta(hours=1)
    assert ended is None or ended
    assert [one.id for one in triage_page.latest(dispatch_id=post.dispatch.id, since=since)] == [row.id]
    assert [one.id for one in triage_page.listed(post.clerk, "", unit_id=post.unit.id).rows] == [row.id]
    opened = triage_page.opened(post.clerk, row.id)
    assert opened.ended is not None and opened.ended.id == post.dispatch.id


def test_files_with_a_password_are_refused_with_what_to_do(post: Post) -> None:
    row = post.take(letters_in.gmail(post.reply_to, files=(("nen.7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 90), ("nen.rar", b"Rar!\x1a\x07\x01\x00" + b"\0" * 90))))
    refusals = list(db.session.scalars(select(IncomingFile.refusal).where(IncomingFile.incoming_id == row.id)))
    assert row.state == "triage" and all("Hãy bỏ nén" in (words or "") for words in refusals)
    assert outbox.usable_address(post.receipts()[0].address) and "Hãy bỏ nén" in post.receipts()[0].body_text
    assert files.clean_name("a/b.pdf")
    assert db.session.scalars(select(KnownSender.id)).all() == []


def test_a_task_that_is_named_and_not_owed_is_never_taken_for_all_others(post: Post) -> None:
    row = post.take(letters_in.gmail(post.reply_to, subject="Báo cáo nhiệm vụ 7"))
    assert row.state == "triage" and row.reason == "Thư nêu nhiệm vụ số 7, nhưng nhiệm vụ đó của đơn vị không còn chờ nộp."
    assert post.states() == ["assigned", "assigned"]


def test_what_was_paused_is_owed_again_by_the_dates_that_were_moved(post: Post) -> None:
    with transaction():
        pauses.plan(post.clerk, pauses.Wanted(clock.today(), clock.today() + timedelta(days=5), "storm", "Bão", post.unit.id))
    pause_work.turn(transaction, post.clerk)
    assert post.states() == ["paused", "paused"]
    row = post.take(letters_in.gmail(post.reply_to))
    assert row.state == "filed" and post.states() == ["submitted", "submitted"]
    due = [a.due_on for a in post.make.assignments(post.dispatch, post.unit)]
    with transaction():
        triage.unfile(post.clerk, row.id)
    assert post.states() == ["acknowledged", "acknowledged"] and due == [a.due_on for a in post.make.assignments(post.dispatch, post.unit)]
    assert tally.stored() == tally.counted()


def test_what_cannot_be_filed_says_why_and_stays_where_it_is(post: Post) -> None:
    row = post.take(letters_in.gmail(BOX, sender=ALONE, subject="chưa rõ"))
    ids = [one.id for one in post.make.assignments(post.dispatch, post.unit)]
    assert refused(lambda: triage.file(post.clerk, row.id, None, ids)).code == "incoming.choose_unit"
    assert refused(lambda: triage.file(post.clerk, row.id, 999, ids)).status == 404
    assert refused(lambda: triage.file(post.clerk, row.id, post.unit.id, [])).code == "answer.none_chosen"
    assert refused(lambda: triage.file(post.clerk, row.id, post.other.id, ids)).status == 404  # not that unit's tasks
    assert refused(lambda: triage.take_up(post.clerk, row.id)).code == "incoming.decided"
    with transaction() as session:
        ending.close(post.clerk, post.dispatch.id, session.get_one(type(post.dispatch), post.dispatch.id).version)
    assert refused(lambda: triage.file(post.clerk, row.id, post.unit.id, ids)).code == "answer.closed"
    assert [one.id for one in triage_page.listed(post.clerk, "triage").rows] == [row.id] and triage_page.listed(post.clerk, "aside").rows == []
    with transaction():
        triage.set_aside(post.clerk, row.id)
    assert [one.id for one in triage_page.listed(post.clerk, "aside").rows] == [row.id]


def test_a_file_that_cannot_be_read_is_given_up_and_one_reads_at_a_time(post: Post) -> None:
    kept = incoming.keep(mail(post, post.reply_to, "Re: báo cáo", paper(post.unit.name, ["Việc một."])))
    with transaction():
        incoming.add([kept], "hand")
    mail_filing.run(transaction)

    def file() -> IncomingFile:
        db.session.rollback()
        return db.session.scalars(select(IncomingFile).execution_options(populate_existing=True)).one()

    def put(**values: object) -> None:
        with transaction() as session:
            session.execute(update(IncomingFile).values(**values))

    assert file().read_state == "waits" and mail_reading.read_all(transaction, 0) == 0
    put(read_state="reads", read_at=clock.now())
    assert mail_reading.read_all(transaction, 60) == 0 and file().read_state == "reads"  # another run is at it
    mail_reading.too_long(transaction)
    assert file().read_state == "failed" and "van-ban.pdf" in (file().read_problem or "")
    put(read_state="waits", read_problem=None, read_tries=mail_reading.MOST_TRIES)
    assert mail_reading.read_all(transaction, 60) == 0 and (file().read_state, file().read_tries) == ("failed", mail_reading.MOST_TRIES + 1)


def test_what_is_offered_for_a_message_ends_somewhere(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = post.make.issued([post.unit], number="940-CV/HNDT")
    row = post.take(letters_in.gmail(BOX, sender=ALONE, subject="chưa rõ"))
    monkeypatch.setattr(triage_page, "MOST_DISPATCHES", 1)
    assert [group.id for group in triage_page.opened(post.clerk, row.id, post.unit.id).groups] == [newer.id]


def came(post: Post, to: str, unit: str, subject: str = "Re: 931-CV/HNDT") -> IncomingMail:
    """A message with a unit's document, looked at, its file not yet read."""
    kept = incoming.keep(mail(post, to, subject, paper(unit, ["Việc một.", "Việc hai."])))
    with transaction():
        (id,) = incoming.add([kept], "hand")
    mail_filing.run(transaction)
    assert db.session.scalars(select(IncomingFile.read_state)).one() == "waits"
    return db.session.get_one(IncomingMail, id, populate_existing=True)


def read(row: IncomingMail) -> IncomingMail:
    assert mail_reading.read_all(transaction, 60) == 1
    return db.session.get_one(IncomingMail, row.id, populate_existing=True)


def test_what_waits_for_its_units_word_goes_to_the_clerk_where_its_document_is_anothers(post: Post) -> None:
    row = came(post, BOX, post.other.name)
    assert row.state == "confirm"
    row = read(row)
    assert row.state == "triage" and post.states() == ["assigned", "assigned"]
    assert db.session.scalars(select(Event).where(Event.kind == "mail.doubt")).one().data["reason"] == row.reason


def test_what_a_person_has_written_or_decided_meanwhile_is_not_overwritten_by_the_reading(post: Post) -> None:
    row = came(post, post.reply_to, post.unit.name)
    assert row.state == "filed"
    with transaction():
        submission_document.correct(post.clerk, row.submission_id or 0, "99-CV/HND", None, "")
    row = read(row)
    kept = db.session.get_one(Submission, row.submission_id, populate_existing=True)
    assert (kept.number, kept.signatory, kept.machine_read, row.attention) == ("99-CV/HND", None, False, None)


@pytest.mark.parametrize("decision", ["aside", "filed"])
def test_what_the_clerk_has_decided_is_not_asked_again_when_its_file_is_read(post: Post, decision: str) -> None:
    row = came(post, BOX, post.other.name)
    with transaction():
        if decision == "aside":
            triage.set_aside(post.clerk, row.id)
        else:
            triage.file(post.clerk, row.id, post.unit.id, [one.id for one in post.make.assignments(post.dispatch, post.unit)])
    row = read(row)
    assert (row.state, row.attention, row.decided_by_id) == (decision, None, post.clerk.id)

"""Mail through real worker and beat processes, a real Redis and a real SMTP server."""
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.machine import Machine, running
from tests.mail_server import eventually
from tests.services.test_outbox import CONTEXT
from tracker.adapters import jobs
from tracker.db import db, transaction
from tracker.models.mails import Mail
from tracker.models.office import Heartbeat
from tracker.services import outbox
from workers.app import celery


@pytest.fixture(scope="module")
def machine(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with running(tmp_path_factory.mktemp("mail-machine"), sqlite_template) as started:
        started.redis()
        started.worker()
        started.beat()
        yield started


@pytest.fixture(autouse=True)
def _inside(machine: Machine) -> Iterator[None]:
    with machine.app.app_context():
        yield
        db.session.remove()


def queue(address: str, **more: object) -> int:
    with transaction():
        return outbox.queue("nudge", **{"address": address, "context": CONTEXT, **more}).id


def state(mail_id: int) -> str:
    db.session.rollback()
    return db.session.scalars(select(Mail.state).where(Mail.id == mail_id)).one()


def test_every_job_that_is_sent_by_name_has_a_worker(machine: Machine) -> None:
    celery.loader.import_default_modules()
    assert set(celery.tasks) >= jobs.NAMES | {"mail.sweep", "reminders.plan", "files.sweep", "health.beat"}


def test_every_regular_job_has_a_worker_and_expires_before_the_next(machine: Machine) -> None:
    celery.loader.import_default_modules()
    for name, entry in celery.conf.beat_schedule.items():
        assert entry["task"] in celery.tasks, name
        assert entry["options"]["expires"] < entry["schedule"].run_every.total_seconds()


def test_a_queued_mail_leaves_within_moments_of_its_commit(machine: Machine) -> None:
    mail_id = queue("u1@huyen.example")
    eventually(lambda: state(mail_id) == "sent")
    assert machine.mail.addresses.count("u1@huyen.example") == 1


def test_a_rolled_back_mail_never_leaves(machine: Machine) -> None:
    with pytest.raises(RuntimeError), transaction():
        outbox.queue("nudge", address="u2@huyen.example", context=CONTEXT)
        raise RuntimeError
    mail_id = queue("u3@huyen.example")
    eventually(lambda: state(mail_id) == "sent")
    assert "u2@huyen.example" not in machine.mail.addresses


def test_a_lost_message_is_found_by_the_sweep(machine: Machine) -> None:
    sender, machine.app.extensions["jobs"] = machine.app.extensions["jobs"], None
    try:
        mail_id = queue("u4@huyen.example")
    finally:
        machine.app.extensions["jobs"] = sender
    eventually(lambda: state(mail_id) == "sent", 60)


def test_orders_that_come_twice_send_once(machine: Machine) -> None:
    machine.mail.answers["u5@huyen.example"] = 450
    mail_id = queue("u5@huyen.example")
    eventually(lambda: machine.mail.tries["u5@huyen.example"] == 1)
    for _ in range(5):
        machine.app.extensions["jobs"].send_task("mail.send", args=[mail_id])
    last = queue("u6@huyen.example")
    eventually(lambda: state(last) == "sent")
    assert (machine.mail.tries["u5@huyen.example"], state(mail_id)) == (1, "queued")


def test_many_mails_are_shared_out_and_none_is_repeated(machine: Machine) -> None:
    ids = [queue(f"nhieu{n}@huyen.example") for n in range(60)]
    eventually(lambda: all(state(n) == "sent" for n in ids), 60)
    taken = [address for address in machine.mail.addresses if address.startswith("nhieu")]
    assert sorted(taken) == sorted(f"nhieu{n}@huyen.example" for n in range(60))


def test_beat_and_worker_give_signs_of_life(machine: Machine) -> None:
    def alive() -> bool:
        db.session.rollback()
        return set(db.session.scalars(select(Heartbeat.name))) >= {"beat", "worker"}

    eventually(alive, 90)

"""What the worker and beat are made of: names, limits and a schedule whose orders do not pile up."""

import pytest
from celery import Celery

from tracker.adapters.jobs import NAMES
from workers.schedule import SCHEDULE


@pytest.fixture(scope="module")
def celery(tmp_path_factory: pytest.TempPathFactory) -> Celery:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_HOME", str(tmp_path_factory.mktemp("home")))
        from workers.app import celery as made  # noqa: PLC0415  reads the environment when it is loaded

        made.loader.import_default_modules()
        made.finalize()
        return made


def own(celery: Celery) -> set[str]:
    return {name for name in celery.tasks if not name.startswith("celery.")}


def test_every_name_is_explicit_and_says_where_the_task_lives(celery: Celery) -> None:
    for name in own(celery):
        noun, _, verb = name.partition(".")
        assert verb.isidentifier(), name
        assert celery.tasks[name].__module__ == f"workers.{noun}"


def test_every_job_that_is_sent_has_its_task(celery: Celery) -> None:
    assert own(celery) >= NAMES


def test_scheduled_orders_exist_and_expire_before_the_next(celery: Celery) -> None:
    for entry in SCHEDULE.values():
        assert entry["task"] in own(celery)
        assert 0 < entry["options"]["expires"] <= 24 * 3600
        every = getattr(entry["schedule"], "run_every", None)
        assert every is None or entry["options"]["expires"] < every.total_seconds()


def test_messages_carry_json_only_and_limits_fit_the_queue(celery: Celery) -> None:
    conf = celery.conf
    assert list(conf.accept_content) == ["json"] and conf.task_serializer == "json"
    assert conf.task_acks_late and conf.task_reject_on_worker_lost and conf.worker_prefetch_multiplier == 1
    assert conf.task_soft_time_limit < conf.task_time_limit < conf.broker_transport_options["visibility_timeout"]

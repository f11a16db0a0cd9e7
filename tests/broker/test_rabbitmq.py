"""The whole road over RabbitMQ. Run by `make test-broker`, which needs RABBITMQ_URL: a virtual host just for this."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from kombu import Connection, pools

from core import queue
from portal.engines import forget
from tests.engine_users import PROJECT, environment, until
from tests.integration.test_workers import MANY, fill_then_add, taken
from tests.workers import PATIENCE, crew


@pytest.fixture
def var() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="rabbit ") as directory:
        Path(directory).chmod(0o755)
        yield Path(directory) / "var"
        forget(Path(directory) / "var")


@pytest.mark.timeout(300)
def test_walk_over_rabbitmq_ends_closed(var: Path) -> None:
    broker = os.environ["RABBITMQ_URL"]
    with Connection(broker) as connection:
        connection.connect()
        assert connection.transport.driver_type == "amqp"
    settings = environment(var, BROKER_URL=broker, LOG_LEVEL="WARNING", DEMO="1")
    walked = subprocess.run(
        [sys.executable, "manage.py", "walk", "SCJG-007", "--json"],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env=settings,
    )
    assert walked.returncode == 0, walked.stdout + walked.stderr
    assert json.loads(walked.stdout)["faults"] == []
    with Connection(broker) as connection:
        for name in ("routing", "delivery", "dept.SCJG"):  # asked for as another type, it would be refused
            connection.channel().queue_declare(
                queue=name,
                durable=True,
                arguments={"x-queue-type": "quorum"},
                passive=False,
                auto_delete=False,
            )


@pytest.fixture
def sender(monkeypatch: pytest.MonkeyPatch) -> Iterator[Celery]:
    """Send to RabbitMQ as the portal does when it is its broker; what was sent is gone afterwards."""
    pools.reset()  # a connection that is kept does not declare again what was deleted
    rabbit = Celery("rabbit", broker=os.environ["RABBITMQ_URL"], set_as_current=False)
    rabbit.conf.task_default_queue_type = rabbit.conf.task_create_missing_queue_type = "quorum"
    monkeypatch.setattr(queue, "current_app", rabbit)
    yield rabbit
    with rabbit.connection_for_write() as connection:
        for name in queue.OF_NO_DEPARTMENT:
            connection.channel().queue_delete(name)


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("many", "late"), [(queue.BACKGROUND, queue.NOTIFY), (queue.NOTIFY, queue.BACKGROUND)]
)
def test_what_comes_last_into_another_queue_overtakes_a_long_one_and_nothing_starves(
    world: object, tmp_path: Path, sender: Celery, many: str, late: str
) -> None:
    fill_then_add(many, late)
    until(lambda: queue.messages_waiting([many, late]) == {many: MANY, late: 1})

    with crew(tmp_path, BROKER_URL=os.environ["RABBITMQ_URL"]) as processes:
        worker = processes.worker("--all", "--concurrency", "1", ready=False)
        until(lambda: len(taken(worker.log)) == MANY + 1, seconds=PATIENCE)

    assert taken(worker.log).index(late) <= 2
    assert queue.messages_waiting([many, late]) == {many: 0, late: 0}

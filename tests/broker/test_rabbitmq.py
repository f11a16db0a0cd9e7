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
from kombu import Connection

from portal.engines import forget
from tests.engine_users import PROJECT, environment


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

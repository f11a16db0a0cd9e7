"""`manage.py walk`: one application through real services and real workers, as a person would run it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from applications.models import Application
from core.models import OfficialDocument
from tests.engine_users import PROJECT
from tests.workers import environment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


def walk(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "walk", *arguments],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env=environment(),
        timeout=300,
    )


def check_report(report: dict, trips: int) -> None:
    application = Application.objects.get(number=report["number"])
    assert (report["state"], report["trips"], report["faults"]) == ("已办结", trips, [])
    assert application.status == "closed"
    assert [case["status"] for case in report["cases"]] == ["granted"] * application.cases.count()
    issued = OfficialDocument.objects.filter(reference=application.number)
    assert {each["number"] for each in report["documents"]} == {each.number for each in issued}
    assert {each["verify"].split("/")[-2] for each in report["documents"]} == {
        each.verify_token for each in issued
    }
    assert all(each["sha256"] for each in report["documents"])
    assert len(report["certificates"]) == application.cases.count()


def test_walk_takes_bundles_and_a_special_procedure_to_their_end(world, hall):
    hall.worker("--all")
    hall.beat()

    for arguments, trips in ((("B01",), 1), (("B08", "--courier"), 0), (("CLH-001",), 0)):
        walked = walk(*arguments, "--json")
        assert walked.returncode == 0, walked.stdout + walked.stderr
        report = json.loads(walked.stdout)
        check_report(report, trips)
        assert bool(report["waybills"]) == ("--courier" in arguments)


def test_walk_runs_its_own_workers_when_none_answers_and_leaves_none(world):
    walked = walk("B11")

    assert walked.returncode == 0, walked.stdout + walked.stderr
    assert walked.stdout.count("领取") >= 3
    assert "已办结  跑 1 次" in walked.stdout
    listed = subprocess.run(["ps", "axeww", "-o", "command="], capture_output=True, text=True).stdout
    mine = environment()["REDIS_PREFIX"]
    assert not [line for line in listed.splitlines() if mine in line and "--name walk" in line]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("NIX-001",), "没有事项或一件事 NIX-001"), (("SCJG-001", "--bundle"), "没有一件事 SCJG-001")],
)
def test_walk_of_what_does_not_exist_ends_with_one(world, arguments, words):
    walked = walk(*arguments)

    assert walked.returncode == 1
    assert words in walked.stderr
    assert "Traceback" not in walked.stderr


def test_walk_ends_with_one_when_something_is_not_as_it_should_be(world, hall):
    hall.worker("--departments", "SWJ")  # answers, so that the walk starts none; nobody serves the decision
    walked = walk("SGB-001", "--json", "--patience", "3")

    assert walked.returncode == 1
    assert "仍未" in walked.stderr
    assert "Traceback" not in walked.stderr

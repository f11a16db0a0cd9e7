"""The example dashboard and alert rules ask only for what /metrics/ tells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import yaml
from django.core.cache import caches
from prometheus_client.parser import text_string_to_metric_families

from applications.models import ReviewTask
from core.models import OfficialDocument
from portal import counting, metrics
from systems.models import DepartmentSystem
from tests.engine_users import PROJECT

pytestmark = pytest.mark.django_db
METRIC = re.compile(r"portal_[a-z_]+")
CHOSEN = re.compile(r'(portal_[a-z_]+)\{([a-z]+)(!?=)"([^"]+)"\}')
GROUPED = re.compile(r"by \(([a-z, ]+)\)")
LEGEND = re.compile(r"\{\{ ?(?:\$labels\.)?([a-z]+) ?\}\}")


def alerts() -> Iterator[tuple[str, str]]:
    """Yield what each rule asks and says."""
    rules = yaml.safe_load((PROJECT / "deploy/alerts.yaml").read_text())
    for group in rules["groups"]:
        for rule in group["rules"]:
            yield rule["expr"], rule["annotations"]["summary"]


def panels() -> Iterator[tuple[str, str]]:
    """Yield what each panel asks and how it names what it gets."""
    board = json.loads((PROJECT / "deploy/dashboard.json").read_text())
    for panel in board["panels"]:
        for target in panel["targets"]:
            yield target["expr"], target["legendFormat"]


ASKED = [*alerts(), *panels()]


@pytest.fixture
def told(world) -> dict[str, list[dict[str, str]]]:
    """The labels of every sample of /metrics/, by name, while there is one of everything."""
    caches["near"].clear()
    for code, since in (("SCJG", world.now()), ("GAJ", None)):
        DepartmentSystem.objects.create(department=world.department(code), active_since=since, failures=3)
    world.submitted("SCJG-007")
    OfficialDocument.objects.update(failed_at=world.now())
    world.task(world.accepted("SCJG-007"))
    ReviewTask.objects.update(due_at=world.now() - timedelta(days=1))
    counting.add([(f"tasks|core.send_sms|notify|{state}", 1) for state in ("SUCCESS", "FAILURE")])
    counting.add([("seconds|core.send_sms|notify", 0.1), ("swept|core.send_sms", 1)])
    counting.note({"sweep|ended_at": 1.0, "sweep|seconds": 0.1})
    found: dict[str, list[dict[str, str]]] = {}
    for family in text_string_to_metric_families(metrics.text(world.now()).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.labels)
    caches["near"].clear()
    return found


def test_everything_that_is_told_is_watched(told):
    asked = {name for expression, _ in ASKED for name in METRIC.findall(expression)}
    assert set(told) == asked


def test_every_label_that_is_asked_for_is_told(told):
    for expression, words in ASKED:
        names = METRIC.findall(expression)
        for name, label, how, value in CHOSEN.findall(expression):
            values = {labels[label] for labels in told[name]}
            assert value in values or how == "!=", expression
        parts = [label for group in GROUPED.findall(expression) for label in group.split(", ")]
        for label in {*parts, *LEGEND.findall(words)}:
            assert any(label in told[name][0] for name in names), (expression, label)


def test_only_systems_in_use_fail(told):
    assert told["portal_system_failures"] == [{"department": "SCJG"}]


def test_the_manual_names_every_metric_with_its_labels(told):
    rows = re.findall(r"^\| (`portal_.*?) \| (.*?) \|", (PROJECT / "docs/how-to/health.md").read_text(), re.M)
    written = {
        name: set(re.findall(r"`([a-z]+)`", re.sub(r"\(.*?\)|:.*", "", labels)))
        for names, labels in rows
        for name in METRIC.findall(names)
    }
    assert written == {name: set(samples[0]) for name, samples in told.items()}


def test_silence_is_told_too():
    asked = [expression for expression, _ in alerts()]
    assert 'absent(portal_sweep{what="ended_at"})' in asked
    (job,) = re.findall(r"job_name: (\w+)", (PROJECT / "docs/how-to/operate.md").read_text())
    assert f'up{{job="{job}"}} == 0' in asked


def test_every_part_that_may_be_degraded_is_watched(told):
    """Workers and sweeps that are missing have rules of their own, which name the queue or tell the time."""
    parts = {labels["part"] for labels in told["portal_up"]} - {"database", "migrations", "broker"}
    watched = {part for expression, _ in alerts() for part in re.findall(r'part="(\w+)"', expression)}
    assert parts - {"shared_workers", "department_workers", "sweeps"} == watched


def test_panels_do_not_overlap():
    board = json.loads((PROJECT / "deploy/dashboard.json").read_text())
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in board["panels"])
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24

"""A matter with two versions, one in force and one that waits for its day, out as JSON and in again."""

import json

import pytest

from matters.enums import VersionStatus
from matters.models import Matter
from matters.services.exchange import export_file
from tests.unit.matters.conftest import NOW
from tests.unit.matters.exchange.books import take

LATER = {"name": "开店登记（新）", "effective_on": "2026-12-01"}


@pytest.fixture
def with_two(load, small) -> dict:
    """The export of a catalogue whose first matter has a version in force and one that waits."""
    load(small)
    small["matters"][0] |= LATER
    load(small)
    return json.loads(export_file(ending="json", by=None, now=NOW))


def as_file(said: dict) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


def versions_of(code: str) -> list[tuple[str, str]]:
    versions = Matter.objects.get(code=code).versions.order_by("number")
    return list(versions.values_list("name", "status"))


def test_both_versions_go_out_and_come_in_unchanged(with_two):
    assert [one["name"] for one in with_two["matters"]] == ["开店登记", "卫生许可"]
    assert [one["name"] for one in with_two["matters_to_come"]] == ["开店登记（新）"]
    report = take(as_file(with_two), "catalogue.json")
    assert (report.matters.unchanged, report.matters.changed, report.hints) == (["A-1", "B-1"], [], [])


def test_both_versions_are_there_again_where_nothing_was(with_two):
    text = as_file(with_two).replace(b'"A-1"', b'"C-1"')
    report = take(text, "catalogue.json", most_checked=None)
    assert report.matters.created == ["C-1"]
    assert versions_of("C-1") == [
        ("开店登记", VersionStatus.PUBLISHED),
        ("开店登记（新）", VersionStatus.SCHEDULED),
    ]
    assert Matter.objects.get(code="C-1").current.name == "开店登记"
    assert {one.root[0] for one in report.found if one.code == "C-1"} == {"matters_to_come"}


def test_a_change_of_the_version_to_come_leaves_the_one_in_force(with_two):
    with_two["matters_to_come"][0]["fee"] = "免费"
    report = take(as_file(with_two), "catalogue.json")
    assert (report.matters.changed, report.matters.unchanged) == (["A-1"], ["B-1"])
    assert Matter.objects.get(code="A-1").current.fee == "不收费"
    assert [status for _, status in versions_of("A-1")].count(VersionStatus.PUBLISHED) == 1


def test_a_fault_of_the_version_to_come_is_named(with_two):
    with_two["matters_to_come"][0]["max_trips"] = -1
    report = take(as_file(with_two), "catalogue.json", skip_faulty=True)
    assert [one.place.label for one in report.skipped] == ["matters_to_come[0].max_trips"]


def test_a_matter_that_only_waits_is_exported_once(load, small):
    small["matters"][1] |= LATER
    small["bundles"] = []
    load(small)
    said = json.loads(export_file(ending="json", by=None, now=NOW, codes=["B-1"]))
    assert [one["code"] for one in said["matters"]] == ["B-1"]
    assert "matters_to_come" not in said

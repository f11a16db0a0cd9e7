"""The public list of licences: published once issued, persons masked, kept off it on a ground."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from applications.enums import Secrecy
from applications.models import Case, Decision, Publication
from applications.selectors.decisions import published
from applications.services import decisions, publicity, review
from core import calendar
from core.models import OfficialDocument
from tests.api import Api
from tests.proof import refused

LICENCE = "YCJ-001"


def decided(world, *, applicant=None, **how):
    """Grant a licence; what workers and sweeps do afterwards is still to come."""
    application = world.accepted(LICENCE, applicant=applicant or world.citizen)
    while (task := world.task(application)).kind != "decide":
        world.road.work(task)
        world.carry()
    by = world.decider("YCJ")
    review.claim(task_id=task.pk, by=by, now=world.now())
    decisions.decide(task_id=task.pk, outcome="granted", reasons="", by=by, now=world.now(), **how)
    return task


def test_a_granted_licence_is_published_once_its_result_is_issued(world):
    task = decided(world)
    entry = Publication.objects.get()
    due = calendar.due_at(world.now(), 7, "workday")
    assert (entry.published_at, entry.due_at) == (None, due)
    assert publicity.publish(case_id=task.case_id, now=world.now()) is False

    world.carry()
    entry.refresh_from_db()
    assert entry.published_at
    assert entry.published_at <= entry.due_at
    assert (entry.holder, entry.matter) == ("陈*岚", task.case.version.name)
    assert OfficialDocument.objects.get(number=entry.number).kind in ("certificate", "approval")
    assert list(published()) == [entry]
    assert publicity.publish(case_id=task.case_id, now=world.now()) is False


def test_what_was_issued_before_publications_said_so_is_published(world):
    task = decided(world)
    migration = import_module("applications.migrations.0020_issued_publications")
    migration.say_when_issued(apps, None)
    assert Publication.objects.get().issued_at is None

    issued = world.now()
    Case.objects.filter(pk=task.case_id).update(receipted_at=issued)
    migration.say_when_issued(apps, None)
    assert Publication.objects.get().issued_at == issued


def test_companies_are_named_in_full(world):
    decided(world, applicant=world.company)
    world.carry()
    assert Publication.objects.get().holder == world.company.name


def test_what_is_no_granted_licence_is_entered_nowhere(world):
    application = world.accepted(LICENCE)
    while (task := world.task(application)).kind != "decide":
        world.road.work(task)
        world.carry()
    world.road.work(task, outcome="denied")
    world.ready("RSJ-001")
    assert Decision.objects.count() == 2
    assert not Publication.objects.exists()


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"secrecy": "because", "secrecy_reason": "不想公开"}, "unknown_ground"),
        ({"secrecy": "privacy", "secrecy_reason": " "}, "secrecy_reason_required"),
    ],
)
def test_withhold_wrongly_when_deciding(world, how, code):
    application = world.accepted(LICENCE)
    while (task := world.task(application)).kind != "decide":
        world.road.work(task)
        world.carry()
    by = world.decider("YCJ")
    review.claim(task_id=task.pk, by=by, now=world.now())
    with refused(code):
        decisions.decide(task_id=task.pk, outcome="granted", reasons="", by=by, now=world.now(), **how)


@pytest.mark.parametrize("ground", Secrecy.values)
def test_withheld_when_deciding_is_listed_nowhere_and_its_reason_kept(world, ground):
    decided(world, secrecy=ground, secrecy_reason="含配方")
    world.carry()
    entry = Publication.objects.get()
    assert (entry.published_at, entry.withheld_reason, entry.withheld_by) == (
        None,
        "含配方",
        world.decider("YCJ"),
    )
    assert not published().exists()


def test_withheld_afterwards_it_leaves_the_list(world):
    task = decided(world)
    world.carry()
    said = {"secrecy": "commercial", "secrecy_reason": "含配方", "now": world.now()}
    with refused("post_required"):
        publicity.withhold(task_id=task.pk, by=world.reviewer("YCJ"), **said)
    publicity.withhold(task_id=task.pk, by=world.head("YCJ"), **said)
    assert not published().exists()
    with refused("already_withheld"):
        publicity.withhold(task_id=task.pk, by=world.head("YCJ"), **said)


def test_the_database_holds_that_a_secret_has_a_reason(world):
    decided(world)
    for wrong, name in (
        ({"withheld_at": world.now()}, "publication_withheld_pair"),
        (
            {"withheld_at": world.now(), "withheld_by": world.clerk},
            "publication_withheld_with_reason",
        ),
        ({"published_at": world.now()}, "publication_says_what"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Publication.objects.update(**wrong)


def test_the_public_list_over_the_api_is_for_anybody_and_masked(world):
    decided(world)
    assert Api().get("publications/").json()["results"] == []
    withheld = decided(world, applicant=world.company, secrecy=Secrecy.COMMERCIAL, secrecy_reason="配方")
    world.carry()
    (row,) = Api().get("publications/").json()["results"]
    entry = Publication.objects.get(published_at__isnull=False, withheld_at=None)
    assert (row["number"], row["holder"], row["revoked"]) == (entry.number, "陈*岚", False)
    assert row["department"] == "YCJ"
    assert withheld.case.application.number not in str(row)
    assert world.citizen.name not in str(row)
    found = {"matter": entry.matter[:4], "department": "YCJ", "decided_after": str(entry.decided_on)}
    assert len(Api().get("publications/", **found).json()["results"]) == 1
    assert Api().get("publications/", department="GAJ").json()["results"] == []


def test_the_public_list_over_the_api_takes_the_same_queries_for_more_rows(world):
    counts = []
    for applicant in (world.citizen, world.other_citizen):
        decided(world, applicant=applicant)
        world.carry()
        with CaptureQueriesContext(connection) as asked:
            Api().get("publications/")
        counts.append(len(asked))
    assert counts[0] == counts[1]

"""Claiming the next task: the most urgent one, never one's own acceptance, and no task twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from applications.models import ReviewTask
from applications.services import review
from core.errors import Refusal
from core.models import User
from matters.services.posts import give_post


def test_claim_next_takes_what_falls_due_first(world):
    world.accepted("SCJG-009")
    sooner = world.task(world.accepted("SCJG-007"))

    assert review.claim_next(by=world.reviewer("SCJG"), now=world.now()).pk == sooner.pk


def test_claim_next_takes_only_what_the_post_may_do(world):
    world.accepted("SCJG-001")  # goes straight to the decider

    with pytest.raises(Refusal) as refused:
        review.claim_next(by=world.reviewer("SCJG"), now=world.now())
    assert refused.value.code == "nothing_to_claim"
    assert review.claim_next(by=world.decider("SCJG"), now=world.now()).kind == "decide"


def test_claim_next_keeps_to_the_department_that_is_named(world):
    world.accepted("SCJG-007")

    with pytest.raises(Refusal):
        review.claim_next(by=world.reviewer("SCJG"), now=world.now(), department=world.department("RSJ"))


def test_claim_next_passes_over_what_one_accepted_oneself(world):
    world.accepted("SCJG-001")
    clerk = world.clerk
    give_post(
        user=clerk,
        department=world.department("SCJG"),
        role="decider",
        by=world.administrator,
        now=world.now(),
    )

    with pytest.raises(Refusal) as refused:
        review.claim_next(by=clerk, now=world.now())
    assert refused.value.code == "nothing_to_claim"


@pytest.mark.django_db(transaction=True)
def test_claim_next_by_many_at_once_gives_each_another_task(world):
    for _ in range(3):
        world.accepted("SCJG-007")
    now, people = world.now(), [world.reviewer("SCJG").pk, world.reviewer2("SCJG").pk] * 3

    def press(pk):
        try:
            return review.claim_next(by=User.objects.get(pk=pk), now=now).pk
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        got = list(pool.map(press, people))

    assert sorted(map(str, got))[3:] == ["nothing_to_claim"] * 3
    assert len({pk for pk in got if isinstance(pk, int)}) == 3
    assert ReviewTask.objects.filter(status="claimed").count() == 3


@pytest.mark.parametrize("code", ["ZZZ", "GAJ"])
def test_claim_next_in_a_department_that_is_not_ones_own_is_refused(world, code):
    world.accepted("SCJG-007")
    response = world.client(world.reviewer("SCJG")).post("/queue/next/", {"department": code})

    assert response.status_code == 409
    assert "不是您的部门" in response.content.decode()
    assert not ReviewTask.objects.filter(status="claimed").exists()

"""Acts with a page of their own: offered where they may be done, one address each, nothing typed lost."""

import pytest

from applications.acts import ACTS, offered
from applications.models import StatusChange
from applications.services import handing, review
from tests.proof import refused

FOOD = "SCJG-007"


@pytest.fixture
def task(world):
    """A first review held by the first reviewer of the market regulator."""
    found = world.task(world.accepted(FOOD))
    return review.claim(task_id=found.pk, by=world.reviewer("SCJG"), now=world.now())


def test_acts_have_addresses_of_their_own():
    assert len({act.key for act in ACTS}) == len(ACTS)
    assert {act.key for act in ACTS}.isdisjoint({"claim", "put-back", "record", "complete", "decide"})


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.key)
def test_page_of_every_act_says_why_somebody_may_not(world, task, act):
    response = world.client(world.supervisor).get(f"/queue/{task.pk}/{act.key}/")

    assert response.status_code == 200
    assert act.label in response.content.decode()
    if act not in offered(task=task, by=world.supervisor):
        assert "现在不能办" in response.content.decode()


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.key)
def test_page_of_every_act_is_nobody_elses(world, task, act):
    assert world.client(world.reviewer("GAJ")).get(f"/queue/{task.pk}/{act.key}/").status_code == 404


def test_act_unknown_is_not_found(world, task):
    assert world.client(world.reviewer("SCJG")).get(f"/queue/{task.pk}/dance/").status_code == 404


def test_task_page_offers_the_acts_to_its_holder(world, task):
    page = world.client(world.reviewer("SCJG")).get(f"/queue/{task.pk}/").content.decode()

    assert f"/queue/{task.pk}/transfer/" in page


# --- handing on -----------------------------------------------------------------------------------------------------
def test_transfer_gives_the_task_to_a_colleague_with_its_limit(world, task):
    client = world.client(world.reviewer("SCJG"))
    colleague = world.reviewer2("SCJG")
    sent = client.post(f"/queue/{task.pk}/transfer/", {"to": colleague.pk, "reason": "明天起休假"})

    assert sent.url == "/queue/"
    due = task.due_at
    task.refresh_from_db()
    assert (task.claimed_by, task.due_at, task.status) == (colleague, due, "claimed")
    assert StatusChange.objects.filter(task=task, act="transfer", note__contains="明天起休假").exists()


def test_transfer_refused_keeps_what_was_typed(world, task):
    client = world.client(world.reviewer("SCJG"))
    sent = client.post(f"/queue/{task.pk}/transfer/", {"to": "", "reason": "明天起休假"})

    assert sent.status_code == 422
    assert "明天起休假" in sent.content.decode()


def test_transfer_to_somebody_without_the_post_is_refused(world, task):
    with refused("not_a_colleague"):
        handing.transfer(
            task_id=task.pk,
            to=world.reviewer("GAJ"),
            reason="休假",
            by=world.reviewer("SCJG"),
            now=world.now(),
        )


def test_transfer_by_a_colleague_who_does_not_hold_it_is_refused(world, task):
    with refused("post_required"):
        handing.transfer(
            task_id=task.pk,
            to=world.reviewer2("SCJG"),
            reason="休假",
            by=world.reviewer2("SCJG"),
            now=world.now(),
        )


def test_transfer_by_the_head_is_allowed(world, task):
    handing.transfer(
        task_id=task.pk, to=world.reviewer2("SCJG"), reason="调度", by=world.head("SCJG"), now=world.now()
    )

    task.refresh_from_db()
    assert task.claimed_by == world.reviewer2("SCJG")

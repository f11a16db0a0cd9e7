"""Acts on tasks and on many of them over the API: what the page does, in JSON, with the same refusals."""

import pytest

from applications.acts import ACTS
from applications.models import BulkAct
from applications.services import bulk, review
from tests.api import Api, problem

FOOD = "SCJG-007"


@pytest.fixture
def task(world):
    """A first review held by the first reviewer of the market regulator."""
    found = world.task(world.accepted(FOOD))
    return review.claim(task_id=found.pk, by=world.reviewer("SCJG"), now=world.now())


def test_acts_are_listed_with_what_they_ask(world, task):
    answer = Api(world.reviewer("SCJG")).get(f"tasks/{task.pk}/acts/")

    assert answer.status_code == 200
    transfer = next(act for act in answer.json() if act["key"] == "transfer")
    to, reason = transfer["fields_asked"]
    assert (to["name"], to["is_required"], reason["name"]) == ("to", True, "reason")
    assert [str(world.reviewer2("SCJG").pk), world.reviewer2("SCJG").name] in to["choices"]


def test_an_act_is_done_with_the_fields_of_its_form(world, task):
    to = world.reviewer2("SCJG")
    answer = Api(world.reviewer("SCJG")).post(
        f"tasks/{task.pk}/acts/transfer/", {"to": to.pk, "reason": "休假"}
    )

    assert answer.status_code == 200
    assert answer.json()["claimed_by"] == to.name


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "to"),
        ({"to": 2**70, "reason": "休假"}, "to"),
        ({"to": "x", "reason": "休假"}, "to"),
        ({"to": {"pk": 1}, "reason": "休假"}, "to"),
        ({"to": [[1]], "reason": "休假"}, "to"),
        ({"reason": "\ud800"}, "reason"),
        ({"reason": "a\0b"}, "reason"),
        ({"reason": "长" * 4001}, "reason"),
        ([], "non_field_errors"),
    ],
)
def test_an_act_with_wrong_input_is_refused_by_field(world, task, body, field):
    problem(Api(world.reviewer("SCJG")).post(f"tasks/{task.pk}/acts/transfer/", body), 422, "invalid", field)
    task.refresh_from_db()
    assert task.claimed_by == world.reviewer("SCJG")


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.key)
def test_every_act_is_nobody_elses(world, task, act):
    address = f"tasks/{task.pk}/acts/{act.key}/"

    problem(Api(world.citizen.user).post(address), 403, "post_required")
    problem(Api(world.reviewer("GAJ")).post(address), 404, "not_found")


def test_an_act_that_may_not_be_done_is_refused_before_its_fields(world, task):
    problem(Api(world.reviewer2("SCJG")).post(f"tasks/{task.pk}/acts/transfer/"), 403, "post_required")
    problem(Api(world.head("SCJG")).post(f"tasks/{task.pk}/acts/assign/"), 409, "cannot_assign")
    problem(Api(world.head("SCJG")).post(f"tasks/{task.pk}/acts/dance/"), 404, "not_found")


def test_a_bulk_act_is_asked_for_and_watched(world, task):
    waiting = world.task(world.accepted(FOOD))
    api = Api(world.reviewer2("SCJG"))
    answer = api.post("bulk-acts/", {"kind": "claim", "tasks": [task.pk, waiting.pk]})
    assert answer.status_code == 202
    assert (answer.json()["done"], answer.json()["finished_at"]) == (0, None)

    act = BulkAct.objects.get()
    bulk.run_slice(bulk_id=act.pk, now=world.now())
    said = api.get(f"bulk-acts/{act.pk}/").json()
    assert (said["total"], said["done"]) == (2, 2)
    assert said["finished_at"]
    assert [each["task"] for each in said["refused"]] == [task.pk]
    problem(Api(world.reviewer("SCJG")).get(f"bulk-acts/{act.pk}/"), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"kind": "dance", "tasks": [1]}, "invalid", "kind"),
        ({"kind": "claim", "tasks": []}, "invalid", "tasks"),
        ({"kind": "claim", "tasks": list(range(1, 502))}, "invalid", "tasks"),
        ({"kind": "claim", "tasks": [10**18]}, "task_unknown", "tasks"),
        ({"kind": "pass", "tasks": [1]}, "opinion_required", "text"),
        ({"kind": "hand", "tasks": [1], "to": "gaj.review1", "text": "x"}, "not_a_colleague", "to"),
    ],
)
def test_a_bulk_act_with_wrong_input_is_refused_by_field(world, body, code, field):
    problem(Api(world.head("SCJG")).post("bulk-acts/", body), 422, code, field)
    assert BulkAct.objects.count() == 0


# --- questions ------------------------------------------------------------------------------------------------------
def consult(world, task):
    sent = {"department": world.department("GAJ").pk, "question": "消防通道是否够宽？", "days": 3}
    assert Api(world.reviewer("SCJG")).post(f"tasks/{task.pk}/acts/consult/", sent).status_code == 200


def test_a_question_is_asked_read_and_answered_once(world, task):
    consult(world, task)
    police, asker = Api(world.reviewer("GAJ")), Api(world.reviewer("SCJG"))
    (found,) = police.get("consultations/", status="open").json()["results"]
    assert (found["question"], found["department"], found["answer"]) == ("消防通道是否够宽？", "GAJ", "")

    problem(police.post(f"consultations/{found['id']}/answer/", {}), 422, "invalid", "answer")
    told = police.post(f"consultations/{found['id']}/answer/", {"answer": "够宽，无意见。"})
    assert (told.status_code, told.json()["status"]) == (200, "answered")
    (read,) = asker.get(f"tasks/{task.pk}/consultations/").json()
    assert (read["answer"], read["answered_by"]) == ("够宽，无意见。", world.reviewer("GAJ").name)
    problem(police.post(f"consultations/{found['id']}/answer/", {"answer": "改主意了"}), 409, "cannot_answer")


def test_a_question_is_taken_back(world, task):
    consult(world, task)
    (asked,) = Api(world.reviewer("SCJG")).get(f"tasks/{task.pk}/consultations/").json()
    answer = Api(world.reviewer("SCJG")).post(
        f"tasks/{task.pk}/acts/take-back-question/", {"consultation": asked["id"], "reason": "已经清楚"}
    )

    assert answer.status_code == 200
    assert Api(world.reviewer("GAJ")).get(f"consultations/{asked['id']}/").json()["status"] == "cancelled"


def test_questions_to_others_do_not_exist(world, task):
    consult(world, task)
    for who in (world.reviewer("CGJ"), world.reviewer("SCJG")):
        stranger = Api(who)
        assert stranger.get("consultations/").json()["results"] == []
        pk = task.consultations.get().pk
        problem(stranger.get(f"consultations/{pk}/"), 404, "not_found")
        problem(stranger.post(f"consultations/{pk}/answer/", {"answer": "我说"}), 404, "not_found")
    problem(Api(world.citizen.user).get("consultations/"), 403, "post_required")

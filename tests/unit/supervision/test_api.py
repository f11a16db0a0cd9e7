"""Cards over the API: seen by whom the pages show them to, acted on in the same words."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from supervision.models import Card
from supervision.services import judging
from supervision.sweeps import run_cards
from tests.api import Api, problem


def ids(api, **query):
    return {row["id"] for row in api.get("cards/", **query).json()["results"]}


def test_cards_are_listed_for_those_whose_they_are(world, yellow):
    every = set(Card.objects.values_list("pk", flat=True))
    assert ids(Api(world.supervisor)) == every
    assert ids(Api(world.head("SCJG"))) == every
    own = set(Card.objects.filter(person=world.reviewer("SCJG")).values_list("pk", flat=True))
    assert ids(Api(world.reviewer("SCJG"))) == own != every
    assert ids(Api(world.head("GAJ"))) == ids(Api(world.clerk)) == set()
    problem(Api(world.citizen.user).get("cards/"), 403, "post_required")
    problem(Api().get("cards/"), 401, "not_authenticated")
    shown = Api(world.head("SCJG")).get(f"cards/{yellow.pk}/").json()
    assert (shown["level"], shown["status"], shown["department"]) == ("yellow", "issued", "SCJG")
    assert (shown["number"], shown["appeal"]) == (yellow.subject_number, None)


def test_cards_are_found_by_what_they_are(world, yellow):
    api = Api(world.supervisor)
    assert ids(api, level="yellow", status="issued", department="SCJG") >= {yellow.pk}
    assert ids(api, application=yellow.application.number) >= {yellow.pk}
    assert ids(api, department="GAJ") == set()
    assert ids(api, found_after="2030-01-01T00:00:00Z") == set()
    problem(api.get("cards/", level="blue"), 422, "invalid", "level")


@pytest.mark.parametrize("act", ["", "confirm/", "dismiss/", "appeal/", "uphold/", "withdraw/"])
def test_a_card_of_others_does_not_exist(world, yellow, act):
    for other in (world.head("GAJ"), world.clerk):
        api, address = Api(other), f"cards/{yellow.pk}/{act}"
        answer = api.post(address, {"reason": "不服"}) if act else api.get(address)
        problem(answer, 404, "not_found")
    before = Card.objects.get(pk=yellow.pk)
    assert (before.status, before.decision) == ("issued", "")


def test_appeal_and_withdrawal(world, yellow):
    head, supervisor = Api(world.head("SCJG")), Api(world.supervisor)
    problem(head.post(f"cards/{yellow.pk}/appeal/", {}), 422, "invalid", "reason")
    problem(supervisor.post(f"cards/{yellow.pk}/appeal/", {"reason": "x"}), 403, "post_required")
    said = head.post(
        f"cards/{yellow.pk}/appeal/", {"reason": "申请人请求暂缓。", "evidence": "7月3日函"}
    ).json()
    assert (said["status"], said["appeal"]["evidence"]) == ("appealed", "7月3日函")
    problem(head.post(f"cards/{yellow.pk}/appeal/", {"reason": "再次"}), 409, "cannot_appeal")
    problem(head.post(f"cards/{yellow.pk}/withdraw/", {"reason": "x"}), 403, "post_required")
    said = supervisor.post(f"cards/{yellow.pk}/withdraw/", {"reason": "情况属实。"}).json()
    assert (said["status"], said["decision"]) == ("withdrawn", "情况属实。")
    problem(supervisor.post(f"cards/{yellow.pk}/uphold/", {"reason": "x"}), 409, "cannot_uphold")


def test_confirming_and_dismissing_what_was_proposed(world, yellow):
    cards = list(Card.objects.order_by("pk")[:2])
    Card.objects.update(status="proposed", issued_at=None)
    api = Api(world.supervisor)
    problem(Api(world.head("SCJG")).get(f"cards/{yellow.pk}/"), 404, "not_found")
    assert api.post(f"cards/{cards[0].pk}/confirm/").json()["status"] == "issued"
    problem(api.post(f"cards/{cards[1].pk}/dismiss/", {"reason": " "}), 422, "invalid", "reason")
    assert api.post(f"cards/{cards[1].pk}/dismiss/", {"reason": "系统故障"}).json()["status"] == "dismissed"


def test_list_takes_the_same_queries_for_more_cards(world, yellow):
    api = Api(world.supervisor)

    def asked():
        with CaptureQueriesContext(connection) as captured:
            rows = api.get("cards/", page_size=100).json()["results"]
        return len(captured), len(rows)

    few = asked()
    judging.appeal(card_id=yellow.pk, reason="暂缓", evidence="", by=world.head("SCJG"), now=world.now())
    world.pass_time(days=40)
    run_cards(now=world.now() + timedelta(hours=1))
    many = asked()
    assert many[1] > few[1]
    assert many[0] == few[0]

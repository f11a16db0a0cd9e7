"""The whole road by API only: a bundle at the window, one by courier, one for somebody new at the counter."""

import pytest

from portal.demo.cast import PASSWORD
from tests.api import Api


def ok(response, status=200):
    assert response.status_code == status, response.content.decode()[:800]
    return response.json() if response.content else None


def signed_in(username):
    token = ok(Api().post("token/", {"username": username, "password": PASSWORD}))["token"]
    return Api(token=token)


def fill_in(api, draft, **answers):
    """Answer and upload what is asked, as a program would that reads nothing but the draft."""
    address = f"applications/{draft['id']}/"
    shown = ok(api.put(f"{address}answers/", {"subject": "江畔小馆", **answers}))
    for material in shown["materials"]:
        if material["is_required"] and material["disposition"] == "ask":
            ok(api.upload(f"materials/{material['id']}/files/"), 201)


def through_departments(world, number):
    """Claim, record and finish every task of every department until none is left."""
    people = {}

    def api_of(name):
        return people.setdefault(name, Api(world.cast.user(name)))

    def live():
        for _ in range(3):  # a result, what waited for it, its arrival
            world.carry()
        return [
            task
            for task in Api(world.supervisor).get("tasks/", q=number, page_size=100).json()["results"]
            if task["kind"] not in ("special", "post_check")
        ]

    while tasks := live():
        for task in tasks:
            dept, address = task["department"].lower(), f"tasks/{task['id']}/"
            if task["kind"] == "decide":
                decider = api_of(f"{dept}.decide")
                ok(decider.post(f"{address}claim/"))
                ok(decider.post(f"{address}decide/", {"outcome": "granted"}), 201)
                continue
            reviewer = api_of(f"{dept}.review1")
            assert ok(reviewer.post(f"{address}claim/"))["status"] == "claimed"
            if task["staff_min"] > 1:
                on_site = {
                    "finding": "同行核查一致。",
                    "seen_at": world.now().isoformat(),
                    "place": "经营场所",
                }
                for inspector in (api_of(f"{dept}.review2"), reviewer):
                    ok(inspector.post(f"{address}records/", on_site), 201)
            done = ok(reviewer.post(f"{address}complete/", {"outcome": "pass", "opinion": "符合条件。"}))
            assert done["status"] == "done"


def first_task(world):
    tasks = world.road.arrived(world.accepted("SCJG-007"))
    return next(task for task in tasks if task.kind == "review")


@pytest.fixture
def citizen(world):
    return signed_in("citizen1")


@pytest.fixture
def clerk(world):
    return signed_in("counter1")


def test_bundle_ends_closed_at_the_window_with_one_trip(world, citizen, clerk):
    draft = ok(citizen.post("applications/", {"bundle": "B01", "chosen": []}), 201)
    with_option = ok(citizen.put(f"applications/{draft['id']}/members/", {"chosen": ["XFJ-001"]}))
    assert len(with_option["cases"]) == len(draft["cases"]) + 1
    fill_in(citizen, draft)
    submitted = ok(citizen.post(f"applications/{draft['id']}/submit/"))
    accepted = ok(clerk.post(f"applications/{draft['id']}/accept/"))
    assert (submitted["status"], accepted["status"]) == ("submitted", "accepted")

    through_departments(world, submitted["number"])
    outlet = signed_in("outlet1")
    waiting = ok(outlet.get("deliveries/", status="ready"))["results"]
    assert [each["application"] for each in waiting] == [submitted["number"]]
    ok(
        outlet.post(
            "handovers/",
            {
                "application": submitted["number"],
                "collector_name": "陈晓岚",
                "relation": "self",
                "signature": "陈晓岚",
            },
        ),
        201,
    )

    closed = ok(citizen.get(f"applications/{draft['id']}/"))
    assert (closed["status"], closed["trips"]) == ("closed", 1)
    assert {case["status"] for case in closed["cases"]} == {"granted"}
    titles = [event["title"] for event in ok(citizen.get(f"applications/{draft['id']}/timeline/"))]
    assert titles[0] == "提交申请"
    assert titles[-1] == "办结"


def test_application_by_courier_ends_closed_without_a_trip(world, citizen, clerk):
    draft = ok(citizen.post("applications/", {"matter": "SCJG-001"}), 201)
    address = {"recipient_name": "陈晓岚", "recipient_phone": "13800000001", "recipient_address": "人民路8号"}
    fill_in(citizen, draft, delivery_method="courier", **address)
    number = ok(citizen.post(f"applications/{draft['id']}/submit/"))["number"]
    ok(clerk.post(f"applications/{draft['id']}/accept/"))
    through_departments(world, number)

    desk = signed_in("courier1")
    parcel = ok(desk.get("shipments/", application=number))["results"][0]
    sent = ok(desk.post(f"shipments/{parcel['id']}/send/"))
    assert (sent["status"], bool(sent["waybill"])) == ("sent", True)
    world.pass_time(hours=25)
    world.carry()

    closed = ok(citizen.get(f"applications/{draft['id']}/"))
    assert (closed["status"], closed["trips"]) == ("closed", 0)
    assert ok(citizen.get(f"shipments/{parcel['id']}/"))["status"] == "received"


def test_progress_and_verification_are_public(world):
    application = world.closed("SCJG-001")
    anybody = Api()

    progress = ok(anybody.get("progress/", number=application.number, query_code=application.query_code))
    assert (progress["stage"], progress["applicant"]) == ("已办结", "陈*岚")
    papers = ok(Api(world.citizen.user).get(f"applications/{application.pk}/documents/"))
    for paper in papers:
        verified = ok(anybody.get(f"verify/{paper['verify_token']}/"))
        assert (verified["valid"], verified["number"]) == (True, paper["number"])


def test_counter_files_for_somebody_new_and_counts_the_visit(world, clerk):
    person = {
        "kind": "natural",
        "name": "林初见",
        "id_type": "111",
        "id_number": "330199199503150428",
        "phone": "13900001234",
    }
    draft = ok(
        clerk.post("applications/", {"matter": "SCJG-001", "channel": "counter", "applicant": person}),
        201,
    )
    ok(clerk.put(f"applications/{draft['id']}/answers/", {"subject": "初见茶社"}))
    materials = [each["id"] for each in draft["materials"] if each["disposition"] == "ask"]
    ok(clerk.put(f"applications/{draft['id']}/papers/", {"materials": materials}))
    submitted = ok(clerk.post(f"applications/{draft['id']}/submit/", {"confirmed": True}))

    assert [visit["causes"] for visit in submitted["visits"]] == [["filing"]]
    assert submitted["applicant"]["id_number"] == "330199********0428"
    assert submitted["applicant"]["phone"] == "139****1234"
    assert ok(clerk.post(f"applications/{draft['id']}/accept/"))["status"] == "accepted"


def test_correction_is_asked_once_and_answered(world, citizen, clerk):
    application = world.submitted("SCJG-001")
    address = f"applications/{application.pk}/"
    material = application.materials.filter(disposition="ask").first()
    item = {"what": material.name, "reason": "缺签字页", "how": "补传", "material_id": material.pk}
    asked = ok(clerk.post(f"{address}correction/", {"items": [item], "workdays": 5}))
    assert asked["status"] == "correction_open"

    ok(citizen.upload(f"materials/{material.pk}/files/"), 201)
    answered = ok(citizen.post(f"{address}correction/answer/", {"answers": []}))
    assert (answered["status"], answered["correction"]["status"], answered["trips"]) == (
        "submitted",
        "answered",
        0,
    )


def test_correction_answered_at_the_window_counts_the_visit(world, clerk):
    application = world.submitted("SCJG-001")
    address = f"applications/{application.pk}/"
    material = application.materials.filter(disposition="ask").first()
    item = {"what": material.name, "reason": "缺签字页", "material_id": material.pk}
    ok(clerk.post(f"{address}correction/", {"items": [item]}))

    answered = ok(clerk.post(f"{address}correction/answer/", {"papers": [material.pk]}))

    assert [visit["causes"] for visit in answered["visits"]] == [["correction"]]
    assert answered["correction"]["items"][0]["answer"]


def test_refusal_withdrawal_and_discarding_end_an_application(world, citizen, clerk):
    refused = world.submitted("SCJG-001")
    reason = {"reason": "不属于本机关职权范围。", "competent_authority": "示例区税务局"}
    assert ok(clerk.post(f"applications/{refused.pk}/refuse/", reason))["status"] == "refused"

    withdrawn = world.submitted("SCJG-001")
    ended = ok(citizen.post(f"applications/{withdrawn.pk}/withdraw/", {"reason": "暂不开业"}))
    assert ended["status"] == "withdrawn"

    draft = world.draft("SCJG-001")
    assert citizen.delete(f"applications/{draft.pk}/").status_code == 204
    assert citizen.get(f"applications/{draft.pk}/").status_code == 404


def test_task_put_back_can_be_claimed_by_a_colleague(world):
    task = first_task(world)
    holder, colleague = (Api(world.cast.user(f"{task.department.code.lower()}.review{n}")) for n in (1, 2))
    ok(holder.post(f"tasks/{task.pk}/claim/"))

    assert ok(holder.post(f"tasks/{task.pk}/put-back/"))["status"] == "open"
    assert ok(colleague.post(f"tasks/{task.pk}/claim/"))["claimed_by"].endswith("审乙")

"""Lists and what they show: the same number of queries at 3 and 30 rows, stable pages, nothing personal in full."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Application
from core import clock
from core.services import notices
from tests.api import Api


def queries_of(api, address, **query):
    with CaptureQueriesContext(connection) as captured:
        response = api.get(address, page_size=100, **query)
    assert response.status_code == 200, response.content
    return len(captured), len(response.json()["results"])


def several(world, count):
    """Write down as many applications: with results waiting, handed over, in parcels, under review, with predecessors."""
    for number in range(count):
        if number % 3 == 0:
            world.closed("SCJG-001", by_courier=bool(number % 2))
        elif number % 3 == 1:
            world.accepted("SCJG-007")
        else:
            world.accepted("B08")


def test_lists_take_the_same_queries_for_more_rows(world):
    clerk, reviewer = Api(world.clerk), Api(world.reviewer("SCJG"))
    asked = [
        (clerk, f"{name}/") for name in ("applications", "deliveries", "handovers", "shipments", "decisions")
    ]
    asked += [(Api(world.citizen.user), "applications/"), (reviewer, "tasks/"), (reviewer, "applications/")]
    several(world, 6)
    few = [queries_of(api, address) for api, address in asked]
    several(world, 24)

    many = [queries_of(api, address) for api, address in asked]

    for (_, address), (queries, rows), (queries_then, rows_then) in zip(asked, few, many, strict=True):
        assert rows < rows_then, address
        assert queries == queries_then, address


def test_list_of_messages_takes_the_same_queries_for_more_rows(world):
    api = Api(world.citizen.user)

    def tell(count):
        for number in range(count):
            notices.notify(
                applicant_id=world.citizen.pk, title=f"消息 {number}", body="正文", now=clock.now()
            )

    tell(3)
    few = queries_of(api, "messages/")
    tell(27)

    assert queries_of(api, "messages/") == (few[0], few[1] + 27)


@pytest.mark.parametrize("address", ["matters/", "bundles/", "departments/", "service-points/"])
def test_list_of_the_catalogue_takes_the_same_queries_for_more_rows(world, address):
    def queries(size):
        with CaptureQueriesContext(connection) as captured:
            rows = Api().get(address, page_size=size).json()["results"]
        return len(captured), len(rows)

    few, many = queries(1), queries(100)

    assert few[0] == many[0]
    codes = [row["code"] for row in Api().get(address, page_size=100).json()["results"]]
    assert codes == sorted(codes)


def test_pages_stay_where_they_are_while_rows_come(world):
    applications = [world.draft().pk for _ in range(5)]
    api = Api(world.citizen.user)
    first = api.get("applications/", page_size=2).json()
    world.draft()

    second = api.client.get(first["next"], headers=api.headers).json()
    third = api.client.get(second["next"], headers=api.headers).json()
    back = api.client.get(third["previous"], headers=api.headers).json()

    seen = [row["id"] for page in (first, second, third) for row in page["results"]]
    assert seen == applications[::-1]
    assert third["next"] is None
    assert back["results"] == second["results"]


def test_filters_narrow_the_lists(world):
    draft, accepted, bundle = world.draft(), world.accepted("SCJG-007"), world.accepted("B08")
    api = Api(world.citizen.user)

    def ids(**query):
        return {row["id"] for row in api.get("applications/", **query).json()["results"]}

    assert ids() == {draft.pk, accepted.pk, bundle.pk}
    assert ids(status="draft") == {draft.pk}
    assert ids(status=["draft", "accepted"]) == {draft.pk, accepted.pk, bundle.pk}
    assert ids(matter="SCJG-007") == {accepted.pk}
    assert ids(bundle="B08") == {bundle.pk}
    assert ids(number=accepted.number) == {accepted.pk}
    assert ids(submitted_after="2030-01-01T00:00:00Z") == set()
    assert {row["code"] for row in Api().get("matters/", q="食品经营", instant="false").json()["results"]}


def test_search_of_matters_finds_by_everyday_words(world):
    assert "SCJG-007" in [
        row["code"] for row in Api().get("matters/", q="食品经营许可", page_size=100).json()["results"]
    ]


def test_personal_data_is_masked_for_everybody(world):
    application = world.closed("SCJG-001", by_courier=True)
    assert Application.objects.get().recipient_phone == world.citizen.phone
    secrets = (world.citizen.id_number, world.citizen.phone, world.citizen.address)
    parcel = application.delivery.shipment
    addresses = [
        "applications/",
        f"applications/{application.pk}/",
        f"applications/{application.pk}/documents/",
        f"applications/{application.pk}/timeline/",
        "deliveries/",
        "shipments/",
        f"shipments/{parcel.pk}/",
        "decisions/",
        "tasks/",
        "messages/",
        "handovers/",
    ]
    people = (
        world.citizen.user,
        world.clerk,
        world.outlet,
        world.courier,
        world.decider("SCJG"),
        world.supervisor,
    )
    for user in people:
        api = Api(user)
        texts = [api.get(address).content.decode() for address in addresses]
        texts.append(api.get("tasks/", state="done").content.decode())
        for text in texts:
            assert not [secret for secret in secrets if secret in text], (user, text)
    public = Api().get("progress/", number=application.number, query_code=application.query_code)
    assert world.citizen.name not in public.content.decode()


def test_query_code_is_shown_only_to_applicant_and_windows(world):
    application = world.ready("SCJG-009", by_courier=True)

    def shown_to(user):
        api = Api(user)
        one = api.get(f"applications/{application.pk}/").json()["query_code"]
        listed = api.get("applications/").json()["results"][0]["query_code"]
        assert one == listed
        return one

    for user in (world.citizen.user, world.clerk, world.outlet, world.courier):
        assert shown_to(user) == application.query_code
    for user in (world.reviewer("SCJG"), world.decider("SCJG"), world.supervisor):
        assert shown_to(user) == ""


def test_application_shows_where_it_is_and_whose_turn(world):
    application = world.accepted("SCJG-007")

    standing = Api(world.citizen.user).get(f"applications/{application.pk}/").json()["standing"]

    assert "市场监督管理局" in standing["where"]
    assert standing["turn"] == "市场监督管理局"

"""The door of the API: tokens, sessions, lock-out, throttles, index, the browsable page."""

import pytest
from django.db import connection
from django.test import Client
from rest_framework.authtoken.models import Token

from applications.models import Application
from core import clock
from core.models import AuditEntry
from core.services import accounts
from portal.demo.cast import PASSWORD
from tests.api import Api, problem

CREDENTIALS = {"username": "citizen1", "password": PASSWORD}


@pytest.fixture
def broken(db):
    """A fault of ours: the table of departments is gone."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE matters_department RENAME TO gone")


def test_a_fault_is_a_problem_document_that_tells_nothing_but_its_request(broken):
    response = Api().get("departments/")

    body = problem(response, 500, "internal_error")
    assert body["request_id"] == response["X-Request-ID"] != ""
    for secret in ("Traceback", "matters_department", "ProgrammingError"):
        assert secret not in response.content.decode()


def test_a_fault_of_a_page_is_a_page(broken):
    response = Client(raise_request_exception=False).get("/bundles/")

    assert (response.status_code, response["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert response["X-Request-ID"] in response.content.decode()


@pytest.mark.parametrize("name", ["username", "phone", "id_number"])
def test_token_is_given_for_any_name_of_a_person(world, name):
    applicant = world.citizen
    names = {"username": applicant.user.username, "phone": applicant.phone, "id_number": applicant.id_number}

    answer = Api().post("token/", {"username": names[name], "password": PASSWORD})

    assert answer.json() == {"token": Token.objects.get(user=applicant.user).key}
    assert AuditEntry.objects.filter(act="token.issue", actor=applicant.user).count() == 1


def test_token_is_refused_for_a_wrong_password(world):
    response = Api().post("token/", {**CREDENTIALS, "password": "falsch-2026"})

    problem(response, 401, "wrong_credentials")
    problem(Api().post("token/", {"username": "nobody", "password": "x"}), 401, "wrong_credentials")
    problem(Api().post("token/", {"username": "citizen1"}), 422, "invalid", "password")
    problem(Api().post("token/", {**CREDENTIALS, "username": "\0"}), 422, "invalid", "username")
    assert response["WWW-Authenticate"] == "Token"
    assert not Token.objects.exists()


def test_token_is_refused_to_a_name_that_is_locked(world):
    for _ in range(5):
        refused = Api().post("token/", {"username": "citizen2", "password": "falsch-2026"})
        assert refused.status_code in (401, 429)

    problem(Api().post("token/", {"username": "citizen2", "password": PASSWORD}), 429, "locked_out")
    problem(
        Api().post("token/", {"username": world.other_citizen.phone, "password": PASSWORD}), 429, "locked_out"
    )
    assert Api().post("token/", CREDENTIALS).status_code == 200


def test_token_of_an_account_that_ended_opens_nothing(world):
    api = Api(world.citizen.user)
    type(world.citizen.user).objects.filter(pk=world.citizen.user.pk).update(is_active=False)

    problem(api.get("applications/"), 401, "authentication_failed")
    problem(Api().post("token/", CREDENTIALS), 401, "wrong_credentials")


def test_token_ends_when_revoked_and_with_the_password(world):
    api = Api(world.citizen.user)
    assert api.post("token/revoke/").status_code == 204
    problem(api.get("applications/"), 401, "authentication_failed")

    again = Api(world.citizen.user)
    accounts.change_password(
        by=world.citizen.user, current=PASSWORD, password="Anders-2026-neu", now=clock.now()
    )
    problem(again.get("applications/"), 401, "authentication_failed")


def test_post_that_ended_opens_nothing_to_its_token(world):
    application = world.submitted()
    api = Api(world.clerk)
    assert api.get(f"applications/{application.pk}/").status_code == 200
    world.clerk.posts.update(ended_at=clock.now(), ended_by=world.administrator)

    problem(api.post(f"applications/{application.pk}/accept/"), 403, "post_required")
    problem(api.get(f"applications/{application.pk}/"), 404, "not_found")


@pytest.mark.parametrize(
    ("door", "times", "ask"),
    [
        ("progress", 20, lambda api: api.get("progress/", number="1", query_code="2")),
        ("token", 20, lambda api: api.post("token/", {})),
        ("verify", 60, lambda api: api.get("verify/unknown/")),
    ],
)
def test_door_is_slowed_down_by_address(world, door, times, ask):
    api = Api()
    assert {ask(api).status_code for _ in range(times)} <= {404, 422}

    refused = ask(api)

    problem(refused, 429, "too_often")
    assert refused["Retry-After"] == "60"
    assert ask(Api()).status_code in (404, 422)


def test_progress_with_wrong_input_tells_nothing(world):
    application = world.submitted()

    problem(Api().get("progress/"), 422, "invalid", "query_code")
    problem(Api().get("progress/", number="\0", query_code="x"), 422, "invalid", "number")
    for number, query_code in ((application.number, "AAAAAA"), ("1", application.query_code)):
        problem(Api().get("progress/", number=number, query_code=query_code), 404, "not_found")
    problem(Api().get("verify/unknown-token/"), 404, "not_found")


def test_session_may_read_and_with_its_csrf_token_write(world):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.citizen.user, backend="core.auth.ByAnyName")
    assert client.get("/api/v1/applications/").status_code == 200

    def start(**headers):
        return client.post(
            "/api/v1/applications/", {"matter": "SCJG-001"}, content_type="application/json", headers=headers
        )

    problem(start(), 403, "csrf_failed")
    problem(start(**{"X-CSRFToken": "x" * 32}), 403, "csrf_failed")
    assert Application.objects.count() == 0
    client.get("/accounts/password/")
    token = client.cookies["csrftoken"].value
    assert start(**{"X-CSRFToken": token}).status_code == 201


def test_index_names_addresses_that_answer(world):
    index = Client().get("/api/").json()

    for address in (index["docs"], index["schema"], index["problems"]):
        assert Client().get(address).status_code == 200
    for name, address in index["v1"].items():
        assert Api(world.citizen.user).client.get(address).status_code in (200, 401, 405, 422), name


def test_docs_page_loads_nothing_from_elsewhere(world):
    page = Client().get("/api/docs/")

    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert "unsafe-inline'; script" not in page["Content-Security-Policy"]
    assert "http" not in page.content.decode().replace("http-equiv", "")

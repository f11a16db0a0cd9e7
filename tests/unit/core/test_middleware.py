"""What middleware makes of a response."""

import pytest

pytestmark = pytest.mark.django_db


def test_sign_in_as_page_sends_an_htmx_request_without_session_to_sign_in(world):
    response = world.client().get(
        "/applications/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/applications/?state=open"},
    )

    assert response.status_code == 200
    assert response["HX-Redirect"] == "/accounts/sign-in/?next=%2Fapplications%2F%3Fstate%3Dopen"
    assert response.content == b""


def test_sign_in_as_page_leaves_a_plain_request_alone(world):
    response = world.client().get("/applications/")

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/sign-in/")

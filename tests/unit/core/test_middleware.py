"""What middleware makes of a response."""

from unittest.mock import patch

import pytest

from core.models import User

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


@pytest.mark.parametrize("address", ["/matters/%00/", "/bundles/%00/"])
def test_no_null_character_leads_nowhere(world, address):
    assert world.client().get(address).status_code == 404


def test_a_null_character_passes_nothing_over_in_the_queue(world):
    assert world.client(world.clerk).get("/counter/next/?after=%00").status_code == 302


def test_no_null_character_is_a_cursor_of_the_api(world):
    response = world.client().get("/api/v1/matters/?cursor=%00")
    assert (response.status_code, response.json()["code"]) == (422, "cursor_unreadable")


def test_text_that_the_database_cannot_take_is_refused_in_words_wherever_it_comes_from(world):
    def asked(request, *_):
        return User.objects.filter(name="a\0b").first()

    client = world.client(world.clerk)
    with patch("portal.views.home.render", asked):
        response = client.get("/")

    assert response.status_code == 422
    assert "看不见的字符" in response.content.decode()

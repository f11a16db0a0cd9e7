"""The catalogue for editors and the office: whose matters, what about them, narrowed and in pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matters.models import MatterVersion

PATH = "/desk/catalogue/"


@pytest.fixture
def office(world):
    return world.client(world.cast.user("office1"))


@pytest.fixture
def editor(world):
    return world.client(world.cast.user("scjg.editor"))


def codes(response) -> list[str]:
    return [row.code for row in response.context["rows"]]


def test_catalogue_is_for_those_who_keep_it(world):
    assert world.client().get(PATH).status_code == 302
    for user in (world.citizen.user, world.clerk, world.reviewer("SCJG"), world.administrator):
        assert world.client(user).get(PATH).status_code == 403


def test_catalogue_of_an_editor_holds_their_own_departments_matters(editor):
    published = MatterVersion.objects.filter(status="published", matter__department__code="SCJG")
    assert codes(editor.get(PATH)) == sorted(published.values_list("matter__code", flat=True))
    assert "department" not in editor.get(PATH).context["filters"].fields
    assert codes(editor.get(PATH, {"department": "GAJ"})) == codes(editor.get(PATH))


def test_catalogue_of_the_office_holds_all_in_pages_with_the_filters_kept(office):
    shown, url = [], PATH + "?q=-0"
    while url:
        page = office.get(url)
        shown += codes(page)
        url = page.context["next_url"] and PATH + page.context["next_url"]
    every = MatterVersion.objects.filter(status="published").values_list("matter__code", flat=True)
    assert len(shown) > 25
    assert shown == sorted(every)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"department": "GAJ", "q": "出生登记"}, ["GAJ-004"]),
        ({"q": "gaj-004"}, ["GAJ-004"]),
        ({"q": "没有这样的事项"}, []),
        ({"department": "SCJG", "q": "GAJ-004"}, []),
    ],
)
def test_catalogue_narrows_by_department_and_text(office, asked, found):
    response = office.get(PATH, asked)
    assert codes(response) == found
    assert found or "没有符合条件的事项" in response.content.decode()


def test_catalogue_leaves_out_what_cannot_be_understood(office):
    assert office.get(PATH, {"department": "NOPE"}).status_code == 200
    assert office.get(PATH, {"after": "nonsense"}).status_code == 422


def test_catalogue_counts_materials_and_steps_and_leads_to_the_guide(world, editor):
    version = world.version("SCJG-007")
    row = next(row for row in editor.get(PATH).context["rows"] if row.code == "SCJG-007")
    assert (row.materials, row.steps) == (version.materials.count(), version.steps.count())
    assert (row.trips, row.since) == (version.max_trips, version.published_at)
    assert editor.get(row.url).status_code == 200


def test_catalogue_takes_as_many_queries_for_many_matters_as_for_one(office):
    def queries(**asked: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert codes(office.get(PATH, asked))
        return len(captured)

    assert queries(q="GAJ-004") == queries()

"""The page of findings: for those who keep the catalogue, by check and department, narrowed and in pages."""

import pytest

from matters.checks import CHECKS

PATH = "/desk/catalogue/findings/"


@pytest.fixture
def office(world):
    return world.client(world.cast.user("office1"))


@pytest.fixture
def editor(world):
    return world.client(world.cast.user("scjg.editor"))


def test_findings_are_for_those_who_keep_the_catalogue(world):
    assert world.client().get(PATH).status_code == 302
    for user in (world.citizen.user, world.clerk, world.administrator):
        assert world.client(user).get(PATH).status_code == 403


def test_findings_of_the_office_are_summed_by_check_and_department(office):
    found = office.get(PATH).context["found"]
    assert sum(one.findings for one in found.by_check) == len(found.pairs)
    assert sum(sum(one.counts) for one in found.by_department) == len(found.pairs)
    assert len(found.by_department) > 5


def test_findings_of_an_editor_are_their_own_departments(editor):
    found = editor.get(PATH, {"department": "GAJ"}).context["found"]
    assert {version.matter.department.code for version, _ in found.pairs} == {"SCJG"}


def test_findings_of_one_check_are_listed_in_pages(office):
    code = "material_unfounded"
    shown, url = [], f"{PATH}?check={code}"
    while url:
        page = office.get(url)
        shown += page.context["rows"]
        url = page.context["next_url"] and PATH + page.context["next_url"]
    assert len(shown) == len(page.context["found"].pairs) > 50
    assert {row.finding.code for row in shown} == {code}
    assert CHECKS[code].how in page.content.decode()


def test_findings_are_narrowed_by_grade(office):
    found = office.get(PATH, {"grade": "hint"}).context["found"]
    assert {finding.severity for _, finding in found.pairs} == {"hint"}


def test_findings_are_narrowed_by_matter(office):
    rows = office.get(PATH, {"q": "SCJG-007"}).context["rows"]
    assert {row.code for row in rows} == {"SCJG-007"}


@pytest.mark.parametrize(
    "asked", [{"check": "nonsense"}, {"grade": "nonsense"}, {"page": "nonsense"}, {"page": "99"}]
)
def test_what_cannot_be_understood_is_left_out(office, asked):
    assert office.get(PATH, asked).status_code == 200


def test_nothing_found_says_so(office):
    assert "没有发现这样的问题" in office.get(PATH, {"q": "没有这样的事项"}).content.decode()


def test_findings_of_a_department_are_summed_by_check_and_stay_in_it(office):
    page = office.get(PATH, {"department": "GAJ"})
    found = page.context["found"]
    assert {version.matter.department.code for version, _ in found.pairs} == {"GAJ"}
    assert f"?check={found.by_check[0].check.code}&amp;department=GAJ" in page.content.decode()

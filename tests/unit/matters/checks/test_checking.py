"""The checks over the catalogue: what a matter is told of the others, and what is remembered."""

from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from matters.catalogue.content import elements_of
from matters.checks import table
from matters.enums import Role
from matters.models import Department, MatterVersion
from matters.selectors.checking import (
    Surroundings,
    catalogue_findings,
    catalogue_for_checks,
    checked,
    findings_of,
)


def codes(found) -> set[str]:
    return {one.code for one in found}


def test_surroundings_name_the_department_s_phones_and_code(load, small):
    small["departments"][0] |= {"consult_phone": "0571-1", "complaint_phone": "0571-2", "hall_hours": "周一"}
    load(small)
    around = Surroundings().of({"code": "A-1", "department": "AAA", "name": "开店登记"})
    assert (around.consult_phone, around.complaint_phone, around.hall_hours) == ("0571-1", "0571-2", "周一")
    assert around.credit_code == "11330199003000743N"


def test_surroundings_name_matters_with_the_same_code_or_name(load, small):
    for one in small["matters"]:
        one |= {"task_code": "T1", "department": "AAA", "name": "开店登记"}
    load(small)
    around = Surroundings().of({"code": "A-1", "department": "AAA", "name": "开店登记", "task_code": "T1"})
    assert (around.same_task_code, around.same_name) == (("B-1",), ("B-1",))


def test_surroundings_do_not_take_an_empty_code_for_the_same(loaded):
    assert Surroundings().of({"code": "A-1", "task_code": ""}).same_task_code == ()


def test_surroundings_name_who_gets_a_material_by_sharing(load, small):
    small["matters"][1]["materials"][1] |= {"shared_data": True}
    load(small)
    asked = {"code": "A-1", "materials": [{"key": "BL", "shared_data": False}]}
    assert Surroundings().of(asked).shared_elsewhere == {"BL": "B-1"}
    assert Surroundings().of(asked | {"code": "B-1"}).shared_elsewhere == {}


def test_surroundings_of_a_version_are_those_of_its_elements(load, small):
    small["matters"][0] |= {"materials": small["matters"][1]["materials"], "task_code": "T1"}
    small["matters"][1] |= {"task_code": "T1"}
    load(small)
    for version in catalogue_for_checks():
        values = elements_of(version)
        assert Surroundings().of_version(version) == Surroundings().of(values)


def test_findings_of_a_draft_know_the_catalogue(loaded):
    draft = {"code": "A-9", "department": "AAA", "name": "开店登记"}
    assert "name_twice" in codes(findings_of(draft))


def test_checked_finds_the_same_the_second_time_without_looking(load, small):
    small["matters"][0]["note"] = str(uuid4())  # never seen before
    load(small)
    versions = list(catalogue_for_checks())
    with CaptureQueriesContext(connection) as looking:
        first = list(checked(versions))
    with CaptureQueriesContext(connection) as remembering:
        assert [one.findings for one in checked(versions)] == [one.findings for one in first]
    assert len(remembering) == len(looking) - 1
    assert all(one.findings for one in first)


def test_checked_looks_again_when_the_department_changes(loaded):
    before = next(checked(catalogue_for_checks()))
    Department.objects.filter(code="AAA").update(consult_phone="0571-00001001")
    after = next(checked(catalogue_for_checks()))
    assert "consult_phone_missing" in codes(before.findings) - codes(after.findings)


def test_checked_looks_again_when_the_settings_change(loaded, settings):
    list(checked(catalogue_for_checks()))
    settings.CATALOGUE_LENGTHS = {"name": 1}
    assert "too_long" in codes(next(checked(catalogue_for_checks())).findings)


def test_checked_takes_the_same_queries_for_many_matters(demo):
    def queries(count: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert len(list(checked(catalogue_for_checks()[:count]))) == count
        return len(captured)

    queries(40)  # whatever is not remembered yet
    assert queries(40) == queries(2)


def test_catalogue_findings_of_an_editor_are_those_of_their_department(loaded, staff):
    editor = staff("e", Department.objects.get(code="BBB"), Role.EDITOR)
    office = staff("o", Department.objects.get(code="AAA"), Role.OFFICE)
    assert [one.version.matter.code for one in catalogue_findings(viewer=editor)] == ["B-1"]
    assert [one.version.matter.code for one in catalogue_findings(viewer=office)] == ["A-1", "B-1"]


def test_every_check_works_on_every_demo_matter(demo):
    for version in MatterVersion.objects.select_related("matter__department"):
        found = table.check(elements_of(version), Surroundings().of_version(version))
        assert all(one.what and one.place for one in found)


def test_matter_that_ends_before_it_begins_is_imported_and_found(load, small):
    small["matters"][0] |= {"effective_on": "2026-12-01", "cancel_on": "2026-11-25"}
    load(small)
    (found,) = checked(catalogue_for_checks().filter(matter__code=small["matters"][0]["code"]))
    assert "cancelled_before_effective" in codes(found.findings)

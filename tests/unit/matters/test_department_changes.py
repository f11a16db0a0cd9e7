"""Departments are renamed and merged, and what they did keeps its place."""

from datetime import date

import pytest

from core.errors import Forbidden, Invalid, NotFound, Refusal
from core.models import AuditEntry
from matters import selectors
from matters.enums import DepartmentChangeKind, Role
from matters.models import Department, DepartmentChange, Matter
from matters.services.departments import merge_department, rename_department
from tests.unit.matters.conftest import NOW

DAY = date(2018, 11, 1)
BASIS = "机构改革方案"


@pytest.fixture
def office(loaded, staff):
    return staff("office", Department.objects.get(code="AAA"), Role.OFFICE)


def merge(code: str, into: str, by, basis: str = BASIS) -> DepartmentChange:
    return merge_department(code=code, into=into, effective_on=DAY, basis=basis, by=by, now=NOW)


def rename(code: str, name: str, by, basis: str = BASIS) -> DepartmentChange:
    return rename_department(code=code, name=name, effective_on=DAY, basis=basis, by=by, now=NOW)


def test_rename_keeps_the_old_name_on_record(office):
    change = rename("AAA", "甲和乙局", office)
    assert (change.kind, change.name_before, change.name_after) == (
        DepartmentChangeKind.RENAME,
        "甲局",
        "甲和乙局",
    )
    assert Department.objects.get(code="AAA").name == "甲和乙局"
    assert AuditEntry.objects.filter(act="rename_department").count() == 1


def test_merger_hands_over_the_matters_and_keeps_the_queue(office):
    merge("BBB", "AAA", office)
    assert set(Matter.objects.values_list("department__code", flat=True)) == {"AAA"}
    assert [one.code for one in selectors.departments()] == ["AAA"]
    assert "dept.BBB" in selectors.department_queues()


def test_successor_of_a_successor_takes_over_all(office):
    Department.objects.create(code="CCC", name="丙局", region_code="330199")
    merge("BBB", "AAA", office)
    merge("AAA", "CCC", office)
    assert set(Department.objects.filter(successor__code="CCC").values_list("code", flat=True)) == {
        "AAA",
        "BBB",
    }
    assert set(Matter.objects.values_list("department__code", flat=True)) == {"CCC"}
    history = selectors.department_history(viewer=office)
    assert [(one.name_before, one.name_after) for one in history] == [("甲局", "丙局"), ("乙局", "甲局")]


def test_what_is_no_more_cannot_be_changed_again(office):
    merge("BBB", "AAA", office)
    for again in (lambda: merge("BBB", "AAA", office), lambda: merge("AAA", "BBB", office)):
        with pytest.raises(Refusal) as refused:
            again()
        assert refused.value.code == "department_merged"
    with pytest.raises(Refusal):
        rename("BBB", "新局", office)


def test_bad_changes_are_named(office):
    for act, field in (
        (lambda: merge("AAA", "AAA", office), "into"),
        (lambda: merge("BBB", "AAA", office, basis=" "), "basis"),
        (lambda: rename("AAA", "甲局", office), "name"),
        (lambda: rename("AAA", "", office), "name"),
        (lambda: rename("AAA", "长" * 101, office), "name"),
    ):
        with pytest.raises(Invalid) as refused:
            act()
        assert refused.value.field == field
    with pytest.raises(NotFound):
        merge("ZZZ", "AAA", office)
    assert not DepartmentChange.objects.exists()


def test_editors_cannot_change_departments(loaded, staff):
    editor = staff("editor", Department.objects.get(code="AAA"), Role.EDITOR)
    with pytest.raises(Forbidden):
        rename("AAA", "新局", editor)
    with pytest.raises(Forbidden):
        selectors.department_history(viewer=editor)

"""Departments are renamed and merged, and what they did keeps its place."""

from datetime import date, timedelta

import pytest

from core.errors import Forbidden, Invalid, NotFound, Refusal
from core.models import AuditEntry
from matters import selectors, sweeps
from matters.enums import DepartmentChangeKind, Role
from matters.models import Department, DepartmentChange, Matter
from matters.presenters import GuidePresenter
from matters.services.departments import call_off_change, merge_department, rename_department
from tests.unit.matters.conftest import NOW

DAY = date(2018, 11, 1)
BASIS = "机构改革方案"


@pytest.fixture
def office(loaded, staff):
    return staff("office", Department.objects.get(code="AAA"), Role.OFFICE)


def merge(code: str, into: str, by, basis: str = BASIS, on: date = DAY) -> DepartmentChange:
    return merge_department(code=code, into=into, effective_on=on, basis=basis, by=by, now=NOW)


def rename(code: str, name: str, by, basis: str = BASIS, on: date = DAY) -> DepartmentChange:
    return rename_department(code=code, name=name, effective_on=on, basis=basis, by=by, now=NOW)


def name_of(code: str) -> str:
    return Department.objects.get(code=code).name


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


LATER = NOW.date() + timedelta(days=2)
EVE = NOW.replace(hour=15, minute=59) + timedelta(days=1)  # 23:59 in China
MIDNIGHT = NOW.replace(hour=16) + timedelta(days=1)


def test_rename_waits_for_its_day(office):
    change = rename("AAA", "甲和乙局", office, on=LATER)
    assert (change.is_waiting, name_of("AAA")) == (True, "甲局")
    assert sweeps.run_clocks(now=EVE)["departments_changed"] == 0
    assert sweeps.run_clocks(now=MIDNIGHT)["departments_changed"] == 1
    assert name_of("AAA") == "甲和乙局"
    change.refresh_from_db()
    assert (change.applied_at, change.name_before) == (MIDNIGHT, "甲局")
    assert sweeps.run_clocks(now=MIDNIGHT)["departments_changed"] == 0
    assert AuditEntry.objects.filter(act="begin_rename_department").count() == 1


def test_merger_waits_for_its_day(office):
    merge("BBB", "AAA", office, on=LATER)
    assert selectors.matter_for_guide("B-1").matter.department.code == "BBB"
    assert len(selectors.departments()) == 2
    sweeps.run_clocks(now=MIDNIGHT)
    assert selectors.matter_for_guide("B-1").matter.department.code == "AAA"
    assert [one.code for one in selectors.departments()] == ["AAA"]


def test_changes_of_one_day_take_effect_together(office):
    merge("BBB", "AAA", office, on=LATER)
    rename("AAA", "乙局", office, on=LATER)  # the name becomes free on that day
    assert sweeps.run_clocks(now=MIDNIGHT)["departments_changed"] == 2
    assert [one.name for one in selectors.departments()] == ["乙局"]


def test_change_called_off_never_takes_effect(office):
    change = rename("AAA", "甲和乙局", office, on=LATER)
    call_off_change(change_id=change.pk, by=office, now=NOW)
    assert sweeps.run_clocks(now=MIDNIGHT)["departments_changed"] == 0
    assert name_of("AAA") == "甲局"
    assert AuditEntry.objects.filter(act="call_off_rename_department").count() == 1
    with pytest.raises(Refusal) as refused:
        call_off_change(change_id=change.pk, by=office, now=NOW)
    assert refused.value.code == "department_change_over"
    assert rename("AAA", "甲和乙局", office, on=LATER).is_waiting


def test_change_in_effect_cannot_be_called_off(office, staff):
    waiting, over = rename("BBB", "丁局", office, on=LATER), rename("AAA", "丙局", office)
    with pytest.raises(Refusal) as refused:
        call_off_change(change_id=over.pk, by=office, now=NOW)
    assert refused.value.code == "department_change_over"
    with pytest.raises(NotFound):
        call_off_change(change_id=0, by=office, now=NOW)
    with pytest.raises(Forbidden):
        call_off_change(
            change_id=waiting.pk,
            by=staff("editor", Department.objects.get(code="AAA"), Role.EDITOR),
            now=NOW,
        )
    assert waiting.is_waiting


def test_waiting_change_stands_in_the_way_of_what_contradicts_it(office):
    Department.objects.create(code="CCC", name="丙局", region_code="330199")
    merge("BBB", "AAA", office, on=LATER)
    for again in (
        lambda: merge("BBB", "CCC", office),
        lambda: rename("BBB", "丁局", office),
        lambda: merge("AAA", "CCC", office),
        lambda: merge("CCC", "BBB", office, on=LATER),
    ):
        with pytest.raises(Refusal) as refused:
            again()
        assert refused.value.code == "department_change_waiting"


def test_rename_to_the_name_of_another_department_is_refused(office):
    Department.objects.create(code="CCC", name="丙局", region_code="330199")
    rename("CCC", "丁局", office, on=LATER)
    for taken in ("乙局", "丁局"):
        with pytest.raises(Invalid) as refused:
            rename("AAA", taken, office)
        assert (refused.value.code, refused.value.field) == ("department_name_taken", "name")
    merge("BBB", "AAA", office)
    assert rename("AAA", "乙局", office).applied_at == NOW


def test_merger_that_frees_a_promised_name_is_called_off_last(office):
    merger = merge("BBB", "AAA", office, on=LATER)
    taking = rename("AAA", "乙局", office, on=LATER)
    with pytest.raises(Refusal) as refused:
        call_off_change(change_id=merger.pk, by=office, now=NOW)
    assert refused.value.code == "department_name_promised"
    for change in (taking, merger):
        call_off_change(change_id=change.pk, by=office, now=NOW)
    assert sweeps.run_clocks(now=MIDNIGHT)["departments_changed"] == 0


def test_guide_names_who_does_the_steps_after_a_merger(office):
    merge("BBB", "AAA", office)
    guide = GuidePresenter(selectors.matter_for_guide("A-1"), (), selectors.department_names())
    told = [step.text for step in guide.steps]
    assert all("甲局" in text for text in told), told
    assert selectors.department_names() == {"AAA": "甲局", "BBB": "甲局"}

"""What is wrong with a bundle: its kind, a single matter, a lead from outside, a number of trips that cannot be kept."""

import pytest

from matters import selectors
from matters.bundling import BUNDLE_CHECKS, KINDS, Composition, check_bundle
from matters.enums import BundleShape, MatterState
from matters.models import Bundle, BundleMember, Department, Matter
from tests.unit.matters.conftest import NOW


def found(code: str) -> dict[str, str]:
    """Return what the checks say of a bundle, by check."""
    [bundle] = selectors.bundles().filter(code=code)
    return {one.code: one.what for one in check_bundle(Composition(bundle))}


def test_bundles_of_the_demo_keep_every_rule(demo):
    assert {one.code: found(one.code) for one in selectors.bundles() if found(one.code)} == {}


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"kind": "随便什么"}, "bundle_kind_other", "类型“随便什么”不是一件事的三种之一"),
        (
            {"kind": "多报合一（跨科室）"},
            "bundle_kind_other",
            "类型写“多报合一（跨科室）”，成员却是多部门多事项",
        ),
        ({"trips_after": 5}, "bundle_trips_not_kept", "公布5次多于实际需要"),
    ],
)
def test_bundle_that_breaks_one_rule_is_found_by_that_one(demo, changes, code, said):
    Bundle.objects.filter(code="B01").update(**changes)
    [(check, what)] = found("B01").items()
    assert check == code
    assert said in what


def test_lead_without_a_member_is_found_unless_it_is_the_industry_department(demo):
    insurance = Department.objects.get(code="YBJ")
    bundle = Bundle.objects.filter(code="B01")
    bundle.update(lead_department=insurance)
    assert found("B01") == {"bundle_lead_outside": "牵头部门医疗保障局没有成员事项，也不是写明的行业主管部门"}
    bundle.update(industry_department=insurance)
    assert found("B01") == {}
    bundle.update(industry_department=None, lead_department=Department.objects.get(code="CGJ"))
    assert found("B01") == {}, "an optional member's department may lead"


def test_one_matter_is_a_bundle_only_where_several_departments_share_it(demo):
    assert found("B07") == {}
    BundleMember.objects.filter(bundle__code="B01").exclude(matter__code="SCJG-001").delete()
    steps = Matter.objects.get(code="SCJG-001").current.steps
    assert steps.values("department").distinct().count() == 1
    assert found("B01") == {"bundle_single_matter": "只有“公司设立登记”一个事项，由一个部门办，不是一件事"}


def test_members_out_of_use_say_nothing_of_the_kind(demo):
    outside = Matter.objects.filter(memberships__bundle__code="B01").exclude(code="SCJG-001")
    outside.update(state=MatterState.SUSPENDED, state_since=NOW, state_reason="系统升级。")
    assert found("B01") == {}


def test_every_word_for_a_kind_means_one_of_the_three():
    assert all(shapes and shapes <= set(BundleShape) for shapes in KINDS.values())
    assert {shape.label for shape in BundleShape} < KINDS.keys()


def test_findings_carry_what_people_need(demo):
    Bundle.objects.filter(code="B01").update(kind="随便什么", trips_after=5)
    [bundle] = selectors.bundles().filter(code="B01")
    findings = check_bundle(Composition(bundle))
    assert [(one.severity, one.place) for one in findings] == [("error", "trips_after"), ("warning", "kind")]
    assert all(one.how and one.source and not one.blocks for one in findings)
    assert {one.code for one in findings} <= BUNDLE_CHECKS.keys()

"""What kind of bundle matters make, and who should lead it."""

import pytest

from matters.bundling import lead_of, propose_lead, shape_of
from matters.enums import BundleShape, LeadRule
from matters.models import Bundle, Department, MatterVersion
from matters.selectors import bundle_for_guide, bundles

SHAPES = {
    "B06": BundleShape.ONE_DEPARTMENT,
    "B07": BundleShape.ONE_MATTER,
    "B09": BundleShape.ONE_DEPARTMENT,
    "B11": BundleShape.ONE_DEPARTMENT,
}
RULES = {
    "B01": LeadRule.MAIN_LICENCE,
    "B02": LeadRule.MAIN_LICENCE,
    "B03": LeadRule.MAIN_LICENCE,
    "B04": LeadRule.INDUSTRY,
    "B05": LeadRule.INDUSTRY,
    "B06": LeadRule.MAIN_LICENCE,
    "B09": LeadRule.MAIN_LICENCE,
    "B10": LeadRule.MAIN_LICENCE,
}


def required(code: str) -> list[MatterVersion]:
    return [member.version for member in bundle_for_guide(code).members if not member.optional]


def test_bundles_of_the_demo_are_of_all_three_kinds(demo):
    for bundle in bundles():
        members = [member.version for member in bundle_for_guide(bundle.code).members]
        assert shape_of(members) == SHAPES.get(bundle.code, BundleShape.MANY_OF_BOTH), bundle.code
    assert set(SHAPES.values()) | {BundleShape.MANY_OF_BOTH} == set(BundleShape)


def test_lead_on_record_is_the_one_the_rule_proposes(demo):
    for bundle in bundles():
        guide = bundle_for_guide(bundle.code)
        lead = lead_of(bundle, required(bundle.code), guide.dependencies)
        assert lead.department == bundle.lead_department
        assert lead.rule == RULES.get(bundle.code, LeadRule.FIRST_ACCEPTANCE), bundle.code


def test_industry_goes_before_the_licence_and_the_licence_before_the_first(demo):
    guide = bundle_for_guide("B03")
    versions = required("B03")
    fire = Department.objects.get(code="XFJ")
    assert propose_lead(versions, guide.dependencies, industry=fire).department == fire
    assert propose_lead(versions, guide.dependencies).rule == LeadRule.MAIN_LICENCE
    without = [one for one in versions if one.matter.code != "SCJG-009"]
    assert propose_lead(without, guide.dependencies).rule == LeadRule.FIRST_ACCEPTANCE


def test_two_licences_of_two_departments_leave_none_the_main_one(demo):
    ours = MatterVersion.objects.select_related("matter__department")
    pair = list(ours.filter(matter__code__in=["SCJG-007", "ZJJ-002"]).order_by("matter__code"))
    assert propose_lead(pair, []).rule == LeadRule.FIRST_ACCEPTANCE
    first, then = pair
    lead = propose_lead(pair, [(first.matter_id, then.matter_id)])
    assert (lead.rule, lead.department) == (LeadRule.MAIN_LICENCE, then.matter.department)


@pytest.mark.parametrize("code", ["B05", "B08"])
def test_lead_that_no_rule_proposes_is_told_apart(demo, code):
    Bundle.objects.filter(code=code).update(lead_department=Department.objects.get(code="XFJ"))
    bundle = Bundle.objects.get(code=code)
    lead = lead_of(bundle, required(code), bundle_for_guide(code).dependencies)
    assert (lead.rule, lead.department.code) == (LeadRule.RECORDED, "XFJ")

import pytest

from core.errors import NotFound, Refusal
from matters.enums import CaseType, MatterState, VersionStatus
from matters.models import Bundle, Department, Matter, MatterVersion, ServicePoint
from matters.selectors import (
    bundle_for_guide,
    bundles,
    departments,
    matter_for_filing,
    matter_for_guide,
    most_used,
    published_matters,
    search,
    search_bundles,
    service_points,
    topics,
)
from matters.selectors.questions import Narrowing
from matters.services import search_index
from tests.unit.matters.conftest import NOW


def codes(versions) -> list[str]:
    return [version.matter.code for version in versions]


def cancel(code: str) -> None:
    MatterVersion.objects.filter(matter__code=code, status=VersionStatus.PUBLISHED).update(
        status=VersionStatus.CANCELLED
    )
    Matter.objects.filter(code=code).update(
        state=MatterState.CANCELLED, state_since=NOW, state_reason="法律已修改。"
    )


def test_published_matters_leaves_out_drafts_and_cancelled(loaded):
    assert codes(published_matters()) == ["A-1", "B-1"]
    cancel("A-1")
    assert codes(published_matters()) == ["B-1"]


def test_published_matters_shows_the_newest_version_only(load, loaded):
    loaded["matters"][0]["name"] = "开店登记（新）"
    load(loaded)
    assert [version.name for version in published_matters()] == ["开店登记（新）", "卫生许可"]


def test_matter_for_guide_brings_all_that_a_guide_shows(demo, django_assert_num_queries):
    with django_assert_num_queries(3):
        version = matter_for_guide("CLH-001")
        assert [step.department.code for step in version.steps.all()] == ["CUN", "ZJ", "CLH", "CLH", "CLH"]
        assert version.materials.all()[0].name
        assert version.matter.department.code == "CLH"


def test_matter_for_guide_does_not_know_every_code(loaded):
    with pytest.raises(NotFound) as refused:
        matter_for_guide("NONE")
    assert refused.value.code == "matter_unknown"


def test_matter_for_guide_refuses_what_was_never_published(loaded):
    Matter.objects.create(code="NEW", department=Department.objects.get(code="BBB"))
    with pytest.raises(Refusal) as refused:
        matter_for_guide("NEW")
    assert refused.value.code == "matter_not_published"
    assert "NEW" in refused.value.message


def test_matter_for_guide_shows_what_was_cancelled_and_filing_refuses_it(loaded):
    cancel("A-1")
    assert matter_for_guide("A-1").matter.state_reason == "法律已修改。"
    with pytest.raises(Refusal) as refused:
        matter_for_filing("A-1")
    assert refused.value.code == "matter_cancelled"
    assert "开店登记" in refused.value.message


def test_search_finds_by_everyday_words_of_the_demo(demo):
    assert search("二手房过户")[0].matter.code == "ZRZY-001"
    assert search("办护照")[0].matter.code == "GAJ-001"
    assert search("残疾人 补贴")[0].matter.code == "CLH-001"
    assert search("SCJG-007")[0].matter.code == "SCJG-007"
    assert search("市场监督 注销")
    assert all(code.startswith("SCJG") for code in codes(search("市场监督 注销")))
    assert len(search("")) == 50


def narrowed(query: str, **chosen) -> list[MatterVersion]:
    return search(query, narrowing=Narrowing(**chosen))


def test_search_narrows_by_each_filter(demo):
    every = search("")
    assert codes(narrowed("", department="GAJ")) == [code for code in codes(every) if code.startswith("GAJ-")]
    assert {version.topic for version in narrowed("", topic="不动产")} == {"不动产"}
    assert all(1 in version.service_objects for version in narrowed("", service_object=1))
    assert all(set(version.service_objects) - {1} for version in narrowed("", who="company"))
    assert all(4 in version.handling_forms for version in narrowed("", channel=4))
    assert all(version.case_type == CaseType.INSTANT for version in narrowed("", instant=True))
    assert len(narrowed("", instant=True)) + len(narrowed("", instant=False)) == 50
    assert {version.max_trips for version in narrowed("", trips=0)} == {0}
    found = narrowed("登记", department="GAJ", trips=0, instant=True, service_object=1)
    assert found[0].matter.code == "GAJ-004"
    assert narrowed("护照", department="SCJG") == []
    assert narrowed("护照", department="NONE") == []


def test_search_takes_few_queries(demo, django_assert_num_queries):
    with django_assert_num_queries(3):
        search("登记")


def test_search_bundles_finds_by_name_and_member(loaded):
    assert [bundle.code for bundle in search_bundles("开店")] == ["BUN"]
    assert [bundle.code for bundle in search_bundles("卫生许可")] == ["BUN"]
    assert search_bundles("护照") == []


def test_most_used_puts_the_used_first_and_fills_up(loaded):
    assert [entry.code for entry in most_used(1)] == ["A-1"]
    second = Matter.objects.get(code="B-1")
    search_index.count_uses(matters={second.pk: 3}, bundles={})
    assert [entry.code for entry in most_used(2)] == ["B-1", "A-1"]


def test_bundle_for_guide_brings_members_dependencies_and_materials(loaded):
    guide = bundle_for_guide("BUN")
    first, second = guide.members
    assert (first.matter.code, first.optional, second.matter.code, second.optional) == (
        "A-1",
        False,
        "B-1",
        True,
    )
    assert guide.dependencies == ((first.matter.pk, second.matter.pk),)
    assert (guide.materials.before, guide.materials.after, guide.materials.asked) == (3, 1, 1)
    assert guide.materials_for([second.matter.pk]).asked == 2


def test_bundle_for_guide_takes_the_same_queries_for_any_size(demo, django_assert_num_queries):
    for code in ("B01", "B12"):
        with django_assert_num_queries(6):
            for member in bundle_for_guide(code).members:
                assert member.matter.department.name
                assert [step.department.name for step in member.version.steps.all()]


def test_bundle_for_guide_leaves_out_an_optional_member_not_published(loaded):
    cancel("B-1")
    assert [member.matter.code for member in bundle_for_guide("BUN").members] == ["A-1"]


def test_bundle_for_guide_refuses_without_a_required_member(loaded):
    cancel("A-1")
    with pytest.raises(Refusal) as refused:
        bundle_for_guide("BUN")
    assert refused.value.code == "matter_cancelled"


def test_bundle_for_guide_tells_unknown_from_inactive(loaded):
    with pytest.raises(NotFound) as refused:
        bundle_for_guide("NONE")
    assert refused.value.code == "bundle_unknown"
    Bundle.objects.update(is_active=False)
    with pytest.raises(Refusal) as refused:
        bundle_for_guide("BUN")
    assert refused.value.code == "bundle_inactive"
    assert list(bundles()) == []


def test_lists_leave_out_what_is_no_longer_in_use(loaded):
    assert [department.code for department in departments()] == ["AAA", "BBB"]
    assert [point.code for point in service_points()] == ["HALL"]
    assert topics() == ["准营准办", "卫生"]
    Department.objects.filter(code="BBB").update(is_active=False)
    ServicePoint.objects.update(is_active=False)
    cancel("B-1")
    assert [department.code for department in departments()] == ["AAA"]
    assert list(service_points()) == []
    assert topics() == ["准营准办"]

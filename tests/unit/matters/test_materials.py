"""Merging on unsaved rows would need a database; the loaded catalogues are as small as it gets."""

import pytest

from matters.enums import Disposition, Necessity
from matters.materials import merged_materials
from matters.models import MatterVersion
from matters.selectors import bundle_for_guide, bundles

DECLARED = {
    "B01": (34, 24, 20),
    "B02": (30, 20, 16),
    "B03": (32, 21, 17),
    "B04": (14, 10, 8),
    "B05": (8, 6, 4),
    "B06": (14, 12, 9),
    "B07": (7, 7, 4),
    "B08": (23, 13, 8),
    "B09": (7, 6, 4),
    # The catalogue's author counts 6: he left out the business licence (BL), though no member of B10 produces it.
    # It comes by data sharing, so the applicant brings 5 in either count.
    "B10": (9, 7, 5),
    "B11": (16, 11, 4),
    "B12": (6, 4, 3),
}


@pytest.fixture
def pair(load, small):
    """Load the two matters as changed by the test, and return their published versions."""

    def make() -> list[MatterVersion]:
        load(small)
        return list(MatterVersion.objects.order_by("matter__code").prefetch_related("materials"))

    return make


def by_key(materials) -> dict:
    return {item.key: item for item in materials}


def ids(versions) -> list[tuple[int, int]]:
    return [(versions[0].matter_id, versions[1].matter_id)]


def test_merged_materials_agree_with_the_demo_bundles(demo):
    counted = {}
    for bundle in bundles():
        materials = bundle_for_guide(bundle.code).materials
        # The catalogue's author counts the forms that the system writes as handed in.
        handed_in = materials.asked + len(materials.of(Disposition.GENERATED))
        counted[bundle.code] = (materials.before, materials.after, handed_in)
    assert counted == DECLARED


def test_merged_materials_of_one_matter_are_its_own(demo):
    version = MatterVersion.objects.get(matter__code="ZRZY-001")
    materials = merged_materials([version])
    assert [item.key for item in materials] == [row.key for row in version.materials.all()]
    assert (materials.before, materials.after) == (len(materials), len(materials))


def test_merged_materials_ask_once_what_two_matters_need(pair):
    item = by_key(merged_materials(pair()))["FORM"]
    assert (item.needed_by, item.originals, item.disposition) == (
        ("开店登记", "卫生许可"),
        1,
        Disposition.ASK,
    )
    assert len(item.materials) == 2


def test_merged_materials_take_the_largest_numbers(pair, small):
    small["matters"][0]["materials"][0].update(originals=0, copies=3)
    item = by_key(merged_materials(pair()))["FORM"]
    assert (item.originals, item.copies) == (1, 3)


def test_merged_materials_are_internal_after_the_matter_that_produces_them(pair):
    versions = pair()
    item = by_key(merged_materials(versions, ids(versions)))["BL"]
    assert (item.disposition, item.produced_by) == (Disposition.INTERNAL, "开店登记")


def test_merged_materials_are_asked_where_the_producer_is_not_awaited(pair):
    versions = pair()
    assert by_key(merged_materials(versions))["BL"].is_asked
    assert by_key(merged_materials(versions, [tuple(reversed(ids(versions)[0]))]))["BL"].is_asked


def test_merged_materials_are_asked_where_the_producer_is_not_chosen(pair):
    versions = pair()
    assert by_key(merged_materials(versions[1:], ids(versions)))["BL"].is_asked


def test_merged_materials_are_asked_where_the_producer_itself_needs_them(pair, small):
    small["matters"][0]["materials"].append(small["matters"][1]["materials"][1])
    versions = pair()
    item = by_key(merged_materials(versions, ids(versions)))["BL"]
    assert (item.disposition, item.produced_by, len(item.needed_by)) == (Disposition.ASK, "", 2)


def test_merged_materials_follow_dependencies_through_others(load, small):
    third = small["matters"][1] | {"code": "C-1", "name": "第三件"}
    small["matters"].append(third)
    small["matters"][1]["materials"] = small["matters"][1]["materials"][:1]
    load(small)
    a, b, c = MatterVersion.objects.order_by("matter__code")
    chain = [(b.matter_id, c.matter_id), (a.matter_id, b.matter_id)]
    assert by_key(merged_materials([a, b, c], chain))["BL"].disposition == Disposition.INTERNAL
    assert by_key(merged_materials([a, c], chain))["BL"].is_asked


def test_merged_materials_are_shared_when_any_matter_gets_them_by_sharing(pair, small):
    small["matters"][0]["materials"][0]["shared_data"] = True
    materials = merged_materials(pair())
    assert by_key(materials)["FORM"].disposition == Disposition.SHARED
    assert (materials.before, materials.after, materials.asked) == (3, 2, 1)


@pytest.mark.parametrize(
    ("written", "disposition"), [((True, False), Disposition.ASK), ((True, True), Disposition.GENERATED)]
)
def test_merged_materials_are_written_by_the_system_where_every_matter_asks_a_form_it_can_write(
    pair, small, written, disposition
):
    for matter, generated in zip(small["matters"], written, strict=True):
        matter["materials"][0]["generated"] = generated
    assert by_key(merged_materials(pair()))["FORM"].disposition == disposition


@pytest.mark.parametrize(
    ("first", "second", "merged"),
    [
        (Necessity.REQUIRED, Necessity.OPTIONAL, Necessity.REQUIRED),
        (Necessity.OPTIONAL, Necessity.DEFERRABLE, Necessity.DEFERRABLE),
        (Necessity.OPTIONAL, Necessity.OPTIONAL, Necessity.OPTIONAL),
        (Necessity.DEFERRABLE, Necessity.REQUIRED, Necessity.REQUIRED),
    ],
)
def test_merged_materials_are_as_necessary_as_the_strictest_says(pair, small, first, second, merged):
    small["matters"][0]["materials"][0]["necessity"] = first
    small["matters"][1]["materials"][0]["necessity"] = second
    assert by_key(merged_materials(pair()))["FORM"].necessity == merged


@pytest.mark.parametrize(
    ("first", "second", "merged"), [("a", "b", "a；b"), ("a", "a", "a"), ("a", "", ""), ("", "", "")]
)
def test_merged_materials_are_conditional_only_where_every_matter_has_a_condition(
    pair, small, first, second, merged
):
    small["matters"][0]["materials"][0]["condition"] = first
    small["matters"][1]["materials"][0]["condition"] = second
    assert by_key(merged_materials(pair()))["FORM"].condition == merged


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("second", [True, False])
def test_merged_materials_may_come_later_only_where_every_matter_allows(pair, small, first, second):
    small["matters"][0]["materials"][0]["tolerable_missing"] = first
    small["matters"][1]["materials"][0]["tolerable_missing"] = second
    assert by_key(merged_materials(pair()))["FORM"].tolerable_missing is (first and second)


def test_merged_materials_read_nothing_where_rows_are_prefetched(pair, django_assert_num_queries):
    versions = pair()
    with django_assert_num_queries(0):
        assert len(merged_materials(versions, ids(versions))) == 2


def test_merged_materials_of_a_situation_are_those_that_apply_and_have_no_condition(pair, small):
    question = {"key": "agent", "text": "谁来办？"}
    answers = [{"key": "self", "label": "本人"}, {"key": "other", "label": "他人"}]
    extra = {"name": "委托书", "key": "AGENT", "condition": "委托他人办理时", "when": {"agent": ["other"]}}
    for matter in small["matters"]:
        matter["situations"] = [question | {"answers": answers}]
        matter["materials"].append(matter["materials"][0] | extra)
    first, second = pair()
    told = {first.matter_id: {"agent": "other"}, second.matter_id: {"agent": "self"}}
    assert by_key(merged_materials([first, second]))["AGENT"].condition == "委托他人办理时"
    item = by_key(merged_materials([first, second], (), told))["AGENT"]
    assert (item.condition, item.needed_by) == ("", ("开店登记",))
    assert "AGENT" not in by_key(merged_materials([second], (), told))
    # of a matter about which nothing is known, the condition is still asked
    half_known = {second.matter_id: {"agent": "self"}}
    assert by_key(merged_materials([first, second], (), half_known))["AGENT"].condition == "委托他人办理时"

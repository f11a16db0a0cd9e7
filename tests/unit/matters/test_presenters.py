import pytest

from core.templatetags.ui import MATERIAL_STATES
from matters.models import MatterVersion
from matters.presenters import (
    BundlePresenter,
    GuidePresenter,
    MatterCard,
    limit_text,
    trip_reasons,
    trips_text,
)
from matters.selectors import (
    bundle_for_guide,
    bundles,
    find,
    matter_for_guide,
    published_matters,
    service_points,
)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (5, "workday", "5个工作日"),
        (20, "day", "20天（自然日）"),
        (2, "hour", "2小时"),
        (10, "minute", "10分钟"),
        (0, "instant", "当场办结"),
        (0, "workday", "当场办结"),
        (None, "workday", "当场办结"),
    ],
)
def test_limit_text_keeps_the_unit(value, unit, text):
    assert limit_text(value, unit) == text


@pytest.mark.parametrize(("trips", "text"), [(0, "一次不用跑"), (1, "最多跑一次"), (2, "最多跑2次")])
def test_trips_text_says_the_promise(trips, text):
    assert trips_text(MatterVersion(max_trips=trips)) == text


def test_every_guide_of_the_demo_can_be_shown_without_a_query(demo, django_assert_num_queries):
    points = list(service_points())
    versions = list(published_matters().prefetch_related("steps__department"))
    found = find("", size=len(versions)).hits
    assert len(found) == len(versions)
    with django_assert_num_queries(0):
        for version in versions:
            guide = GuidePresenter(version, points)
            for section in guide.sections.values():
                assert all(row["label"] and str(row["value"]) for row in section.rows), section.key
            assert guide.trip_reasons
            assert all(guide.trip_reasons)
            rows = [*guide.materials.asked, *guide.materials.free]
            assert all(row.state in MATERIAL_STATES and row.note for row in rows)
            assert all(step.title and step.text for step in guide.steps)
        for entry in found:
            card = MatterCard(entry)
            assert all((card.code, card.name, card.department, card.time, card.trips_text))


def test_every_bundle_of_the_demo_can_be_shown_without_a_query(demo, django_assert_num_queries):
    guides = [bundle_for_guide(bundle.code) for bundle in bundles()]
    with django_assert_num_queries(0):
        for guide in guides:
            shown = BundlePresenter(guide)
            assert all((shown.name, shown.promised, shown.trip_reasons, shown.results, shown.departments))
            assert len(shown.required) + len(shown.optional) == len(guide.members)
            assert len(shown.order) == len(guide.dependencies)


def test_guide_puts_the_promise_beside_the_law(demo):
    guide = GuidePresenter(matter_for_guide("SCJG-007"))
    assert (guide.promised, guide.statutory) == ("5个工作日", "10个工作日")
    assert guide.facts[1] == {"label": "到现场", "value": "1次", "was": "3次"}


def test_trip_reasons_say_once_what_spares_the_way(demo):
    guide = GuidePresenter(matter_for_guide("SCJG-001"))
    (reason,) = guide.trip_reasons
    assert reason.endswith("到窗口核对原件；全程电子签名的可免")
    assert not [
        one["reason"]
        for version in published_matters()
        for one in version.presence
        if one["waived_by"] and ("免" in one["reason"] or "可邮寄" in one["reason"])
    ]


def test_guide_claims_no_statutory_limit_where_there_is_none(demo):
    guide = GuidePresenter(matter_for_guide("GAJ-003"))
    assert (guide.promised, guide.statutory) == ("当场办结", "法律法规未规定具体时限")


def test_guide_says_who_does_each_step(demo):
    steps = GuidePresenter(matter_for_guide("CLH-001")).steps
    assert steps[0].text == "村（社区） · 审查 · 2个工作日"
    assert steps[2].text == "残疾人联合会 · 特别程序 · 7天（自然日） · 不计入办理时限"


def test_guide_names_no_window_where_there_is_none(load, small):
    small["matters"][0]["handling_forms"] = [2]
    load(small)
    points = list(service_points())
    assert GuidePresenter(matter_for_guide("A-1"), points).where == []
    assert GuidePresenter(matter_for_guide("B-1"), points).where[0]["label"] == "大厅"


def test_trip_reasons_name_what_waives_them(demo):
    reasons = trip_reasons(matter_for_guide("SCJG-001"))
    assert len(reasons) == 1
    assert reasons[0].startswith("申报时核对原件（可由他人代办）：")
    assert reasons[0].endswith("全程电子签名的可免")


def test_trip_reasons_of_no_trip_name_what_spares_the_way(demo):
    assert "网上提交申请，不用到窗口" in trip_reasons(matter_for_guide("GAJ-003"))


def test_materials_are_divided_and_counted(load, small):
    small["matters"][1]["materials"][0]["tolerable_missing"] = True
    small["matters"][1]["materials"][1]["shared_data"] = True
    load(small)
    materials = GuidePresenter(matter_for_guide("B-1")).materials
    assert [(row.state, row.word) for row in materials.asked] == [("deferred", "可容缺后补")]
    assert [row.state for row in materials.free] == ["free"]
    assert materials.summary == "共需2份材料，其中1份免提交，只需带1份"


def test_bundle_says_order_and_what_is_passed_on(loaded):
    shown = BundlePresenter(bundle_for_guide("BUN"))
    assert shown.order == ["先办“开店登记”，再办“卫生许可”"]
    assert shown.materials.free[-1].note == "由“开店登记”的结果内部流转"
    assert shown.facts[-1] == {"label": "需带材料", "value": "1份", "was": "3份"}

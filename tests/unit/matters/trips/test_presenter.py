"""What the page says of trips: figures, roads and their pictures."""

import re

import pytest
from django.template.loader import render_to_string

from matters.presenters.trips import bundle_trips, matter_trips, members_of
from matters.selectors import bundle_for_guide


def html(presenter) -> str:
    return render_to_string("matters/_trips.html", {"trips": presenter})


def test_computer_and_phone_are_told_as_one_road(guide):
    roads = matter_trips(guide(handling_forms=[1, 2, 3])).best
    assert [(road.title, road.trips) for road in roads] == [("网上申请（电脑或手机）", 0), ("窗口办理", 1)]
    assert roads[0].steps[0].startswith("在电脑或手机上填写")


def test_road_that_situations_share_is_told_once(guide, reason):
    """First applicants sign, all others sign too but in other words of the guide: one road for both."""
    kinds = [{"key": key, "label": key} for key in ("首次", "换发", "补发")]
    presence = [reason(need="signature", situations={"kind": [one["key"]]}) for one in kinds[:2]]
    facts = guide(
        handling_forms=[2],
        situations=[{"key": "kind", "text": "哪种？", "answers": kinds}],
        presence=presence,
    )
    roads = matter_trips(facts).best
    assert [(road.situation, road.trips) for road in roads] == [("补发", 0), ("首次；或换发", 1)]
    presence.append(reason(need="signature", situations={"kind": ["补发"]}))
    assert [road.situation for road in matter_trips(facts).best] == [""]


def test_best_road_comes_first_and_says_what_one_comes_for(guide, reason):
    roads = matter_trips(guide(presence=[reason(waived_by=["e_signature"])])).best
    assert [road.detail for road in roads] == ["全程不用到窗口", "到窗口递交申请材料、核对原件"]


def test_other_roads_leave_out_the_best_ones(guide):
    presenter = matter_trips(guide())
    best = {(road.title, road.detail) for road in presenter.best}
    others = [(road.title, road.detail) for road in presenter.others]
    assert others == [
        ("电脑端网上办理", "到窗口领取结果"),
        ("窗口办理", "到窗口递交申请材料；到窗口领取结果"),
    ]
    assert not best & set(others)


def test_situations_are_shown_where_they_differ(guide, reason):
    assert matter_trips(guide()).situations == []
    rows = matter_trips(guide(presence=[reason(waived_by=["renewal"])])).situations
    assert [(row.label, row.least, row.promise) for row in rows] == [("首次申请", 1, 1), ("换发", 0, 1)]


def test_earned_words(guide, reason):
    assert matter_trips(guide(handling_forms=[2])).earned == "零跑"
    assert matter_trips(guide()).earned == "可零跑 · 最多跑一次"
    assert matter_trips(guide(presence=[reason()])).earned == "最多跑一次"
    assert matter_trips(guide(delivery_options=["窗口领取"], handling_forms=[1])).earned == "最多跑2次"


def test_picture_leaves_home_only_for_visits(guide):
    home, window = (road.picture for road in matter_trips(guide()).best)
    assert {stop.y for stop in home.stops} == {home.home_y}
    assert [stop.number for stop in window.stops if stop.y == window.counter_y] == [1]


def test_page_has_figures_roads_and_derivation(guide, reason):
    page = html(matter_trips(guide(presence=[reason(waived_by=["renewal"])])))
    assert re.findall(r"<dt>(最少|承诺|最坏（补正一次）)</dt><dd><strong>(\d)", page) == [
        ("最少", "0"),
        ("承诺", "1"),
        ("最坏（补正一次）", "1"),
    ]
    assert "首次申请的，最少跑1次" in page
    assert page.count('class="road"') > 3
    assert page.count(" open>") == 1


def test_page_of_a_draft_without_channels_says_what_is_missing(guide):
    page = html(matter_trips(guide(handling_forms=[]), with_objections=True))
    assert "请先填写“办理形式”" in page
    assert "trip-figures" not in page


def test_page_says_why_a_figure_may_not_be_published(guide, reason):
    page = html(matter_trips(guide(max_trips=0, presence=[reason()]), with_objections=True))
    assert "公布0次做不到" in page


def test_text_of_a_guide_stays_text(guide, reason):
    facts = guide(result_name="<b>证</b>", presence=[reason(text="<script>")])
    page = html(matter_trips(facts))
    assert "<script>" not in page
    assert "<b>" not in page


@pytest.mark.django_db
def test_bundle_page(demo):
    members, order = members_of(bundle_for_guide("B01"))
    page = html(bundle_trips(members, order, name="餐饮企业开办一件事", published=1))
    assert "“公司设立登记”办成后，由系统转办" in page
    assert "城镇污水排入排水管网许可" in page


@pytest.mark.django_db
def test_bundle_page_leaves_out_what_is_not_chosen(demo):
    members, order = members_of(bundle_for_guide("B01"))
    required = [member for member in members if not member.optional]
    page = html(bundle_trips(required, order, name="餐饮企业开办一件事", published=1))
    assert "食品经营许可" in page
    assert "城镇污水排入排水管网许可" not in page

"""What publishing refuses, and how it says what to mend."""

import pytest

from matters.trips import Member, bundle_refusals, refusals


def codes(found):
    return [one.code for one in found]


def test_figure_between_least_and_promise_is_published(guide):
    assert refusals(guide(max_trips=0)) == []
    assert refusals(guide(max_trips=1)) == []


def test_figure_below_least_is_refused(guide, reason):
    (found,) = refusals(guide(max_trips=0, presence=[reason(text="窗口核对原件")]))
    assert found.as_dict() == {
        "code": "trips_below_least",
        "field": "max_trips",
        "text": "公布0次做不到：选最好的走法也要跑1次（核对原件）。"
        "请公布1次，或为到场事由增加免到场方式、开通结果寄送。",
    }


def test_figure_below_the_least_of_one_situation_is_refused(guide, reason):
    """Who applies for the first time must come, however easy it is for the others."""
    facts = guide(max_trips=0, presence=[reason(waived_by=["renewal"])])
    (found,) = refusals(facts)
    assert "在“首次申请”情形下" in found.text


def test_figure_above_promise_is_refused(guide):
    (found,) = refusals(guide(max_trips=1, handling_forms=[2]))
    assert found.code == "trips_above_promise"
    assert "请公布不超过0次" in found.text


def test_more_than_one_trip_is_for_the_exceptions_list(guide):
    facts = guide(max_trips=2, delivery_options=["窗口领取"])
    assert codes(refusals(facts)) == ["trips_more_than_once"]
    assert refusals(facts | {"exception_listed": True}) == []


def test_promise_that_the_window_breaks_is_refused(guide):
    facts = guide(max_trips=1, delivery_options=["窗口领取"])
    (found,) = refusals(facts)
    assert found.code == "trips_promise_over_one"
    assert "选“窗口办理”申报的至少要跑2次（递交申请材料；领取结果）" in found.text
    assert refusals(facts | {"exception_listed": True}) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"handling_forms": [1, 2, 4], "materials_by_mail": False}, "trips_mail_in_denied"),
        ({"result_by_mail": False, "e_certificate": True}, "trips_mail_out_denied"),
        ({"express_supported": False, "e_certificate": True}, "trips_mail_out_denied"),
    ],
)
def test_elements_that_deny_each_other_are_refused(guide, changes, code):
    assert codes(refusals(guide(**changes))) == [code]


def test_draft_without_a_channel_is_refused(guide):
    assert codes(refusals(guide(handling_forms=[]))) == ["trips_no_channel"]


def test_bundle_figure_must_hold_with_optional_members_too(guide, reason):
    members = [
        Member(guide(code="A", handling_forms=[2])),
        Member(guide(code="B", handling_forms=[2], presence=[reason()]), optional=True),
    ]
    assert codes(bundle_refusals(members, trips_after=0)) == ["trips_below_least"]
    assert codes(bundle_refusals(members[:1], trips_after=0)) == []

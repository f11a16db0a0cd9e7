"""How single facts change the figures."""

import pytest

from core.errors import Invalid
from matters.trips import Member, analyse, analyse_bundle

WINDOW, WEB, MOBILE, MAIL = 1, 2, 3, 4


def figures(analysis):
    return (analysis.least, analysis.promise, analysis.worst)


def test_window_only_costs_one_trip(guide):
    assert figures(analyse(guide(handling_forms=[WINDOW]))) == (1, 1, 1)


def test_web_and_parcel_cost_none(guide):
    assert figures(analyse(guide(handling_forms=[WEB]))) == (0, 0, 0)


def test_window_costs_two_trips_where_the_result_must_be_fetched_later(guide):
    analysis = analyse(guide(delivery_options=["窗口领取"]))
    assert figures(analysis) == (1, 2, 2)
    assert not analysis.earns_once


def test_instant_result_is_taken_home_at_once(guide):
    analysis = analyse(guide(delivery_options=["窗口领取"], case_type=1))
    assert figures(analysis)[:2] == (1, 1)


def test_instant_result_is_lost_when_corrected_from_afar(guide):
    """Who answers online has left the counter, and must come again to fetch."""
    analysis = analyse(
        guide(handling_forms=[WINDOW], delivery_options=["窗口领取"], case_type=1, correction_channels=[WEB])
    )
    assert figures(analysis) == (1, 1, 2)


def test_inspection_sends_home_whoever_hands_in_at_the_window(guide):
    facts = {
        "delivery_options": ["窗口领取"],
        "case_type": 1,
        "on_site_inspection": True,
        "pre_review": [{"kind": "inspect"}],
    }
    assert figures(analyse(guide(handling_forms=[WINDOW], **facts)))[1] == 2
    assert figures(analyse(guide(handling_forms=[WEB], **facts)))[1] == 1


def test_inspection_at_the_applicants_place_is_no_trip(guide):
    analysis = analyse(guide(handling_forms=[WEB], on_site_inspection=True))
    assert analysis.promise == 0
    assert any("上门核查" in step.text for step in analysis.routes[0].steps)


def test_e_certificate_spares_the_way_to_fetch(guide):
    facts = guide(delivery_options=["窗口领取"], express_supported=False)
    assert analyse(facts).promise == 2
    assert analyse(facts | {"e_certificate": True}).promise == 1


def test_unknown_way_of_delivery_is_fetched(guide):
    assert analyse(guide(handling_forms=[WEB], delivery_options=["到局里取"])).promise == 1


def test_nothing_to_hand_over_costs_nothing(guide):
    analysis = analyse(guide(handling_forms=[WEB], delivery_options=[]))
    assert analysis.promise == 0
    assert analysis.routes[0].steps[-1].text == "营业执照：办结即生效，没有要领取的东西。"


@pytest.mark.parametrize(
    ("waiver", "channel", "trips"),
    [
        ("e_signature", WEB, 0),
        ("e_signature", MOBILE, 0),
        ("e_signature", MAIL, 1),
        ("mail", WEB, 0),
        ("mail", MAIL, 0),
        ("remote_identity", WEB, 0),
        ("remote_identity", MAIL, 0),
        ("outlet", WEB, 0),
        ("outlet", MAIL, 0),
        ("declaration", WEB, 0),
        ("declaration", MAIL, 0),
        ("e_signature", WINDOW, 1),
        ("mail", WINDOW, 1),
    ],
)
def test_waiver_serves_its_channels(guide, reason, waiver, channel, trips):
    analysis = analyse(guide(handling_forms=[channel], presence=[reason(waived_by=[waiver])]))
    assert analysis.promise == trips


def test_one_reason_that_nothing_waives_brings_all_others_along(guide, reason):
    both = [reason(waived_by=["mail"]), reason(need="signature", by="applicant")]
    analysis = analyse(guide(handling_forms=[WEB], presence=both))
    assert figures(analysis) == (1, 1, 1)
    (visit,) = analysis.routes[0].visits
    assert visit.causes == ("核对原件", "签字")
    assert visit.by == "applicant"


def test_reason_at_collection_costs_its_own_trip_unless_decided_at_once(guide, reason):
    both = [reason(), reason(need="surrender", when="collection")]
    assert analyse(guide(handling_forms=[WEB], presence=both)).promise == 2
    assert analyse(guide(handling_forms=[WEB], presence=both, case_type=1)).promise == 1


def test_correction_at_the_counter_alone_costs_a_trip(guide):
    assert figures(analyse(guide(handling_forms=[WEB], correction_channels=[WINDOW]))) == (0, 0, 1)


def test_corrections_that_name_no_channel_are_read_as_the_counter(guide):
    assert analyse(guide(handling_forms=[WEB], correction_channels=[])).worst == 1


def test_mail_denied_closes_channel_waiver_and_correction(guide, reason):
    facts = guide(
        handling_forms=[WEB, MAIL],
        materials_by_mail=False,
        presence=[reason(waived_by=["mail"])],
        correction_channels=[MAIL],
    )
    analysis = analyse(facts)
    assert figures(analysis) == (1, 1, 2)
    assert {route.channel for route in analysis.routes} == {WEB}


def test_guide_without_a_channel_has_no_figure(guide):
    with pytest.raises(Invalid, match="请先填写“办理形式”") as refusal:
        analyse(guide(handling_forms=[]))
    assert refusal.value.code == "trips_no_channel"


def test_half_a_draft_is_analysed():
    assert analyse({"handling_forms": [WEB], "presence": [{}]}).promise == 1


def test_bundle_is_filed_and_signed_at_one_visit(guide, reason):
    members = [
        Member(guide(code=code, name=code, presence=[reason(need="signature", by="applicant")]))
        for code in "ABC"
    ]
    analysis = analyse_bundle(members, [("A", "B"), ("B", "C")], name="一件事").every
    assert figures(analysis) == (1, 1, 1)
    assert analysis.routes[0].visits[0].causes[-3:] == ("“A”签字", "“B”签字", "“C”签字")
    assert "“A”办成后，由系统转办“B”，中间不用您跑。" in [step.text for step in analysis.routes[0].steps]


def test_bundle_results_leave_together(guide):
    """One slow member keeps the others' results from being taken home at once."""
    instant = guide(code="A", case_type=1, delivery_options=["窗口领取"])
    slow = guide(code="B", delivery_options=["窗口领取"])
    assert analyse_bundle([Member(instant), Member(instant | {"code": "C"})]).every.promise == 1
    assert analyse_bundle([Member(instant), Member(slow)]).every.promise == 2


def test_bundle_members_go_by_the_channels_of_the_whole(guide):
    members = [
        Member(guide(code="A", handling_forms=[WEB])),
        Member(guide(code="B", handling_forms=[WINDOW])),
    ]
    assert figures(analyse_bundle(members).every) == (0, 1, 1)


def test_optional_members_count_only_where_they_are_chosen(guide, reason):
    members = [
        Member(guide(code="A", handling_forms=[WEB])),
        Member(guide(code="B", handling_forms=[WEB], presence=[reason()]), optional=True),
    ]
    analysis = analyse_bundle(members)
    assert (analysis.required.promise, analysis.every.promise) == (0, 1)
    assert (analysis.least, analysis.floor, analysis.promise, analysis.worst) == (0, 1, 1, 1)
    assert not analysis.earns_zero

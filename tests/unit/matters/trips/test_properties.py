"""The analysis agrees with a search that tries every choice, whatever a guide says."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from matters.trips import Member, analyse, analyse_bundle, refusals
from tests.unit.matters.trips import brute_force

WAIVERS = ["e_signature", "mail", "remote_identity", "outlet", "renewal", "declaration"]
DELIVERY = ["窗口领取", "邮政快递（政务专递）", "上门送达", "电子送达", "银行代发", "短信告知", "到局里取"]
ANSWERS = ["a", "b", "c"]


def several(values, most=None):
    return st.lists(st.sampled_from(values), unique=True, max_size=most or len(values))


@st.composite
def selectors(draw, questions):
    """Return a selector over some of the questions, and now and then over one that does not exist."""
    keys = draw(several([*questions, "nowhere"], most=2))
    return {key: draw(st.lists(st.sampled_from(ANSWERS[:2]), unique=True, min_size=1)) for key in keys}


@st.composite
def guides(draw, most_questions=3, most_reasons=3):
    questions = [f"q{number}" for number in range(draw(st.integers(0, most_questions)))]
    return {
        "code": draw(st.uuids()).hex,
        "name": "某事项",
        "result_name": "某证",
        "handling_forms": draw(several([1, 2, 3, 9, 4]).filter(lambda forms: set(forms) - {4})),
        "case_type": draw(st.sampled_from([1, 2])),
        "on_site_inspection": draw(st.booleans()),
        "pre_review": draw(st.sampled_from([[], [{"kind": "inspect"}], [{"kind": "review"}]])),
        "materials_by_mail": draw(st.sampled_from([None, True, False])),
        "result_by_mail": draw(st.sampled_from([None, True, False])),
        "express_supported": draw(st.booleans()),
        "e_certificate": draw(st.booleans()),
        "delivery_options": draw(several(DELIVERY, most=3)),
        "correction_channels": draw(several([1, 2, 3, 4])),
        "situations": [
            {
                "key": key,
                "text": f"{key}？",
                "when": draw(selectors(questions[:place])),
                "answers": [
                    {"key": one, "label": one} for one in draw(st.sampled_from([ANSWERS[:2], ANSWERS]))
                ],
            }
            for place, key in enumerate(questions)
        ],
        "presence": [
            {
                "need": draw(st.sampled_from(["identity", "signature", "original_check", "surrender"])),
                "by": draw(st.sampled_from(["applicant", "anyone"])),
                "when": draw(st.sampled_from(["filing", "collection"])),
                "waived_by": draw(several(WAIVERS, most=2)),
                "situations": draw(selectors(questions)),
                "reason": "",
            }
            for _ in range(draw(st.integers(0, most_reasons)))
        ],
        "max_trips": draw(st.integers(0, 3)),
        "exception_listed": draw(st.booleans()),
    }


def figures_of(analysis) -> dict[str, int]:
    return {
        "least": analysis.least,
        "floor": analysis.floor,
        "promise": analysis.promise,
        "worst": analysis.worst,
    }


@settings(max_examples=200)
@given(guide=guides())
def test_matter_agrees_with_brute_force(guide):
    assert figures_of(analyse(guide)) == brute_force.figures(guide)


@settings(max_examples=40)
@given(members=st.lists(guides(most_questions=1, most_reasons=2), min_size=1, max_size=2))
def test_bundle_agrees_with_brute_force(members):
    order = [(first["code"], then["code"]) for first, then in pairwise(members)]
    found = analyse_bundle([Member(guide) for guide in members], order)
    assert figures_of(found.every) == brute_force.figures(*members)
    assert found.required == found.every


@settings(max_examples=80)
@given(guide=guides())
def test_routes_bear_out_the_figures(guide):
    analysis = analyse(guide)
    for situation in analysis.situations:
        by_channel = {one.channel: one for one in situation.channels}
        assert situation.least == min(route.trips for route in situation.routes)
        assert situation.promise == max(
            min(route.trips for route in situation.routes if route.channel == channel)
            for channel in by_channel
        )
        assert situation.promise <= situation.worst <= situation.promise + 1
    for route in (*analysis.routes, *analysis.corrected):
        assert [step.trip for step in route.steps if step.trip] == list(range(1, route.trips + 1))
        assert all(step.text.endswith("。") and step.text.count("。") == 1 for step in route.steps)


@settings(max_examples=80)
@given(guide=guides(), data=st.data())
def test_answers_pick_one_of_the_situations(guide, data):
    whole = analyse(guide)
    situation = data.draw(st.sampled_from(whole.situations))
    for answers in situation.answers:
        answered = {question: data.draw(st.sampled_from(keys)) for question, keys in answers.items()}
        narrowed = analyse(guide, answers=answered)
        assert (narrowed.least, narrowed.promise, narrowed.worst) == (
            situation.least,
            situation.promise,
            situation.worst,
        )
        assert narrowed.least == narrowed.floor


@settings(max_examples=100)
@given(guide=guides())
def test_only_figures_that_hold_are_published(guide):
    found = brute_force.figures(guide)
    codes = {one.code for one in refusals(guide)} - {"trips_mail_in_denied", "trips_mail_out_denied"}
    published, listed = guide["max_trips"], guide["exception_listed"]
    holds = found["floor"] <= published <= found["promise"]
    assert (not codes) == (holds and (listed or (published <= 1 and found["promise"] <= 1)))


@settings(max_examples=60)
@given(guide=guides(), data=st.data())
def test_one_more_way_never_costs_a_trip(guide, data):
    """Offering more (a waiver, a parcel, an e-certificate) may only lower the figures."""
    before = analyse(guide)
    more = guide | data.draw(
        st.sampled_from(
            [
                {"e_certificate": True},
                {"result_by_mail": True},
                {"correction_channels": [*guide["correction_channels"], 2]},
                {
                    "presence": [
                        one | {"waived_by": [*one["waived_by"], "remote_identity"]}
                        for one in guide["presence"]
                    ]
                },
            ]
        )
    )
    after = analyse(more)
    assert all(figures_of(after)[name] <= figure for name, figure in figures_of(before).items())

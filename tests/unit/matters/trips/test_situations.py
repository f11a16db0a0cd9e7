"""Situations (情形) and the figures that hang on them."""

import json

import pytest

from core.errors import Invalid
from matters.trips import Member, analyse, analyse_bundle

KIND = {
    "key": "kind",
    "text": "办理哪种？",
    "when": {},
    "answers": [
        {"key": "first", "label": "首次"},
        {"key": "renew", "label": "换发"},
        {"key": "lost", "label": "补发"},
    ],
}
DAMAGED = {
    "key": "damaged",
    "text": "旧证坏了吗？",
    "when": {"kind": ["renew"]},
    "answers": [{"key": "yes", "label": "坏了"}, {"key": "no", "label": "没坏"}],
}


def by_label(analysis):
    return {one.label: (one.least, one.promise) for one in analysis.situations}


def test_reason_holds_only_in_its_situation(guide, reason):
    facts = guide(
        handling_forms=[2], situations=[KIND], presence=[reason(situations={"kind": ["first"]})], max_trips=1
    )
    analysis = analyse(facts)
    assert by_label(analysis) == {"首次": (1, 1), "换发或补发": (0, 0)}
    assert (analysis.least, analysis.floor, analysis.promise) == (0, 1, 1)
    assert not analysis.earns_zero
    assert analysis.earns_once


def test_answers_narrow_the_figures(guide, reason):
    facts = guide(handling_forms=[2], situations=[KIND], presence=[reason(situations={"kind": ["first"]})])
    assert analyse(facts, answers={"kind": "lost"}).promise == 0
    assert analyse(facts, answers={"kind": "first"}).least == 1


def test_question_is_asked_only_where_it_matters(guide, reason):
    """Nobody who applies for the first time has a damaged certificate to hand in."""
    facts = guide(
        handling_forms=[2],
        situations=[KIND, DAMAGED],
        presence=[reason(need="surrender", situations={"damaged": ["yes"]})],
    )
    assert by_label(analyse(facts)) == {"首次或补发；或换发、没坏": (0, 0), "换发、坏了": (1, 1)}


def test_question_that_decides_nothing_is_not_asked(guide):
    analysis = analyse(guide(situations=[KIND, DAMAGED]))
    assert [one.label for one in analysis.situations] == [""]


def test_unknown_answer_is_refused(guide):
    with pytest.raises(Invalid, match="没有“never”这个答案，可选：first（首次）") as refusal:
        analyse(guide(situations=[KIND]), answers={"kind": "never"})
    assert refusal.value.field == "kind"


def test_question_that_nobody_asks_is_refused(guide):
    with pytest.raises(Invalid, match="没有“colour”这个问题，可以回答的是：kind（办理哪种？）") as refusal:
        analyse(guide(situations=[KIND]), answers={"colour": "red"})
    assert (refusal.value.code, refusal.value.field) == ("trips_unknown_question", "colour")
    with pytest.raises(Invalid, match="这个事项不分情形"):
        analyse(guide(), answers={"colour": "red"})


def test_answers_of_optional_members_are_known_with_and_without_them(guide):
    members = [Member(guide(code="A-1")), Member(guide(code="B-1", situations=[KIND]), optional=True)]
    assert analyse_bundle(members, answers={"B-1": {"kind": "first"}}).every.promise <= 1
    with pytest.raises(Invalid, match="没有事项“C-1”，它的事项是：A-1、B-1") as refusal:
        analyse_bundle(members, answers={"C-1": {"kind": "first"}})
    assert (refusal.value.code, refusal.value.field) == ("trips_unknown_member", "C-1")


@pytest.mark.parametrize("selector", [{"nowhere": ["yes"]}, {"kind": ["never"]}])
def test_reason_of_a_situation_that_does_not_exist_holds_always(guide, reason, selector):
    facts = guide(handling_forms=[2], situations=[KIND], presence=[reason(situations=selector)])
    assert analyse(facts).least == 1


def test_renewal_becomes_a_question_where_none_is_asked(guide, reason):
    facts = guide(
        handling_forms=[2], presence=[reason(need="biometrics", by="applicant", waived_by=["renewal"])]
    )
    analysis = analyse(facts)
    assert by_label(analysis) == {"首次申请": (1, 1), "换发": (0, 0)}
    assert analyse(facts, answers={"renewal": "renewal"}).promise == 0


def test_renewal_is_left_to_the_question_that_is_asked(guide, reason):
    facts = guide(
        handling_forms=[2],
        situations=[KIND],
        presence=[reason(waived_by=["renewal"], situations={"kind": ["first", "lost"]})],
    )
    assert by_label(analyse(facts)) == {"首次或补发": (1, 1), "换发": (0, 0)}


def test_bundle_answers_are_given_by_matter(guide, reason):
    facts = {
        "handling_forms": [2],
        "situations": [KIND],
        "presence": [reason(situations={"kind": ["first"]})],
    }
    members = [Member(guide(code=code, name=code, **facts)) for code in "AB"]
    whole = analyse_bundle(members).every
    assert [one.label for one in whole.situations] == [
        "A：首次；B：首次",
        "A：首次；B：换发或补发",
        "A：换发或补发；B：首次",
        "A：换发或补发；B：换发或补发",
    ]
    chosen = {"A": {"kind": "renew"}, "B": {"kind": "renew"}}
    assert analyse_bundle(members, answers=chosen).every.promise == 0


def test_situations_nobody_can_overlook_are_refused(guide, reason):
    questions = [KIND | {"key": f"q{number}"} for number in range(12)]
    presence = [reason(situations={one["key"]: ["first"]}) for one in questions]
    with pytest.raises(Invalid, match="请合并问题或减少答案"):
        analyse(guide(situations=questions, presence=presence))


def test_analysis_is_plain_values(guide, reason):
    facts = guide(situations=[KIND], presence=[reason(situations={"kind": ["first"]})])
    read = json.loads(json.dumps(analyse(facts).as_dict()))
    assert read["situations"][0]["answers"] == [{"kind": ["first"]}]
    assert read["routes"][0]["steps"]
    assert set(read["derivation"]) == {"least", "promise", "worst"}

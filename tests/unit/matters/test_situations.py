"""Which question comes next, and what applies once all are answered."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from matters import situations
from matters.catalogue.content import elements
from tests.unit.matters.conftest import DEMO

AGENT = {
    "key": "agent",
    "text": "由谁来办理？",
    "answers": [{"key": "self", "label": "本人"}, {"key": "other", "label": "他人"}],
}
CHILD = {
    "key": "age",
    "text": "多大？",
    "answers": [{"key": "adult", "label": "成年"}, {"key": "child", "label": "未成年"}],
}
SCHOOL = {
    "key": "school",
    "text": "上学了吗？",
    "when": {"age": ["child"]},
    "answers": [{"key": "yes", "label": "上了"}, {"key": "no", "label": "没有"}],
}
VALUES = {
    "situations": [AGENT, CHILD, SCHOOL],
    "materials": [
        {"name": "申请书"},
        {"name": "委托书", "when": {"agent": ["other"]}},
        {"name": "学籍证明", "when": {"school": ["yes"]}},
        {"name": "监护人证明", "when": {"age": ["child"], "agent": ["self"]}},
    ],
    "flow": [{"key": "decide"}, {"key": "ask", "when": {"age": ["child"]}}],
    "presence": [{"need": "identity", "situations": {"agent": ["self"]}}],
}


def names(answers: dict[str, str]) -> list[str]:
    return [row["name"] for row in situations.selected(VALUES, answers).materials]


# --- one matter ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("answers", "next_key"),
    [
        ({}, "agent"),
        ({"agent": "self"}, "age"),
        ({"age": "child"}, "agent"),
        ({"agent": "self", "age": "child"}, "school"),
        ({"agent": "self", "age": "adult"}, None),
        ({"agent": "self", "age": "child", "school": "no"}, None),
    ],
)
def test_next_question_asks_only_what_the_answers_call_for(answers, next_key):
    question = situations.next_question(VALUES, answers)
    assert (question["key"] if question else None) == next_key
    assert situations.complete(VALUES, answers) is (next_key is None)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"agent": "self", "age": "adult"}, ["申请书"]),
        ({"agent": "other", "age": "adult"}, ["申请书", "委托书"]),
        ({"agent": "self", "age": "child", "school": "yes"}, ["申请书", "学籍证明", "监护人证明"]),
        ({"agent": "other", "age": "child", "school": "no"}, ["申请书", "委托书"]),
    ],
)
def test_selected_brings_exactly_what_the_situation_needs(answers, expected):
    assert names(answers) == expected


def test_selected_takes_steps_and_reasons_to_come_by_the_same_answers():
    child = situations.selected(VALUES, {"agent": "other", "age": "child", "school": "no"})
    assert ([row["key"] for row in child.steps], child.presence) == (["decide", "ask"], [])
    assert len(situations.selected(VALUES, {"agent": "self", "age": "adult"}).presence) == 1


def test_path_forgets_answers_that_are_no_longer_asked_for():
    answers = {"agent": "self", "age": "adult", "school": "yes"}
    assert situations.path(VALUES, answers) == {"agent": "self", "age": "adult"}
    assert names(answers) == ["申请书"]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"weather": "rain"}, "situation_unknown_question"),
        ({"agent": "dog"}, "situation_unknown_answer"),
        ({"agent": ""}, "situation_unknown_answer"),
    ],
)
@pytest.mark.parametrize(
    "ask", [situations.next_question, situations.complete, situations.selected, situations.path]
)
def test_answers_that_do_not_exist_are_refused(ask, answers, code):
    with pytest.raises(Invalid) as refused:
        ask(VALUES, answers)
    assert (refused.value.code, refused.value.field) == (code, next(iter(answers)))


def test_in_words_says_what_was_asked_and_answered():
    assert situations.in_words(VALUES, {"agent": "other", "age": "adult"}) == [
        {"key": "agent", "question": "由谁来办理？", "answer": "他人"},
        {"key": "age", "question": "多大？", "answer": "成年"},
    ]


def test_guide_without_questions_is_complete_and_selects_everything():
    values = {"materials": [{"name": "申请书"}]}
    assert situations.complete(values, {})
    assert situations.selected(values, {}).materials == values["materials"]


def test_draft_with_half_a_question_does_not_break():
    values = {"situations": [{"text": "还没写完"}, {"key": "a", "text": "没有答案"}], "materials": None}
    assert situations.next_question(values, {}) is None
    assert situations.selected(values, {}).materials == []


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"agent": "self", "age": "adult"}, []),
        ({"agent": "other", "age": "adult"}, ["AGENT"]),
        ({"agent": "other", "age": "child", "school": "yes"}, ["AGENT", "SCHOOL"]),
    ],
)
def test_conditions_are_the_materials_that_not_everybody_needs(answers, expected):
    keys = {"申请书": "FORM", "委托书": "AGENT", "学籍证明": "SCHOOL", "监护人证明": "GUARDIAN"}
    values = VALUES | {"materials": [row | {"key": keys[row["name"]]} for row in VALUES["materials"]]}
    assert situations.conditions(values, answers) == expected


def test_leaves_answer_what_is_given_so_and_no_more_than_asked_for():
    found = list(situations.leaves(VALUES, {"agent": "self", "age": "child"}))
    assert found == [{"agent": "self", "age": "child", "school": one} for one in ("yes", "no")]
    assert len(list(situations.leaves(VALUES))) == 6
    assert len(list(situations.leaves(VALUES, most=2))) == 2


# --- any tree of questions ----------------------------------------------------------------------------------------
@st.composite
def guides(draw):
    """A guide of up to five questions, each hanging on others that come before it in some hidden order."""
    size = draw(st.integers(1, 5))
    answers = {f"q{n}": [f"a{m}" for m in range(draw(st.integers(2, 3)))] for n in range(size)}
    keys = list(answers)

    def selector(among):
        chosen = draw(st.lists(st.sampled_from(among), unique=True, max_size=2)) if among else []
        return {key: draw(st.lists(st.sampled_from(answers[key]), unique=True, min_size=1)) for key in chosen}

    questions = [
        {
            "key": key,
            "text": key,
            "when": selector(keys[:at]),
            "answers": [{"key": answer, "label": answer} for answer in answers[key]],
        }
        for at, key in enumerate(keys)
    ]
    materials = [{"name": f"m{n}", "when": selector(keys)} for n in range(draw(st.integers(1, 4)))]
    return {"situations": draw(st.permutations(questions)), "materials": materials}


def reachable(values, full):
    """The plain meaning, computed without walking: what is asked, grown until nothing more is."""
    asked: dict[str, str] = {}
    while True:
        more = {
            one["key"]: full[one["key"]]
            for one in values["situations"]
            if all(asked.get(key) in wanted for key, wanted in one["when"].items())
        }
        if more == asked:
            return asked
        asked = more


@given(guides())
def test_every_way_through_the_questions_ends_and_is_one_somebody_can_be_in(values):
    offered = {one["key"]: [a["key"] for a in one["answers"]] for one in values["situations"]}
    all_full = [dict(zip(offered, chosen, strict=True)) for chosen in itertools.product(*offered.values())]
    expected = {frozenset(reachable(values, full).items()) for full in all_full}
    found = [frozenset(leaf.items()) for leaf in situations.leaves(values)]
    assert set(found) == expected
    assert len(found) == len(set(found))
    for leaf in situations.leaves(values):
        assert situations.complete(values, leaf)


@given(guides())
def test_every_material_that_somebody_can_need_is_in_some_list(values):
    listed = {
        row["name"]
        for leaf in situations.leaves(values)
        for row in situations.selected(values, leaf).materials
    }
    offered = {one["key"]: [a["key"] for a in one["answers"]] for one in values["situations"]}
    all_full = [dict(zip(offered, chosen, strict=True)) for chosen in itertools.product(*offered.values())]
    needed = {
        row["name"]
        for full in all_full
        for row in values["materials"]
        if all(reachable(values, full).get(key) in wanted for key, wanted in row["when"].items())
    }
    assert listed == needed


@given(guides(), st.data())
def test_answering_what_is_asked_never_asks_the_same_again(values, data):
    answers: dict[str, str] = {}
    while question := situations.next_question(values, answers):
        assert question["key"] not in answers
        answers[question["key"]] = data.draw(st.sampled_from([one["key"] for one in question["answers"]]))
    assert situations.path(values, answers) == answers


# --- several matters ----------------------------------------------------------------------------------------------
def test_joined_asks_once_what_is_equal_in_every_word():
    whole = situations.joined({"A": VALUES, "B": {"situations": [AGENT]}})
    assert [one["key"] for one in whole.values["situations"]] == ["agent", "age", "school"]
    answers = {"agent": "other", "age": "adult"}
    assert whole.of("A", answers) == answers
    assert whole.of("B", answers) == {"agent": "other"}


@pytest.mark.parametrize(
    "other",
    [
        AGENT | {"text": "谁来？"},
        AGENT | {"answers": [{"key": "self", "label": "我"}, {"key": "other", "label": "他人"}]},
        AGENT | {"answers": AGENT["answers"][::-1]},
    ],
)
def test_joined_tells_apart_questions_that_only_share_a_key(other):
    whole = situations.joined({"A": {"situations": [AGENT]}, "B": {"situations": [other]}})
    assert [one["key"] for one in whole.values["situations"]] == ["agent", "B.agent"]
    assert whole.of("B", {"agent": "self", "B.agent": "other"}) == {"agent": "other"}


def test_joined_keeps_what_a_question_hangs_on():
    other = {"situations": [CHILD | {"text": "孩子多大？"}, SCHOOL]}
    whole = situations.joined({"A": {"situations": [CHILD]}, "B": other})
    assert [one["key"] for one in whole.values["situations"]] == ["age", "B.age", "school"]
    assert situations.next_question(whole.values, {"age": "child", "B.age": "adult"}) is None
    asked = situations.next_question(whole.values, {"age": "adult", "B.age": "child"})
    assert asked["key"] == "school"


@given(st.lists(guides(), min_size=2, max_size=3))
def test_joined_asks_every_matter_just_what_it_would_ask_alone(members):
    values = {f"M{n}": member for n, member in enumerate(members)}
    whole = situations.joined(values)
    for answers in itertools.islice(situations.leaves(whole.values), 20):
        for code, alone in values.items():
            assert situations.complete(alone, whole.of(code, answers))
            assert situations.path(alone, whole.of(code, answers)) == whole.of(code, answers)


# --- the demo catalogue -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("said", json.loads(DEMO.read_text())["matters"], ids=lambda one: one["code"])
def test_every_material_of_the_demo_is_needed_by_somebody(said):
    values = elements({key: value for key, value in said.items() if key != "seeds"})
    lists = [situations.selected(values, leaf).materials for leaf in situations.leaves(values)]
    assert {row["key"] for rows in lists for row in rows} == {row["key"] for row in values["materials"]}
    conditional = [row for row in values["materials"] if row["condition"]]
    assert all(row["when"] for row in conditional)

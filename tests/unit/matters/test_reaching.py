"""Every part of a guide applies in some situation, and every step leads to the one decision."""

import pytest

from matters.services.catalogue_import import CatalogueRefused

KIND = {
    "key": "kind",
    "text": "首次还是换发？",
    "answers": [{"key": "first", "label": "首次"}, {"key": "renewal", "label": "换发"}],
}
LOST = {
    "key": "lost",
    "text": "旧证还在吗？",
    "when": {"kind": ["renewal"]},
    "answers": [{"key": "yes", "label": "在"}, {"key": "no", "label": "丢了"}],
}
NEVER = {"kind": ["first"], "lost": ["no"]}  # who comes for the first time is not asked what he has lost


def step(key: str, *after: str, kind: str = "review", **more: object) -> dict:
    return {"key": key, "name": key, "kind": kind, "department": "AAA", "after": list(after), **more}


def decide(*after: str, **more: object) -> dict:
    return step("decide", *after, kind="decide", **more)


@pytest.fixture
def problems(load, small):
    """Load a matter with these elements and return what is wrong with it."""

    def find(**elements: object) -> list[str]:
        small["matters"][0].update({"situations": [KIND, LOST], **elements})
        try:
            load(small)
        except CatalogueRefused as refused:
            return refused.problems
        return []

    return find


@pytest.mark.parametrize(
    "flow",
    [
        [decide()],
        [step("a"), step("b", "a"), decide("b")],
        [step("a"), step("b"), decide("a", "b"), step("pay", "decide", kind="payout")],
        [
            step("a"),
            decide("a"),
            step("check", "decide", kind="post_check"),
            step("pay", "check", kind="payout"),
        ],
        [step("a", when={"kind": ["first"]}), step("b", when={"kind": ["renewal"]}), decide("a", "b")],
        [step("a", when={"lost": ["no"]}), decide("a")],
    ],
)
def test_flow_that_leads_to_its_decision_in_every_situation_is_taken(problems, flow):
    assert problems(flow=flow) == []


@pytest.mark.parametrize(
    ("flow", "place", "said"),
    [
        ([step("a"), decide("a", when={"kind": ["first"]})], "flow[1].when", "首次还是换发？换发"),
        (
            [step("a", when=NEVER), decide("a")],
            "flow[0].when",
            "“首次还是换发？”选“首次”、“旧证还在吗？”选“丢了”",
        ),
        ([decide(), step("a", "decide"), step("b", "a")], "flow[2].after", "decide → a → b"),
        ([step("a"), step("b"), decide("a")], "flow[1].key", "环节“b”没有通向决定“decide”"),
    ],
)
def test_flow_that_misses_its_decision_is_refused_with_the_path(problems, flow, place, said):
    found = problems(flow=flow)
    assert any(f".{place}：" in problem and said in problem for problem in found), found


@pytest.mark.parametrize(
    ("part", "element"), [("materials", "when"), ("presence", "situations"), ("situations", "when")]
)
def test_what_no_situation_calls_for_is_refused(problems, small, part, element):
    rows = {
        "materials": [{**small["matters"][0]["materials"][0], element: NEVER}],
        "presence": [{"need": "identity", "by": "applicant", element: NEVER}],
        "situations": [KIND, LOST, {**KIND, "key": "third", element: NEVER}],
    }
    found = problems(**{part: rows[part]})
    assert [problem for problem in found if f".{element}：没有一种情形会走到这里" in problem], found

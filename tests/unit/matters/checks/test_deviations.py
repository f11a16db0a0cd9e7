"""Deviations from a template: which there are, and which are allowed."""

from copy import deepcopy
from typing import Any

import pytest

from matters.catalogue.content import elements
from matters.catalogue.fields import Inner
from matters.catalogue.format import GUIDE, MATTERS
from matters.checks.deviations import Standing, deviations
from matters.checks.latitude import LATITUDE, Latitude, is_local, rule_of
from tests.unit.matters.conftest import LICENCE, MATERIAL, MATTER

FEE = {"name": "工本费", "standard": "10元/本", "basis": "示例价格文件第3条"}
HERE = frozenset({"code", "department", "flow"})
TEMPLATE = {key: value for key, value in MATTER.items() if key not in HERE} | {
    "materials": [MATERIAL, LICENCE],
    "correction_channels": [1],
    "acceptance_conditions": ["材料齐全"],
}
OURS = MATTER | TEMPLATE


def found(**changes: Any) -> list[tuple[str, str]]:
    values = elements(deepcopy(OURS) | changes)
    return [(one.element, one.standing.value) for one in deviations(TEMPLATE, values)]


def materials(**changes: Any) -> dict:
    return {"materials": [MATERIAL, LICENCE | changes]}


def test_a_guide_that_says_the_same_does_not_deviate():
    assert found() == []


def test_what_a_template_does_not_name_is_the_locality_s_own():
    assert (
        found(address="一号", questions=[{"question": "问", "answer": "答"}], online_url="https://a.example")
        == []
    )


def test_what_a_template_leaves_empty_in_a_row_is_the_locality_s_own():
    assert found(**materials(blank_form="form.pdf", filling_note="写清楚")) == []


@pytest.mark.parametrize(
    ("changes", "element", "standing"),
    [
        ({"name": "开店"}, "name", Standing.FORBIDDEN),
        ({"legal_basis": "本局规定"}, "legal_basis", Standing.FORBIDDEN),
        ({"statutory_limit": {"value": 15, "unit": "workday"}}, "statutory_limit.value", Standing.FORBIDDEN),
        ({"acceptance_conditions": ["材料齐全", "另有条件"]}, "acceptance_conditions", Standing.FORBIDDEN),
        ({"promised_limit": {"value": 3, "unit": "workday"}}, "promised_limit.value", Standing.ALLOWED),
        ({"promised_limit": {"value": 6, "unit": "workday"}}, "promised_limit.value", Standing.FORBIDDEN),
        ({"promised_limit": {"value": 5, "unit": "day"}}, "promised_limit.unit", Standing.UNEXPLAINED),
        ({"max_trips": 0}, "max_trips", Standing.ALLOWED),
        ({"max_trips": 2}, "max_trips", Standing.FORBIDDEN),
        ({"handling_forms": [1, 2, 3]}, "handling_forms", Standing.ALLOWED),
        ({"handling_forms": [1]}, "handling_forms", Standing.FORBIDDEN),
        ({"express_supported": False}, "express_supported", Standing.FORBIDDEN),
        ({"materials": [MATERIAL]}, "materials(BL)", Standing.ALLOWED),
        ({"materials": [MATERIAL, LICENCE, MATERIAL | {"key": "X"}]}, "materials(X)", Standing.FORBIDDEN),
        ({"materials": [LICENCE, MATERIAL]}, "materials", Standing.ALLOWED),
        (materials(copies=2), "materials(BL).copies", Standing.FORBIDDEN),
        (materials(originals=0), "materials(BL).originals", Standing.ALLOWED),
        (materials(shared_data=True), "materials(BL).shared_data", Standing.ALLOWED),
        (materials(signature_required=True), "materials(BL).signature_required", Standing.FORBIDDEN),
        (materials(necessity=2), "materials(BL).necessity", Standing.ALLOWED),
        (materials(name="执照"), "materials(BL).name", Standing.FORBIDDEN),
        (materials(form=1), "materials(BL).form", Standing.UNEXPLAINED),
        ({"fee": "10元"}, "fee", Standing.FORBIDDEN),
        ({"topic": "市场准入"}, "topic", Standing.ALLOWED),
        ({"exercise_level": 5}, "exercise_level", Standing.UNEXPLAINED),
        ({"case_type": 1}, "case_type", Standing.ALLOWED),
    ],
)
def test_deviation_is_judged_by_the_table(changes: dict, element: str, standing: Standing):
    assert found(**changes) == [(element, standing.value)]


@pytest.mark.parametrize(
    ("theirs", "ours", "standing"),
    [
        ({"fee": "20元", "fees": [FEE]}, {"fee": "不收费", "fees": []}, Standing.ALLOWED),
        ({"fee": "20元"}, {"fee": "10元"}, Standing.UNEXPLAINED),
        ({"fees": []}, {"fees": [FEE]}, Standing.FORBIDDEN),
        ({"presence": []}, {"presence": [{"need": "original_check", "by": "anyone"}]}, Standing.FORBIDDEN),
    ],
)
def test_money_and_presence_are_judged_by_who_is_better_off(theirs: dict, ours: dict, standing: Standing):
    said = deviations(TEMPLATE | theirs, elements(deepcopy(OURS) | theirs | ours))
    assert {one.standing for one in said} == {standing}


def test_a_reason_settles_what_needs_one_and_nothing_else():
    reasons = [{"key": "exercise_level", "why": "权限下放"}, {"key": "name", "why": "习惯"}]
    assert found(exercise_level=5, name="开店", deviations=reasons) == [
        ("name", "forbidden"),
        ("exercise_level", "allowed"),
    ]


def test_every_element_has_a_rule_with_its_source():
    for one in MATTERS.fields:
        inner = [f"{one.key}.{part.key}" for part in one.kind.fields] if isinstance(one.kind, Inner) else []
        for path in inner or [one.key]:
            rule = rule_of(path)
            assert rule.latitude in Latitude
            assert rule.source
            assert (rule.better is not None) == (rule.latitude == Latitude.FAVOUR)


def test_every_rule_speaks_of_an_element_of_the_format():
    known = {one.key: one.kind for _, fields in GUIDE.values() for one in fields}
    for path in LATITUDE:
        first, _, rest = path.partition(".")
        assert first in known, path
        assert rest in ("", "*") or rest in {one.key for one in known[first].fields}, path  # type: ignore[attr-defined]


def test_what_belongs_to_the_place_is_local():
    assert is_local("department")
    assert is_local("reconsideration")
    assert not is_local("materials")

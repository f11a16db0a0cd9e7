"""Findings for people: places in words, grades with word and shape, tallies."""

import pytest
from django.template.loader import render_to_string

from core.templatetags.ui import TONES
from matters.catalogue.words import place_words
from matters.checks import CHECKS, Finding, Severity
from matters.presenters.findings import GRADES, FindingsPresenter, grade, tally, tally_words


def finding(code: str, place: str = "name") -> Finding:
    one = CHECKS[code]
    return Finding(code, one.severity, place, "不对", one.how, one.source, one.blocks)


BLOCKING, ERROR, HINT = (
    finding("conditions_missing", "acceptance_conditions"),
    finding("hours_missing", "hours"),
    finding("everyday_name_missing", "everyday_name"),
)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("name", "事项名称"),
        ("materials[2].name", "申请材料第 3 项 · 材料名称"),
        ("result.sample", "办理结果 · 结果样本"),
        ("promised_limit.value", "承诺办结时限"),
        ("situations[0]", "情形第 1 项"),
        ("acceptance_conditions[1]", "受理条件第 2 项"),
        ("flow[0].days", "办理流程第 1 项 · 时限"),
        ("nowhere", "nowhere"),
    ],
)
def test_place_words(place: str, words: str) -> None:
    assert place_words(place) == words


def test_groups_put_what_blocks_first_and_leave_out_empty_grades() -> None:
    groups = FindingsPresenter([HINT, BLOCKING, ERROR]).groups
    assert [group.key for group in groups] == ["blocks", "error", "hint"]


def test_every_grade_has_word_and_shape() -> None:
    shapes = {TONES[tone] for _, tone in GRADES.values()}
    assert len(shapes) == len({word for word, _ in GRADES.values()}) == len(GRADES) == len(Severity) + 1


def test_tally_counts_what_blocks_apart_from_errors() -> None:
    assert tally([BLOCKING, ERROR, ERROR]) == {"blocks": 1, "error": 2, "warning": 0, "hint": 0}
    assert tally_words(tally([BLOCKING, ERROR, ERROR])) == "不能发布 1 处、错误 2 处"
    assert tally_words(tally([])) == "没有发现问题"
    assert grade(BLOCKING) == "blocks"


def test_fragment_links_each_place_to_its_anchor_in_the_editor() -> None:
    shown = FindingsPresenter(
        [finding("blank_form_missing", "materials[0].blank_form")], editor_url="/edit/7/"
    )
    html = render_to_string("matters/_findings.html", {"findings": shown})
    assert 'href="/edit/7/#materials[0].blank_form"' in html
    assert "提醒" in html
    assert CHECKS["blank_form_missing"].how in html


def test_fragment_says_when_nothing_was_found() -> None:
    assert "没有发现问题" in render_to_string("matters/_findings.html", {"findings": FindingsPresenter([])})

"""The flow of a guide as a picture, and the joins in plain words."""

import pytest

from matters.joining import join_text
from matters.presenters.flow_picture import FlowPicture

STEPS = [
    {"key": "plan", "name": "规划审查", "department": "AAA", "days": 3},
    {"key": "fire", "name": "消防意见", "department": "BBB", "days": 2},
    {
        "key": "decide",
        "name": "决定",
        "department": "AAA",
        "after": ["plan", "fire"],
        "join": "lead",
        "lead": "plan",
    },
]


def picture(**join: str) -> FlowPicture:
    return FlowPicture([*STEPS[:2], STEPS[2] | {"join": "all", "lead": ""} | join], {"AAA": "甲局"})


@pytest.mark.parametrize(
    ("join", "sign", "said"),
    [
        ({}, "齐", ""),
        ({"join": "any"}, "任一", "决定：前面任一环节通过即开始，其余不再办理；全部未通过的，也进入本环节"),
        ({"join": "veto"}, "否决", "决定：前面环节一票否决：任一不通过，其余不再办理，不得准予"),
        (
            {"join": "lead", "lead": "plan"},
            "主办",
            "决定：以主办环节“规划审查”的意见为准；协办逾期未提意见的，视为无意见",
        ),
        ({"join": "nonsense"}, "？", ""),
    ],
)
def test_picture_says_how_steps_join(join, sign, said):
    drawn = picture(**join)
    assert [box.join for box in drawn.boxes] == ["", "", sign]
    assert drawn.described == "；".join(filter(None, ["第 1 步：规划审查、消防意见", "第 2 步：决定", said]))
    assert [line["is_lead"] for line in drawn.lines] == [join.get("lead") == "plan", False]


def test_join_text_says_nothing_of_the_plain_join():
    assert join_text("all") == ""

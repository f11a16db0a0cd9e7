"""Until when one can turn against a decision: sixty days and six months from its service."""

from datetime import date

import pytest

from applications import remedies
from applications.models import Decision

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("served", "reconsider", "litigate"),
    [
        (
            date(2026, 3, 2),
            date(2026, 5, 6),
            date(2026, 9, 2),
        ),  # 60 days end on 1 May: a holiday until the 5th
        (date(2026, 8, 5), date(2026, 10, 8), date(2027, 2, 5)),  # on 4 October: National Day
        (date(2026, 8, 31), date(2026, 10, 30), date(2027, 2, 28)),  # no 31 February; 2027 is not known yet
        (date(2025, 8, 31), date(2025, 10, 30), date(2026, 2, 28)),  # a make-up Saturday: a working day
        (date(2026, 1, 15), date(2026, 3, 16), date(2026, 7, 15)),
    ],
)
def test_last_days(served, reconsider, litigate):
    assert remedies.last_days(served) == (reconsider, litigate)


def test_words_name_the_days_once_it_is_served():
    decision = Decision(reconsideration_body="示例区人民政府", court="示例区人民法院")
    assert remedies.in_words(decision) == (
        "不服的，可以自收到决定书之日起60日内向示例区人民政府申请行政复议，"
        "也可以自收到决定书之日起6个月内依法向示例区人民法院提起行政诉讼。"
    )
    decision.reconsider_until, decision.litigate_until = date(2026, 11, 13), date(2027, 3, 14)
    assert "在2026年11月13日前（含当日）向示例区人民政府申请行政复议" in remedies.in_words(decision)
    assert "在2027年3月14日前（含当日）依法向示例区人民法院提起行政诉讼" in remedies.in_words(decision)


def test_bodies_are_those_the_guide_names(world):
    version = world.version("SCJG-001")
    version.content = version.content | {
        "reconsideration": {"department": "示例市人民政府"},
        "litigation": {"department": "示例市中级人民法院"},
    }
    assert remedies.bodies_of(version) == remedies.Bodies("示例市人民政府", "示例市中级人民法院")

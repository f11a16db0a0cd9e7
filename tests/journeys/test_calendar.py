"""Given a calendar that ends this year; when the administrator pastes the notice, looks and confirms; then next year is drawn."""

from __future__ import annotations

import pytest

from core import clock
from tests.journeys.acts import shot

pytestmark = pytest.mark.django_db(transaction=True)
NOTICE = """2027-01-01,休,元旦
2027-02-08,休,春节
2027-02-09,休,春节
2027-02-10,休,春节
2027-02-11,休,春节
2027-02-12,休,春节
2027-02-20,班,调休上班（春节）"""


def test_administrator_loads_the_next_year(world, page, come, assert_accessible):
    clock.set_to(world.now().replace(month=12, day=24))
    world.accepted("SCJG-007")

    come(world.administrator, "/desk/calendar/")
    page.get_by_text("工作日历快到头了").wait_for()
    assert_accessible(page)
    shot(page, "calendar")
    page.get_by_role("link", name="导入放假安排").click()
    page.get_by_label("放假和调休").fill(NOTICE.replace("休,元旦", "假,元旦"))
    page.get_by_role("button", name="预览变动").click()
    page.get_by_text("第1行").first.wait_for()
    assert_accessible(page)
    shot(page, "calendar-wrong")
    page.get_by_label("放假和调休").fill(NOTICE)
    page.get_by_role("button", name="预览变动").click()
    page.get_by_text("2月8日（周一）至2月12日（周五）").wait_for()
    assert_accessible(page)
    shot(page, "calendar-preview")
    page.get_by_role("button", name="确认导入").click()
    page.get_by_role("heading", name="工作日历 2027年").wait_for()
    assert_accessible(page)
    shot(page, "calendar-2027")

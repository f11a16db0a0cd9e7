"""Given a department with software of its own; when the administrator connects it; then its head sees what went both ways."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from applications.models import ReviewTask
from systems.enums import Direction
from systems.models import DepartmentSystem, Push, SystemKey
from systems.services import pushes
from systems.sweeps import run_clocks
from tests.engine_users import until
from tests.systems import Office, running

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(settings):
    with running(Office()) as found:
        settings.SYSTEM_HOSTS = [found.host]
        yield found


def test_administrator_connects_a_system_and_its_head_compares_the_day(
    world, office, page, come, assert_accessible
):
    come(world.administrator, "/desk/systems/")
    expect(page.get_by_text("没有登记部门系统")).to_be_visible()
    page.get_by_role("link", name="登记系统").click()
    page.get_by_label("部门", exact=True).select_option(label="税务局")
    page.get_by_label("推送地址").fill("https://elsewhere.example/")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("不在允许的名单里").first).to_be_visible()
    assert_accessible(page)
    page.get_by_label("推送地址").fill(office.address)
    page.get_by_role("button", name="登记").click()

    for direction in Direction:
        page.get_by_role("button", name=f"生成密钥：{direction.label}").click()
        until(lambda direction=direction: SystemKey.objects.filter(direction=direction).exists())
        expect(page.get_by_text(SystemKey.objects.get(direction=direction).secret)).to_be_visible()
        assert_accessible(page)
    page.get_by_role("checkbox", name="启用", exact=True).check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("使用中")).to_be_visible()
    assert DepartmentSystem.objects.get().active_since

    world.accepted("ZRZY-001")
    run_clocks(now=world.now())
    push = Push.objects.get()
    pushes.send(push_id=push.pk, now=world.now())
    come(world.head("SWJ"), "/desk/systems/SWJ/")
    expect(page.get_by_text("对方回传用")).not_to_be_visible()
    page.get_by_role("link", name="对账").click()
    row = page.get_by_role("row").filter(has_text=str(push.key))
    expect(row.get_by_text("已回执")).to_be_visible()
    assert_accessible(page)
    assert ReviewTask.objects.get(pk=push.task_id).status == "open"


def test_administrator_adds_a_rule(world, page, come, assert_accessible):
    come(world.administrator, "/desk/systems/rules/")
    page.get_by_label("双告知").check()
    page.get_by_label("办结的事项").select_option(label="SCJG-001 公司设立登记")
    page.get_by_label("经营范围关键词").fill("餐饮")
    page.get_by_label("告知部门").select_option(label="消防救援大队")
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_text("已添加")).to_be_visible()
    expect(page.get_by_role("cell", name="餐饮")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="停用规则：SCJG-001").click()
    expect(page.get_by_text("停用这条规则？")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="不停用").click()
    expect(page.get_by_role("cell", name="餐饮")).to_be_visible()
    page.get_by_role("button", name="停用规则：SCJG-001").click()
    page.get_by_role("button", name="停用规则", exact=True).click()
    expect(page.get_by_text("还没有规则")).to_be_visible()

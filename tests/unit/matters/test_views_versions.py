"""The pages of a guide's versions: the list, one to be read, two side by side."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.clock import local_date
from matters.enums import Role
from matters.models import Department, Matter
from matters.services import versions
from tests.unit.matters.conftest import LICENCE, MATERIAL, MATTER, NOW

PAGE = reverse("matter-versions", args=["A-1"])


@pytest.fixture
def publish(load, small):
    def again(**elements: object) -> Matter:
        small["matters"] = [MATTER | elements]
        small["bundles"] = []
        load(small)
        return Matter.objects.get(code="A-1")

    return again


@pytest.fixture
def three(publish):
    """Version 1 superseded, 2 in force, 3 waiting for its day."""
    publish()
    publish(name="开店登记（新）", fee="10元", materials=[MATERIAL, LICENCE])
    tomorrow = local_date(NOW) + timedelta(days=30)
    return publish(name="开店登记（改）", fee="20元", effective_on=f"{tomorrow:%Y-%m-%d}")


def shown(client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def test_versions_are_listed_with_days_and_status(three, client):
    page = shown(client, PAGE)
    assert "开店登记（新）：各个版本" in page
    rows = page.split("<tbody>")[1].split("</tr>")[:3]
    told = [("第 3 版", "待生效", "2026年11月11日"), ("第 2 版", "现行", ""), ("第 1 版", "已被新版替代", "")]
    for row, (title, state, day) in zip(rows, told, strict=True):
        assert title in row
        assert state in row
        assert day in row
        assert "目录导入" in row
    assert f"{PAGE}?from=1&amp;to=2" in rows[1]
    assert "最早的版本" in rows[2]


def test_two_versions_are_compared_section_by_section(three, client):
    page = shown(client, f"{PAGE}?from=1&to=2")
    assert "第 1 版与第 2 版：3 处不同" in page
    assert "申请材料“营业执照”" in page
    assert "来源渠道：政府部门核发" in page
    assert shown(client, f"{PAGE}?from=2&to=1").count("第 1 版与第 2 版：3 处不同") == 1
    assert "第 1 版与第 3 版：3 处不同" in shown(client, f"{PAGE}?from=1&to=3")


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("from=1&to=1", "请选择两个不同的版本。"),
        ("from=1&to=9", "没有这一版"),
        ("from=x&to=2", "没有这一版"),
        ("from=1", "请选择一个版本。"),
    ],
)
def test_choice_that_makes_no_pair_is_named(three, client, chosen, said):
    assert said in shown(client, f"{PAGE}?{chosen}", 422)


def test_every_version_can_be_read_and_only_the_guide_leads_to_an_application(three, client):
    one = shown(client, reverse("matter-version", args=["A-1", 1]))
    assert "不收费" in one
    assert "已被新版替代" in one
    assert "立即办理" not in one
    waiting = shown(client, reverse("matter-version", args=["A-1", 3]))
    assert "待生效" in waiting
    assert "2026年11月11日" in waiting
    assert "20元" in waiting


def test_guide_and_catalogue_lead_to_the_versions(three, client, staff):
    assert f'href="{PAGE}"' in shown(client, reverse("matter", args=["A-1"]))
    client.force_login(staff("office", Department.objects.get(code="AAA"), Role.OFFICE))
    assert f'href="{PAGE}"' in shown(client, reverse("catalogue"))


def test_versions_of_a_cancelled_matter_stay_readable(three, client, staff):
    office = staff("office", Department.objects.get(code="AAA"), Role.OFFICE)
    versions.cancel(code="A-1", reason="法律已修改", by=office, now=NOW)
    assert shown(client, PAGE).count("已取消") == 2
    assert "第 1 版与第 2 版" in shown(client, f"{PAGE}?from=1&to=2")


def test_unknown_is_not_found(three, client):
    shown(client, reverse("matter-versions", args=["NONE"]), 404)
    shown(client, reverse("matter-version", args=["A-1", 9]), 404)


def test_list_asks_the_same_however_many_versions(publish, client, django_assert_num_queries):
    publish()
    shown(client, PAGE)
    with django_assert_num_queries(2):
        shown(client, PAGE)
    for fee in range(5):
        publish(fee=f"{fee}元")
    with django_assert_num_queries(2):
        shown(client, PAGE)
    with django_assert_num_queries(4):
        shown(client, f"{PAGE}?from=1&to=4")

"""The pages on which the office suspends matters, and renames and merges departments."""

import pytest
from django.urls import reverse

from matters.enums import MatterState, Role
from matters.models import Department, DepartmentChange, Matter
from tests.unit.matters.conftest import NOW

STATE = reverse("matter-state", args=["A-1"])
CHANGES = reverse("department-changes")


@pytest.fixture
def office(loaded, staff, client):
    client.force_login(staff("office", Department.objects.get(code="AAA"), Role.OFFICE))
    return client


def test_office_suspends_a_matter_and_the_guide_says_why(office):
    said = {"act": "suspend", "reason": "系统升级，月底恢复", "instead": "急用的请到窗口"}
    page = office.post(STATE, said, follow=True)
    assert "系统升级，月底恢复" in page.content.decode()
    assert "急用的请到窗口" in page.content.decode()
    assert Matter.objects.get(code="A-1").state == MatterState.SUSPENDED
    assert "暂停" in office.get(reverse("catalogue")).content.decode()


def test_guide_names_whom_to_ask_where_nothing_was_written(office):
    page = office.post(STATE, {"act": "cancel", "reason": "法律已修改"}, follow=True)
    assert "请向甲局咨询" in page.content.decode()


def test_resuming_needs_no_other_way(office):
    office.post(STATE, {"act": "suspend", "reason": "系统升级", "instead": "请等一等"})
    page = office.post(STATE, {"act": "resume", "reason": "升级完成", "instead": "不再有效"}, follow=True)
    assert Matter.objects.get(code="A-1").instead == ""
    assert "现在怎么办" not in page.content.decode()


def test_reason_is_asked_for_and_what_was_chosen_is_kept(office):
    page = office.post(STATE, {"act": "cancel", "reason": ""})
    assert page.status_code == 422
    assert "请写明原因" in page.content.decode()
    chosen = next(part for part in page.content.decode().split("<input") if 'value="cancel"' in part)
    assert "checked" in chosen.split(">")[0]
    assert Matter.objects.get(code="A-1").state == MatterState.IN_USE


def test_cancelled_matter_offers_nothing_but_its_guide(office):
    Matter.objects.filter(code="A-1").update(
        state=MatterState.CANCELLED, state_since=NOW, state_reason="法律已修改"
    )
    page = office.get(STATE).content.decode()
    assert "发布新版后才能再办" in page
    assert 'name="act"' not in page
    assert office.post(STATE, {"act": "resume", "reason": "再办"}).status_code == 422


@pytest.mark.parametrize("url", [STATE, CHANGES])
def test_pages_are_for_the_office(loaded, staff, client, url):
    client.force_login(staff("editor", Department.objects.get(code="AAA"), Role.EDITOR))
    assert client.get(url).status_code == 403


def test_office_renames_and_merges_departments(office):
    one, other = Department.objects.get(code="AAA"), Department.objects.get(code="BBB")
    said = {"effective_on": "2018-11-01", "basis": "机构改革方案"}
    page = office.post(CHANGES, said | {"kind": "rename", "code": one.pk, "name": "甲和乙局"}, follow=True)
    assert "甲局 → 甲和乙局" in page.content.decode()
    page = office.post(CHANGES, said | {"kind": "merge", "code": other.pk, "into": one.pk}, follow=True)
    assert "乙局 → 甲和乙局" in page.content.decode()
    assert DepartmentChange.objects.count() == 2


def test_office_calls_off_a_change_that_waits(office):
    one = Department.objects.get(code="AAA")
    sent = {
        "kind": "rename",
        "code": one.pk,
        "name": "甲和乙局",
        "effective_on": "2999-01-01",
        "basis": "方案",
    }
    page = office.post(CHANGES, sent, follow=True).content.decode()
    assert "甲局自2999年1月1日起更名为甲和乙局，到日自动生效" in page
    assert "等待生效" in page
    url = reverse("department-change-call-off", args=[DepartmentChange.objects.get().pk])
    assert url in page
    page = office.post(url, follow=True).content.decode()
    assert "已撤销" in page
    assert url not in page
    assert "已经撤销，不能再撤销" in office.post(url, follow=True).content.decode()
    assert Department.objects.get(code="AAA").name == "甲局"


def test_faults_are_named_at_the_form_that_was_sent(office):
    one = Department.objects.get(code="AAA")
    sent = {"kind": "merge", "code": one.pk, "into": one.pk, "effective_on": "2018-11-01", "basis": "方案"}
    page = office.post(CHANGES, sent)
    assert page.status_code == 422
    assert "不能并入自己" in page.content.decode()
    assert office.post(CHANGES, {"kind": "rename"}).content.decode().count("请填写新名称。") >= 1
    assert not DepartmentChange.objects.exists()


def test_unknown_matter_is_not_found(office):
    assert office.get(reverse("matter-state", args=["X-9"])).status_code == 404

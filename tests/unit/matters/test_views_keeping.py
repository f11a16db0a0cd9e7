"""The pages on which the office suspends matters."""

import pytest
from django.urls import reverse

from matters.enums import MatterState, Role
from matters.models import Department, Matter
from tests.unit.matters.conftest import NOW

STATE = reverse("matter-state", args=["A-1"])


@pytest.fixture
def office(loaded, staff, client):
    client.force_login(staff("office", Department.objects.get(code="AAA"), Role.OFFICE))
    return client


def test_office_suspends_a_matter_and_the_guide_says_why(office):
    page = office.post(STATE, {"act": "suspend", "reason": "系统升级，月底恢复"}, follow=True)
    assert "系统升级，月底恢复" in page.content.decode()
    assert Matter.objects.get(code="A-1").state == MatterState.SUSPENDED
    assert "暂停" in office.get(reverse("catalogue")).content.decode()


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


def test_page_is_for_the_office(loaded, staff, client):
    client.force_login(staff("editor", Department.objects.get(code="AAA"), Role.EDITOR))
    assert client.get(STATE).status_code == 403

"""The bundles as their keepers see them: kind, lead, materials spared, use."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import Forbidden
from matters import selectors
from matters.enums import MatterState, Role
from matters.models import Bundle, Department, Matter
from matters.presenters.kept_bundles import KeptBundle
from matters.services.bundles import note_filings
from tests.unit.matters.conftest import NOW


@pytest.fixture
def office(demo, staff):
    return staff("office", Department.objects.get(code="SGB"), Role.OFFICE)


def kept(office, code: str, *, after: int = 0) -> KeptBundle:
    bundle = selectors.kept_bundles(viewer=office).get(code=code)
    return KeptBundle(bundle, NOW + timedelta(days=after), unused_days=90)


def test_bundle_says_its_kind_lead_and_materials(office):
    row = kept(office, "B01")
    assert (row.shape, row.lead_department, row.lead_rule) == (
        "多部门多事项",
        "市场监督管理局",
        "主要证照核发部门",
    )
    assert row.materials.startswith("原 34 → 合并 ")
    assert row.materials.endswith("实交 16")
    assert row.spared == "减 52%", "18 of 34 is 52.9 %, and nobody is promised more"
    assert row.members == "7 项"


def test_unused_bundle_is_reported_after_so_many_days(office):
    assert not kept(office, "B01", after=89).is_unused
    assert kept(office, "B01", after=90).is_unused
    bundle = Bundle.objects.get(code="B01")
    assert note_filings({bundle.pk: NOW + timedelta(days=50)}) == 1
    assert note_filings({bundle.pk: NOW + timedelta(days=50)}) == 0
    assert not kept(office, "B01", after=139).is_unused
    assert kept(office, "B01", after=140).is_unused


def test_what_is_wrong_with_a_bundle_stands_on_the_page(office, client):
    client.force_login(office)
    assert "检查发现的问题" not in client.get(reverse("kept-bundles")).content.decode()
    Bundle.objects.filter(code="B03").update(trips_after=0, kind="随便什么")
    trips, kind = kept(office, "B03").found
    assert (trips.word, trips.place) == ("错误", "改革后次数")
    assert "公布0次做不到" in trips.what
    assert (kind.word, kind.place) == ("提醒", "类型")
    page = client.get(reverse("kept-bundles")).content.decode()
    assert all(said in page for said in (trips.what, trips.how, kind.what, "错误 1 处、提醒 1 处"))


def test_bundle_whose_members_are_all_suspended_says_so(office):
    bundle = Bundle.objects.get(code="B03")
    members = Matter.objects.filter(memberships__bundle=bundle)
    members.update(state=MatterState.SUSPENDED, state_since=NOW, state_reason="系统升级。")
    row = kept(office, "B03")
    assert row.findings == []
    assert "不在用" in row.members


def test_page_reads_as_much_for_one_bundle_as_for_twelve(office, client):
    client.force_login(office)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("kept-bundles")).status_code == 200
        return len(captured)

    queries()
    twelve = queries()
    Bundle.objects.exclude(code="B01").update(is_active=False)
    assert queries() == twelve


def test_page_is_for_those_who_keep_the_catalogue(demo, staff):
    with pytest.raises(Forbidden):
        selectors.kept_bundles(viewer=staff("clerk", Department.objects.get(code="SGB"), Role.REVIEWER))

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
    assert row.members == "7 项"


def test_unused_bundle_is_reported_after_so_many_days(office):
    assert not kept(office, "B01", after=89).is_unused
    assert kept(office, "B01", after=90).is_unused
    bundle = Bundle.objects.get(code="B01")
    assert note_filings({bundle.pk: NOW + timedelta(days=50)}) == 1
    assert note_filings({bundle.pk: NOW + timedelta(days=50)}) == 0
    assert not kept(office, "B01", after=139).is_unused
    assert kept(office, "B01", after=140).is_unused


def test_number_of_trips_that_the_guides_cannot_keep_is_named(office, client):
    assert kept(office, "B03").objections == []
    Bundle.objects.filter(code="B03").update(trips_after=0)
    [said] = kept(office, "B03").objections
    assert "公布0次做不到" in said
    client.force_login(office)
    assert said in client.get(reverse("kept-bundles")).content.decode()


def test_bundle_whose_members_are_all_suspended_says_so(office):
    bundle = Bundle.objects.get(code="B03")
    members = Matter.objects.filter(memberships__bundle=bundle)
    members.update(state=MatterState.SUSPENDED, state_since=NOW, state_reason="系统升级。")
    row = kept(office, "B03")
    assert row.objections == []
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

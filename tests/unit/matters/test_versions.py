"""Versions and their days: what is in force when, and what happens to a matter that is not."""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.clock import local_date
from core.errors import Forbidden, Invalid, NotFound, Refusal
from core.models import AuditEntry, User
from matters import selectors, sweeps
from matters.enums import MatterState, Role, VersionStatus
from matters.models import Department, Matter, MatterVersion, ServicePoint
from matters.services import versions
from matters.services.catalogue_import import import_catalogue
from tests.unit.matters.conftest import NOW, SMALL

TODAY = NOW.date()
pytestmark = pytest.mark.django_db


def posted(staff, role: Role) -> User:
    publish()
    hall = ServicePoint.objects.get() if role in (Role.INTAKE, Role.OUTLET, Role.COURIER) else None
    return staff(role, Department.objects.get(code="AAA"), role, hall=hall)


def publish(now=NOW, **elements: object) -> Matter:
    matter = SMALL["matters"][0] | elements
    text = json.dumps(SMALL | {"matters": [matter, SMALL["matters"][1]]}, ensure_ascii=False)
    import_catalogue(text=text, by=None, now=now)
    return Matter.objects.get(code="A-1")


def on(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def statuses(matter: Matter) -> list[str]:
    return list(matter.versions.order_by("number").values_list("status", flat=True))


def test_version_comes_into_force_on_its_day():
    publish()
    matter = publish(fee="10元", effective_on=on(2))
    assert sweeps.run_clocks(now=NOW + timedelta(days=1))["versions_begun"] == 0
    assert sweeps.run_clocks(now=NOW + timedelta(days=2))["versions_begun"] == 1
    assert statuses(matter) == [VersionStatus.SUPERSEDED, VersionStatus.PUBLISHED]
    assert selectors.matter_for_guide("A-1").fee == "10元"
    assert AuditEntry.objects.filter(act="begin_version").count() == 1


def test_revision_leaves_a_suspended_matter_suspended_and_brings_a_cancelled_one_back(staff):
    office = posted(staff, Role.OFFICE)
    versions.suspend(code="A-1", reason="系统升级。", by=office, now=NOW)
    matter = publish(fee="10元")
    assert (matter.state, matter.state_reason) == (MatterState.SUSPENDED, "系统升级。")
    assert selectors.matter_for_guide("A-1").fee == "10元"
    versions.cancel(code="A-1", reason="依法取消。", by=office, now=NOW)
    matter = publish(fee="20元")
    assert (matter.state, matter.state_since, matter.state_reason) == (MatterState.IN_USE, None, "")


def test_day_is_that_of_china():
    """16:00 UTC is the next day in China already."""
    publish()
    publish(fee="10元", effective_on=on(1))
    assert sweeps.run_clocks(now=NOW.replace(hour=15, minute=59))["versions_begun"] == 0
    assert sweeps.run_clocks(now=NOW.replace(hour=16))["versions_begun"] == 1


def test_begin_does_nothing_the_second_time():
    publish()
    waiting = publish(fee="10元", effective_on=on(1)).versions.get(number=2)
    later = NOW + timedelta(days=1)
    assert versions.begin(version_id=waiting.pk, now=later)
    assert not versions.begin(version_id=waiting.pk, now=later)
    assert statuses(waiting.matter) == [VersionStatus.SUPERSEDED, VersionStatus.PUBLISHED]


def test_two_versions_due_on_one_day_leave_the_later_in_force():
    publish()
    publish(fee="10元", effective_on=on(1))
    matter = publish(fee="20元", effective_on=on(2))
    assert sweeps.run_clocks(now=NOW + timedelta(days=3))["versions_begun"] == 2
    assert selectors.matter_for_guide("A-1").fee == "20元"
    assert statuses(matter).count(VersionStatus.PUBLISHED) == 1


def test_matter_is_cancelled_on_its_last_day_and_still_read():
    publish(cancel_on=on(1))
    assert sweeps.run_clocks(now=NOW)["matters_expired"] == 0
    assert sweeps.run_clocks(now=NOW + timedelta(days=1))["matters_expired"] == 1
    assert sweeps.run_clocks(now=NOW + timedelta(days=2))["matters_expired"] == 0
    shown = selectors.matter_for_guide("A-1")
    assert (shown.status, shown.matter.state) == (VersionStatus.CANCELLED, MatterState.CANCELLED)
    with pytest.raises(Refusal, match=r"自2026年10月13日起已经取消，不再办理：办事指南载明的取消日期已到。"):
        selectors.matter_for_filing("A-1")


def test_matter_published_after_its_last_day_is_shown_as_cancelled():
    matter = publish(cancel_on="2017-11-05")
    assert (matter.state, local_date(matter.state_since)) == (MatterState.CANCELLED, date(2017, 11, 5))
    assert "A-1" not in selectors.published_matters().values_list("matter__code", flat=True)


def test_cancelled_matter_lives_again_with_a_new_version():
    publish(cancel_on=on(0))
    matter = publish(fee="10元")
    assert (matter.state, selectors.matter_for_filing("A-1").fee) == (MatterState.IN_USE, "10元")


def test_suspension_stops_filing_until_it_is_resumed(staff):
    office = posted(staff, Role.OFFICE)
    versions.suspend(code="A-1", reason="系统升级。", by=office, now=NOW)
    with pytest.raises(Refusal, match=r"已暂停办理：系统升级。") as refused:
        selectors.matter_for_filing("A-1")
    assert refused.value.code == "matter_suspended"
    assert selectors.matter_for_guide("A-1").matter.state_reason == "系统升级。"
    versions.resume(code="A-1", reason="升级完成。", by=office, now=NOW)
    assert selectors.matter_for_filing("A-1").status == VersionStatus.PUBLISHED
    assert list(
        AuditEntry.objects.filter(act__endswith="_matter").order_by("pk").values_list("act", flat=True)
    ) == [
        "suspend_matter",
        "resume_matter",
    ]


# state before → what may be done
ALLOWED = {
    MatterState.IN_USE: {"suspend", "cancel"},
    MatterState.SUSPENDED: {"resume", "cancel"},
    MatterState.CANCELLED: set(),
}


@pytest.mark.parametrize("act", ["suspend", "resume", "cancel"])
@pytest.mark.parametrize("state", MatterState)
def test_changes_of_state(staff, state, act):
    office = posted(staff, Role.OFFICE)
    Matter.objects.filter(code="A-1").update(state=state, state_since=NOW, state_reason="因故。")
    change = getattr(versions, act)
    if act in ALLOWED[state]:
        assert change(code="A-1", reason="因故。", by=office, now=NOW).state != state
    else:
        with pytest.raises(Refusal, match="不能改为"):
            change(code="A-1", reason="因故。", by=office, now=NOW)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_only_the_office_changes_a_state(staff, role):
    by = posted(staff, role)
    with pytest.raises(Forbidden):
        versions.suspend(code="A-1", reason="因故。", by=by, now=NOW)


def test_change_of_state_needs_a_reason_and_a_matter(staff):
    office = posted(staff, Role.OFFICE)
    with pytest.raises(Invalid):
        versions.cancel(code="A-1", reason="  ", by=office, now=NOW)
    with pytest.raises(NotFound):
        versions.cancel(code="A-9", reason="因故。", by=office, now=NOW)


def test_database_wants_a_reason_too():
    publish()
    with pytest.raises(IntegrityError), transaction.atomic():
        Matter.objects.filter(code="A-1").update(state=MatterState.SUSPENDED)


def test_database_lets_a_scheduled_version_only_begin_or_be_cancelled():
    publish()
    waiting = publish(fee="10元", effective_on=on(1)).versions.get(number=2)
    for change in ({"fee": "20元"}, {"status": VersionStatus.DRAFT}, {"status": VersionStatus.SUPERSEDED}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MatterVersion.objects.filter(pk=waiting.pk).update(**change)

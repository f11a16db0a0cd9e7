"""The pages of departments' systems."""

from datetime import timedelta

import pytest
from django.utils.timezone import localtime

from core.models import AuditEntry
from systems.models import DepartmentSystem, Push, SystemKey
from systems.services import keeping
from systems.sweeps import run_clocks

HERE = "/desk/systems/"


def test_list_shows_heads_only_their_own(world, tax):
    assert "税务局" in world.client(world.administrator).get(HERE).content.decode()
    assert "税务局" in world.client(world.head("SWJ")).get(HERE).content.decode()
    assert "没有登记部门系统" in world.client(world.head("GAJ")).get(HERE).content.decode()
    assert world.client(world.reviewer("SWJ")).get(HERE).status_code == 403
    assert world.client(world.head("GAJ")).get(f"{HERE}SWJ/").status_code == 404


def test_administrator_writes_down_a_system_makes_keys_and_takes_it_into_use(world, office):
    client = world.client(world.administrator)
    department = world.department("SWJ")
    refused = client.post(f"{HERE}new/", {"department": department.pk, "address": "https://x.example/"})
    assert (refused.status_code, "不在允许的名单" in refused.content.decode()) == (422, True)
    client.post(f"{HERE}new/", {"department": department.pk, "address": office.address})
    too_early = client.post(f"{HERE}SWJ/", {"address": office.address, "is_active": "on"})
    assert (too_early.status_code, "还没有密钥" in too_early.content.decode()) == (422, True)

    for direction in ("incoming", "outgoing"):
        made = client.post(f"{HERE}SWJ/keys/", {"direction": direction})
        key = SystemKey.objects.get(direction=direction)
        assert key.secret in made.content.decode()
        assert "no-store" in made["Cache-Control"]
        assert key.secret not in client.get(f"{HERE}SWJ/").content.decode()
    assert client.post(f"{HERE}SWJ/", {"address": office.address, "is_active": "on"}).status_code == 302
    assert DepartmentSystem.objects.get().active_since
    assert client.post(f"{HERE}SWJ/keys/{key.key_id}/end/").status_code == 409


def test_head_sees_no_keys_and_changes_nothing(world, tax):
    client = world.client(world.head("SWJ"))
    page = client.get(f"{HERE}SWJ/").content.decode()
    assert tax.incoming.key.key_id not in page
    before = AuditEntry.objects.count()
    for path, sent in (
        ("SWJ/", {"address": tax.system.address}),
        ("SWJ/keys/", {"direction": "incoming"}),
        (f"SWJ/keys/{tax.incoming.key.key_id}/end/", {}),
        ("new/", {"department": 1, "address": "https://x.example/"}),
    ):
        assert client.post(HERE + path, sent).status_code in (403, 422), path
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("who", ["head", "administrator"])
def test_what_was_given_up_is_shown_and_sent_again(world, tax, who):
    world.accepted("ZRZY-001")
    run_clocks(now=world.now())
    push = Push.objects.get()
    Push.objects.update(failed_at=world.now(), last_error="对方回答 500")
    client = world.client(world.head("SWJ") if who == "head" else world.administrator)
    page = client.get(f"{HERE}SWJ/").content.decode()
    assert str(push.key) in page
    assert "对方回答 500" in page
    assert push.task.case.number in page

    assert client.post(f"{HERE}SWJ/pushes/{push.pk}/again/").status_code == 302
    push.refresh_from_db()
    assert push.failed_at is None
    assert world.client(world.head("GAJ")).post(f"{HERE}SWJ/pushes/{push.pk}/again/").status_code == 404


def test_page_says_what_waits_what_went_wrong_and_when_it_is_tried_next(world, tax):
    client = world.client(world.administrator)
    assert "下次推送" not in client.get(f"{HERE}SWJ/").content.decode()
    world.accepted("ZRZY-001")
    run_clocks(now=world.now())
    again_at = world.now() + timedelta(minutes=7)
    Push.objects.update(last_error="对方回答 500", next_attempt_at=again_at)
    page = client.get(f"{HERE}SWJ/").content.decode()
    assert "1 件" in page
    assert "对方回答 500" in page
    assert f"{localtime(again_at):%H:%M}" in page
    rests_until = again_at + timedelta(minutes=3)
    DepartmentSystem.objects.update(rests_until=rests_until)
    assert f"{localtime(rests_until):%H:%M}" in client.get(f"{HERE}SWJ/").content.decode()


def test_list_says_that_a_system_fails_until_it_takes_something(world, tax):
    client = world.client(world.administrator)
    assert "使用中" in client.get(HERE).content.decode()
    DepartmentSystem.objects.update(failures=4)  # its rest is over
    assert "连续 4 次没有送到" in client.get(HERE).content.decode()


def test_page_of_a_system_that_was_switched_off_says_what_it_has_not_been_told(world, tax):
    world.accepted("ZRZY-001")
    run_clocks(now=world.now())
    off = {"department": tax.system.department, "address": tax.system.address, "is_active": False}
    keeping.keep(**off, by=None, now=world.now())
    page = world.client(world.administrator).get(f"{HERE}SWJ/").content.decode()
    assert "还有推送没有送达" in page
    assert "启用后" in page

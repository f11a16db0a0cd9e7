"""Systems and their keys: only what may be sent to, only by administrators, never without a key."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.errors import Forbidden, Invalid, NotFound, Refusal
from core.models import AuditEntry
from systems.models import DepartmentSystem, SystemKey
from systems.services import keeping
from tests.systems import connect


def keep(world, office, **how):
    said = {"department": world.department("SWJ"), "address": office.address, "is_active": False}
    return keeping.keep(**{**said, "by": world.administrator, "now": world.now(), **how})


def test_keep_is_for_administrators(world, office):
    with pytest.raises(Forbidden):
        keep(world, office, by=world.head("SWJ"))
    assert not DepartmentSystem.objects.exists()


def test_keep_refuses_a_host_outside_the_list(world, office):
    with pytest.raises(Invalid) as refused:
        keep(world, office, address="https://elsewhere.example/")
    assert refused.value.field == "address"


def test_a_system_is_not_used_without_keys(world, office):
    with pytest.raises(Refusal, match="还没有密钥"):
        keep(world, office, is_active=True)
    assert not world.department("SWJ").has_own_system


def test_department_knows_that_it_works_elsewhere(world, office, tax):
    assert world.department("SWJ").has_own_system
    keep(world, office)
    assert not world.department("SWJ").has_own_system


def test_secrets_are_encrypted_and_not_on_the_audit_trail(world, tax):
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM systems_systemkey")
        stored = " ".join(row[0] for row in cursor.fetchall())
    told = " ".join(str(each) for each in AuditEntry.objects.values_list("detail", flat=True))
    for made in (tax.incoming, tax.outgoing):
        assert made.secret not in stored + told
        assert made.key.key_id in told
        assert SystemKey.objects.get(pk=made.key.pk).secret == made.secret


def test_two_keys_are_valid_while_they_are_exchanged_and_never_three(world, tax):
    now = world.now()
    keeping.make_key(system=tax.system, direction="incoming", by=None, now=now)
    with pytest.raises(Refusal, match="两个有效"):
        keeping.make_key(system=tax.system, direction="incoming", by=None, now=now)

    keeping.end_key(system=tax.system, key_id=tax.incoming.key.key_id, by=world.administrator, now=now)
    with pytest.raises(Refusal, match="已经停用"):
        keeping.end_key(system=tax.system, key_id=tax.incoming.key.key_id, by=None, now=now)
    last = SystemKey.objects.get(direction="incoming", ended_at=None)
    with pytest.raises(Refusal, match="最后一个"):
        keeping.end_key(system=tax.system, key_id=last.key_id, by=None, now=now)
    with pytest.raises(NotFound):
        keeping.end_key(system=tax.system, key_id="NIX", by=None, now=now)
    with pytest.raises(Forbidden):
        keeping.make_key(system=tax.system, direction="incoming", by=world.head("SWJ"), now=now)


def test_command_makes_lists_and_ends_keys(world, tax):
    def run(*arguments):
        out = StringIO()
        call_command("system_keys", "SWJ", *arguments, stdout=out)
        return out.getvalue()

    key_id, secret = run("--new", "incoming").split()
    assert SystemKey.objects.get(key_id=key_id).secret == secret
    assert "已停用" in run("--end", key_id)
    assert secret not in run()
    assert run().count("有效") == 2
    with pytest.raises(CommandError, match="最后一个"):
        run("--end", tax.incoming.key.key_id)
    with pytest.raises(CommandError, match="没有登记系统"):
        call_command("system_keys", "GAJ")


def test_a_key_is_ended_only_as_one_of_its_own_department(world, office, tax):
    other = connect(world.department("ZJJ"), office.address)
    keeping.make_key(system=other.system, direction="incoming", by=None, now=world.now())
    key_id = other.incoming.key.key_id

    with pytest.raises(CommandError, match="税务局系统没有这个密钥"):
        call_command("system_keys", "SWJ", "--end", key_id)
    pressed = world.client(world.administrator).post(f"/desk/systems/SWJ/keys/{key_id}/end/")
    assert pressed.status_code == 404
    assert SystemKey.objects.get(key_id=key_id).ended_at is None

"""Personal data is brought under a new key while the portal works, and an older key can leave then."""

from __future__ import annotations

import threading
from contextlib import closing

import psycopg2
import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from core import clock
from core.fields import EncryptedTextField, is_under_first_key, sealed
from core.models import Sms
from core.services import reencrypting
from tests.workers import environment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]
PHONE = "1381234%04d"


def new_key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def messages(settings) -> list[Sms]:
    """Five short messages under the second of three keys; a new one stands before it, and before the last."""
    settings.FIELD_KEYS = [new_key(), *settings.FIELD_KEYS]
    rows = Sms.objects.bulk_create(
        Sms(phone=PHONE % each, text="您好", created_at=clock.now()) for each in range(5)
    )
    settings.FIELD_KEYS = [new_key(), *settings.FIELD_KEYS]
    return rows


def stored(sms: Sms) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM core_sms WHERE id = %s", [sms.pk])
        return str(cursor.fetchone()[0])


def phones() -> list[str]:
    return list(Sms.objects.order_by("pk").values_list("phone", flat=True))


def test_an_older_key_can_leave_when_everything_is_under_the_first(settings, messages, monkeypatch, capsys):
    monkeypatch.setattr(reencrypting, "BATCH", 2)
    first, _, last = settings.FIELD_KEYS
    with pytest.raises(CommandError, match="旧密钥不能去掉"):
        call_command("reencrypt", check=True)

    call_command("reencrypt")
    assert "core.Sms：已看5行，改写5行" in capsys.readouterr().out
    call_command("reencrypt", check=True)

    settings.FIELD_KEYS = [first, last]
    assert phones() == [PHONE % each for each in range(5)]


def test_without_it_the_older_key_is_still_needed(settings, messages):
    first, _, last = settings.FIELD_KEYS
    settings.FIELD_KEYS = [first, last]
    with pytest.raises(InvalidToken):
        phones()


def test_what_is_done_is_not_written_again(messages, capsys):
    Sms.objects.filter(pk=messages[0].pk).update(phone="")
    call_command("reencrypt")
    before = [stored(each) for each in messages]

    call_command("reencrypt")

    assert [stored(each) for each in messages] == before
    assert "改写0行" in capsys.readouterr().out


def test_an_interrupted_run_goes_on_where_it_was(messages, monkeypatch):
    monkeypatch.setattr(reencrypting, "BATCH", 2)
    next(reencrypting.reencrypt(Sms, ["phone"]))
    assert [is_under_first_key(stored(each)) for each in messages] == [True, True, False, False, False]

    *_, tally = reencrypting.reencrypt(Sms, ["phone"])

    assert (tally.looked_at, tally.rewritten, tally.left) == (5, 3, [])


def test_a_change_at_the_same_time_is_not_lost(settings, messages):
    before = settings.FIELD_KEYS
    settings.FIELD_KEYS = before[1:]
    changed = sealed("13900000000")  # as a process writes that has not been restarted
    settings.FIELD_KEYS = before
    with closing(psycopg2.connect(environment()["DATABASE_URL"])) as other:
        with other.cursor() as cursor:
            cursor.execute("UPDATE core_sms SET phone = %s WHERE id = %s", [changed, messages[2].pk])
            cursor.execute("DELETE FROM core_sms WHERE id = %s", [messages[4].pk])
        timer = threading.Timer(1.0, other.commit)
        timer.start()

        *_, tally = reencrypting.reencrypt(Sms, ["phone"])
        timer.join()

    assert (tally.rewritten, tally.left) == (4, [])
    assert phones() == [PHONE % 0, PHONE % 1, "13900000000", PHONE % 3]
    assert all(is_under_first_key(stored(each)) for each in messages[:4])


def test_a_row_that_somebody_holds_for_long_is_told_and_not_waited_for(messages, monkeypatch):
    monkeypatch.setattr(reencrypting, "TRIES", 2)
    with closing(psycopg2.connect(environment()["DATABASE_URL"])) as other, other.cursor() as cursor:
        cursor.execute("SELECT 1 FROM core_sms WHERE id = %s FOR UPDATE", [messages[2].pk])

        with pytest.raises(CommandError, match="还有1行"):
            call_command("reencrypt")

    assert [is_under_first_key(stored(each)) for each in messages] == [True, True, False, True, True]


def test_what_no_key_opens_is_told_and_left(messages, capsys):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_sms SET phone = 'broken' WHERE id = %s", [messages[1].pk])

    with pytest.raises(CommandError, match="还有1行"):
        call_command("reencrypt")

    assert f"core.Sms 任何密钥都解不开：{messages[1].pk}" in capsys.readouterr().err
    assert stored(messages[1]) == "broken"
    assert is_under_first_key(stored(messages[0]))


def test_every_encrypted_field_is_brought_along(world, settings):
    """On rows as a hall makes them, whatever constraints and triggers stand on their tables."""
    world.accepted("SCJG-001")
    settings.FIELD_KEYS = [new_key(), *settings.FIELD_KEYS]

    call_command("reencrypt")

    fields = [each for model in apps.get_models() for each in model._meta.get_fields()]
    held = [each for each in fields if isinstance(each, EncryptedTextField)]
    assert sorted(held) == sorted(
        model._meta.get_field(name) for model, names in reencrypting.encrypted().items() for name in names
    )
    for field in held:
        table, column = field.model._meta.db_table, field.column
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE "{column}" <> %s', [""])
            assert all(is_under_first_key(text) for (text,) in cursor.fetchall()), field

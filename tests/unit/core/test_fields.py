import pytest
from cryptography.fernet import Fernet
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from core.fields import EncryptedTextField, blind_index
from core.models import Sms


@pytest.mark.django_db
def test_encrypted_field_reaches_the_database_only_encrypted(now):
    sms = Sms.objects.create(phone="13812343210", text="您好", created_at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM core_sms WHERE id = %s", [sms.pk])
        stored = cursor.fetchone()[0]
    assert "13812343210" not in stored
    assert Sms.objects.get(pk=sms.pk).phone == "13812343210"


@given(st.text())
def test_encrypted_field_gives_back_what_it_got(text):
    field = EncryptedTextField()
    assert field.from_db_value(field.get_prep_value(text), None, connection) == text


def test_encrypted_field_encrypts_the_same_value_differently_each_time():
    field = EncryptedTextField()
    assert field.get_prep_value("330109") != field.get_prep_value("330109")


def test_encrypted_field_reads_values_of_an_older_key(settings):
    field = EncryptedTextField()
    old = field.get_prep_value("330109")
    index = blind_index("330109")
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    assert field.from_db_value(old, None, connection) == "330109"
    assert blind_index("330109") == index


def test_blind_index_ignores_case_and_blanks_and_is_empty_for_nothing():
    assert blind_index(" 11010519491231002x ") == blind_index("11010519491231002X")
    assert blind_index("1") != blind_index("2")
    assert blind_index("") == ""


def test_blind_index_depends_on_the_key(settings):
    index = blind_index("330109")
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    assert blind_index("330109") != index

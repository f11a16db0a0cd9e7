"""A session ends half an hour after the last request, and is not written at every one."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import sessions


@pytest.fixture
def client(world):
    return world.client(world.citizen.user)


def is_written(client) -> bool:
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/applications/").status_code == 200
    return any(one["sql"].startswith('UPDATE "django_session"') for one in asked)


def ends_in(client) -> timedelta:
    return Session.objects.get(pk=client.session.session_key).expire_date - timezone.now()


def seconds_pass(client, seconds):
    session = client.session
    session[sessions.SINCE] -= seconds
    session.save()


def test_it_is_written_once_a_minute(client):
    assert [is_written(client) for _ in range(3)] == [False, False, False]

    seconds_pass(client, sessions.WRITTEN_EVERY - 5)
    assert not is_written(client)
    seconds_pass(client, 5)
    assert [is_written(client) for _ in range(2)] == [True, False]


def test_it_goes_on_for_half_an_hour_from_then(client):
    seconds_pass(client, sessions.WRITTEN_EVERY)
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=5))
    assert is_written(client)
    assert timedelta(minutes=29) < ends_in(client) <= timedelta(minutes=30)


def test_one_that_has_ended_asks_to_sign_in(client):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/applications/").status_code == 302


def test_a_key_that_nobody_gave_out_gets_none(world):
    client = world.client()
    client.cookies["sessionid"] = "a" * 32
    assert client.get("/").status_code == 200
    assert not Session.objects.exists()


def test_nobody_gets_one_by_looking(world):
    assert world.client().get("/").status_code == 200
    assert not Session.objects.exists()

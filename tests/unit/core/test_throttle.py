import secrets

import pytest
from django.test import RequestFactory

from core.throttle import TooOften, address_of, spend


def test_spend_refuses_after_so_many_tries():
    who = secrets.token_hex()
    for _ in range(3):
        spend(what="test", who=who, times=3, seconds=60)
    with pytest.raises(TooOften) as refused:
        spend(what="test", who=who, times=3, seconds=60)
    assert refused.value.status == 429
    assert "60 秒" in refused.value.message


def test_spend_counts_each_person_and_each_purpose_alone():
    who = secrets.token_hex()
    spend(what="test", who=who, times=1, seconds=60)
    spend(what="test", who=secrets.token_hex(), times=1, seconds=60)
    spend(what="other", who=who, times=1, seconds=60)
    with pytest.raises(TooOften):
        spend(what="test", who=who, times=1, seconds=60)


def test_address_of_ignores_what_anybody_may_claim(settings):
    settings.SECURE_PROXY_SSL_HEADER = None
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="203.0.113.9", REMOTE_ADDR="192.0.2.1")
    assert address_of(request) == "192.0.2.1"


def test_address_of_behind_our_proxy_is_the_one_it_saw(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = RequestFactory().get(
        "/", HTTP_X_FORWARDED_FOR="198.51.100.7, 203.0.113.9", REMOTE_ADDR="10.0.0.1"
    )
    assert address_of(request) == "203.0.113.9"

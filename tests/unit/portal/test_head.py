"""Every page that can be read answers HEAD as it answers GET (RFC 9110 §9.3.2): link checkers and monitors ask so."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from core.models import User

pytestmark = pytest.mark.django_db

PEOPLE = (None, "citizen1", "counter1", "scjg.head", "office1", "admin")


def plain_addresses() -> list[str]:
    """Return the addresses that name no record."""
    found = set()
    for name in get_resolver().reverse_dict:
        if isinstance(name, str):
            try:
                found.add(reverse(name))
            except NoReverseMatch:
                continue
    return sorted(found)


ADDRESSES = plain_addresses()


@pytest.mark.parametrize("who", PEOPLE, ids=str)
def test_head_is_answered_as_get_is(world, who):
    client = Client()
    if who:
        client.force_login(User.objects.get(username=who))
    answers = {path: (client.head(path).status_code, client.get(path).status_code) for path in ADDRESSES}
    assert len(ADDRESSES) > 60
    assert {path: both for path, both in answers.items() if both[0] != both[1]} == {}

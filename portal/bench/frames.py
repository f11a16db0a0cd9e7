"""Pages as a person asks for them, through all that stands before them, each beside its SQL and an empty page in its frame."""

from collections.abc import Callable
from typing import Any

import psycopg2
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.models import User
from portal.bench.measure import Row, captured


class Person:
    """Somebody who is signed in, and the empty page in their frame."""

    def __init__(self, username: str) -> None:
        self.user = User.objects.get(username=username)
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(self.user)
        self._empty = self.opening(reverse("bench-empty"))
        self._frame = {sql for sql, _ in captured(self._empty)}

    def opening(self, address: str) -> Callable[[], object]:
        """Return what opens an address; it has been opened before, as often as it takes to be kept where it is kept."""

        def opened() -> None:
            if self.client.get(address).status_code != 200:
                raise AssertionError(f"{address} 打不开")

        opened()
        opened()
        return opened

    def page(self, group: str, title: str, address: str, **limits: Any) -> Row:
        """Return the row of a page; its floor is what it asks the database, raw, and the empty page."""
        page = self.opening(address)
        asked = [(sql, params) for sql, params in captured(page) if sql not in self._frame]
        raw = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
        raw.autocommit = True

        def floor() -> None:
            with raw.cursor() as cursor:
                for sql, params in asked:
                    cursor.execute(sql, params)
                    if cursor.description:
                        cursor.fetchall()
            self._empty()

        return Row(group, title, page, floor=floor, **limits)

"""Lists in pages: every row once, in order, whatever is empty or equal."""

from datetime import timedelta

import pytest

from core.errors import Invalid
from core.models import Applicant, Message
from core.paging import page
from tests.world import MORNING


@pytest.fixture
def inbox(world):
    """Seven messages, two of one moment, three unread."""
    reader = Applicant.objects.get(user__username="citizen1")
    for number in range(7):
        Message.objects.create(
            applicant=reader,
            title=str(number),
            body="",
            created_at=MORNING + timedelta(minutes=number // 2, microseconds=number // 2),
            read_at=None if number % 3 == 0 else MORNING + timedelta(minutes=number),
        )
    return Message.objects.filter(applicant=reader)


@pytest.mark.parametrize(
    "key",
    [("id",), ("-id",), ("created_at", "id"), ("-created_at", "-id"), ("read_at", "id"), ("-read_at", "id")],
)
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_page_shows_every_row_once_in_order(inbox, key, size):
    seen, after = [], None
    while True:
        found = page(inbox, key=key, after=after, size=size)
        seen += found.items
        after = found.next_cursor
        if after is None:
            break

    assert seen == list(inbox.order_by(*key))


def test_page_is_not_shifted_by_rows_that_come_before(inbox):
    first = page(inbox, key=("-id",), size=3)
    newest = inbox.first()
    Message.objects.create(applicant=newest.applicant, title="新", body="", created_at=MORNING)

    second = page(inbox, key=("-id",), after=first.next_cursor, size=3)

    assert [each.title for each in second.items] == ["3", "2", "1"]


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "WyJhYmMiXQ", "eyJhIjoxfQ", "é"])
def test_page_behind_an_unreadable_cursor_is_refused(inbox, cursor):
    with pytest.raises(Invalid) as refused:
        page(inbox, key=("id",), after=cursor)

    assert refused.value.code == "cursor_unreadable"

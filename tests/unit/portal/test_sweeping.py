"""What the one sweep does that belongs to no room."""

from core import clock
from core.models import Message
from core.services.calendar import load_year
from portal.sweeping import run_clocks


def warnings(world):
    return Message.objects.filter(user=world.administrator, reference__startswith="calendar-")


def test_administrators_are_warned_once_that_the_calendar_ends(world):
    world.pass_time(days=46)  # 30 October 2026: 62 days before the last known day
    assert run_clocks(now=world.now())["warned_of_calendar"] == 0

    world.pass_time(days=3)
    assert run_clocks(now=world.now())["warned_of_calendar"] >= 1
    assert run_clocks(now=world.now())["warned_of_calendar"] == 0
    assert "2026年12月31日" in warnings(world).get().title

    load_year(year=2027, text="2027-01-01,休,元旦", by=None, now=clock.now())
    world.pass_time(days=30)
    assert run_clocks(now=world.now())["warned_of_calendar"] == 0

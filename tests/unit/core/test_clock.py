from datetime import UTC, date, datetime, timedelta

import pytest

from core import clock


@pytest.mark.django_db
def test_set_to_and_advance_move_the_clock_which_runs_on():
    clock.set_to(datetime(2026, 9, 14, 9, 0, tzinfo=clock.CHINA))
    clock.advance(timedelta(days=2, hours=1))
    shown = clock.now()
    assert timedelta(0) <= shown - datetime(2026, 9, 16, 10, 0, tzinfo=clock.CHINA) < timedelta(minutes=1)
    assert clock.now() > shown


@pytest.mark.django_db
def test_now_is_the_real_time_where_the_clock_may_not_move(settings):
    clock.set_to(datetime(2020, 1, 1, tzinfo=clock.CHINA))
    settings.CLOCK_MAY_MOVE = False
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.django_db
def test_a_real_clock_refuses_to_be_moved(settings):
    settings.CLOCK_MAY_MOVE = False
    with pytest.raises(RuntimeError, match="demo"):
        clock.advance(timedelta(days=1))
    with pytest.raises(RuntimeError, match="demo"):
        clock.set_to(datetime(2020, 1, 1, tzinfo=clock.CHINA))


def test_local_date_is_the_day_in_china():
    assert clock.local_date(datetime(2026, 12, 31, 16, 30, tzinfo=UTC)) == date(2027, 1, 1)

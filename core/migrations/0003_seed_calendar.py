"""The working calendar of the years whose holiday notices are known."""

from datetime import date, timedelta

import chinese_calendar
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
NAMES = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


def note(day: date, working: bool, holiday: str | None) -> str:
    name = NAMES.get(holiday or "", "")
    if working:
        return f"调休上班（{name}）" if name and day.weekday() >= 5 else ""
    return name or "周末"


def seed(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    CalendarDay = apps.get_model("core", "CalendarDay")
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    rows = []
    for day in days:
        working = chinese_calendar.is_workday(day)
        _, holiday = chinese_calendar.get_holiday_detail(day)
        rows.append(CalendarDay(date=day, is_working=working, note=note(day, working, holiday)))
    CalendarDay.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_append_only_audit")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]

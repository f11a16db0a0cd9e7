"""The hours of the hall, as they usually are; change the rows where yours differ."""

from datetime import time

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

HOURS = ((time(9), time(12)), (time(13, 30), time(17)))


def seed(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    HallHours = apps.get_model("core", "HallHours")
    HallHours.objects.bulk_create(HallHours(opens_at=opens, closes_at=closes) for opens, closes in HOURS)


class Migration(migrations.Migration):
    dependencies = [("core", "0005_hall_hours_and_loads")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]

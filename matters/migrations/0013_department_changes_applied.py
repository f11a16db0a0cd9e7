"""Changes of departments recorded so far took effect when they were recorded."""

from django.db import migrations, models


def applied_when_recorded(apps, schema_editor):
    changes = apps.get_model("matters", "DepartmentChange").objects
    changes.filter(applied_at=None).update(applied_at=models.F("recorded_at"))


class Migration(migrations.Migration):
    dependencies = [("matters", "0012_department_changes_wait")]

    operations = [migrations.RunPython(applied_when_recorded, migrations.RunPython.noop)]

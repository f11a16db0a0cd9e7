"""Licences whose result was issued before publications said so."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def say_when_issued(apps, schema_editor):
    case = apps.get_model("applications", "Case").objects.filter(decision__publication=OuterRef("pk"))
    apps.get_model("applications", "Publication").objects.filter(
        decision__case__receipted_at__isnull=False
    ).update(issued_at=Subquery(case.values("receipted_at")[:1]))


class Migration(migrations.Migration):
    dependencies = [("applications", "0019_what_is_due")]

    operations = [migrations.RunPython(say_when_issued, migrations.RunPython.noop)]

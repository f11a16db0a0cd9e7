"""Tasks of which a department's system was told before tasks said so."""

from django.db import migrations

TOLD = """
UPDATE applications_reviewtask t SET pushed_at = p.created_at
FROM systems_push p WHERE p.task_id = t.id AND t.pushed_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("systems", "0003_tell_who_must_know"),
        ("applications", "0021_lists_of_many"),
    ]

    operations = [migrations.RunSQL(TOLD, migrations.RunSQL.noop)]

import django.db.models.fields.json
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0014_department_change_constraints")]

    operations = [
        migrations.AddIndex(
            model_name="matterversion",
            index=models.Index(
                django.db.models.fields.json.KT("content__catalog_code"),
                condition=models.Q(("status", "published")),
                name="matter_version_basic_code",
            ),
        ),
    ]

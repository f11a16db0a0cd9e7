from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Published versions cannot be changed, so what stands in them already is left as it is."""

    dependencies = [
        ("matters", "0018_government"),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "special"), _negated=True),
                    models.Q(("days__gte", 1), ("days__isnull", False)),
                    _connector="OR",
                ),
                name="special_step_has_days",
            ),
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0007_queues"),
        ("matters", "0017_figures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="reviewtask",
            name="sent_back_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sent_back",
                to="applications.reviewtask",
                verbose_name="由哪项任务退回",
            ),
        ),
        migrations.AlterField(
            model_name="reviewtask",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("pass", "通过"),
                    ("object", "不通过"),
                    ("elapsed", "期满"),
                    ("decided", "已决定"),
                    ("sent_back", "退回"),
                    ("skipped", "略过"),
                ],
                max_length=12,
                verbose_name="结论",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewtask",
            constraint=models.CheckConstraint(
                condition=models.Q(("sent_back_from", None), ("round__gte", 2), _connector="OR"),
                name="task_sent_back_is_a_later_round",
            ),
        ),
    ]

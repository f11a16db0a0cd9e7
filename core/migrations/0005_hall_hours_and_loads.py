import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_staff_messages"),
    ]

    operations = [
        migrations.AlterField(
            model_name="officialdocument",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "收件凭证"),
                    ("acceptance", "受理通知书"),
                    ("refusal", "不予受理通知书"),
                    ("correction", "补正材料一次性告知书"),
                    ("certificate", "证照"),
                    ("approval", "准予决定书"),
                    ("record", "办理结果通知书"),
                    ("denial", "不予行政许可决定书"),
                    ("not_proceeded", "不再办理告知书"),
                    ("special", "特别程序告知书"),
                    ("extension", "延期办理告知书"),
                ],
                max_length=16,
                verbose_name="文书种类",
            ),
        ),
        migrations.CreateModel(
            name="HallHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opens_at", models.TimeField(verbose_name="开门")),
                ("closes_at", models.TimeField(verbose_name="关门")),
            ],
            options={
                "verbose_name": "大厅开放时间",
                "verbose_name_plural": "大厅开放时间",
                "ordering": ["opens_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("opens_at__lt", models.F("closes_at"))),
                        name="hall_opens_before_it_closes",
                    ),
                    models.UniqueConstraint(fields=("opens_at",), name="hall_opens_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarLoad",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True, verbose_name="下次派发")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="派发次数")),
                ("receipted_at", models.DateTimeField(blank=True, null=True, verbose_name="回执时间")),
                ("failed_at", models.DateTimeField(blank=True, null=True, verbose_name="放弃时间")),
                ("last_error", models.TextField(blank=True, verbose_name="最近错误")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("loaded_at", models.DateTimeField(verbose_name="导入时间")),
                (
                    "loaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="导入人",
                    ),
                ),
            ],
            options={
                "verbose_name": "日历导入",
                "verbose_name_plural": "日历导入",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("failed_at", None), ("receipted_at", None)),
                        fields=["next_attempt_at"],
                        name="calendar_load_awaiting",
                    )
                ],
            },
        ),
    ]

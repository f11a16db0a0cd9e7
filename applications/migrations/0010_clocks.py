import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0009_desk"),
        ("core", "0006_seed_hall_hours"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Clock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pre_acceptance", "网上预受理"),
                            ("acceptance", "决定是否受理"),
                            ("promised", "承诺办结"),
                            ("statutory", "法定办结"),
                            ("step", "环节"),
                            ("special", "特别程序"),
                            ("certificate", "制证送达"),
                            ("correction", "补正"),
                            ("deferral", "容缺补交"),
                            ("bundle", "联合办理"),
                            ("project", "项目"),
                        ],
                        max_length=16,
                        verbose_name="种类",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="起算时间")),
                ("value", models.PositiveIntegerField(verbose_name="时限")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("workday", "个工作日"),
                            ("day", "天"),
                            ("hour", "小时"),
                            ("minute", "分钟"),
                            ("month", "个月"),
                            ("year", "年"),
                            ("instant", "当场"),
                        ],
                        max_length=8,
                        verbose_name="时限单位",
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="到期时间")),
                ("stopped_at", models.DateTimeField(blank=True, null=True, verbose_name="停止时间")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="applications.application",
                        verbose_name="申报",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="applications.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="applications.reviewtask",
                        verbose_name="部门任务",
                    ),
                ),
            ],
            options={
                "verbose_name": "时限",
                "verbose_name_plural": "时限",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="延长的工作日")),
                ("reason", models.CharField(max_length=400, verbose_name="理由")),
                ("approved_at", models.DateTimeField(verbose_name="批准时间")),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="applications.application",
                        verbose_name="申报",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extension",
                        to="applications.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "clock",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extension",
                        to="applications.clock",
                        verbose_name="时限",
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.officialdocument",
                        verbose_name="告知书",
                    ),
                ),
            ],
            options={
                "verbose_name": "延期",
                "verbose_name_plural": "延期",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hearing", "听证"),
                            ("tender", "招标"),
                            ("auction", "拍卖"),
                            ("inspection", "检验"),
                            ("testing", "检测"),
                            ("quarantine", "检疫"),
                            ("appraisal", "鉴定"),
                            ("experts", "专家评审"),
                            ("publicity", "公示"),
                            ("correction", "补正"),
                            ("guide", "办事指南载明的特别程序"),
                            ("earlier", "先前告知的特别程序"),
                        ],
                        max_length=12,
                        verbose_name="特别程序",
                    ),
                ),
                ("basis", models.CharField(max_length=400, verbose_name="法律依据")),
                ("reason", models.CharField(max_length=400, verbose_name="原因")),
                ("expected_days", models.PositiveSmallIntegerField(verbose_name="预计所需时间")),
                (
                    "expected_unit",
                    models.CharField(
                        choices=[
                            ("workday", "个工作日"),
                            ("day", "天"),
                            ("hour", "小时"),
                            ("minute", "分钟"),
                            ("month", "个月"),
                            ("year", "年"),
                            ("instant", "当场"),
                        ],
                        default="workday",
                        max_length=8,
                        verbose_name="时间单位",
                    ),
                ),
                ("expected_end", models.DateTimeField(verbose_name="预计结束")),
                ("started_at", models.DateTimeField(verbose_name="开始时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspensions",
                        to="applications.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.officialdocument",
                        verbose_name="告知书",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="结束人",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="启动人",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspensions",
                        to="applications.reviewtask",
                        verbose_name="部门任务",
                    ),
                ),
            ],
            options={
                "verbose_name": "特别程序",
                "verbose_name_plural": "特别程序",
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("stopped_at", None)), fields=["kind", "due_at"], name="clock_running"
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("stopped_at", None)), fields=["due_at"], name="clock_reaching"
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stopped_at", None)),
                fields=("kind", "application", "case", "task"),
                name="clock_one_running",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("case", None),
                        (
                            "kind__in",
                            ("pre_acceptance", "acceptance", "correction", "deferral", "bundle", "project"),
                        ),
                        ("task", None),
                    ),
                    models.Q(
                        ("case__isnull", False), ("kind__in", ("step", "special")), ("task__isnull", False)
                    ),
                    models.Q(("case__isnull", False), ("kind", "statutory"), ("task", None)),
                    models.Q(("kind__in", ["promised", "certificate"]), ("task", None)),
                    _connector="OR",
                ),
                name="clock_of_its_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stopped_at", None), ("stopped_at__gte", models.F("started_at")), _connector="OR"
                ),
                name="clock_stops_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("application", None), ("case__isnull", False), ("days__range", (1, 10))),
                    models.Q(("application__isnull", False), ("case", None), ("days__range", (1, 15))),
                    _connector="OR",
                ),
                name="extension_of_a_case_or_an_application",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.UniqueConstraint(
                condition=models.Q(("application__isnull", False)),
                fields=("application",),
                name="extension_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="extension_says_why"
            ),
        ),
        migrations.AddIndex(
            model_name="suspension",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["expected_end"], name="suspension_to_end"
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("case", "task"),
                name="suspension_one_open",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", ""), _negated=True),
                    models.Q(("basis", ""), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    ("expected_days__gt", 0),
                ),
                name="suspension_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(("document__isnull", False), ("kind", "earlier"), _connector="OR"),
                name="suspension_told_in_writing",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_by", None), ("ended_at__isnull", False), _connector="OR"),
                name="suspension_ended_by_only_when_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expected_end__gte", models.F("started_at")),
                    models.Q(
                        ("ended_at", None),
                        models.Q(
                            ("ended_at__gte", models.F("started_at")),
                            ("ended_at__lte", models.F("expected_end")),
                        ),
                        _connector="OR",
                    ),
                ),
                name="suspension_ends_in_its_time",
            ),
        ),
    ]

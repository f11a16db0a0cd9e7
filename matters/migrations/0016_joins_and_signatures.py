from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0015_basic_code_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="matterversion",
            name="may_simulate",
            field=models.BooleanField(default=False, verbose_name="可模拟审批"),
        ),
        migrations.AddField(
            model_name="step",
            name="countersign",
            field=models.CharField(
                choices=[("never", "不需要"), ("denial", "作不予决定时"), ("always", "一律")],
                default="never",
                max_length=8,
                verbose_name="负责人核签",
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="join",
            field=models.CharField(
                choices=[
                    ("all", "全部完成后开始"),
                    ("any", "任一完成即开始"),
                    ("veto", "一票否决"),
                    ("lead", "主办协办"),
                ],
                default="all",
                max_length=8,
                verbose_name="汇合方式",
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="lead",
            field=models.SlugField(blank=True, db_index=False, max_length=40, verbose_name="主办环节"),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(("join", "all"), ("after__len__gte", 2), _connector="OR"),
                name="step_join_of_several",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("after__contains", [models.F("lead")]), ("join", "lead")),
                    models.Q(models.Q(("join", "lead"), _negated=True), ("lead", "")),
                    _connector="OR",
                ),
                name="step_lead_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "decide"), ("countersign", "never"), _connector="OR"),
                name="step_countersign_of_decision",
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0017_figures"),
    ]

    operations = [
        migrations.AlterField(
            model_name="staffpost",
            name="role",
            field=models.CharField(
                choices=[
                    ("intake", "综合窗口收件"),
                    ("reviewer", "审查"),
                    ("decider", "决定"),
                    ("head", "部门负责人"),
                    ("government", "本级政府负责人"),
                    ("outlet", "统一出件"),
                    ("courier", "政务专递"),
                    ("editor", "事项编辑"),
                    ("office", "事项管理"),
                    ("catalogue_review", "清单审核小组"),
                    ("supervisor", "效能监督"),
                    ("auditor", "审计"),
                    ("administrator", "系统管理"),
                ],
                max_length=16,
                verbose_name="岗位",
            ),
        ),
    ]
